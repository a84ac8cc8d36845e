// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the CLI and the providers that it starts into a group of their own.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends what is left of the group.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // an empty group is an error, and what is wanted

// interruptGroup is Ctrl-C at a terminal: the CLI and its providers all get the signal.
func interruptGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }

// interruptCLI is what a CI runner does: the CLI alone gets the signal.
func interruptCLI(cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGINT) }

// terminateCLI is the end of a container.
func terminateCLI(cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGTERM) }
