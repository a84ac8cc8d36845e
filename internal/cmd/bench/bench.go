// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
)

// bench builds the providers and runs the sections.
type bench struct {
	options
	out                 io.Writer
	cli, dir, cliConfig string
	data                subject // terraform_data
	idle, quiet         subject // the provider that does nothing, with and without the SDK's logging
	real                subject
	goals               []goal
}

// subject is a provider that is compared with the others.
type subject struct {
	name       string
	executable string // empty: the provider is part of Terraform
	env        []string
	server     bool // whether it uses a server
}

// run does everything in a temporary folder, which it removes.
func run(ctx context.Context, o options, out io.Writer) (err error) {
	b := &bench{options: o, out: out}
	if b.cli, err = testcli.Path(); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "veeam-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.build(ctx); err != nil {
		return err
	}
	for _, s := range b.sections {
		if err := s.run(b, ctx); err != nil {
			return err
		}
	}
	b.printGoals()
	return nil
}

// build builds the providers, and makes Terraform start this executable in place of each of them.
func (b *bench) build(ctx context.Context) error {
	b.data = subject{name: "`terraform_data`"}
	b.idle = subject{name: "do-nothing (b)", executable: filepath.Join(b.dir, "idleprovider")}
	b.quiet = subject{name: "do-nothing, logging off (b')", executable: b.idle.executable, env: []string{
		"TF_LOG_SDK=OFF", "TF_LOG_SDK_PROTO=OFF", "TF_LOG_SDK_FRAMEWORK=OFF",
	}}
	b.real = subject{name: "`veeam`", executable: filepath.Join(b.dir, "veeam"), server: true}
	const module = "github.com/veeam-community/terraform-provider-veeam"
	for executable, pkg := range map[string]string{
		b.idle.executable: module + "/internal/cmd/idleprovider", b.real.executable: module,
	} {
		cmd := exec.CommandContext(ctx, "go", "build", "-o", executable, pkg)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	overrides := filepath.Join(b.dir, "overrides")
	if err := os.Mkdir(overrides, 0o700); err != nil {
		return err
	}
	if err := os.Symlink(self, filepath.Join(overrides, "terraform-provider-veeam")); err != nil {
		return err
	}
	b.cliConfig = filepath.Join(b.dir, "cli.tfrc")
	return os.WriteFile(b.cliConfig, fmt.Appendf(nil, `provider_installation {
  dev_overrides {
    "veeam-community/veeam" = %q
  }
  direct {}
}
`, overrides), 0o600)
}

// usual returns the number of accounts of the sections that measure only one: 1,000, if it is among the numbers.
func (b *bench) usual() int {
	n := b.accounts[0]
	for _, other := range b.accounts {
		if other > n && other <= 1000 {
			n = other
		}
	}
	return n
}

// fewer returns the number of rounds of what takes long, whose differences between rounds are small.
func (b *bench) fewer() int { return max(1, b.rounds/3) }
