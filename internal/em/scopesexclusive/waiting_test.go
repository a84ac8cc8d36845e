// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopesexclusive_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// The tests in this file need no Terraform CLI. They run in virtual time, so a server can take minutes and durations
// are exact.

const (
	resourceType = "veeam_em_account_scopes_exclusive"
)

// attributes returns the value of scopes.
func attributes(items ...item) []any {
	var out []any
	for _, i := range items {
		out = append(out, map[string]any{"hierarchy_obj_ref": i.ref, "object_name": i.name})
	}
	return out
}

func TestExclusive_WaitsUntilUnlistedScopesAreRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = 2 * time.Minute
		em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay, RemovingDelay: delay, RootNames: emsim.RootNamesName})
		id := seed(em, web01)
		config := map[string]any{"account_id": id, "scopes": attributes(sql, vm01)}
		removes := []string{
			"warning: Restore scopes of the account " + accountName + " will be removed: The account has these scopes, " +
				"which are not in the list: Vm web01 (" + emsim.VCenterName + ").",
		}
		// run refreshes and applies with a new provider, as each run of Terraform does, and returns the resource as stored.
		run := func(stored tfrun.Stored, server time.Duration, waits int, warnings []string, prior ...item) tfrun.Stored {
			t.Helper()
			p := em.Protocol()
			if stored.State != nil {
				var said []string
				if stored, said = p.Read(resourceType, stored); len(said) > 0 {
					t.Fatal(said)
				}
				for _, i := range prior { // the plan shows them
					if !strings.Contains(fmt.Sprint(stored.State["scopes"]), i.name) {
						t.Errorf("the refresh has no %s: %v", i.name, stored.State["scopes"])
					}
				}
			}
			planned, said := p.Plan(resourceType, stored, config)
			if items, _ := planned.State["scopes"].([]any); !slices.Equal(tfrun.Texts(said), warnings) ||
				len(items) != 2 || planned.Replaces {
				t.Fatalf("planned %v, %v", planned.State, tfrun.Texts(said))
			}
			begun := time.Now()
			after, said := p.ApplyPlanned(resourceType, stored, planned, config)
			if len(said) > 0 {
				t.Fatal(tfrun.Texts(said))
			}
			tfrun.Took(t, time.Since(begun), server, waits)
			tfrun.Check(t, holds(em, sql, vm01))
			return after
		}

		// The unlisted scope is removed, then the listed ones are added.
		stored := run(tfrun.Stored{}, 2*delay, 2, removes)
		if got := em.Writes(); len(got) != 2 || !strings.HasPrefix(got[0], "DELETE") || !strings.HasPrefix(got[1], "POST") {
			t.Errorf("sent %v, want the removal and then the list", got)
		}
		em.Mutate(func(s *emsim.Store) { s.AddScope(id, web01.ref, web01.name) })
		stored = run(stored, delay, 1, removes, web01, sql, vm01)
		em.Mutate(func(s *emsim.Store) { s.RemoveScope(id, s.Account(id).Scopes[0].ID) })
		stored = run(stored, delay, 1, nil)

		p := em.Protocol()
		read, said := p.Read(resourceType, stored)
		if len(said) > 0 || fmt.Sprint(read.State) != fmt.Sprint(stored.State) {
			t.Errorf("read %v, %v", read.State, said)
		}
		if _, said := p.Apply(resourceType, read, nil); len(said) > 0 {
			t.Error(said)
		}
		tfrun.Check(t, holds(em, sql, vm01)) // destroying the resource removes no scope
	})
}

func TestExclusive_WorksTogetherWithTheOtherOwnersOfScopes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = time.Minute
		em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay})
		config := []tfrun.Block{
			{Type: "veeam_em_account", Name: "test", Attributes: map[string]any{
				"account_type": "User", "account_name": accountName, "allow_restore_all_vms": false,
				"roles": []any{"urn:veeam:EnterpriseRole:" + emsim.RoleVMRestoreOperator}, "restore_scope": attributes(sql, dupA),
			}},
			{Type: "veeam_em_account_scope", Name: "extra", Attributes: map[string]any{
				"account_id": tfrun.Reference{Address: "veeam_em_account.test", Attribute: "id"}, "hierarchy_obj_ref": web01.ref,
				"object_name": web01.name,
			}},
			{Type: resourceType, Name: "test", Attributes: map[string]any{
				"account_id": tfrun.Reference{Address: "veeam_em_account_scope.extra", Attribute: "account_id"},
				"scopes":     attributes(sql, dupA, web01),
			}},
		}
		w := em.NewWorkspace()
		begun := time.Now()
		if out := w.Apply(config...); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		tfrun.Took(t, time.Since(begun), 2*delay, 2)
		tfrun.Check(t, holds(em, web01, sql, dupA))
		if plan := w.Plan(config...); len(plan.Errors)+len(plan.Changes) > 0 {
			t.Errorf("the plan after the apply: errors %q, changes %q", plan.Errors, plan.Changes)
		}
		if out := w.Apply(); len(out.Errors) > 0 || !slices.Equal(w.Addresses(), nil) {
			t.Errorf("errors %q, left %q", out.Errors, w.Addresses())
		}
		tfrun.Check(t, em.HoldsExactly())
	})
}

// The name of a listed scope is that of an item, but it stands for another object. The apply removes it, so the plan
// has to say so.
func TestExclusive_ThePlanNamesAScopeThatOnlySharesItsNameWithAnItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		id := seed(em, item{emsim.VMDupARef, emsim.VMDupName})
		w := em.NewWorkspace()
		list := tfrun.Block{Type: resourceType, Name: "test", Attributes: map[string]any{
			"account_id": id, "scopes": attributes(item{emsim.VMDupBRef, emsim.VMDupName}),
		}}
		removed := func(out tfrun.Outcome) bool {
			return slices.ContainsFunc(out.Warnings, func(w string) bool {
				return strings.Contains(w, "will be removed") && strings.Contains(w, "Vm "+emsim.VMDupName+" (")
			})
		}
		if plan := w.Plan(list); !removed(plan) {
			t.Errorf("the plan does not name the scope: %q", plan.Warnings)
		}
		w.MustApply(list)
		if got := em.Account(accountName).Scopes; len(got) != 1 || got[0].Ref != emsim.VMDupBRef {
			t.Errorf("the account has %+v", got)
		}
		if again := w.Plan(list); removed(again) {
			t.Errorf("a later plan warns of the list's own scope: %q", again.Warnings)
		}
	})
}
