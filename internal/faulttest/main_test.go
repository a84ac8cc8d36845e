// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:debug tlsmlkem=0

package faulttest

import (
	"os"
	"runtime/debug"
	"testing"
)

// Each run of a provider makes much garbage and keeps nothing: collecting it less often saves a quarter of the CPU.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
