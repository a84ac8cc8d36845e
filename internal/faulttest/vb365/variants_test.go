// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"net/http"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// changing are the operations that change a role and its lists.
var changing = []string{
	creating, "change the lists", "change to EntireOrganization", "change to SpecificObjects", addSelected,
	removeSelected,
}

var variants = []variant{
	{
		Name: "version 7", Change: func(o *vb365sim.Options) { o.Versions = []string{"v7"} },
		Affected: []string{creating, logOff},
	},
	{
		Name: "version 6", Change: func(o *vb365sim.Options) { o.Versions, o.OmitErrorCode = []string{"v6"}, true },
		Affected: []string{creating}, Without: []string{logOff, lookingUp + teamByName, lookingUp + teamByID, siteByName},
		Except: map[string]map[string]faultkit.Exception{refreshing: everyFault(faultkit.Always)}, // it does not log off
	},
	{
		Name: "a server that replaces",
		Change: func(o *vb365sim.Options) {
			o.Update, o.EntryIDs, o.IDCase = vb365sim.UpdateReplaces, vb365sim.EntryIDsFresh, vb365sim.CaseUpper
			o.ListOrder = simkit.ListShuffled
		},
		Affected: changing,
	},
	{
		Name: "a server that keeps lists and adds duplicates",
		Change: func(o *vb365sim.Options) {
			o.KeepsEmptyLists, o.KeepsSelectedItems, o.DuplicateEntries = true, true, vb365sim.DuplicateEntriesAdd
			o.EntryIDs, o.RefuseDuplicateNames = vb365sim.EntryIDsList, true
		},
		Affected: changing,
	},
	{
		Name: "a server that lists late and is strict",
		Change: func(o *vb365sim.Options) {
			o.RoleDelay, o.EntryDelay, o.RemovingDelay = 3*time.Second, 3*time.Second, 3*time.Second
			o.DuplicateEntries, o.RefuseUnknownEntries = vb365sim.DuplicateEntriesRefuse, true
			o.RefuseUnknownObjects, o.CreateStatus, o.WriteStatus = true, http.StatusAccepted, http.StatusOK
		},
		Affected: changing,
		// The entry is still listed, so that it is removed twice. The second response has a body.
		Except: map[string]map[string]faultkit.Exception{removeSelected: {"truncated": {Verdict: faultkit.Once}}},
	},
}

// everyFault returns the same verdict for every fault.
func everyFault(verdict string) map[string]faultkit.Exception {
	out := map[string]faultkit.Exception{}
	for _, f := range faults {
		out[f.Name] = faultkit.Exception{Verdict: verdict}
	}
	return out
}

func TestMatrix_OtherKindsOfServersHaveTheSameTable(t *testing.T) {
	for _, v := range variants {
		t.Run(v.Name, func(t *testing.T) { matrix.Run(t, acctest.StartVB365WithoutTLS, v) })
	}
}
