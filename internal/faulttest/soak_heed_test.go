// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"slices"
	"strings"
	"testing"
)

// An older server does not show enough of an account to prove that it is the one whose create gave no ID.
func TestWorld_AnAccountThatARunLeavesAloneIsDeletedAndCreatedAgain(t *testing.T) {
	garbage := slices.IndexFunc(soakFaults, func(f fault) bool { return f.Name == "garbage" })
	list := slices.IndexFunc(operations, func(o operation) bool { return o.Name == "list the accounts" })
	w := soakWorld{
		Quirks: soakQuirks{OmitLocation: true, OmitSettings: true},
		Steps: []soakStep{
			{Edits: []soakEdit{{}}, Faults: []soakFault{{Fault: garbage, On: list, Skip: 1, Times: 20}}, Parallelism: 1},
			{Parallelism: 1},
			{Parallelism: 1},
		},
	}
	result := runSoak(t, w)
	log := strings.Join(result.Log, "\n")
	for _, broken := range result.Broken {
		t.Error(broken)
	}
	if n := strings.Count(log, "left alone, and deleted manually"); n != 1 {
		t.Errorf("%d accounts were left alone, want 1", n)
	}
	if t.Failed() {
		t.Log("\n" + log)
	}
}
