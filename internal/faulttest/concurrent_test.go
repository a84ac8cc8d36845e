// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// manyObjects returns n objects of the infrastructure. The last two have the same name.
func manyObjects(n int) []object {
	out := make([]object, 0, n)
	for i := range n - 2 {
		out = append(out, object{fmt.Sprintf("urn:VMware:Vm:%s.vm-9%03d", emsim.VCenterID, i), fmt.Sprintf("batch-%02d", i)})
	}
	return append(out, dupA, dupB)
}

// withLiteralIDs replaces the references to the account's ID with the ID itself. The blocks then depend on nothing and
// are applied while the account is being changed.
func withLiteralIDs(config []tfrun.Block, id string) []tfrun.Block {
	out := slices.Clone(config)
	for i, b := range out {
		if _, ok := b.Attributes["account_id"]; ok {
			out[i].Attributes = maps.Clone(b.Attributes)
			out[i].Attributes["account_id"] = id
		}
	}
	return out
}

func TestConcurrency_ChangesOfScopesRolesAndTheSwitchOfOneAccountEndAsConfigured(t *testing.T) {
	for name, options := range map[string]emsim.Options{
		"default server": {},
		"scopes listed and removed late": {
			ScopeDelay: time.Minute, ScopeStagger: 5 * time.Second, RemovingDelay: 30 * time.Second,
		},
		"roots by name, no Location":             {RootNames: emsim.RootNamesName, OmitLocation: true},
		"slow server, one scope for each object": {Latency: 2 * time.Second, DuplicateScopes: emsim.DuplicateScopesSame},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, options)
			w := workspace(em)
			w.Parallelism = 50
			before := blocks(account{
				scope: []object{vm01, sql}, roles: []string{emsim.RoleVMRestoreOperator},
			}.block())
			mustApply(t, w, before)
			id := text(w.Attributes(accountType + ".fox")["id"])
			after := blocks(account{
				scope: []object{vm01, web01}, all: true,
				roles: []string{emsim.RolePortalUser, emsim.RoleSQLRestoreOperator},
			}.block())
			for i, o := range manyObjects(20) {
				after = append(after, scope(fmt.Sprintf("s%02d", i), "fox", o))
			}
			mustApply(t, w, withLiteralIDs(after, id))
			if got, want := em.Holds(), configured(after); !reflect.DeepEqual(got, want) {
				t.Errorf("the server holds\n  %+v\nconfigured\n  %+v", got, want)
			}
			emptyPlan(t, w, withLiteralIDs(after, id))
			mustApply(t, w, before) // undoes all changes at once
			holdsExactly(t, em, w, before)
		})
	}
}

func emptyPlan(t *testing.T, w *tfrun.Workspace, config []tfrun.Block) {
	t.Helper()
	if plan := planned(w, config); plan != "" {
		t.Error(plan)
	}
}

// latency is how long every request of two concurrent runs takes. The requests of a run arrive at multiples of it,
// unless the provider pauses.
const latency = time.Second

// offsets returns by how much later than the first run the second one begins to change the server. With a half of the
// latency, each request of one run arrives between two requests of the other; with zero, they arrive at the same time.
func offsets() []time.Duration {
	all := []time.Duration{0}
	for n := range 10 {
		if isReduced() && n%3 != 0 {
			continue
		}
		all = append(all, time.Duration(n)*latency+latency/2)
	}
	return all
}

// bothOrders returns the offsets and makes every second one negative, so that the second run begins first.
func bothOrders() []time.Duration {
	all := offsets()
	for i := 1; i < len(all); i += 2 {
		all[i] = -all[i]
	}
	return all
}

// together applies in two workspaces at the same time, each with its own providers. Workspace b begins its changes
// later than a by the offset; if the offset is negative, a begins later than b.
func together(a, b *tfrun.Workspace, ofA, ofB []tfrun.Block, offset time.Duration) (fromA, fromB tfrun.Outcome) {
	var planned, both sync.WaitGroup
	planned.Add(2)
	apply := func(w *tfrun.Workspace, config []tfrun.Block, wait time.Duration) tfrun.Outcome {
		arrive := sync.OnceFunc(planned.Done)
		defer arrive() // if the plan fails, nothing is applied and the other run must not wait
		w.BeforeApply = func() { arrive(); planned.Wait(); time.Sleep(wait) }
		defer func() { w.BeforeApply = nil }()
		return w.Apply(config...)
	}
	both.Go(func() { fromA = apply(a, ofA, max(0, -offset)) })
	both.Go(func() { fromB = apply(b, ofB, max(0, offset)) })
	both.Wait()
	return fromA, fromB
}

func TestConcurrency_IfTwoRunsCreateOneAccountTheSecondRunReportsThatItExists(t *testing.T) {
	for _, offset := range offsets() {
		inBubble(t, offset.String(), func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{Latency: latency})
			a, b := workspace(em), workspace(em)
			fromA, fromB := together(a, b, blocks(fox), blocks(fox), offset)
			if got, want := em.Holds(), configured(blocks(fox)); !reflect.DeepEqual(got, want) {
				t.Errorf("the server holds\n  %+v\nconfigured\n  %+v", got, want)
			}
			errors := append(slices.Clone(fromA.Errors), fromB.Errors...)
			if len(errors) != 1 || !strings.Contains(errors[0], "The account already exists") {
				t.Errorf("errors %q, want one that says that the account exists", errors)
			}
			if len(a.Addresses())+len(b.Addresses()) != 1 || len(orphans(em, a, b)) > 0 {
				t.Errorf("one state has %q and the other %q, want the account in one", a.Addresses(), b.Addresses())
			}
		})
	}
}

func TestConcurrency_TwoRunsThatManagePartsOfOneAccountDoNotDisturbEachOther(t *testing.T) {
	for round, offset := range bothOrders() {
		inBubble(t, offset.String(), func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{
				Latency:       latency,
				ScopeDelay:    time.Duration(round%3) * time.Minute,
				RemovingDelay: time.Duration(round%4) * 40 * time.Second,
			})
			a, b := workspace(em), workspace(em)
			mustApply(t, a, blocks(fox))
			id := text(a.Attributes(accountType + ".fox")["id"])
			first := withLiteralIDs(blocks(scope("one", "fox", web02), scope("two", "fox", dupA)), id)
			mustApply(t, b, first)
			ofA := blocks(account{
				scope: []object{web01, sql}, roles: []string{emsim.RolePortalUser}, all: true,
			}.block())
			ofB := blocks(scope("two", "fox", dupA), scope("three", "fox", dupB), scope("four", "fox", db01))
			fromA, fromB := together(a, b, ofA, withLiteralIDs(ofB, id), offset)
			if all := append(fromA.Errors, fromB.Errors...); len(all) > 0 {
				t.Errorf("errors %q", all)
			}
			if got, want := em.Holds(), configured(append(ofA, ofB...)); !reflect.DeepEqual(got, want) {
				t.Errorf("the server holds\n  %+v\nconfigured\n  %+v", got, want)
			}
			emptyPlan(t, a, ofA)
			emptyPlan(t, b, withLiteralIDs(ofB, id))
		})
	}
}

// Two states manage the same account with different configurations. The run whose update is lost must show that by an
// error or in its next plan.
func TestConcurrency_TwoRunsThatChangeOneAccountReportEveryLostUpdate(t *testing.T) {
	for name, c := range map[string]struct{ ofA, ofB account }{
		"different configurations": {
			account{scope: []object{vm01, web01}, roles: []string{emsim.RolePortalUser}, all: true},
			account{scope: []object{vm01, db01}, roles: []string{emsim.RoleSQLRestoreOperator}},
		},
		"the same switch": {account{scope: []object{vm01}, all: true}, account{scope: []object{vm01}, all: true}},
		"the same scope":  {account{scope: []object{vm01, web01}}, account{scope: []object{vm01, web01}}},
		"the same role": {
			account{scope: []object{vm01}, roles: []string{emsim.RoleVMRestoreOperator, emsim.RolePortalUser}},
			account{scope: []object{vm01}, roles: []string{emsim.RoleVMRestoreOperator, emsim.RolePortalUser}},
		},
	} {
		for round, offset := range bothOrders() {
			inBubble(t, fmt.Sprint(name, ", ", offset), func(t *testing.T) {
				em := acctest.StartEMWithoutTLS(t, emsim.Options{Latency: latency, RefuseDuplicateRole: round%2 == 0})
				a := workspace(em)
				mustApply(t, a, blocks(fox))
				b := a.Copy()
				ofA, ofB := blocks(c.ofA.block()), blocks(c.ofB.block())
				fromA, fromB := together(a, b, ofA, ofB, offset)
				checkNotSilent(t, em, a, ofA, fromA)
				checkNotSilent(t, em, b, ofB, fromB)
				if len(fromA.Errors)+len(fromB.Errors) > 0 {
					return
				}
				// Neither run failed: what both remove now is gone, even if each run had added its own scope.
				mustApply(t, a, blocks(fox))
				mustApply(t, b, blocks(fox))
				if got, want := em.Holds(), configured(blocks(fox)); !reflect.DeepEqual(got, want) {
					t.Errorf("after both runs removed it, the server still holds\n  %+v\nconfigured\n  %+v", got, want)
				}
			})
		}
	}
}

// checkNotSilent checks that a run reports an error or plans changes if the server does not hold what it configured.
func checkNotSilent(t *testing.T, em *acctest.EM, w *tfrun.Workspace, config []tfrun.Block, out tfrun.Outcome) {
	t.Helper()
	same := reflect.DeepEqual(em.Holds(), configured(config))
	if plan := w.Plan(config...); !same && len(out.Errors) == 0 && len(plan.Changes) == 0 && len(duplicates(em)) == 0 {
		t.Errorf("the server holds\n  %+v\nconfigured\n  %+v\nbut neither an error nor the next plan shows it",
			em.Holds(), configured(config))
	}
}

// duplicates returns the scopes that an account has twice.
func duplicates(em *acctest.EM) []string {
	var out []string
	for _, a := range em.Holds() {
		for i, s := range a.Scopes {
			if slices.Contains(a.Scopes[:i], s) {
				out = append(out, a.Name+": "+s.Name)
			}
		}
	}
	return out
}
