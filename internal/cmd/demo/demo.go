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

// accountName is the name of the account in examples/demo.
const accountName = `TECH\jane.operator`

type demo struct {
	dir       string
	out       io.Writer
	started   time.Time
	steps     int
	server    *simulator
	admin     *administrator
	terraform *terraform
}

// build builds the provider and the simulator in the demo's folder.
func (d *demo) build(ctx context.Context) error {
	for name, pkg := range map[string]string{
		"provider/terraform-provider-veeam": ".",
		"simulator":                         "./internal/cmd/simulator",
	} {
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

// operatorFile is the file in examples/demo that contains the operator.
const operatorFile = "operator.tf"

// show runs the Terraform commands of the demo.
func (d *demo) show(ctx context.Context) error {
	if err := d.terraform.copyConfiguration(filepath.Join("examples", "demo")); err != nil {
		return err
	}
	operator := filepath.Join(d.terraform.work, operatorFile)
	for _, step := range []struct {
		heading string
		before  func() error // nil: nothing
		args    []string
	}{
		{"Create the operator: one role, two virtual machines", func() error { return d.showFile(operator) }, apply()},
		{"Change the roles, in place", nil, apply(newRoles)},
		{"Plan again: no changes", nil, []string{"plan", "-detailed-exitcode", newRoles}},
		{
			"An administrator lets the operator restore everything: the next apply takes it back",
			func() error { return d.admin.allowEverything(ctx) }, apply(newRoles),
		},
		{
			"Remove the operator from the configuration: the account is deleted",
			func() error { d.say("$ rm %s", operatorFile); return os.Remove(operator) }, apply(newRoles),
		},
	} {
		d.heading(step.heading)
		if step.before != nil {
			if err := step.before(); err != nil {
				return err
			}
		}
		if err := d.step(ctx, step.args); err != nil {
			return err
		}
	}
	d.heading("Check that nothing is left on the server")
	return d.inspect(ctx)
}

// apply returns the arguments of an apply.
func apply(more ...string) []string { return append([]string{"apply", "-auto-approve"}, more...) }

// showFile prints a file of the configuration.
func (d *demo) showFile(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d.say("$ cat %s", filepath.Base(file))
	out := &trimmer{out: d.out}
	_, _ = out.Write(content) // never fails
	d.say("")
	return nil
}

// newRoles removes one role and adds another.
const newRoles = `-var=roles=["File Restore Operator", "Portal User"]`

// step runs one Terraform command and lists the requests that the provider sent. A plan that finds a change fails,
// because it exits with 2 if -detailed-exitcode is set.
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
	d.say("\nRequests (those with * change an account):")
	for _, r := range requests[min(seen, len(requests)):] {
		d.say("%s", r)
	}
	return nil
}

// inspect asks the server without Terraform, and fails if the demo has left anything behind.
func (d *demo) inspect(ctx context.Context) error {
	accounts, err := d.admin.operators(ctx)
	if err != nil {
		return err
	}
	sessions, err := d.admin.sessions(ctx)
	if err != nil {
		return err
	}
	d.say("Accounts named %s: %d", accountName, len(accounts))
	d.say("Open sessions of the provider: %d", sessions)
	if len(accounts)+sessions > 0 {
		return errors.New("accounts or sessions are left on the server")
	}
	d.say("\nDone in %.0f s. Stopping the simulator and removing %s.", time.Since(d.started).Seconds(), d.dir)
	return nil
}

func (d *demo) heading(text string) {
	d.steps++
	d.say("\n--- %d. %s", d.steps, text)
}

// say prints a line. It ignores errors: if the output is closed, SIGPIPE has already cancelled the context.
func (d *demo) say(format string, args ...any) {
	_, _ = fmt.Fprintf(d.out, format+"\n", args...)
}

// quoted returns args quoted for a shell.
func quoted(args []string) []string {
	q := make([]string, len(args))
	for i, a := range args {
		if q[i] = a; strings.ContainsAny(a, `"[] `) {
			q[i] = "'" + a + "'"
		}
	}
	return q
}

// copyFiles copies the Terraform files of a folder into another folder, which it creates.
func copyFiles(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(from, "*.tf"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no configuration in %s: run the demo from the root of the repository", from)
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
