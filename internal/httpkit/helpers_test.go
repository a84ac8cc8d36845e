// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"testing"
	"time"
)

// stopwatch returns a function that fails the test if the time since then is less than least or more than most.
func stopwatch(t *testing.T) (took func(least, most time.Duration)) {
	t.Helper()
	start := time.Now()
	return func(least, most time.Duration) {
		t.Helper()
		if got := time.Since(start); got < least || got > most {
			t.Errorf("it took %s, want %s to %s", got, least, most)
		}
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
