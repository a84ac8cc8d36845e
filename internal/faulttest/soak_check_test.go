// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// managed returns the accounts on the server that a configuration manages.
func (r *soakRun) managed() []emsim.AccountSnapshot {
	return slices.DeleteFunc(r.em.Snapshot(), func(a emsim.AccountSnapshot) bool {
		return slices.ContainsFunc(r.foreign, func(s emsim.AccountSnapshot) bool { return s.ID == a.ID })
	})
}

// checkAlways checks what must hold after every step, whatever failed.
func (r *soakRun) checkAlways(runs []applied, s soakStep) {
	left := slices.DeleteFunc(r.em.Snapshot(), func(a emsim.AccountSnapshot) bool {
		return slices.ContainsFunc(r.managed(), func(c emsim.AccountSnapshot) bool { return c.ID == a.ID })
	})
	if !reflect.DeepEqual(left, r.foreign) {
		r.Breaks("foreign accounts changed: they were\n  %+v\nand are\n  %+v", r.foreign, left)
	}
	r.checkOrphans()
	r.checkDuplicates()
	r.checkSessions(runs, s)
}

// checkOrphans checks that every account that Terraform created is in the state: by its ID or, if the ID could not be
// determined, by its name.
func (r *soakRun) checkOrphans() {
	for _, a := range r.managed() {
		known := slices.ContainsFunc(r.ofAccounts.Addresses(), func(address string) bool {
			state := r.ofAccounts.Attributes(address)
			return state["id"] == a.ID || state["id"] == "" && strings.EqualFold(text(state["account_name"]), a.Name)
		})
		if !known {
			r.Breaks("orphan: %s (%s) is missing from the state", a.Name, a.ID)
		}
	}
}

func (r *soakRun) checkDuplicates() {
	for _, a := range r.managed() {
		for i, s := range a.Scopes {
			if slices.ContainsFunc(a.Scopes[:i], func(o emsim.ScopeSnapshot) bool { return o.Ref == s.Ref }) {
				r.Breaks("duplicate scope: %s has the scope %s twice", a.Name, s.Name)
			}
		}
	}
}

// checkSessions checks that a session is still open only if a fault hit its log on or its log off, or if logging off
// reported an error.
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
			r.Breaks("session still open: %s", id)
		}
	}
}

// check checks the result of a run.
func (r *soakRun) check(run applied, s soakStep) {
	for _, e := range run.out.Errors {
		if strings.Contains(e, "Provider produced") || strings.Contains(e, "defect of the provider") {
			r.Breaks("a defect of the provider: %s", e)
		}
	}
	if r.heed(run.out) || r.heedAmbiguous(run.out) {
		return // what was left alone was in the way of the configuration
	}
	removedBoth := func(warning string) bool { return strings.Contains(warning, "the server removed both") }
	if slices.ContainsFunc(run.out.Warnings, removedBoth) {
		return // the server also removed another scope with the same ID, and the run warned about it
	}
	if len(run.out.Errors) > 0 {
		// If two runs happen at the same time, one may delete an account while the other changes its scopes.
		conflict := s.Run == runBoth && run.w == r.ofScopes
		if len(s.Faults) == 0 && !conflict && !r.heedLast(run.out) {
			r.Breaks("an error that no fault explains: %q", run.out.Errors)
		}
		return
	}
	r.forgetOutsideScopes(run.w)
	if run.w == r.ofAccounts {
		r.checkAccounts()
	} else {
		r.checkScopes(run.config)
	}
	if s.Run == runBoth || len(run.out.Changes) == 0 {
		return // the other run may have changed something since, or the plan was empty already
	}
	if plan := run.w.Plan(run.config...); len(plan.Errors)+len(plan.Changes) > 0 {
		r.Breaks("the plan is not empty: errors %q, changes %q", plan.Errors, plan.Changes)
	}
}

// heed deletes the accounts that a run left alone because they may have been created outside Terraform, as its warning
// or error says. It reports whether there was one.
func (r *soakRun) heed(out tfrun.Outcome) bool {
	var deleted []string
	for _, a := range r.managed() {
		asks := func(said string) bool {
			return strings.Contains(said, "It was left unchanged") && strings.Contains(said, a.ID)
		}
		if slices.ContainsFunc(slices.Concat(out.Warnings, out.Errors), asks) && r.addressOf(a) == "" {
			r.em.Mutate(func(store *emsim.Store) { store.RemoveAccount(a.ID) })
			deleted = append(deleted, a.Name)
		}
	}
	if len(deleted) > 0 {
		r.Logf("    left alone, and deleted manually: %q", deleted)
	}
	return len(deleted) > 0
}

// heedLast adds a scope to each account whose last scope the server refuses to remove, as the error asks. It reports
// whether there was one. A failed update may have left the account with the scope of a veeam_em_account_scope only.
func (r *soakRun) heedLast(out tfrun.Outcome) bool {
	asks := func(said string) bool { return strings.Contains(said, "add another scope first") }
	if !slices.ContainsFunc(out.Errors, asks) {
		return false
	}
	for _, a := range r.managed() {
		if a.AllowRestoreAllVms || len(a.Scopes) != 1 || a.Scopes[0].Ref == linux.ref {
			continue
		}
		r.em.Mutate(func(store *emsim.Store) { store.AddScope(a.ID, linux.ref, linux.name) })
		r.outsideScopes = append(r.outsideScopes, outsideScope{a.ID, linux})
		r.Logf("    added manually: the scope %s of %s", linux.name, a.Name)
	}
	return true
}

var ambiguousScope = regexp.MustCompile(`(?:stands for|the request for) (urn:\S+?):? `)

// heedAmbiguous removes the scopes that an error asks to remove, because they may belong to another client. It reports
// whether there was one.
func (r *soakRun) heedAmbiguous(out tfrun.Outcome) bool {
	removed := false
	for _, said := range out.Errors {
		match := ambiguousScope.FindStringSubmatch(said)
		if match == nil || !strings.Contains(said, "Remove the wrong ones manually") &&
			!strings.Contains(said, "otherwise remove it manually") {
			continue
		}
		several := strings.Contains(said, "Remove the wrong ones manually")
		for _, a := range r.managed() {
			for _, s := range a.Scopes {
				if strings.Contains(said, s.ID) && !(several && s.Ref == match[1]) {
					r.em.Mutate(func(store *emsim.Store) { store.RemoveScope(a.ID, s.ID) })
					r.Logf("    removed manually: the scope %s of %s", s.Name, a.Name)
					removed = true
				}
			}
		}
	}
	return removed
}

// checkAccounts checks that the server holds what the configuration of accounts says. It ignores the scopes of the
// other configuration and those added outside Terraform.
func (r *soakRun) checkAccounts() {
	held := r.managed()
	for i, a := range held {
		held[i].Scopes = slices.DeleteFunc(a.Scopes, func(s emsim.ScopeSnapshot) bool {
			o := object{s.Ref, s.Name}
			return r.addedOutside(a.ID, o) || slices.Contains(objectsOfScopes, o)
		})
	}
	if got, want := fmt.Sprintf("%+v", emsim.WithoutIDs(held)), fmt.Sprintf("%+v", r.model.wanted()); got != want {
		r.Breaks("not as configured: the server holds\n  %s\nconfigured\n  %s", got, want)
	}
}

// checkScopes checks that the accounts have exactly the scopes that the configuration of scopes gives them. It ignores
// the objects of the other configuration.
func (r *soakRun) checkScopes(config []tfrun.Block) {
	for _, a := range r.managed() {
		if r.onlyListed(a) {
			continue // the next apply of the other configuration removes the scopes added outside Terraform
		}
		var got, want []emsim.ScopeSnapshot
		for _, s := range emsim.WithoutIDs([]emsim.AccountSnapshot{a})[0].Scopes {
			if o := (object{s.Ref, s.Name}); slices.Contains(objectsOfScopes, o) && !r.addedOutside(a.ID, o) {
				got = append(got, s)
			}
		}
		for _, b := range config {
			if b.Attributes["account_id"] == a.ID {
				want = append(want, emsim.ScopeSnapshot{
					Ref: text(b.Attributes["hierarchy_obj_ref"]), Name: text(b.Attributes["object_name"]),
				})
			}
		}
		sortScopes(want)
		if !reflect.DeepEqual(got, want) {
			r.Breaks("not as configured: %s has the scopes\n  %+v\nconfigured\n  %+v", a.Name, got, want)
		}
	}
}

// onlyListed reports whether Terraform removes all scopes of the account that no list contains.
func (r *soakRun) onlyListed(a emsim.AccountSnapshot) bool {
	return slices.ContainsFunc(r.model.accounts, func(c *soakAccount) bool { return c.onlyListed() && c.is(a) })
}

func (r *soakRun) addedOutside(accountID string, o object) bool {
	return slices.Contains(r.outsideScopes, outsideScope{accountID, o})
}

func (r *soakRun) outsideScopesOf(a *soakAccount) []emsim.ScopeSnapshot {
	var out []emsim.ScopeSnapshot
	for _, held := range r.managed() {
		for _, h := range r.outsideScopes {
			if a.is(held) && h.accountID == held.ID {
				out = append(out, emsim.ScopeSnapshot{Ref: h.object.ref, Name: h.object.name})
			}
		}
	}
	return out
}

// allowed returns the access that both configurations, and changes outside Terraform, give to the accounts.
func (m *soakModel) allowed(outsideScopes func(*soakAccount) []emsim.ScopeSnapshot) []emsim.AccountSnapshot {
	all := m.wanted()
	for i := range all {
		for _, a := range m.accounts {
			if a.kind == all[i].Type && a.name == all[i].Name {
				all[i].Scopes = slices.Concat(all[i].Scopes, m.scopesOf(a, true), outsideScopes(a))
			}
		}
	}
	return all
}

// addressOf returns the address of the account in the state, or "" if the state does not have its ID.
func (r *soakRun) addressOf(a emsim.AccountSnapshot) string {
	for _, address := range r.ofAccounts.Addresses() {
		if r.ofAccounts.Attributes(address)["id"] == a.ID {
			return address
		}
	}
	return ""
}

// unchecked reports whether the server gave a new account more access than requested, and the run that created the
// account could neither correct nor delete it. The next run replaces it.
func (r *soakRun) unchecked(a emsim.AccountSnapshot) bool {
	address := r.addressOf(a)
	more := r.world.Quirks.AddedRole != "" || r.world.Quirks.AllVMs != emsim.AllVMsAsSent
	return more && (address == "" || r.ofAccounts.Tainted(address))
}

// checkAccess checks that no account has access that it had neither before nor is configured to have.
func (r *soakRun) checkAccess(allowed []emsim.AccountSnapshot) {
	for _, a := range slices.DeleteFunc(r.managed(), r.unchecked) {
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
			r.Breaks("too much access: %s may restore all VMs", a.Name)
		}
		for _, role := range a.Roles {
			if !slices.Contains(roles, role) {
				r.Breaks("too much access: %s has the role %s", a.Name, role)
			}
		}
		for _, s := range a.Scopes {
			if !slices.Contains(refs, s.Ref) {
				r.Breaks("too much access: %s has the scope %s", a.Name, s.Name)
			}
		}
	}
}

// soakUpdate is an account that a step may update.
type soakUpdate struct {
	updateEnds
	owned []string // the references of the scopes that its restore_scope has before or after the step
}

// updates returns the accounts that the step may update. It leaves out those whose scopes other resources also remove,
// or take over.
func (r *soakRun) updates(s soakStep) []soakUpdate {
	if s.Run == runScopes || s.Run == runImport {
		return nil
	}
	var out []soakUpdate
	configured := r.model.allowed(r.outsideScopesOf)
	for _, a := range r.model.accounts {
		state := r.ofAccounts.Attributes(accountType + "." + a.label)
		for _, before := range r.managed() {
			i := slices.IndexFunc(configured, a.is)
			if a.exclusive || state == nil || state["id"] != before.ID || i < 0 || r.movesScope(a, state["restore_scope"]) {
				continue
			}
			u := soakUpdate{updateEnds: updateEnds{before, configured[i], r.world.Quirks.LastScope == emsim.LastScopeRefuse}}
			for _, o := range slices.Concat(scopes(state["restore_scope"]), scopes(a.block().Attributes["restore_scope"])) {
				u.owned = append(u.owned, o.Ref)
			}
			out = append(out, u)
		}
	}
	return out
}

// movesScope reports whether the next apply moves a scope of the account between restore_scope, which had the given
// items, and a veeam_em_account_scope.
func (r *soakRun) movesScope(a *soakAccount, had any) bool {
	taken := slices.ContainsFunc(r.model.scopes, func(s *soakScope) bool {
		inline := func(o emsim.ScopeSnapshot) bool { return o.Ref == s.object.ref }
		return s.of == a && slices.ContainsFunc(scopes(had), inline)
	})
	return taken || slices.ContainsFunc(a.scope, func(o object) bool { return r.inState(a, o) })
}

// only returns the account with the scopes of its restore_scope only.
func (u soakUpdate) only(a emsim.AccountSnapshot) emsim.AccountSnapshot {
	a.Scopes = slices.DeleteFunc(slices.Clone(a.Scopes), func(s emsim.ScopeSnapshot) bool {
		return !slices.Contains(u.owned, s.Ref)
	})
	return a
}

// checkWidening checks that after every request of a step, whatever failed, no account could do more than both before
// and after its update.
func (r *soakRun) checkWidening(updates []soakUpdate) {
	states := r.recorded.take()
	for _, u := range updates {
		before, after := u.only(u.before), u.only(u.after)
		mustWiden := u.mustWiden() || updateEnds{before, after, u.keepsScope}.mustWiden()
		for _, state := range states[u.before.ID] {
			now := u.only(state)
			if len(beyond(now, before, after)) > 1 || widens(now, before, after) && !mustWiden {
				r.Breaks("during an update, %s may do more than before and than after it:\nbefore %+v\nnow    %+v\nafter  %+v",
					now.Name, before, now, after)
				return
			}
		}
	}
}
