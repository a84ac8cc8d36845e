// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// MustApply applies a configuration and checks that the next plan is empty. It returns how long the apply took.
func (w *Workspace) MustApply(config ...Block) (took time.Duration) {
	w.t.Helper()
	begun := time.Now()
	if out := w.Apply(config...); len(out.Errors) > 0 || out.LogOff != nil {
		w.t.Fatalf("the apply reported the errors %q, logging off the error %v", out.Errors, out.LogOff)
	}
	took = time.Since(begun)
	if plan := w.Plan(config...); len(plan.Errors)+len(plan.Changes) > 0 {
		w.t.Fatalf("the plan after the apply is not empty: errors %q, changes %q", plan.Errors, plan.Changes)
	}
	return took
}

// Lag is the longest time until the provider notices a change in the list of scopes: it polls every two seconds and may
// use a list that another resource read up to a second earlier.
const Lag = 3 * time.Second

// Took checks that something took at least as long as the server needs, and at most Lag longer for each wait.
// If the server needs no time, no time may pass.
func Took(t testing.TB, took, server time.Duration, waits int) {
	t.Helper()
	most := server + time.Duration(waits)*Lag
	if server == 0 {
		most = 0
	}
	if took < server || took > most {
		t.Errorf("took %s, want %s to %s", took, server, most)
	}
}

// Check runs the checks and reports each one that fails as a test error.
func Check(t testing.TB, checks ...resource.TestCheckFunc) {
	t.Helper()
	for _, check := range checks {
		if err := check(nil); err != nil {
			t.Error(err)
		}
	}
}
