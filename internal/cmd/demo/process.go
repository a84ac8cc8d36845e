// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"time"
)

// gracePeriod is how long a process may take to end after the request to end, before it is killed.
const gracePeriod = 10 * time.Second

// command prepares a process in its own process group, so that Ctrl-C reaches only the demo. The demo then stops its
// children one by one: the server last, because the provider still has to log off.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	ownGroup(cmd)
	cmd.Cancel = func() error { return askToEnd(cmd) }
	cmd.WaitDelay = gracePeriod
	return cmd
}

// runAll runs the command. When the command has ended, runAll kills what is left in its process group, such as a
// provider or a linker.
func runAll(cmd *exec.Cmd) error {
	defer killGroup(cmd)
	return cmd.Run()
}

// lookPath is exec.LookPath with an absolute result, because commands run in other folders.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}
