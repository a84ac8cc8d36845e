// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
)

type (
	soakWorld  = faultkit.World[emsim.Options]
	soakStep   = faultkit.Step
	soakEdit   = faultkit.Edit
	soakFault  = faultkit.FaultAt
	soakQuirks = emsim.Options
)

// What a step runs.
const (
	runAccounts = iota // terraform apply in the workspace of the accounts
	runScopes          // terraform apply in the workspace of the scopes
	runBoth            // both at the same time
	runImport          // state rm, import and apply in the workspace of the accounts
	runRebuild         // the action veeam_em_rebuild_scopes, then runAccounts
	runKinds
)

// soakFaults are the faults of the soak.
var soakFaults = faultkit.SoakFaults(faults, fault{
	Name: "the license lapses", Is: emsim.Fault{Kind: emsim.FaultStatus, Status: http.StatusForbidden},
})

// soakKinds are the kinds of what can happen in a step.
func soakKinds() faultkit.Kinds {
	return faultkit.Kinds{
		Runs:  []int{runAccounts, runAccounts, runAccounts, runScopes, runScopes, runBoth, runImport, runRebuild},
		First: runAccounts,
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
		w.Steps = append(w.Steps, soakKinds().NewStep(random, n))
	}
	return w
}

func newSoakQuirks(random *rand.Rand) soakQuirks {
	one := func(n int) bool { return random.IntN(n) == 0 }
	wait := func(durations ...time.Duration) time.Duration { return durations[random.IntN(len(durations))] }
	q := soakQuirks{
		SessionIdle:          wait(0, 0, time.Minute),
		UnknownSessionStatus: []int{0, 0, http.StatusInternalServerError}[random.IntN(3)],
		Demo:                 one(4), Latency: wait(0, 0, 0, 5*time.Millisecond, time.Second),
		BareNotFound: one(3),
		ListOrder:    faultkit.Pick(random, emsim.ListOldestFirst, emsim.ListNewestFirst, emsim.ListShuffled),
		OmitLocation: one(3), ScopeLocation: one(2), ReferencesOnly: one(4), OmitSettings: one(4),
		RefuseDuplicateRole: one(2), SharedScopeIDs: one(4), RefuseUnknownObjects: one(4),
		AccountNameCase:        faultkit.Pick(random, emsim.CaseAsSent, emsim.CaseAsSent, emsim.CaseUpper, emsim.CaseLower),
		ObjectTypeCase:         faultkit.Pick(random, emsim.CaseAsSent, emsim.CaseAsSent, emsim.CaseUpper, emsim.CaseLower),
		DuplicateAccountStatus: faultkit.Pick(random, 0, http.StatusConflict, http.StatusInternalServerError),
		ScopeStatus:            faultkit.Pick(random, 0, http.StatusCreated),
		ScopeDelay:             wait(0, 0, 0, 200*time.Millisecond, 12*time.Second, 4*time.Minute),
		ScopeStagger:           wait(0, 0, time.Second),
		ProcessDelay:           wait(0, time.Minute, -1),
		RemovingDelay:          wait(0, 0, 0, 200*time.Millisecond, 12*time.Second, 4*time.Minute),
		RootNames: faultkit.Pick(random,
			emsim.RootNamesID, emsim.RootNamesUniqueID, emsim.RootNamesName, emsim.RootNamesMixed),
		DuplicateScopes: faultkit.Pick(random,
			emsim.DuplicateScopesAdd, emsim.DuplicateScopesSame, emsim.DuplicateScopesRefuse),
		LastScope:         faultkit.Pick(random, emsim.LastScopeAllow, emsim.LastScopeRefuse),
		ObjectNames:       faultkit.Pick(random, emsim.ObjectNamesAsSent, emsim.ObjectNamesInfrastructure),
		SharedDelete:      faultkit.Pick(random, emsim.SharedDeleteAll, emsim.SharedDeleteFirst),
		NamesFollowRename: one(2),
		TaskDuration:      wait(0, time.Second, 10*time.Minute), TaskCollect: wait(0, 5*time.Second),
		TaskFailure: faultkit.Pick(random, "", "", "The backup server vbr01 is not reachable"),
	}
	q.AccountNames = faultkit.Pick(random,
		emsim.AccountNamesAsSent, emsim.AccountNamesAsSent, emsim.AccountNamesNetBIOS, emsim.AccountNamesDNS)
	q.Extensions = faultkit.Pick(random,
		emsim.ExtensionsAsSent, emsim.ExtensionsUpper, emsim.ExtensionsDots, emsim.ExtensionsSemicolons)
	q.AllVMs = faultkit.Pick(random, emsim.AllVMsAsSent, emsim.AllVMsAsSent, emsim.AllVMsAsSent, emsim.AllVMsOn)
	if one(4) {
		q.AddedRole = emsim.RoleOracleRestoreOperator // in no configuration
	}
	if q.AccountNames != emsim.AccountNamesAsSent && (q.AddedRole != "" || q.AllVMs != emsim.AllVMsAsSent) {
		q.OmitLocation = false // otherwise nothing would prove that the new account is the requested one
	}
	if one(4) {
		q.Platform = emsim.PlatformLinux
	}
	if q.SharedScopeIDs {
		// Otherwise, the server would refuse to remove the last scopes of an account that share an ID, and no client could
		// avoid that.
		q.LastScope = emsim.LastScopeAllow
	}
	if one(4) {
		q.HostName = "em:443"
	}
	q.ShortEntityNames, q.InlineRoles, q.OddAccount = one(4), one(4), one(4)
	if one(4) {
		q.PageSize = 1000 // a list is never longer
	}
	q.NameForm = faultkit.Pick(random, emsim.NameFormAsSent, emsim.NameFormNFC, emsim.NameFormNFD)
	q.TaskResultEarly = one(2)
	q.OmitTaskMessage = one(2) && q.TaskFailure == "" // otherwise the run expects the message
	return q
}

// describe describes the fault for the log.
func describe(f soakFault) string {
	on := "any request"
	if f.On < len(operations) {
		on = fmt.Sprintf("%q", operations[f.On].Name)
	}
	return fmt.Sprintf("fault %q on %s, %d times after skipping %d", soakFaults[f.Fault].Name, on, f.Times, f.Skip)
}
