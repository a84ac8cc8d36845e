// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// Two objects of one name under two roots that the server does not list. The server may list their scopes by the names
// of the roots, in any order.
var (
	dcOne = object{"urn:AHV:Vm:11111111-0000-4000-8000-000000000001.vm-1", "DC01"}
	dcTwo = object{"urn:AHV:Vm:22222222-0000-4000-8000-000000000002.vm-2", "DC01"}
)

func addUnlistedRoots(em *acctest.EM) {
	em.Mutate(func(s *emsim.Store) {
		for i, o := range []object{dcOne, dcTwo} {
			s.AddRoot(emsim.HierarchyRoot{
				ID: o.ref[len("urn:AHV:Vm:"):][:36], Name: fmt.Sprintf("ahv%02d.tech.local", i+1), HostType: "AHV", Unlisted: true,
			})
			s.AddObject(o.ref, o.name)
		}
	})
}

func TestUnlistedRoots_ScopesOfOneNameAreNotSwapped(t *testing.T) {
	with := func(objects ...object) []tfrun.Block {
		return blocks(account{scope: append([]object{vm01}, objects...)}.block())
	}
	inTwo := blocks(fox, scope("one", "fox", dcOne), scope("two", "fox", dcTwo))
	both, two := with(dcOne, dcTwo), with(dcTwo)
	list := func(objects ...object) []tfrun.Block { return blocks(foxAllNoScope, exclusive("fox", objects...)) }
	for name, steps := range map[string][][]tfrun.Block{
		"created with both":         {both, two},
		"one after the other":       {with(dcOne), both, two},
		"the other one goes":        {both, with(dcOne), both, two},
		"separate resources":        {inTwo, blocks(fox, scope("two", "fox", dcTwo))},
		"exclusive list":            {list(dcOne, dcTwo), list(dcTwo)},
		"the references are sorted": {with(dcTwo, dcOne), two},
	} {
		for _, order := range []emsim.ListOrder{emsim.ListOldestFirst, emsim.ListNewestFirst, emsim.ListShuffled} {
			for _, roots := range []emsim.RootNames{emsim.RootNamesID, emsim.RootNamesName} {
				inBubble(t, fmt.Sprintf("%s, %s, roots by %s", name, order, roots), func(t *testing.T) {
					em := acctest.StartEMWithoutTLS(t, emsim.Options{ListOrder: order, RootNames: roots})
					addUnlistedRoots(em)
					w := em.NewWorkspace()
					for _, step := range steps {
						mustApply(t, w, step)
						holdsExactly(t, em, w, step)
					}
					mustApply(t, w, nil)
				})
			}
		}
	}
}
