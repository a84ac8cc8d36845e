// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"time"
)

// gracePeriod is how long a process may take to end after it was asked to, before it is killed.
const gracePeriod = 10 * time.Second

// command prepares a process in a group of its own: a Ctrl-C at the keyboard then reaches the demo alone, which passes it
// on to one child after the other, and the server outlives the CLI that still logs off from it.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	ownGroup(cmd)
	cmd.Cancel = func() error { return askToEnd(cmd) }
	cmd.WaitDelay = gracePeriod
	return cmd
}

// runAll runs the command and, once that has ended, ends what it left in its group: a provider or a linker that outlived
// the process that started it.
func runAll(cmd *exec.Cmd) error {
	defer killGroup(cmd)
	return cmd.Run()
}

// lookPath is exec.LookPath with an absolute answer, since commands run in other folders.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}
