// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package parent lets the process that started this one decide when this one ends, and notices that it has ended. It is
// the only part of the provider that depends on the operating system.
package parent

import (
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// interval is the time between two checks. A check costs one system call.
const interval = time.Second

// started is the parent's process ID. It is read as early as possible, because the end of a parent that ends before is
// not noticed.
var started = os.Getppid()

// IgnoreSignals ignores the signals that end a process with its terminal or its process group, and that of a log that
// has no reader any more.
func IgnoreSignals() { signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE, syscall.SIGTERM) }

// AwaitEnd returns when the parent process has ended. The system then gives this process another parent, whatever the
// parent's process ID was: in a container, it can be 1. On Windows, where that does not happen, AwaitEnd never returns.
func AwaitEnd() {
	if runtime.GOOS == "windows" {
		select {}
	}
	awaitChange(started, os.Getppid)
}

func awaitChange(from int, current func() int) {
	for current() == from {
		time.Sleep(interval)
	}
}
