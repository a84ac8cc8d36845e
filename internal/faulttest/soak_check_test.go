// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// configurable are the accounts on the server that a configuration has made.
func (r *soakRun) configurable() []emsim.AccountSnapshot {
	return slices.DeleteFunc(r.em.Snapshot(), func(a emsim.AccountSnapshot) bool {
		return slices.ContainsFunc(r.strangers, func(s emsim.AccountSnapshot) bool { return s.ID == a.ID })
	})
}

// checkAlways checks what holds after every step, whatever went wrong.
func (r *soakRun) checkAlways(runs []applied, s soakStep) {
	left := slices.DeleteFunc(r.em.Snapshot(), func(a emsim.AccountSnapshot) bool {
		return slices.ContainsFunc(r.configurable(), func(c emsim.AccountSnapshot) bool { return c.ID == a.ID })
	})
	if !reflect.DeepEqual(left, r.strangers) {
		r.breaks("accounts that no configuration has were\n  %+v\nand are\n  %+v", r.strangers, left)
	}
	r.checkOrphans()
	r.checkDoubles()
	r.checkSessions(runs, s)
}

// checkOrphans: each account that Terraform made is in the state, by its ID or, if that could not be found out, by its name.
func (r *soakRun) checkOrphans() {
	for _, a := range r.configurable() {
		known := slices.ContainsFunc(r.ofAccounts.Addresses(), func(address string) bool {
			state := r.ofAccounts.Attributes(address)
			return state["id"] == a.ID || state["id"] == "" && strings.EqualFold(text(state["account_name"]), a.Name)
		})
		if !known {
			r.breaks("orphan: the state does not know %s (%s)", a.Name, a.ID)
		}
	}
}

func (r *soakRun) checkDoubles() {
	for _, a := range r.configurable() {
		for i, s := range a.Scopes {
			if slices.ContainsFunc(a.Scopes[:i], func(o emsim.ScopeSnapshot) bool { return o.Ref == s.Ref }) {
				r.breaks("doubled: %s has the scope %s twice", a.Name, s.Name)
			}
		}
	}
}

// checkSessions: a session is left only if the server did not tell of it, or did not answer when it was to be ended.
func (r *soakRun) checkSessions(runs []applied, s soakStep) {
	if r.severed {
		return
	}
	journal := r.em.Journal()
	for _, id := range r.em.OpenSessionIDs() {
		excused := slices.ContainsFunc(journal, func(q emsim.Request) bool {
			logOn := q.SessionID == id && q.Path == "/api/sessionMngr/"
			logOff := q.Method == http.MethodDelete && strings.HasSuffix(q.Path, id)
			return q.Fault != "" && (logOn || logOff)
		})
		for _, one := range runs {
			excused = excused || one.out.LogOff != nil && len(s.Faults) > 0
		}
		if !excused {
			r.breaks("session left: %s", id)
		}
	}
}

// check checks what a run has brought about.
func (r *soakRun) check(run applied, s soakStep) {
	for _, e := range run.out.Errors {
		if strings.Contains(e, "Provider produced") || strings.Contains(e, "defect of the provider") {
			r.breaks("a defect of the provider: %s", e)
		}
	}
	if r.heed(run.out) {
		return // what was left alone was in the way of the configuration
	}
	if slices.ContainsFunc(run.out.Warnings, func(said string) bool { return strings.Contains(said, "went with it") }) {
		return // the server removed another scope of the same ID, and the run said so
	}
	if len(run.out.Errors) > 0 {
		// Of two runs at the same time the one may delete an account while the other works on its scopes.
		if conflict := s.Run == runBoth && run.w == r.ofScopes; len(s.Faults) == 0 && !conflict {
			r.breaks("an error that no fault explains: %q", run.out.Errors)
		}
		return
	}
	r.forgetByHand(run.w)
	if run.w == r.ofAccounts {
		r.checkAccounts()
	} else {
		r.checkScopes(run.config)
	}
	if s.Run == runBoth || len(run.out.Changes) == 0 {
		return // the other run may have changed something since; the plan of this one was empty
	}
	if plan := run.w.Plan(run.config...); len(plan.Errors)+len(plan.Changes) > 0 {
		r.breaks("the plan is not empty: errors %q, changes %q", plan.Errors, plan.Changes)
	}
}

// heed deletes the accounts that a run left alone because they may have been created outside Terraform, as its warning
// says. It reports whether there was one.
func (r *soakRun) heed(out tfrun.Outcome) bool {
	var deleted []string
	for _, a := range r.configurable() {
		asks := func(said string) bool {
			return strings.Contains(said, "It was left unchanged") && strings.Contains(said, a.ID)
		}
		if slices.ContainsFunc(out.Warnings, asks) {
			r.em.Mutate(func(store *emsim.Store) { store.RemoveAccount(a.ID) })
			deleted = append(deleted, a.Name)
		}
	}
	if len(deleted) > 0 {
		r.logf("    left alone, and deleted manually: %q", deleted)
	}
	return len(deleted) > 0
}

// checkAccounts: the server has what the configuration of accounts says, beside scopes of the other one and manually.
func (r *soakRun) checkAccounts() {
	held := r.configurable()
	for i, a := range held {
		held[i].Scopes = slices.DeleteFunc(a.Scopes, func(s emsim.ScopeSnapshot) bool {
			o := object{s.Ref, s.Name}
			return r.madeByHand(a.ID, o) || slices.Contains(objectsOfScopes, o)
		})
	}
	if got, want := fmt.Sprintf("%+v", emsim.WithoutIDs(held)), fmt.Sprintf("%+v", r.model.wanted()); got != want {
		r.breaks("not as configured: the server holds\n  %s\nconfigured\n  %s", got, want)
	}
}

// checkScopes: the accounts have the scopes of the other configuration, and no other ones of its objects.
func (r *soakRun) checkScopes(config []tfrun.Block) {
	for _, a := range r.configurable() {
		if r.exclusive(a) {
			continue // what is there manually goes with the next apply of the other configuration
		}
		var got, want []emsim.ScopeSnapshot
		for _, s := range emsim.WithoutIDs([]emsim.AccountSnapshot{a})[0].Scopes {
			if o := (object{s.Ref, s.Name}); slices.Contains(objectsOfScopes, o) && !r.madeByHand(a.ID, o) {
				got = append(got, s)
			}
		}
		for _, b := range config {
			if b.Attributes["account_id"] == a.ID {
				want = append(want, emsim.ScopeSnapshot{Ref: text(b.Attributes["hierarchy_obj_ref"]), Name: text(b.Attributes["object_name"])})
			}
		}
		sortScopes(want)
		if !reflect.DeepEqual(got, want) {
			r.breaks("not as configured: %s has the scopes\n  %+v\nconfigured\n  %+v", a.Name, got, want)
		}
	}
}

// exclusive reports whether the configuration has the whole list of an account's scopes.
func (r *soakRun) exclusive(a emsim.AccountSnapshot) bool {
	return slices.ContainsFunc(r.model.accounts, func(c *soakAccount) bool { return c.exclusive && c.kind == a.Type && strings.EqualFold(c.name, a.Name) })
}

func (r *soakRun) madeByHand(accountID string, o object) bool {
	return slices.Contains(r.byHand, handMade{accountID, o})
}

func (r *soakRun) byHandOf(a *soakAccount) []emsim.ScopeSnapshot {
	var out []emsim.ScopeSnapshot
	for _, held := range r.configurable() {
		for _, h := range r.byHand {
			if held.Type == a.kind && strings.EqualFold(held.Name, a.name) && h.accountID == held.ID {
				out = append(out, emsim.ScopeSnapshot{Ref: h.object.ref, Name: h.object.name})
			}
		}
	}
	return out
}

// allowed is what the accounts may do by both configurations and manually.
func (m *soakModel) allowed(byHand func(*soakAccount) []emsim.ScopeSnapshot) []emsim.AccountSnapshot {
	all := m.wanted()
	for i := range all {
		for _, a := range m.accounts {
			if a.kind == all[i].Type && a.name == all[i].Name {
				all[i].Scopes = slices.Concat(all[i].Scopes, m.scopesOf(a, true), byHand(a))
			}
		}
	}
	return all
}

// checkNotWider checks that no account may do more than it was allowed before or is configured to.
func (r *soakRun) checkNotWider(allowed []emsim.AccountSnapshot) {
	for _, a := range r.configurable() {
		all := false
		var roles, refs []string
		for _, other := range allowed {
			if other.Type == a.Type && strings.EqualFold(other.Name, a.Name) {
				all = all || other.AllowRestoreAllVms
				roles = append(roles, other.Roles...)
				for _, s := range other.Scopes {
					refs = append(refs, s.Ref)
				}
			}
		}
		if a.AllowRestoreAllVms && !all {
			r.breaks("wider: %s may restore all VMs", a.Name)
		}
		for _, role := range a.Roles {
			if !slices.Contains(roles, role) {
				r.breaks("wider: %s has the role %s", a.Name, role)
			}
		}
		for _, s := range a.Scopes {
			if !slices.Contains(refs, s.Ref) {
				r.breaks("wider: %s has the scope %s", a.Name, s.Name)
			}
		}
	}
}

// requests is the journal of the step, for a person: what is repeated stands there once.
func (r *soakRun) requests() string {
	var b strings.Builder
	last, times := "", 0
	flush := func() {
		if times > 1 {
			fmt.Fprintf(&b, "        and %d times more\n", times-1)
		}
	}
	for _, q := range r.em.Journal() {
		line := fmt.Sprintf("%s %s %d %s", q.Method, q.Path, q.Status, q.Fault)
		if line == last {
			times++
			continue
		}
		flush()
		fmt.Fprintf(&b, "      %s %s\n", q.At.Format("15:04:05.000"), line)
		last, times = line, 1
	}
	flush()
	return b.String()
}
