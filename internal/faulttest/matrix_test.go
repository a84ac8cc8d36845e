// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
)

// isReduced reports whether only some of the cells are run.
func isReduced() bool { return faultkit.IsReduced() }

var matrix = faultkit.Matrix[*acctest.EM, emsim.Options]{
	Package: "internal/faulttest", Operations: operations, Faults: faults, Expected: expected, Open: open,
	Product: product{}, OneIn: 6,
}

func TestMatrix_EachOperationSurvivesOrReportsEachFault(t *testing.T) {
	matrix.Run(t, acctest.StartEM, variant{})
}

func TestGuide_ContainsTheTableOfTheMatrix(t *testing.T) { matrix.CheckGuide(t) }

func TestExpected_ContainsExactlyTheCellsOfTheMatrix(t *testing.T) { matrix.CheckExpected(t) }

// inBubble runs a parallel subtest in its own bubble.
func inBubble(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}
