// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"reflect"
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// replaceOutside removes the scope of an object and adds one for another object, as an administrator would outside
// Terraform.
func replaceOutside(em *acctest.EM, old, by object) {
	em.Mutate(func(s *emsim.Store) {
		a := s.FindAccount("User", `TECH\william.fox`)
		i := slices.IndexFunc(a.Scopes, func(sc *emsim.Scope) bool { return sc.Ref == old.ref })
		s.RemoveScope(a.ID, a.Scopes[i].ID)
		s.AddScope(a.ID, by.ref, by.name)
	})
}

func TestScopes_OneWhoseIDIsGoneIsMissingEvenIfAnotherHasItsName(t *testing.T) {
	for owner, change := range map[string]string{
		"restore_scope": "update veeam_em_account.fox",
		"single scopes": "create veeam_em_account_scope.web01",
	} {
		inBubble(t, owner, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := workspace(em)
			config := owners[owner](vm01, web01)
			mustApply(t, w, config)
			replaceOutside(em, web01, web01)
			if plan := w.Plan(config...); len(plan.Errors) > 0 || !slices.Equal(plan.Changes, []string{change}) {
				t.Errorf("errors %q, changes %q; want %q", plan.Errors, plan.Changes, change)
			}
			mustApply(t, w, config)
			holdsExactly(t, em, w, config)
		})
	}
}

// Two objects have the name. The configured one has lost its scope, and the other one has got a scope.
func TestScopes_TheScopeOfAnotherObjectDoesNotReplaceOneThatIsGone(t *testing.T) {
	for owner, config := range owners {
		inBubble(t, owner, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := workspace(em)
			mustApply(t, w, config(vm01, dupA))
			replaceOutside(em, dupA, dupB)
			mustApply(t, w, config(vm01, dupA))
			want := configured(config(vm01, dupA))
			if owner != "exclusive list" { // which removes every other scope
				want = configured(config(vm01, dupA, dupB))
			}
			if got := em.Holds(); !reflect.DeepEqual(got, want) {
				t.Errorf("the server holds\n  %+v\nwant\n  %+v", got, want)
			}
			emptyPlan(t, w, config(vm01, dupA))
		})
	}
}

// The scope is replaced between the plan and the apply that removes it. The new one belongs to someone else.
func TestScopes_ARemovalDoesNotTakeAnotherScopeOfTheName(t *testing.T) {
	for _, owner := range []string{"restore_scope", "single scopes"} {
		inBubble(t, owner, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := workspace(em)
			mustApply(t, w, owners[owner](vm01, web01))
			var held []emsim.AccountSnapshot
			w.BeforeApply = func() {
				replaceOutside(em, web01, web01)
				held = em.Snapshot()
			}
			mustApply(t, w, owners[owner](vm01))
			if got := em.Snapshot(); !reflect.DeepEqual(got, held) {
				t.Errorf("the server holds\n  %+v\nwant\n  %+v", got, held)
			}
		})
	}
}
