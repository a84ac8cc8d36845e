// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// Record is the log of a world that runs, and the checks that failed.
type Record struct{ Log, Broken []string }

// CatchPanic records a panic as a check that failed. It is to be deferred.
func (r *Record) CatchPanic() {
	if p := recover(); p != nil {
		r.Breaks("panic: %v\n%s", p, debug.Stack())
	}
}

// Logf adds to the log.
func (r *Record) Logf(format string, args ...any) {
	r.Log = append(r.Log, fmt.Sprintf(format, args...))
}

// Breaks records that a check failed. The text before its first colon names the check.
func (r *Record) Breaks(format string, args ...any) {
	r.Broken = append(r.Broken, fmt.Sprintf(format, args...))
}

// Watchdog panics if it is not stopped: an operation that takes many days of virtual time waits forever.
func (r *Record) Watchdog() *time.Timer {
	return time.AfterFunc(10*24*time.Hour, func() { panic("stuck after:\n" + strings.Join(r.Log, "\n")) })
}

// Requests returns a journal as text. It prints a repeated request once, with the number of repetitions.
func Requests(journal []simkit.Request) string {
	var b strings.Builder
	last, times := "", 0
	flush := func() {
		if times > 1 {
			fmt.Fprintf(&b, "        repeated %d more times\n", times-1)
		}
	}
	for _, q := range journal {
		line := fmt.Sprintf("%s %s %d %s", q.Method, q.Path, q.Status, q.Fault)
		if line == last {
			times++
			continue
		}
		flush()
		fmt.Fprintf(&b, "      %s %s\n", q.At.Format("15:04:05.000"), line)
		last, times = line, 1
	}
	flush()
	return b.String()
}
