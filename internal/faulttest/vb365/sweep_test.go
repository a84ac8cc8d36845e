// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

var (
	everything = role{
		description: "everything", operators: []reference{byName(operator), byID(abc)},
		selected: []reference{byName(user3), byID(group2), byName(site), byName(team)}, excluded: []reference{byID(shared)},
	}
	everyOther = role{
		name: "Renamed", description: "changed", operators: []reference{byName(admin), byName(group2)},
		selected: []reference{byID(shared), byName(board)}, excluded: []reference{byName(user3), byID(nameless)},
	}
	late = vb365sim.Options{
		RoleDelay: 3 * time.Second, EntryDelay: 3 * time.Second, RemovingDelay: 3 * time.Second,
		RefuseUnknownEntries: true,
	}
)

// changes are what the sweep breaks, in addition to those of the matrix.
var changes = []operation{
	{Name: "a new role with everything", After: blocks(everything)},
	{Name: "everything changes", Before: blocks(everything), After: blocks(everyOther)},
	{
		Name: "everything changes, one by one", Before: blocks(everything), After: blocks(everyOther),
		Prepare: func(vb *acctest.VB365) {
			for _, list := range []vb365sim.List{vb365sim.Operators, vb365sim.SelectedItems, vb365sim.ExcludedItems} {
				addUnmanaged(list)(vb)
			}
		},
	},
	{Name: "a new role that is listed late", Options: late, After: blocks(everything)},
	{Name: "everything changes late", Options: late, Before: blocks(everything), After: blocks(everyOther)},
	{
		Name:    "a server that keeps lists",
		Options: vb365sim.Options{KeepsEmptyLists: true, KeepsSelectedItems: true},
		Before:  blocks(everything), After: blocks(wholeBut),
	},
}

func TestSweep_NoErrorOfALaterRequestIsIgnored(t *testing.T) {
	matrix.Sweep(t, acctest.StartVB365WithoutTLS, changes)
}

func TestSweep_NoErrorOfAnImportIsIgnored(t *testing.T) {
	for _, id := range []string{vb365sim.OrganizationName + "/Helpdesk", cloud + "/Helpdesk"} {
		t.Run(id, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				vb := acctest.StartVB365WithoutTLS(t, vb365sim.Options{})
				vb.NewWorkspace().MustApply(blocks(everything)...)
				matrix.SweepImport(t, vb, everything.block(), id, "")
			})
		})
	}
}
