// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package main

import (
	"os"
	"time"
)

// usageOf does not know the memory of a process on this operating system.
func usageOf(ended *os.ProcessState) usage {
	return usage{CPU: ended.UserTime() + ended.SystemTime()}
}

func ownCPU() time.Duration { return 0 }
