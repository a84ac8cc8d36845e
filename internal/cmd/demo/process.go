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

// command prepares a process in a group of its own: a Ctrl-C at the keyboard then reaches the demo alone, which asks its
// children to end in their own way and, where they do not, kills them with all that they have started.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	ownGroup(cmd)
	cmd.Cancel = func() error { return askToEnd(cmd) }
	cmd.WaitDelay = gracePeriod
	return cmd
}

// lookPath is exec.LookPath with an absolute answer, since commands run in other folders.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}
