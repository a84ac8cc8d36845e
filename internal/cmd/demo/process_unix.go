// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
)

func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func askToEnd(cmd *exec.Cmd) error {
	return cmd.Process.Signal(os.Interrupt)
}

// killGroup ends what is left of the process's group. It is called after the process has been waited for, too: a
// provider that outlived its CLI would otherwise stay.
func killGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}
