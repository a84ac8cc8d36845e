// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// soakRun is a world as it happens.
type soakRun struct {
	t          *testing.T
	world      soakWorld
	em         *acctest.EM
	model      soakModel
	ofAccounts *tfrun.Workspace
	ofScopes   *tfrun.Workspace
	byHand     []handMade
	strangers  []emsim.AccountSnapshot // accounts that no configuration has
	log        []string
	broken     []string // what did not hold
	severed    bool     // connections, in this step
	steps      int
}

// handMade is a scope that an account got outside Terraform.
type handMade struct {
	accountID string
	object    object
}

// soakResult is what came of a world.
type soakResult struct {
	steps  int
	log    []string
	broken []string // empty: everything held
}

// run makes the world happen, in a bubble of its own.
func (w soakWorld) run(t *testing.T) soakResult {
	t.Helper()
	r := &soakRun{world: w}
	synctest.Test(t, func(t *testing.T) {
		r.t = t
		defer func() {
			if p := recover(); p != nil {
				r.breaks("panic: %v\n%s", p, debug.Stack())
			}
		}()
		r.happen()
	})
	return soakResult{r.steps, r.log, r.broken}
}

func (r *soakRun) happen() {
	start := acctest.StartEMWithoutTLS
	if r.world.TLS {
		start = acctest.StartEM
	}
	r.em = start(r.t, emsim.Options(r.world.Quirks))
	defer r.em.ExpireSessions()
	r.model = soakModel{
		platform: r.world.Quirks.Platform, kept: r.kept, failed: map[handed]bool{},
		single: r.world.Quirks.DuplicateScopes != emsim.DuplicateScopesAdd,
	}
	r.strangers = r.em.Snapshot()
	r.ofAccounts, r.ofScopes = r.em.NewWorkspace(), r.em.NewWorkspace()
	for _, w := range []*tfrun.Workspace{r.ofAccounts, r.ofScopes} {
		w.Provider = map[string]any{"max_retries": int64(r.world.Retries)}
		if r.world.Quirks.Platform == emsim.PlatformLinux {
			w.Provider["server_platform"] = "linux"
		}
	}
	for n, s := range r.world.Steps {
		r.step(n, s)
		if len(r.broken) > 0 {
			return
		}
	}
	r.finish()
}

// finish applies both configurations without a fault, and destroys everything.
func (r *soakRun) finish() {
	r.logf("at the end: apply both, destroy both")
	for range 2 { // the second time for scopes that went with another one of their ID
		accounts := r.model.ofAccounts()
		r.check(applied{r.ofAccounts, accounts, r.apply(r.ofAccounts, accounts)}, soakStep{})
		scopes := r.model.ofScopes(r.em.Snapshot())
		r.check(applied{r.ofScopes, scopes, r.apply(r.ofScopes, scopes)}, soakStep{})
	}
	for _, w := range []*tfrun.Workspace{r.ofScopes, r.ofAccounts} {
		if out := r.apply(w, nil); len(out.Errors) > 0 {
			r.breaks("the destroy failed: %q", out.Errors)
		} else {
			r.heed(out)
		}
	}
	if left := r.configurable(); len(left) > 0 {
		r.breaks("destroyed, the server still holds %+v", left)
	}
}

// kept reports whether a veeam_em_account_scope in a state has the object of the account.
func (r *soakRun) kept(a *soakAccount, o object) bool {
	account := r.ofAccounts.Attributes(accountType + "." + a.label)
	return slices.ContainsFunc([]*tfrun.Workspace{r.ofAccounts, r.ofScopes}, func(w *tfrun.Workspace) bool {
		return slices.ContainsFunc(w.Addresses(), func(address string) bool {
			state := w.Attributes(address)
			return state["hierarchy_obj_ref"] == o.ref && account != nil && state["account_id"] == account["id"]
		})
	})
}

func (r *soakRun) logf(format string, args ...any) {
	r.log = append(r.log, fmt.Sprintf(format, args...))
}

func (r *soakRun) breaks(format string, args ...any) {
	r.broken = append(r.broken, fmt.Sprintf(format, args...))
}

func (r *soakRun) apply(w *tfrun.Workspace, config []tfrun.Block) tfrun.Outcome {
	// What waits forever is a defect. Nothing else takes days of virtual time.
	stuck := time.AfterFunc(10*24*time.Hour, func() { panic("stuck after:\n" + strings.Join(r.log, "\n")) })
	defer stuck.Stop()
	return w.Apply(config...)
}

// step makes one step happen and checks what has to hold after it.
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
	before := r.configurable()
	for _, e := range s.ByHand {
		said = append(said, r.meddle(e))
	}
	meddled := r.configurable()
	r.em.ResetJournal()
	r.arm(s)
	for _, f := range s.Faults {
		said = append(said, f.String())
	}
	said = slices.DeleteFunc(said, func(one string) bool { return one == "" })
	r.logf("%2d: %s", n, strings.Join(said, "; "))
	r.ofAccounts.Parallelism, r.ofScopes.Parallelism = s.Parallelism, s.Parallelism
	runs := r.run(s)
	r.settle()
	for _, one := range runs {
		r.check(one, s)
		if len(one.out.Errors) > 0 {
			r.model.noteFailed()
			r.checkNotWider(slices.Concat(before, meddled, r.model.allowed(r.byHandOf)))
		}
	}
	r.checkAlways(runs, s)
	r.em.ExpireSessions()
	if len(r.broken) > 0 {
		r.logf("    requests:\n%s", r.requests())
	}
}

// applied is an apply and what came of it.
type applied struct {
	w      *tfrun.Workspace
	config []tfrun.Block
	out    tfrun.Outcome
}

// run runs Terraform as the step says.
func (r *soakRun) run(s soakStep) []applied {
	accounts := r.model.ofAccounts()
	switch s.Run {
	case runScopes:
		scopes := r.model.ofScopes(r.em.Snapshot())
		out := r.apply(r.ofScopes, scopes)
		r.logf("    scopes: %q, errors %q", out.Changes, out.Errors)
		return []applied{{r.ofScopes, scopes, out}}
	case runBoth:
		scopes := r.model.ofScopes(r.em.Snapshot())
		var ofAccounts, ofScopes tfrun.Outcome
		var both sync.WaitGroup
		both.Go(func() { ofAccounts = r.apply(r.ofAccounts, accounts) })
		both.Go(func() { ofScopes = r.apply(r.ofScopes, scopes) })
		both.Wait()
		// What the one says of scopes that share an ID concerns the other too.
		ofAccounts.Warnings = append(ofAccounts.Warnings, ofScopes.Warnings...)
		ofScopes.Warnings = ofAccounts.Warnings
		r.logf("    both: accounts %q, errors %q; scopes %q, errors %q", ofAccounts.Changes, ofAccounts.Errors, ofScopes.Changes, ofScopes.Errors)
		return []applied{{r.ofAccounts, accounts, ofAccounts}, {r.ofScopes, scopes, ofScopes}}
	case runImport:
		r.reimport(accounts, s)
	case runRebuild:
		r.rebuild(s)
	}
	out := r.apply(r.ofAccounts, accounts)
	r.logf("    accounts: %q, errors %q", out.Changes, out.Errors)
	return []applied{{r.ofAccounts, accounts, out}}
}

// reimport takes an object out of the state and imports it. One whose scopes cannot be told by name is left alone.
func (r *soakRun) reimport(config []tfrun.Block, s soakStep) {
	if len(config) == 0 {
		return
	}
	n := s.Parallelism
	b := config[n%len(config)]
	// Until the first apply the account does not own the scopes that it is configured to have, nor know settings that the server
	// does not show.
	if (b.Attributes["restore_scope"] != nil || r.world.Quirks.OmitSettings) && len(s.Faults) > 0 {
		return
	}
	state := r.ofAccounts.Attributes(b.Address())
	if state == nil || state["id"] == "" || r.ofAccounts.Tainted(b.Address()) || !r.tellable(b) || !r.importable(b, state) {
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
	r.logf("    import %s: errors %q", b.Address(), out.Errors)
	if len(out.Errors) > 0 { // a person would try again
		r.em.ClearFaults()
		r.em.Network.Refuse(false)
		if out := r.ofAccounts.Import(b, id, identity); len(out.Errors) > 0 && !strings.Contains(out.Errors[0], "non-existent remote object") {
			r.breaks("the import of %s failed without a fault: %q", b.Address(), out.Errors)
		}
	}
}

// importable reports whether what is imported is there, as it is configured. The objects of scopes that cannot be told, and settings
// that the server does not show, are taken for the configured ones.
func (r *soakRun) importable(b tfrun.Block, state map[string]any) bool {
	switch b.Type {
	case scopeType:
		return state["hierarchy_obj_ref"] == b.Attributes["hierarchy_obj_ref"]
	case exclusiveType:
		return true
	}
	return slices.ContainsFunc(r.configurable(), func(a emsim.AccountSnapshot) bool {
		// What the configuration has dropped since, an import does not take back.
		same := reflect.DeepEqual(state["restore_scope"], sortedItems(b.Attributes["restore_scope"]))
		shown := !r.world.Quirks.OmitSettings || a.DenyInPlaceRestore == snapshot(b).DenyInPlaceRestore && a.FlrInplaceOnly == (b.Attributes["flr_settings"] != nil)
		return a.ID == state["id"] && a.Type == b.Attributes["account_type"] && strings.EqualFold(a.Name, text(b.Attributes["account_name"])) && shown && same
	})
}

// sortedItems is a set of items as the state has it.
func sortedItems(set any) any {
	if set == nil {
		return nil
	}
	items := slices.Clone(elements(set))
	slices.SortFunc(items, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return items
}

// tellable reports whether an import finds all scopes of a block by their names. Two objects have one name, and one no name that
// the lookup service knows.
func (r *soakRun) tellable(b tfrun.Block) bool {
	if b.Type == scopeType {
		return !r.world.Quirks.SharedScopeIDs // the ID is that of other scopes too
	}
	for _, set := range []string{"restore_scope", "scopes"} {
		for _, item := range elements(b.Attributes[set]) {
			if attributes, ok := item.(map[string]any); ok && (attributes["object_name"] == emsim.VMDupName || attributes["object_name"] == emsim.FileShareName) {
				return false
			}
		}
	}
	return true
}

// rebuild runs the action.
func (r *soakRun) rebuild(s soakStep) {
	stuck := time.AfterFunc(10*24*time.Hour, func() { panic("stuck after:\n" + strings.Join(r.log, "\n")) })
	defer stuck.Stop()
	said := r.ofAccounts.Invoke("veeam_em_rebuild_scopes", map[string]any{"mode": "all", "timeout": "2h"})
	r.logf("    rebuild: %q", said)
	switch failure := r.world.Quirks.TaskFailure; {
	case len(s.Faults) > 0:
	case failure == "" && len(said) > 0, failure != "" && (len(said) != 1 || !strings.Contains(said[0], failure)):
		r.breaks("the rebuild ended with %q, the task with %q", said, failure)
	}
}

// meddle changes an account of the configuration outside Terraform.
func (r *soakRun) meddle(e soakEdit) string {
	known := []emsim.AccountSnapshot{}
	for _, a := range r.configurable() {
		if slices.ContainsFunc(r.ofAccounts.Addresses(), func(address string) bool { return r.ofAccounts.Attributes(address)["id"] == a.ID }) {
			known = append(known, a)
		}
	}
	if len(known) == 0 {
		return ""
	}
	a := known[e.A%len(known)]
	said := ""
	r.em.Mutate(func(store *emsim.Store) { said = soakByHand[e.Kind](r, store, store.Account(a.ID), e) })
	if said == "" {
		return ""
	}
	return "manually: " + said + " " + a.Name
}

// soakByHand are changes manually. None leaves an account to a single scope that the server refuses to remove: Terraform would have to
// remove it before the account.
var soakByHand = []func(r *soakRun, store *emsim.Store, a *emsim.Account, e soakEdit) string{
	func(r *soakRun, store *emsim.Store, a *emsim.Account, _ soakEdit) string {
		store.RemoveAccount(a.ID)
		return "deleted"
	},
	func(r *soakRun, store *emsim.Store, a *emsim.Account, _ soakEdit) string {
		if r.world.Quirks.LastScope == emsim.LastScopeRefuse {
			return ""
		}
		store.Toggle(a.ID)
		return "all VMs switched of"
	},
	func(r *soakRun, store *emsim.Store, a *emsim.Account, e soakEdit) string {
		store.AddRole(a.ID, soakRoles[e.B%len(soakRoles)])
		return "a role more of"
	},
	func(r *soakRun, store *emsim.Store, a *emsim.Account, e soakEdit) string {
		if len(a.Roles) > 1 {
			store.RemoveRole(a.ID, a.Roles[e.B%len(a.Roles)])
		}
		return "a role less of"
	},
	func(r *soakRun, store *emsim.Store, a *emsim.Account, e soakEdit) string {
		if len(a.Scopes) == 0 || r.world.Quirks.LastScope == emsim.LastScopeRefuse {
			return ""
		}
		s := a.Scopes[e.B%len(a.Scopes)]
		store.RemoveScope(a.ID, s.ID)
		return "no scope " + s.Name + " of"
	},
	func(r *soakRun, store *emsim.Store, a *emsim.Account, e soakEdit) string {
		o := objectsByHand[e.B%len(objectsByHand)]
		if slices.ContainsFunc(a.Scopes, func(s *emsim.Scope) bool { return s.Ref == o.ref }) {
			return ""
		}
		store.AddScope(a.ID, o.ref, o.name)
		r.byHand = append(r.byHand, handMade{a.ID, o})
		return "the scope " + o.name + " of"
	},
}

// forgetByHand: what an apply of the configuration has found is no longer made manually.
func (r *soakRun) forgetByHand(of *tfrun.Workspace) {
	server := r.em.Snapshot()
	r.byHand = slices.DeleteFunc(r.byHand, func(h handMade) bool {
		i := slices.IndexFunc(server, func(a emsim.AccountSnapshot) bool { return a.ID == h.accountID })
		if i < 0 {
			return true
		}
		return slices.ContainsFunc(r.model.accounts, func(a *soakAccount) bool {
			mine := a.exclusive || slices.Contains(objectsOfAccounts, h.object) && r.model.taken(a, h.object)
			if of == r.ofScopes {
				mine = slices.Contains(objectsOfScopes, h.object) && r.model.taken(a, h.object)
			}
			return a.kind == server[i].Type && strings.EqualFold(a.name, server[i].Name) && mine
		})
	})
}

// arm has the step's faults go wrong.
func (r *soakRun) arm(s soakStep) {
	r.severed = false
	for _, f := range s.Faults {
		patient := r.world.Quirks.ScopeDelay <= 10*time.Second
		if breaksConnections := soakFaults[f.Fault].is.Kind == 0 && soakFaults[f.Fault].is.Status == 0; breaksConnections && !patient {
			continue
		}
		armed := soakFaults[f.Fault].is
		matches := func(emsim.Request) bool { return true }
		if f.On < len(operations) {
			matches = operations[f.On].matches
		}
		armed.Times, armed.Skip = f.Times, f.Skip
		if armed.Delay > 0 {
			armed.Delay = late
		}
		switch soakFaults[f.Fault].name {
		case "the server restarts":
			armed = emsim.Fault{Match: r.once(matches, f.Skip, r.restart)}
			matches = armed.Match
		case "the connections vanish":
			armed = emsim.Fault{Match: r.once(matches, f.Skip, func() { r.severed = true; r.em.Network.Vanish() })}
			matches = armed.Match
		case "the license lapses":
			any := matches
			matches = func(q emsim.Request) bool {
				return any(q) && q.Method == http.MethodPost && strings.HasSuffix(q.Path, "/scopes")
			}
		}
		if !patient && losesAnswers(soakFaults[f.Fault]) {
			// A scope that is listed later than this after its answer was lost is sent again, and there twice. An error says so, but the
			// second one stays.
			any := matches
			matches = func(q emsim.Request) bool {
				return any(q) && !(q.Method == http.MethodPost && strings.HasSuffix(q.Path, "/scopes"))
			}
		}
		armed.Match = matches
		r.em.Inject(armed)
	}
}

// losesAnswers reports whether the client may not learn from the answer what the server did.
func losesAnswers(f fault) bool {
	switch f.name {
	case "reset before", "HTML 502", "503", "garbage":
		return true
	}
	return f.after
}

// once returns a match of nothing that does something at the request after skip matching ones.
func (r *soakRun) once(matches func(emsim.Request) bool, skip int, do func()) func(emsim.Request) bool {
	seen := 0
	return func(q emsim.Request) bool {
		if matches(q) {
			if seen++; seen == skip+1 {
				do()
			}
		}
		return false
	}
}

// restart ends all sessions and connections, and refuses new ones for a while.
func (r *soakRun) restart() {
	r.severed = true
	r.em.ExpireSessions()
	r.em.Network.Refuse(true)
	r.em.Network.Reset()
	time.AfterFunc(downtime, func() { r.em.Network.Refuse(false) })
}

// settle ends the faults, and waits until the server has done what it was asked for.
func (r *soakRun) settle() {
	r.em.ClearFaults()
	time.Sleep(10 * time.Minute)
}
