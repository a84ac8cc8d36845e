// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// terraform runs the CLI on a copy of a configuration, with the provider that was just built.
type terraform struct {
	cli    string
	work   string // folder of the copy
	env    []string
	out    io.Writer
	holdAt string // text after which the demo waits to be interrupted; empty: never
}

// newTerraform writes the CLI configuration. With dev_overrides, the provider needs neither a registry nor
// `terraform init`.
func newTerraform(cli, dir string, server []string, out io.Writer) (*terraform, error) {
	cliConfig := filepath.Join(dir, "terraform.rc")
	content := fmt.Sprintf(`provider_installation {
  dev_overrides {
    "veeam-community/veeam" = %q
  }
  direct {}
}
`, filepath.Join(dir, "provider"))
	if err := os.WriteFile(cliConfig, []byte(content), 0o600); err != nil {
		return nil, err
	}
	env := append(withoutOwnSettings(os.Environ()), server...)
	return &terraform{
		cli: cli,
		env: append(env, "TF_CLI_CONFIG_FILE="+cliConfig, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1", "TMPDIR="+dir),
		out: out,

		holdAt: os.Getenv("DEMO_HOLD_AT"),
	}, nil
}

// withoutOwnSettings removes the user's Terraform settings and the addresses of real servers, which the demo must not
// use.
func withoutOwnSettings(environ []string) []string {
	var kept []string
	for _, e := range environ {
		if !strings.HasPrefix(e, "TF_") && !strings.HasPrefix(e, "VEEAM_") {
			kept = append(kept, e)
		}
	}
	return kept
}

func (t *terraform) name() string {
	return strings.TrimSuffix(filepath.Base(t.cli), ".exe")
}

// run runs the CLI and prints its trimmed output. If the output contains holdAt, run then waits for the end of ctx.
func (t *terraform) run(ctx context.Context, args ...string) error {
	out := &trimmer{out: t.out, lookFor: t.holdAt}
	cmd := command(ctx, t.cli, append(args[:1:1], append([]string{"-no-color", "-input=false"}, args[1:]...)...)...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = t.work, t.env, out, out
	err := runAll(cmd)
	out.flush()
	if out.found {
		<-ctx.Done()
	}
	return err
}
