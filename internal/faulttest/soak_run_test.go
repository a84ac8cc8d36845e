// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// soakRun is a run of a world.
type soakRun struct {
	faultkit.Record
	t             *testing.T
	world         soakWorld
	em            *acctest.EM
	model         soakModel
	ofAccounts    *tfrun.Workspace // of the configuration of accounts
	ofScopes      *tfrun.Workspace // of the configuration of scopes
	outsideScopes []outsideScope
	foreign       []emsim.AccountSnapshot // accounts that no configuration manages
	recorded      *recorder
	severed       bool // a fault of this step broke connections
	steps         int
}

// outsideScope is a scope that was added to an account outside Terraform.
type outsideScope struct {
	accountID string
	object    object
}

// runSoak runs a world in its own bubble.
func runSoak(t *testing.T, w soakWorld) faultkit.Result {
	t.Helper()
	r := &soakRun{world: w}
	synctest.Test(t, func(t *testing.T) {
		r.t = t
		defer r.CatchPanic()
		r.runSteps()
	})
	return faultkit.Result{Steps: r.steps, Log: r.Log, Broken: r.Broken}
}

func (r *soakRun) runSteps() {
	start := acctest.StartEMWithoutTLS
	if r.world.TLS {
		start = acctest.StartEM
	}
	r.em = start(r.t, r.world.Quirks)
	defer r.em.ExpireSessions()
	r.model = soakModel{
		platform: r.world.Quirks.Platform, idOf: r.idOf, inState: r.inState, uncertain: map[uncertainScope]bool{},
		oneScopePerObject: r.world.Quirks.DuplicateScopes != emsim.DuplicateScopesAdd,
	}
	r.foreign = r.em.Snapshot()
	r.recorded = record(r.em)
	r.ofAccounts, r.ofScopes = r.em.NewWorkspace(), r.em.NewWorkspace()
	for _, w := range []*tfrun.Workspace{r.ofAccounts, r.ofScopes} {
		w.Provider = map[string]any{"max_retries": int64(r.world.Retries)}
		if r.world.Quirks.Platform == emsim.PlatformLinux {
			w.Provider["server_platform"] = "linux"
		}
	}
	for n, s := range r.world.Steps {
		r.step(n, s)
		if len(r.Broken) > 0 {
			return
		}
	}
	r.finish()
}

// finish applies both configurations without faults and then destroys everything.
func (r *soakRun) finish() {
	r.Logf("at the end: apply and destroy both configurations")
	for range 2 { // the second apply adds scopes that the server removed together with another one of the same ID
		accounts := r.model.ofAccounts()
		r.check(applied{r.ofAccounts, accounts, r.apply(r.ofAccounts, accounts)}, soakStep{})
		scopes := r.model.ofScopes(r.em.Snapshot())
		r.check(applied{r.ofScopes, scopes, r.apply(r.ofScopes, scopes)}, soakStep{})
	}
	for _, w := range []*tfrun.Workspace{r.ofScopes, r.ofAccounts} {
		out := r.apply(w, nil)
		if r.heedLast(out) {
			out = r.apply(w, nil)
		}
		if len(out.Errors) > 0 {
			r.Breaks("the destroy without a fault failed: %q", out.Errors)
		} else {
			r.heed(out)
		}
	}
	if left := r.managed(); len(left) > 0 {
		r.Breaks("after the destroy, the server still holds %+v", left)
	}
}

// idOf returns the ID of an account that is on the server and that the next apply does not replace, or "".
func (r *soakRun) idOf(a *soakAccount) string {
	address := accountType + "." + a.label
	id := r.ofAccounts.Attributes(address)["id"]
	for _, held := range r.managed() {
		if held.ID == id && a.is(held) && held.DenyInPlaceRestore == a.deny && held.FlrInplaceOnly == a.flr &&
			!r.ofAccounts.Tainted(address) {
			return held.ID
		}
	}
	return ""
}

// inState reports whether a veeam_em_account_scope in a state has the object of the account.
func (r *soakRun) inState(a *soakAccount, o object) bool {
	account := r.ofAccounts.Attributes(accountType + "." + a.label)
	return slices.ContainsFunc([]*tfrun.Workspace{r.ofAccounts, r.ofScopes}, func(w *tfrun.Workspace) bool {
		return slices.ContainsFunc(w.Addresses(), func(address string) bool {
			state := w.Attributes(address)
			return state["hierarchy_obj_ref"] == o.ref && account != nil && state["account_id"] == account["id"]
		})
	})
}

func (r *soakRun) apply(w *tfrun.Workspace, config []tfrun.Block) tfrun.Outcome {
	defer r.Watchdog().Stop()
	return w.Apply(config...)
}

// step runs one step and checks what must hold after it.
func (r *soakRun) step(n int, s soakStep) {
	r.steps++
	time.Sleep(s.Pause)
	said := []string{}
	if s.Pause > 0 {
		said = append(said, s.Pause.String()+" later")
	}
	for _, e := range s.Edits {
		said = append(said, soakEdits[e.Kind](&r.model, e))
	}
	before := r.managed()
	for _, e := range s.Outside {
		said = append(said, r.changeOutside(e))
	}
	changedOutside := r.managed()
	r.em.ResetJournal()
	r.arm(s)
	for _, f := range s.Faults {
		said = append(said, describe(f))
	}
	said = slices.DeleteFunc(said, func(one string) bool { return one == "" })
	r.Logf("%2d: %s", n, strings.Join(said, "; "))
	r.ofAccounts.Parallelism, r.ofScopes.Parallelism = s.Parallelism, s.Parallelism
	updates := r.updates(s)
	r.recorded.take()
	runs := r.run(s)
	r.settle()
	r.checkWidening(updates)
	for _, one := range runs {
		r.check(one, s)
		if len(one.out.Errors) > 0 {
			r.model.noteUncertainScopes()
			r.checkAccess(slices.Concat(before, changedOutside, r.model.allowed(r.outsideScopesOf)))
		}
	}
	r.checkAlways(runs, s)
	r.em.ExpireSessions()
	if len(r.Broken) > 0 {
		r.Logf("    the requests of this step:\n%s", faultkit.Requests(r.em.Journal()))
	}
}

// applied is an apply and its outcome.
type applied struct {
	w      *tfrun.Workspace
	config []tfrun.Block
	out    tfrun.Outcome
}

// run runs Terraform as the step defines.
func (r *soakRun) run(s soakStep) []applied {
	accounts := r.model.ofAccounts()
	switch s.Run {
	case runScopes:
		scopes := r.model.ofScopes(r.em.Snapshot())
		out := r.apply(r.ofScopes, scopes)
		r.Logf("    apply scopes: changes %q, errors %q", out.Changes, out.Errors)
		return []applied{{r.ofScopes, scopes, out}}
	case runBoth:
		scopes := r.model.ofScopes(r.em.Snapshot())
		var ofAccounts, ofScopes tfrun.Outcome
		var both sync.WaitGroup
		both.Go(func() { ofAccounts = r.apply(r.ofAccounts, accounts) })
		both.Go(func() { ofScopes = r.apply(r.ofScopes, scopes) })
		both.Wait()
		// A warning in one run about scopes with the same ID also concerns the other run.
		ofAccounts.Warnings = append(ofAccounts.Warnings, ofScopes.Warnings...)
		ofScopes.Warnings = ofAccounts.Warnings
		r.Logf("    apply accounts: changes %q, errors %q", ofAccounts.Changes, ofAccounts.Errors)
		r.Logf("    and scopes at the same time: changes %q, errors %q", ofScopes.Changes, ofScopes.Errors)
		return []applied{{r.ofAccounts, accounts, ofAccounts}, {r.ofScopes, scopes, ofScopes}}
	case runImport:
		r.reimport(accounts, s)
	case runRebuild:
		r.rebuild(s)
	}
	out := r.apply(r.ofAccounts, accounts)
	r.Logf("    apply accounts: changes %q, errors %q", out.Changes, out.Errors)
	return []applied{{r.ofAccounts, accounts, out}}
}

// reimport removes a resource from the state and imports it again. It skips resources that an import cannot identify by
// name or that differ from the configuration.
func (r *soakRun) reimport(config []tfrun.Block, s soakStep) {
	if len(config) == 0 {
		return
	}
	n := s.Parallelism
	b := config[n%len(config)]
	// Until the first apply after an import, the account does not own its configured scopes, and its state lacks settings
	// that the server does not return. Faults would make the result ambiguous.
	if (b.Attributes["restore_scope"] != nil || r.world.Quirks.OmitSettings) && len(s.Faults) > 0 {
		return
	}
	state := r.ofAccounts.Attributes(b.Address())
	if state == nil || state["id"] == "" || r.ofAccounts.Tainted(b.Address()) ||
		!r.identifiable(b) || !r.importable(b, state) {
		return
	}
	id, _ := state["id"].(string)
	var identity map[string]any
	switch b.Type {
	case scopeType:
		id = text(state["account_id"]) + "/" + id
	case exclusiveType:
		id = text(state["account_id"])
	default:
		switch n % 4 {
		case 0:
			id = text(state["uid"])
		case 1:
			id = text(state["account_type"]) + "/" + text(state["account_name"])
		case 2:
			id, identity = "", map[string]any{"id": id}
		}
	}
	r.ofAccounts.Forget(b.Address())
	out := r.ofAccounts.Import(b, id, identity)
	r.Logf("    import %s: errors %q", b.Address(), out.Errors)
	if len(out.Errors) > 0 { // a user would try again
		r.em.ClearFaults()
		r.em.Network.Refuse(false)
		out := r.ofAccounts.Import(b, id, identity)
		if len(out.Errors) > 0 && !strings.Contains(out.Errors[0], "non-existent remote object") {
			r.Breaks("the import of %s failed without a fault: %q", b.Address(), out.Errors)
		}
	}
}

// importable reports whether the resource exists as it is configured. An import assumes the configured values for what
// the server does not return: the objects of some scopes, and settings.
func (r *soakRun) importable(b tfrun.Block, state map[string]any) bool {
	switch b.Type {
	case scopeType:
		return state["hierarchy_obj_ref"] == b.Attributes["hierarchy_obj_ref"]
	case exclusiveType:
		return true
	}
	if r.world.Quirks.AccountNames != emsim.AccountNamesAsSent {
		return false // only the run that creates the account learns that both names are the same
	}
	return slices.ContainsFunc(r.managed(), func(a emsim.AccountSnapshot) bool {
		sameAccount := a.ID == state["id"] && a.Type == b.Attributes["account_type"] &&
			strings.EqualFold(a.Name, text(b.Attributes["account_name"]))
		// An import does not adopt scopes that have been removed from the configuration.
		sameScopes := reflect.DeepEqual(state["restore_scope"], sortedItems(b.Attributes["restore_scope"]))
		sameSettings := !r.world.Quirks.OmitSettings || a.DenyInPlaceRestore == snapshot(b).DenyInPlaceRestore &&
			a.FlrInplaceOnly == (b.Attributes["flr_settings"] != nil)
		return sameAccount && sameSettings && sameScopes
	})
}

// sortedItems returns a set of items in the order in which the state holds them.
func sortedItems(set any) any {
	if set == nil {
		return nil
	}
	items := slices.Clone(elements(set))
	slices.SortFunc(items, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return items
}

// identifiable reports whether an import can find all scopes of a block by name. Two objects have the same name, and
// the lookup service does not know the name of another one.
func (r *soakRun) identifiable(b tfrun.Block) bool {
	if b.Type == scopeType {
		return !r.world.Quirks.SharedScopeIDs // several scopes may have the ID
	}
	for _, set := range []string{"restore_scope", "scopes"} {
		for _, s := range scopes(b.Attributes[set]) {
			if s.Name == emsim.VMDupName || s.Name == emsim.FileShareName {
				return false
			}
		}
	}
	return true
}

// rebuild invokes the action veeam_em_rebuild_scopes.
func (r *soakRun) rebuild(s soakStep) {
	defer r.Watchdog().Stop()
	got := r.ofAccounts.Invoke("veeam_em_rebuild_scopes", map[string]any{"mode": "all", "timeout": "2h"})
	r.Logf("    rebuild: diagnostics %q", got)
	switch failure := r.world.Quirks.TaskFailure; {
	case len(s.Faults) > 0:
	case failure == "" && len(got) > 0, failure != "" && (len(got) != 1 || !strings.Contains(got[0], failure)):
		r.Breaks("the rebuild returned the diagnostics %q, but the task ended with %q", got, failure)
	}
}

// changeOutside changes an account of the configuration outside Terraform. It returns a description of the change, or
// "" if there was nothing to change.
func (r *soakRun) changeOutside(e soakEdit) string {
	known := []emsim.AccountSnapshot{}
	for _, a := range r.managed() {
		if slices.ContainsFunc(r.ofAccounts.Addresses(), func(address string) bool {
			return r.ofAccounts.Attributes(address)["id"] == a.ID
		}) {
			known = append(known, a)
		}
	}
	if len(known) == 0 {
		return ""
	}
	a := known[e.A%len(known)]
	said := ""
	r.em.Mutate(func(store *emsim.Store) { said = outsideChanges[e.Kind](r, store, store.Account(a.ID), e) })
	if said == "" {
		return ""
	}
	return "outside Terraform: " + said + " " + a.Name
}

// outsideChanges are changes outside Terraform. None leaves an account with a last scope that the server refuses to
// remove, because Terraform would have to remove it before the account.
var outsideChanges = []func(r *soakRun, store *emsim.Store, a *emsim.Account, e soakEdit) string{
	func(r *soakRun, store *emsim.Store, a *emsim.Account, _ soakEdit) string {
		store.RemoveAccount(a.ID)
		return "deleted account"
	},
	func(r *soakRun, store *emsim.Store, a *emsim.Account, _ soakEdit) string {
		if r.world.Quirks.LastScope == emsim.LastScopeRefuse {
			return ""
		}
		store.Toggle(a.ID)
		return "switched the restore of all VMs of"
	},
	func(r *soakRun, store *emsim.Store, a *emsim.Account, e soakEdit) string {
		store.AddRole(a.ID, soakRoles[e.B%len(soakRoles)])
		return "added a role to"
	},
	func(r *soakRun, store *emsim.Store, a *emsim.Account, e soakEdit) string {
		if len(a.Roles) <= 1 {
			return ""
		}
		store.RemoveRole(a.ID, a.Roles[e.B%len(a.Roles)])
		return "removed a role from"
	},
	func(r *soakRun, store *emsim.Store, a *emsim.Account, e soakEdit) string {
		if len(a.Scopes) == 0 || r.world.Quirks.LastScope == emsim.LastScopeRefuse {
			return ""
		}
		s := a.Scopes[e.B%len(a.Scopes)]
		store.RemoveScope(a.ID, s.ID)
		return "removed the scope " + s.Name + " from"
	},
	func(r *soakRun, store *emsim.Store, a *emsim.Account, e soakEdit) string {
		o := objectsOutside[e.B%len(objectsOutside)]
		if slices.ContainsFunc(a.Scopes, func(s *emsim.Scope) bool { return s.Ref == o.ref }) {
			return ""
		}
		store.AddScope(a.ID, o.ref, o.name)
		r.outsideScopes = append(r.outsideScopes, outsideScope{a.ID, o})
		return "added the scope " + o.name + " to"
	},
}

// forgetOutsideScopes removes the scopes that an apply of the workspace has adopted or removed from those that were
// added outside Terraform.
func (r *soakRun) forgetOutsideScopes(of *tfrun.Workspace) {
	server := r.em.Snapshot()
	r.outsideScopes = slices.DeleteFunc(r.outsideScopes, func(h outsideScope) bool {
		i := slices.IndexFunc(server, func(a emsim.AccountSnapshot) bool { return a.ID == h.accountID })
		if i < 0 {
			return true
		}
		return slices.ContainsFunc(r.model.accounts, func(a *soakAccount) bool {
			mine := a.onlyListed() || slices.Contains(objectsOfAccounts, h.object) && r.model.taken(a, h.object)
			if of == r.ofScopes {
				mine = slices.Contains(objectsOfScopes, h.object) && r.model.taken(a, h.object)
			}
			return a.is(server[i]) && mine
		})
	})
}

// arm injects the faults of the step.
func (r *soakRun) arm(s soakStep) {
	r.severed = false
	for _, f := range s.Faults {
		listsSoon := r.world.Quirks.ScopeDelay <= 10*time.Second
		breaksConnections := soakFaults[f.Fault].Is.Kind == 0 && soakFaults[f.Fault].Is.Status == 0
		if breaksConnections && !listsSoon {
			continue
		}
		armed := soakFaults[f.Fault].Is
		matches := func(emsim.Request) bool { return true }
		if f.On < len(operations) {
			matches = operations[f.On].Matches
		}
		armed.Times, armed.Skip = f.Times, f.Skip
		severed := func() { r.severed = true }
		severing, is := soakFaults[f.Fault].Severing(r.em.Network, matches, f.Skip, r.em.ExpireSessions, severed)
		switch {
		case is:
			armed, matches = severing, severing.Match
		case soakFaults[f.Fault].Name == "the license lapses":
			any := matches
			matches = func(q emsim.Request) bool {
				return any(q) && q.Method == http.MethodPost && strings.HasSuffix(q.Path, "/scopes")
			}
		}
		if !listsSoon && losesAnswers(soakFaults[f.Fault]) {
			// If the answer is lost and the server lists the scope so late, the provider adds it again. An error reports the
			// duplicate, but the second scope remains.
			any := matches
			matches = func(q emsim.Request) bool {
				return any(q) && !(q.Method == http.MethodPost && strings.HasSuffix(q.Path, "/scopes"))
			}
		}
		armed.Match = matches
		r.em.Inject(armed)
	}
}

// losesAnswers reports whether the fault may leave the client without knowing what the server did.
func losesAnswers(f fault) bool {
	switch f.Name {
	case "reset before", "HTML 502", "503", "garbage":
		return true
	}
	return f.After
}

// settle removes the faults and waits until the server has carried out all requests.
func (r *soakRun) settle() {
	r.em.ClearFaults()
	time.Sleep(10 * time.Minute)
}
