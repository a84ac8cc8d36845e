// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
	"time"
)

func usageOf(ended *os.ProcessState) usage {
	u := usage{CPU: ended.UserTime() + ended.SystemTime()}
	if r, ok := ended.SysUsage().(*syscall.Rusage); ok {
		u.Peak = r.Maxrss
	}
	if runtime.GOOS != "darwin" { // which counts in bytes
		u.Peak <<= 10
	}
	return u
}

func ownCPU() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
