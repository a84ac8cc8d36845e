// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// accountName is the operator's, as examples/demo has it.
const accountName = `TECH\jane.operator`

type demo struct {
	dir       string
	out       io.Writer
	started   time.Time
	steps     int
	server    *simulator
	terraform *terraform
}

// build makes both executables, into the demo's folder.
func (d *demo) build(ctx context.Context) error {
	for name, pkg := range map[string]string{"provider/terraform-provider-veeam": ".", "simulator": "./internal/cmd/simulator"} {
		name = filepath.Join(d.dir, filepath.FromSlash(name))
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		var output bytes.Buffer
		cmd := command(ctx, "go", "build", "-o", name, pkg)
		cmd.Stdout, cmd.Stderr = &output, &output
		cmd.Env = append(os.Environ(), "GOTMPDIR="+d.dir)
		if err := runAll(cmd); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", pkg, err, output.String())
		}
	}
	return nil
}

// show is the demo itself.
func (d *demo) show(ctx context.Context) error {
	if err := d.terraform.copyConfiguration(filepath.Join("examples", "demo")); err != nil {
		return err
	}
	for _, step := range []struct {
		heading string
		args    []string
	}{
		{"Create the operator: one role, two machines", []string{"apply", "-auto-approve"}},
		{"Change the roles, in place", []string{"apply", "-auto-approve", newRoles}},
		{"Plan again: nothing to change", []string{"plan", "-detailed-exitcode", newRoles}},
		{"Remove everything", []string{"destroy", "-auto-approve", newRoles}},
	} {
		d.heading(step.heading)
		if err := d.step(ctx, step.args); err != nil {
			return err
		}
	}
	d.heading("Ask the server what is left")
	return d.inspect(ctx)
}

// newRoles takes one role away and gives another.
const newRoles = `-var=roles=["File Restore Operator", "Portal User"]`

// step runs one Terraform command and lists the requests that it made the provider send. A plan with
// -detailed-exitcode that finds a change exits with 2, and so fails here.
func (d *demo) step(ctx context.Context, args []string) error {
	seen := d.server.requests()
	d.say("$ %s %s", d.terraform.name(), strings.Join(quoted(args), " "))
	if err := d.terraform.run(ctx, args...); err != nil {
		return fmt.Errorf("%s %s: %w", d.terraform.name(), args[0], err)
	}
	if args[0] == "plan" {
		d.say("Exit code 0: the plan is empty.")
	}
	requests, err := d.server.journal()
	if err != nil {
		return err
	}
	d.say("\nRequests (* changes an account):")
	for _, r := range requests[min(seen, len(requests)):] {
		d.say("%s", r)
	}
	return nil
}

// inspect logs on to the server, beside Terraform, and fails where the demo has left something behind.
func (d *demo) inspect(ctx context.Context) error {
	left, err := d.server.whatIsLeft(ctx)
	if err != nil {
		return err
	}
	d.say("Accounts named %s: %d", accountName, left.accounts)
	d.say("Open sessions of the provider: %d", left.sessions)
	if left.accounts+left.sessions > 0 {
		return errors.New("something is left on the server")
	}
	d.say("\nDone in %.0f s. The simulator stops, %s goes.", time.Since(d.started).Seconds(), d.dir)
	return nil
}

func (d *demo) heading(text string) {
	d.steps++
	d.say("\n--- %d. %s", d.steps, text)
}

// say prints a line. Where nobody listens any more, SIGPIPE has cancelled the context already.
func (d *demo) say(format string, args ...any) {
	_, _ = fmt.Fprintf(d.out, format+"\n", args...)
}

// quoted is args as a shell would need them.
func quoted(args []string) []string {
	q := make([]string, len(args))
	for i, a := range args {
		if q[i] = a; strings.ContainsAny(a, `"[] `) {
			q[i] = "'" + a + "'"
		}
	}
	return q
}

// copyFiles copies the Terraform files of one folder into another, which it makes.
func copyFiles(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(from, "*.tf"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no configuration in %s: the demo runs from the top of the repository", from)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
