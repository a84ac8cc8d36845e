// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// act is the part of the demo that shows one product.
type act struct {
	title         string
	configuration string // folder in examples/demo
	server        product
	steps         []step
}

// product is the simulated server of a product, as its administrator sees it.
type product interface {
	logOn(ctx context.Context) error
	// objects returns what the demo creates, and how many of it the server has.
	objects(ctx context.Context) (what string, count int, err error)
	// sessions returns the number of open sessions, without that of the administrator.
	sessions(ctx context.Context) (int, error)
}

// step is one Terraform command.
type step struct {
	heading string
	before  func(ctx context.Context) error // nil: nothing
	args    []string
}

// show runs the Terraform commands of an act, and fails if they have left anything behind.
func (d *demo) show(ctx context.Context, a act) error {
	d.say("\n=== %s", a.title)
	if err := a.server.logOn(ctx); err != nil {
		return err
	}
	d.terraform.work = filepath.Join(d.dir, a.configuration)
	if err := copyFiles(filepath.Join("examples", "demo", a.configuration), d.terraform.work); err != nil {
		return err
	}
	for _, s := range a.steps {
		d.heading(s.heading)
		if s.before != nil {
			if err := s.before(ctx); err != nil {
				return err
			}
		}
		if err := d.step(ctx, s.args); err != nil {
			return err
		}
	}
	d.heading("Check that nothing is left on the server")
	return d.inspect(ctx, a.server)
}

// The arguments of plans. A plan that finds a change exits with 2 if -detailed-exitcode is set, so that the demo fails.
const (
	planCommand = "plan"
	mustBeEmpty = "-detailed-exitcode"
)

// apply returns the arguments of an apply.
func apply(more ...string) []string { return append([]string{"apply", "-auto-approve"}, more...) }

// step runs one Terraform command and lists the requests that the provider sent.
func (d *demo) step(ctx context.Context, args []string) error {
	seen := d.server.requests()
	d.say("$ %s %s", d.terraform.name(), strings.Join(quoted(args), " "))
	if err := d.terraform.run(ctx, args...); err != nil {
		return fmt.Errorf("%s %s: %w", d.terraform.name(), args[0], err)
	}
	if len(args) > 1 && args[1] == mustBeEmpty {
		d.say("Exit code 0: the plan is empty.")
	}
	requests, err := d.server.journal()
	if err != nil {
		return err
	}
	d.say("\nRequests (those with * change something):")
	for _, r := range requests[min(seen, len(requests)):] {
		d.say("%s", r)
	}
	return nil
}

// inspect asks the server without Terraform.
func (d *demo) inspect(ctx context.Context, server product) error {
	what, objects, err := server.objects(ctx)
	if err != nil {
		return err
	}
	sessions, err := server.sessions(ctx)
	if err != nil {
		return err
	}
	d.say("%s: %d", what, objects)
	d.say("Open sessions of the provider: %d", sessions)
	if objects+sessions > 0 {
		return errors.New("objects or sessions are left on the server")
	}
	return nil
}
