// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// The soak combines random roles with random servers, faults and changes outside Terraform. soak_check_test.go defines
// what must hold after each step.
func TestSoak_RandomChangesAndFaultsEndAsConfigured(t *testing.T) {
	faultkit.Soak[vb365sim.Options]{
		Package: "internal/faulttest/vb365", Steps: 200, Reduced: 25, New: newSoakWorld, Run: runSoak,
	}.Test(t)
}
