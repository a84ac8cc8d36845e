// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
)

// The soak combines random configurations with random servers, faults and changes outside Terraform.
// soak_check_test.go defines what must hold after each step.
func TestSoak_RandomChangesAndFaultsEndAsConfigured(t *testing.T) {
	faultkit.Soak[emsim.Options]{
		Package: "internal/faulttest", Steps: 1000, Reduced: 100, New: newSoakWorld, Run: runSoak,
	}.Test(t)
}
