// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command demo demonstrates the provider on simulated servers, in one act for each product. It builds provider and
// simulator. In the first act, it shows a configuration, creates a restore operator of Enterprise Manager with
// `terraform apply`, changes the operator's roles in place, shows that a second plan is empty, makes a change outside
// Terraform that the next apply takes back, and deletes the operator. In the second act, it creates a restore operator
// role of Backup for Microsoft 365, shows a change that was made outside Terraform in a plan, applies the plan, shows
// that the next plan is empty, and destroys the role. At the end of each act, it checks that nothing is left on the
// server. It needs a Terraform or OpenTofu CLI, but no network. When it ends, even if it is interrupted, it stops every
// process that it started and removes every file that it wrote.
//
// Arguments are passed to the simulator: `demo -latency 300ms -scope-delay 2s` shows how the provider waits. If
// DEMO_HOLD_AT is set, the demo waits to be interrupted after the Terraform command that prints this text. The test of
// the interrupt uses it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	// SIGPIPE is included because otherwise, with `make demo | head`, a write would end the process before the cleanup.
	ctx, stop := signal.NotifyContext(context.Background(),
		os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	defer stop()
	err := run(ctx, os.Stdout, os.Args[1:])
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "\nInterrupted. All processes of the demo are stopped and its temporary folder is removed.")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "\nThe demo failed:", err)
		os.Exit(1)
	}
}

// run does everything in a temporary folder and always removes the folder.
func run(ctx context.Context, out io.Writer, simulatorArgs []string) (err error) {
	cli, err := findCLI()
	if err != nil {
		return err
	}
	// The name is short because the plugins' sockets are in this folder, and the path of a socket is limited to 104 bytes.
	dir, err := os.MkdirTemp("", "veeam-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	d := demo{dir: dir, out: out, started: time.Now()}
	d.say("Who may restore, on a simulated Enterprise Manager and a simulated Backup for Microsoft 365.")
	d.say("Nothing leaves this machine. All files of the demo are in %s", dir)
	d.heading("Build the provider and the simulator")
	if err := d.build(ctx); err != nil {
		return err
	}
	d.heading("Start the simulator")
	if d.server, err = startSimulator(ctx, filepath.Join(dir, "simulator"), dir, simulatorArgs); err != nil {
		return err
	}
	defer d.server.stop()
	d.say("Enterprise Manager listens at %s, with a sample infrastructure and the seven built-in roles.",
		d.server.variable("VEEAM_EM_ENDPOINT"))
	d.say("Backup for Microsoft 365 listens at %s, with three sample organizations.",
		d.server.variable("VEEAM_VB365_ENDPOINT"))
	if d.terraform, err = newTerraform(cli, d.dir, d.server.env, out); err != nil {
		return err
	}
	for _, a := range []act{d.emAct(), d.vb365Act()} {
		if err := d.show(ctx, a); err != nil {
			return err
		}
	}
	d.say("\nDone in %.0f s. Stopping the simulator and removing %s.", time.Since(d.started).Seconds(), d.dir)
	return nil
}

// findCLI returns the Terraform or OpenTofu executable. The make target sets the variable; without it, findCLI searches
// PATH.
func findCLI() (string, error) {
	if cli := os.Getenv("TF_ACC_TERRAFORM_PATH"); cli != "" {
		return cli, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if cli, err := lookPath(name); err == nil {
			return cli, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on PATH: run `make demo` to download one (needs the internet)")
}
