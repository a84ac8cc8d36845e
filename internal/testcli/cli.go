// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package testcli knows the Terraform or OpenTofu CLI that the tests run, and which tests are left out because it is
// too old for them.
package testcli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
)

const openTofu = "OpenTofu"

// Version is a release without its patch level.
type Version struct{ Major, Minor int }

// Before reports whether v is older than w.
func (v Version) Before(w Version) bool {
	return v.Major < w.Major || v.Major == w.Major && v.Minor < w.Minor
}

func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// CLI is the product and the version of an executable.
type CLI struct {
	Product string // Terraform or OpenTofu
	Version Version
	Release string // the version in full, for example 1.12.0-beta1
}

func (c CLI) String() string { return c.Product + " " + c.Release }

// Path returns the executable that the tests run, as terraform-plugin-testing finds it.
func Path() (string, error) {
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		cli = "terraform"
	}
	path, err := exec.LookPath(cli)
	if err != nil {
		return "", fmt.Errorf("a Terraform CLI is needed: %w", err)
	}
	return path, nil
}

// Current returns the CLI that the tests run.
var Current = sync.OnceValues(func() (CLI, error) {
	path, err := Path()
	if err != nil {
		return CLI{}, err
	}
	cmd := exec.CommandContext(context.Background(), path, "version")
	cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	out, err := cmd.Output()
	if err != nil {
		return CLI{}, fmt.Errorf("%s version: %w", path, err)
	}
	return parse(string(out))
})

var firstLine = regexp.MustCompile(`^(Terraform|OpenTofu) v((\d+)\.(\d+)\.\S+)`)

// parse reads the output of the command version.
func parse(output string) (CLI, error) {
	found := firstLine.FindStringSubmatch(output)
	if found == nil {
		return CLI{}, fmt.Errorf("not the version of a Terraform CLI: %q", output)
	}
	major, err := strconv.Atoi(found[3])
	if err != nil {
		return CLI{}, err
	}
	minor, err := strconv.Atoi(found[4])
	if err != nil {
		return CLI{}, err
	}
	return CLI{Product: found[1], Version: Version{major, minor}, Release: found[2]}, nil
}
