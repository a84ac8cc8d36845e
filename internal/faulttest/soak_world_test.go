// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// soakWorld describes a server and everything that happens to it. It is plain data, so that a failure can be reproduced
// from it and shrunk by removing parts.
type soakWorld struct {
	Quirks  soakQuirks
	TLS     bool
	Retries int // max_retries
	Steps   []soakStep
}

// soakStep is one run of Terraform, with the changes that precede it and the faults that hit it.
type soakStep struct {
	Pause       time.Duration // since the previous step
	Edits       []soakEdit    // of the configurations
	Outside     []soakEdit    `json:"ByHand"` // changes on the server, outside Terraform
	Faults      []soakFault
	Run         soakRunKind
	Parallelism int
}

// soakEdit is a change. Its numbers choose among the objects that exist when the change is made, so that it remains
// valid if earlier changes are removed.
type soakEdit struct{ Kind, A, B, C int }

// soakFault is a fault that hits Times matching requests after the first Skip ones.
type soakFault struct {
	Fault       int // index in soakFaults
	On          int // index in operations; len(operations) and above means any request
	Skip, Times int
}

// soakRunKind is what a step runs.
type soakRunKind int

const (
	runAccounts soakRunKind = iota // terraform apply in the workspace of the accounts
	runScopes                      // terraform apply in the workspace of the scopes
	runBoth                        // both at the same time
	runImport                      // state rm, import and apply in the workspace of the accounts
	runRebuild                     // the action veeam_em_rebuild_scopes, then runAccounts
	runKinds
)

// soakQuirks are options of the simulated server. Their JSON omits zero values.
type soakQuirks emsim.Options

// MarshalJSON encodes the options that are not zero.
func (q soakQuirks) MarshalJSON() ([]byte, error) {
	set := map[string]any{}
	q.each(func(name string, field reflect.Value) {
		if !field.IsZero() {
			set[name] = field.Interface()
		}
	})
	return json.Marshal(set)
}

// each calls do for each option that is plain data.
func (q *soakQuirks) each(do func(name string, field reflect.Value)) {
	v := reflect.ValueOf(q).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() != reflect.Func {
			do(v.Type().Field(i).Name, v.Field(i))
		}
	}
}

// soakFaults are the faults of the matrix, except for those that need an option of the server, and faults of the server
// process, the network and the license.
var soakFaults = func() []fault {
	all := []fault{
		{name: "the server restarts", session: true},
		{name: "the connections vanish"},
		{name: "the license lapses", is: emsim.Fault{Kind: emsim.FaultStatus, Status: http.StatusForbidden}},
	}
	for _, f := range faults {
		if f.unknownSession == 0 {
			all = append(all, f)
		}
	}
	return all
}()

// late is the delay of a slow server: it answers, or carries out the request, half a minute after the client gave up.
const late = 90 * time.Second

// downtime is how long a restarting server refuses connections: less time than the retries of a request take.
const downtime = 2 * time.Second

// newSoakWorld returns the world with this number.
func newSoakWorld(seed, number uint64, steps int) soakWorld {
	random := rand.New(rand.NewPCG(seed, number))
	w := soakWorld{
		Quirks: newSoakQuirks(random), TLS: random.IntN(10) == 0, Retries: []int{4, 4, 4, 2, 1, 0}[random.IntN(6)],
	}
	for n := range steps {
		w.Steps = append(w.Steps, newSoakStep(random, n))
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
		ListOrder:    pick(random, emsim.ListOldestFirst, emsim.ListNewestFirst, emsim.ListShuffled),
		OmitLocation: one(3), ScopeLocation: one(2), ReferencesOnly: one(4), OmitSettings: one(4),
		RefuseDuplicateRole: one(2), SharedScopeIDs: one(4), RefuseUnknownObjects: one(4),
		AccountNameCase:        pick(random, emsim.CaseAsSent, emsim.CaseAsSent, emsim.CaseUpper, emsim.CaseLower),
		ObjectTypeCase:         pick(random, emsim.CaseAsSent, emsim.CaseAsSent, emsim.CaseUpper, emsim.CaseLower),
		DuplicateAccountStatus: pick(random, 0, http.StatusConflict, http.StatusInternalServerError),
		ScopeStatus:            pick(random, 0, http.StatusCreated),
		ScopeDelay:             wait(0, 0, 0, 200*time.Millisecond, 12*time.Second, 4*time.Minute),
		ScopeStagger:           wait(0, 0, time.Second),
		ProcessDelay:           wait(0, time.Minute, -1),
		RemovingDelay:          wait(0, 0, 0, 200*time.Millisecond, 12*time.Second, 4*time.Minute),
		RootNames: pick(random,
			emsim.RootNamesID, emsim.RootNamesUniqueID, emsim.RootNamesName, emsim.RootNamesMixed),
		DuplicateScopes: pick(random,
			emsim.DuplicateScopesAdd, emsim.DuplicateScopesSame, emsim.DuplicateScopesRefuse),
		LastScope:         pick(random, emsim.LastScopeAllow, emsim.LastScopeRefuse),
		ObjectNames:       pick(random, emsim.ObjectNamesAsSent, emsim.ObjectNamesInfrastructure),
		SharedDelete:      pick(random, emsim.SharedDeleteAll, emsim.SharedDeleteFirst),
		NamesFollowRename: one(2),
		TaskDuration:      wait(0, time.Second, 10*time.Minute), TaskCollect: wait(0, 5*time.Second),
		TaskFailure: pick(random, "", "", "The backup server vbr01 is not reachable"),
	}
	q.AccountNames = pick(random,
		emsim.AccountNamesAsSent, emsim.AccountNamesAsSent, emsim.AccountNamesNetBIOS, emsim.AccountNamesDNS)
	q.Extensions = pick(random,
		emsim.ExtensionsAsSent, emsim.ExtensionsUpper, emsim.ExtensionsDots, emsim.ExtensionsSemicolons)
	q.AllVMs = pick(random, emsim.AllVMsAsSent, emsim.AllVMsAsSent, emsim.AllVMsAsSent, emsim.AllVMsOn)
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
	q.NameForm = pick(random, emsim.NameFormAsSent, emsim.NameFormNFC, emsim.NameFormNFD)
	q.TaskResultEarly = one(2)
	q.OmitTaskMessage = one(2) && q.TaskFailure == "" // otherwise the run expects the message
	return q
}

func newSoakStep(random *rand.Rand, n int) soakStep {
	edit := func(kinds int) soakEdit {
		return soakEdit{random.IntN(kinds), random.IntN(1000), random.IntN(1000), random.IntN(1000)}
	}
	s := soakStep{
		Run: []soakRunKind{
			runAccounts, runAccounts, runAccounts, runScopes, runScopes, runBoth, runImport, runRebuild,
		}[random.IntN(8)],
		Parallelism: 1 + random.IntN(50),
	}
	if random.IntN(8) == 0 {
		s.Pause = time.Duration(random.IntN(72)) * time.Hour
	}
	for range 1 + random.IntN(3) {
		s.Edits = append(s.Edits, edit(len(soakEdits)))
	}
	if n == 0 {
		s.Run = runAccounts
	} else if random.IntN(10) < 3 {
		s.Outside = append(s.Outside, edit(len(outsideChanges)))
	}
	if random.IntN(3) > 0 {
		for range 1 + random.IntN(4) {
			times := 1 + random.IntN(3)
			if random.IntN(4) == 0 {
				times = 4 + random.IntN(12) // a burst
			}
			s.Faults = append(s.Faults, soakFault{
				Fault: random.IntN(len(soakFaults)),
				On:    random.IntN(2 * len(operations)),
				Skip:  random.IntN(12) / 4,
				Times: times,
			})
		}
	}
	return s
}

func pick[T any](random *rand.Rand, values ...T) T { return values[random.IntN(len(values))] }

// String describes the fault for the log.
func (f soakFault) String() string {
	on := "any request"
	if f.On < len(operations) {
		on = fmt.Sprintf("%q", operations[f.On].name)
	}
	return fmt.Sprintf("fault %q on %s, %d times after skipping %d", soakFaults[f.Fault].name, on, f.Times, f.Skip)
}
