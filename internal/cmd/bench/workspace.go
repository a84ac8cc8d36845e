// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// cost is what one command of Terraform has cost.
type cost struct {
	wall                time.Duration
	terraform, provider time.Duration // CPU
	peak                int64         // memory of the largest process of the provider, in bytes
	traffic
}

// workspace is a working folder of a subject.
type workspace struct {
	subject subject
	cli     string
	dir     string
	server  *server // nil if the subject uses none
	env     []string
}

// newWorkspace creates a folder with the configuration.
func (b *bench) newWorkspace(of subject, configuration string) (*workspace, error) {
	dir, err := os.MkdirTemp(b.dir, "work")
	if err != nil {
		return nil, err
	}
	w := &workspace{subject: of, cli: b.cli, dir: dir}
	w.env = append(withoutSettings(os.Environ()), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_CLI_CONFIG_FILE="+b.cliConfig, envProvider+"="+of.executable, envUsage+"="+w.path("usage"))
	w.env = append(w.env, of.env...)
	if of.server {
		if w.server, err = startServer(); err != nil {
			return nil, err
		}
		w.env = append(w.env, w.server.environment()...)
	}
	return w, w.configure(configuration)
}

// configure replaces the configuration.
func (w *workspace) configure(text string) error {
	if w.subject.executable == "" {
		text = asData(text)
	} else {
		text = requirements + text
	}
	return os.WriteFile(w.path("main.tf"), []byte(text), 0o600)
}

func (w *workspace) path(name string) string { return filepath.Join(w.dir, name) }

// close stops the server. The bench removes the folder.
func (w *workspace) close() {
	if w.server != nil {
		w.server.close()
	}
}

// withoutSettings removes the user's settings of Terraform and the addresses of real servers.
func withoutSettings(environ []string) (kept []string) {
	for _, e := range environ {
		if !strings.HasPrefix(e, "TF_") && !strings.HasPrefix(e, "VEEAM_") && !strings.HasPrefix(e, "GOGC=") {
			kept = append(kept, e)
		}
	}
	return kept
}

// with runs a command with one more environment variable.
func (w *workspace) with(env string, run func() (cost, error)) (cost, error) {
	defer func(before []string) { w.env = before }(w.env)
	w.env = append(slices.Clip(w.env), env)
	return run()
}

// plan measures a plan, which must have no changes.
func (w *workspace) plan(ctx context.Context, args ...string) (cost, error) {
	return w.run(ctx, append([]string{"plan", "-no-color", "-input=false", "-detailed-exitcode"}, args...)...)
}

func (w *workspace) apply(ctx context.Context) (cost, error) {
	return w.run(ctx, "apply", "-no-color", "-input=false", "-auto-approve")
}

func (w *workspace) destroy(ctx context.Context) (cost, error) {
	return w.run(ctx, "destroy", "-no-color", "-input=false", "-auto-approve")
}

// run measures a command of Terraform, which must exit with 0. Terraform waits for its providers, so that its CPU time
// includes theirs.
func (w *workspace) run(ctx context.Context, args ...string) (c cost, err error) {
	if w.server != nil {
		w.server.takeTraffic()
	}
	cmd := exec.CommandContext(ctx, w.cli, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	cmd.Dir, cmd.Env = w.dir, w.env
	began := time.Now()
	out, err := cmd.CombinedOutput()
	c.wall = time.Since(began)
	if ctx.Err() != nil {
		return c, errors.New("interrupted")
	}
	if err != nil {
		return c, fmt.Errorf("%s: terraform %s: %w\n%s", w.subject.name, strings.Join(args, " "), err, tail(out))
	}
	records, err := takeRecords(w.path("usage"))
	if err != nil {
		return c, err
	}
	c.terraform = usageOf(cmd.ProcessState).CPU
	for _, r := range records {
		c.provider += r.Provider.CPU
		c.terraform -= r.Provider.CPU + r.Wrapper
		c.peak = max(c.peak, r.Provider.Peak)
	}
	if (len(records) == 0) != (w.subject.executable == "") || c.terraform < 0 {
		return c, errors.New("the processes of the provider were not measured")
	}
	if w.server != nil {
		c.traffic = w.server.takeTraffic()
	}
	return c, nil
}

// tail returns the end of an output, where the errors are.
func tail(output []byte) []byte {
	const most = 4000
	return output[max(0, len(output)-most):]
}

func closeAll(workspaces []*workspace) {
	for _, w := range workspaces {
		w.close()
	}
}

// groupsOf returns how many groups contain at least n accounts.
func groupsOf(n int) int { return (n + accountsInGroup - 1) / accountsInGroup }

// empty returns workspaces with a configuration and without a state.
func (b *bench) empty(text string, subjects ...subject) ([]*workspace, error) {
	all := make([]*workspace, 0, len(subjects))
	for _, s := range subjects {
		w, err := b.newWorkspace(s, text)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// applied returns workspaces whose n groups are in the state and on the server.
func (b *bench) applied(ctx context.Context, n int, text string, subjects ...subject) ([]*workspace, error) {
	all, err := b.empty(text, subjects...)
	if err != nil {
		return nil, err
	}
	for _, w := range all {
		if _, err := w.apply(ctx); err != nil {
			return nil, err
		}
		if err := multiply(w.path("terraform.tfstate"), w.server, n); err != nil {
			return nil, err
		}
		if err := w.configure(groups(n, text)); err != nil {
			return nil, err
		}
	}
	return all, nil
}
