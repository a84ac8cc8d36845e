// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// meddle changes an account behind Terraform's back.
func (s *soak) meddle() string {
	held := s.em.Holds()
	if len(held) == 0 {
		return "nothing"
	}
	name := held[s.random.IntN(len(held))].Name
	what, n := s.random.IntN(5), s.random.IntN(len(soakObjects))
	role := soakRoles[s.random.IntN(len(soakRoles))]
	said := ""
	s.em.Mutate(func(store *emsim.Store) {
		a := store.FindAccount("User", name)
		switch {
		case what == 0:
			store.RemoveAccount(a.ID)
			said = "deletes the account"
		case what == 1:
			store.Toggle(a.ID)
			said = "switches the restore of all VMs"
		case what == 2 && !slices.Contains(a.Roles, role):
			store.AddRole(a.ID, role)
			said = "adds a role"
		case what == 3 && len(a.Scopes) > 0:
			store.RemoveScope(a.ID, a.Scopes[n%len(a.Scopes)].ID)
			said = "removes a scope"
		default:
			o := soakObjects[n%5] // of a name that stands for one object
			if !slices.ContainsFunc(a.Scopes, func(sc *emsim.Scope) bool { return sc.Ref == o.ref }) {
				store.AddScope(a.ID, o.ref, o.name)
				s.byHand = append(s.byHand, handMade{name, o})
				said = "adds the scope " + o.name
			}
		}
	})
	return "somebody " + said + " of " + name
}

// forget: what the configuration asks for is not somebody else's any more.
func (s *soak) forget() {
	s.byHand = slices.DeleteFunc(s.byHand, func(h handMade) bool {
		for _, a := range s.accounts {
			if a.name == h.account && !slices.Contains(s.free(&a), h.object) {
				return true
			}
		}
		return false
	})
}

// arm has something go wrong in two of three applies. late tells that the server may do something when nobody waits any more.
func (s *soak) arm(done *[]string) (faulty, late bool) {
	if s.random.IntN(3) == 0 {
		return false, false
	}
	for range 1 + s.random.IntN(4) {
		o, f := operations[s.random.IntN(len(operations))], faults[s.random.IntN(len(faults))]
		armed := f.is
		armed.Match, armed.Times, armed.Skip = o.matches, s.random.IntN(4), s.random.IntN(2)
		s.em.Inject(armed)
		*done = append(*done, fmt.Sprintf("%s: %d times %s after %d", o.name, armed.Times, f.name, armed.Skip))
		late = late || f.is.Delay > 0
	}
	return true, late
}

// check is what has to hold after each operation.
func (s *soak) check(config []acctest.Block, before []emsim.AccountSnapshot, out acctest.Outcome, faulty bool) {
	s.t.Helper()
	if lost := orphans(s.em, s.w); len(lost) > 0 {
		s.t.Errorf("accounts that the state does not know: %q", lost)
	}
	if doubled := doubles(s.em); len(doubled) > 0 {
		s.t.Errorf("scopes are there twice: %q", doubled)
	}
	if open := s.em.OpenSessions(); open > 4 || open > 0 && !faulty { // two runs, and a session renewed in each
		s.t.Errorf("%d sessions are left", open)
	}
	s.em.ExpireSessions()
	for _, e := range out.Errors {
		if strings.Contains(e, "Provider produced") || !faulty {
			s.t.Errorf("an error that no fault explains: %s", e)
		}
	}
	if len(out.Errors) == 0 {
		s.exactly(config)
		return
	}
	s.notWider(append(before, configured(config)...))
}

// exactly checks that the server holds what is configured, apart from what was made by hand, and that a plan finds the same.
func (s *soak) exactly(config []acctest.Block) {
	s.t.Helper()
	held := s.em.Holds()
	for i := range held {
		held[i].Scopes = slices.DeleteFunc(held[i].Scopes, func(sc emsim.ScopeSnapshot) bool {
			return slices.Contains(s.byHand, handMade{held[i].Name, object{sc.Ref, sc.Name}})
		})
	}
	if got, want := fmt.Sprintf("%+v", held), fmt.Sprintf("%+v", configured(config)); got != want {
		s.t.Errorf("the server holds\n  %s\nconfigured\n  %s", got, want)
	}
	if plan := s.w.Plan(config...); len(plan.Errors)+len(plan.Changes) > 0 {
		s.t.Errorf("the plan is not empty: errors %q, changes %q", plan.Errors, plan.Changes)
	}
}

// notWider checks that after a failure no account may do more than it was allowed before or is configured to.
func (s *soak) notWider(allowed []emsim.AccountSnapshot) {
	s.t.Helper()
	for _, a := range s.em.Holds() {
		all := false
		var roles []string
		var scopes []emsim.ScopeSnapshot
		for _, other := range allowed {
			if other.Name == a.Name {
				all = all || other.AllowRestoreAllVms
				roles, scopes = append(roles, other.Roles...), append(scopes, other.Scopes...)
			}
		}
		if a.AllowRestoreAllVms && !all {
			s.t.Errorf("%s may restore all VMs, which nobody asked for", a.Name)
		}
		for _, r := range a.Roles {
			if !slices.Contains(roles, r) {
				s.t.Errorf("%s has the role %s, which nobody asked for", a.Name, r)
			}
		}
		for _, sc := range a.Scopes {
			if !slices.Contains(scopes, sc) {
				s.t.Errorf("%s has the scope %s, which nobody asked for", a.Name, sc.Name)
			}
		}
	}
}
