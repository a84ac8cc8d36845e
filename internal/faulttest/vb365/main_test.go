// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:debug tlsmlkem=0

package vb365

import (
	"os"
	"runtime/debug"
	"testing"
)

// Each run of a provider allocates much memory and keeps none: less frequent garbage collection saves a quarter of the
// CPU time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	os.Exit(m.Run())
}
