// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command demo shows the provider at work on a simulated Enterprise Manager: it builds both, creates a restore operator
// with `terraform apply`, changes the operator's roles in place, shows that a second plan is empty, destroys everything
// and asks the server whether anything is left. It needs a Terraform or OpenTofu CLI and no network; what it starts or
// writes is gone when it ends, also when it is interrupted.
//
// Arguments go to the simulator: `demo -latency 300ms -scope-delay 2s` shows how the provider waits. If DEMO_HOLD_AT is set
// the demo waits to be interrupted after the Terraform command that prints its text; the test of the interrupt needs that.
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
	// SIGPIPE too: with `make demo | head` a write would end the process before it has cleaned up.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	defer stop()
	err := run(ctx, os.Stdout, os.Args[1:])
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "\nInterrupted: what the demo had started is stopped, its temporary folder removed.")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "\nThe demo failed:", err)
		os.Exit(1)
	}
}

// run does everything inside a temporary folder and removes that, whatever happens.
func run(ctx context.Context, out io.Writer, simulatorArgs []string) (err error) {
	cli, err := findCLI()
	if err != nil {
		return err
	}
	// A short name: the plugins' sockets go there too, and the path of a socket has at most 104 bytes.
	dir, err := os.MkdirTemp("", "veeam-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	d := demo{dir: dir, out: out, started: time.Now()}
	d.say("A restore operator on a simulated Veeam Backup Enterprise Manager.\nNothing leaves this machine; everything happens in %s", dir)
	d.heading("Build the provider and the simulator")
	if err := d.build(ctx); err != nil {
		return err
	}
	d.heading("Start the simulator")
	if d.server, err = startSimulator(ctx, filepath.Join(dir, "simulator"), dir, simulatorArgs); err != nil {
		return err
	}
	defer d.server.stop()
	d.say("Listening at %s, with an infrastructure of its own and the seven built-in roles.", d.server.endpoint())
	if d.terraform, err = newTerraform(cli, d.dir, d.server.env, out); err != nil {
		return err
	}
	return d.show(ctx)
}

// findCLI returns the Terraform or OpenTofu executable. The make target names it; by hand, PATH is searched.
func findCLI() (string, error) {
	if cli := os.Getenv("TF_ACC_TERRAFORM_PATH"); cli != "" {
		return cli, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if cli, err := lookPath(name); err == nil {
			return cli, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on PATH: `make demo` fetches one, which needs the internet")
}
