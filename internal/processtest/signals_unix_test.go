// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// catchHangUp lets the CLI react to SIGHUP even if the tests run under nohup: a process inherits which signals are
// ignored, but not which ones are caught.
func catchHangUp() {
	if signal.Ignored(syscall.SIGHUP) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
}

// ownGroup puts the CLI and the providers that it starts into their own process group.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills the processes that are left in the group. It ignores the error for an empty group.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// interruptGroup acts like Ctrl-C in a terminal: the CLI and its providers all receive the signal.
func interruptGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }

// interruptCLI acts like a CI runner: only the CLI receives the signal.
func interruptCLI(cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGINT) }

// terminateCLI acts like the end of a container: only the CLI receives the signal.
func terminateCLI(cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGTERM) }

// terminateGroup acts like timeout(1) and like the end of a service: the CLI and its providers all receive the signal.
func terminateGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }

// hangUpGroup acts like a terminal that is closed: the CLI and its providers all receive the signal.
func hangUpGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGHUP) }

// killCLI kills only the CLI.
func killCLI(cmd *exec.Cmd) error { return cmd.Process.Kill() }
