// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// What the soak has found on servers that list scopes of several hierarchy roots under one ID.

func TestSharedIDs_EachChangeOfScopesEndsAsConfigured(t *testing.T) {
	var (
		prod, dr    = poolProd, poolDR
		foxProd     = blocks(account{scope: []object{prod}}.block())
		foxDR       = blocks(account{scope: []object{dr}}.block())
		foxBoth     = blocks(account{scope: []object{prod, dr}}.block())
		listed      = func(objects ...object) []tfrun.Block { return blocks(foxAllNoScope, exclusive("fox", objects...)) }
		inTwoBlocks = blocks(fox, scope("prod", "fox", prod), scope("dr", "fox", dr))
	)
	for name, c := range map[string]struct{ before, after []tfrun.Block }{
		"one is replaced by the other":                    {foxProd, foxDR},
		"one is added to the other":                       {foxProd, foxBoth},
		"one is removed":                                  {foxBoth, foxDR},
		"one is replaced by the other, in the list":       {listed(vm01, prod), listed(vm01, dr)},
		"both are added to the list":                      {listed(vm01), listed(prod, dr)},
		"one is removed from the list":                    {listed(prod, dr), listed(dr)},
		"both are added by resources of their own":        {blocks(fox), inTwoBlocks},
		"both are removed, by resources of their own":     {inTwoBlocks, blocks(fox)},
		"the list takes the place of resources of others": {inTwoBlocks, blocks(foxAll, exclusive("fox", vm01, prod, dr))},
	} {
		for _, first := range []emsim.SharedDelete{emsim.SharedDeleteAll, emsim.SharedDeleteFirst} {
			t.Run(name+" "+string(first), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					em := acctest.StartEMWithoutTLS(t, emsim.Options{SharedScopeIDs: true, SharedDelete: first})
					w := em.NewWorkspace()
					must(t, w, c.before)
					holdsExactly(t, em, w, c.before)
					must(t, w, c.after)
					holdsExactly(t, em, w, c.after)
					must(t, w, nil)
				})
			})
		}
	}
}
