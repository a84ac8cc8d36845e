// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

var matrix = faultkit.Matrix[*acctest.VB365, vb365sim.Options]{
	Package: "internal/faulttest/vb365", Operations: operations, Faults: faults, Expected: expected, Product: product{},
	OneIn: 18,
}

type variant = faultkit.Variant[vb365sim.Options]

func TestMatrix_EachOperationSurvivesOrReportsEachFault(t *testing.T) {
	matrix.Run(t, acctest.StartVB365, variant{})
}

func TestGuide_ContainsTheTableOfTheMatrix(t *testing.T) { matrix.CheckGuide(t) }

func TestExpected_ContainsExactlyTheCellsOfTheMatrix(t *testing.T) { matrix.CheckExpected(t) }
