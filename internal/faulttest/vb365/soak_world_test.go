// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

type soakWorld = faultkit.World[vb365sim.Options]

// What a step runs.
const (
	runApply  = iota // terraform apply
	runImport        // state rm, import and apply
	runKinds
)

// soakFaults are the faults of the soak.
var soakFaults = faultkit.SoakFaults(faults)

// soakKinds are the kinds of what can happen in a step.
func soakKinds() faultkit.Kinds {
	return faultkit.Kinds{
		Runs: []int{runApply, runApply, runApply, runImport}, First: runApply,
		Edits: len(soakEdits), Outside: len(outsideChanges), Faults: len(soakFaults), Operations: len(operations),
	}
}

// newSoakWorld returns the world with this number.
func newSoakWorld(seed, number uint64, steps int) soakWorld {
	random := rand.New(rand.NewPCG(seed, number))
	w := soakWorld{
		Quirks: newSoakQuirks(random), TLS: random.IntN(10) == 0, Retries: []int{4, 4, 4, 2, 1, 0}[random.IntN(6)],
	}
	for n := range steps {
		s := soakKinds().NewStep(random, n)
		if len(s.Faults) > 0 && random.IntN(3) == 0 { // the request whose lost response matters most
			s.Faults[0].On = slices.IndexFunc(operations, func(o operation) bool { return o.Name == creating })
			s.Faults[0].Skip = 0
		}
		w.Steps = append(w.Steps, s)
	}
	return w
}

func newSoakQuirks(random *rand.Rand) vb365sim.Options {
	one := func(n int) bool { return random.IntN(n) == 0 }
	pick := func(durations ...time.Duration) time.Duration { return faultkit.Pick(random, durations...) }
	o := vb365sim.Options{
		Versions: faultkit.Pick(random, nil, nil, nil, []string{"v7"}, []string{"v6"}),
		Latency:  pick(0, 0, 0, 5*time.Millisecond, time.Second), TokenLife: pick(0, 0, 30*time.Second),
		RefreshLife:        pick(0, 0, time.Nanosecond),
		RefusedTokenStatus: faultkit.Pick(random, 0, http.StatusUnauthorized),
		OAuthErrors:        one(2), UnauthorizedBody: one(2),
		CreateStatus: faultkit.Pick(random, 0, 0, http.StatusAccepted), WriteStatus: faultkit.Pick(random, 0, http.StatusOK),
		GoneStatus: faultkit.Pick(random, 0, 0, http.StatusBadRequest, http.StatusInternalServerError), OmitErrorCode: one(3),
		Update:          faultkit.Pick(random, vb365sim.UpdateMerges, vb365sim.UpdateReplaces),
		KeepsEmptyLists: one(4), KeepsSelectedItems: one(4), RefuseDuplicateNames: one(2), RefuseUnknownObjects: one(4),
		RefuseUnknownEntries: one(3), AllowLastEntry: one(3),
		DuplicateEntries: faultkit.Pick(random,
			vb365sim.DuplicateEntriesSame, vb365sim.DuplicateEntriesAdd, vb365sim.DuplicateEntriesRefuse),
		EntryIDs: faultkit.Pick(random,
			vb365sim.EntryIDsEach, vb365sim.EntryIDsList, vb365sim.EntryIDsFresh, vb365sim.EntryIDsPlain),
		IDCase:            faultkit.Pick(random, vb365sim.CaseAsSent, vb365sim.CaseUpper, vb365sim.CaseLower),
		NamesFollowRename: one(2),
		DeletedObjects: faultkit.Pick(random,
			vb365sim.DeletedObjectsKept, vb365sim.DeletedObjectsBare, vb365sim.DeletedObjectsGone),
		OldTeams:      faultkit.Pick(random, vb365sim.OldTeamsBare, vb365sim.OldTeamsFull, vb365sim.OldTeamsHidden),
		RoleDelay:     pick(0, 0, 200*time.Millisecond, 3*time.Second),
		EntryDelay:    pick(0, 0, 200*time.Millisecond, 3*time.Second),
		RemovingDelay: pick(0, 0, 200*time.Millisecond, 3*time.Second),
		Filters:       faultkit.Pick(random, vb365sim.FiltersEqual, vb365sim.FiltersContain, vb365sim.FiltersIgnored),
		MaxPage:       faultkit.Pick(random, 0, 0, 50), OmitGroupNames: one(3),
		ListOrder: faultkit.Pick(random, simkit.ListOldestFirst, simkit.ListNewestFirst, simkit.ListShuffled),
	}
	if o.Update == vb365sim.UpdateReplaces && o.DeletedObjects == vb365sim.DeletedObjectsBare {
		// A PUT that omits a list with such an entry would empty the list.
		o.DeletedObjects = vb365sim.DeletedObjectsKept
	}
	o.ShortPages = one(4)
	o.OmitPageLinks = !o.ShortPages && one(3)
	return o
}

// describe describes the fault for the log.
func describe(f faultkit.FaultAt) string {
	on := "any request"
	if f.On < len(operations) {
		on = fmt.Sprintf("%q", operations[f.On].Name)
	}
	return fmt.Sprintf("fault %q on %s, %d times after skipping %d", soakFaults[f.Fault].Name, on, f.Times, f.Skip)
}
