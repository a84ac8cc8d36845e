// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
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

// manyObjects are objects of the infrastructure, the last two with the same name.
func manyObjects(n int) []object {
	out := make([]object, 0, n)
	for i := range n - 2 {
		out = append(out, object{fmt.Sprintf("urn:VMware:Vm:%s.vm-9%03d", emsim.VCenterID, i), fmt.Sprintf("batch-%02d", i)})
	}
	return append(out, dupA, dupB)
}

// literally replaces the references to the account's ID by the ID itself: the blocks then depend on nothing, and are applied
// while the account is changed.
func literally(config []tfrun.Block, id string) []tfrun.Block {
	out := slices.Clone(config)
	for i, b := range out {
		if _, ok := b.Attributes["account_id"]; ok {
			out[i].Attributes = map[string]any{"account_id": id, "hierarchy_obj_ref": b.Attributes["hierarchy_obj_ref"], "object_name": b.Attributes["object_name"]}
		}
	}
	return out
}

func TestConcurrency_TwentyScopesRolesAndTheSwitchOfOneAccountEndAsConfigured(t *testing.T) {
	for name, options := range map[string]emsim.Options{
		"at once":                       {},
		"listed late":                   {ScopeDelay: time.Minute, ScopeStagger: 5 * time.Second, RemovingDelay: 30 * time.Second},
		"roots by name, no Location":    {RootNames: emsim.RootNamesName, OmitLocation: true},
		"slow, one scope for an object": {Latency: 2 * time.Second, DuplicateScopes: emsim.DuplicateScopesSame},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, options)
			w := workspace(em)
			w.Parallelism = 50
			before := blocks(account{scope: []object{vm01, sql}, roles: []string{emsim.RoleVMRestoreOperator}}.block())
			must(t, w, before)
			id := text(w.Attributes(accountType + ".fox")["id"])
			after := blocks(account{scope: []object{vm01, web01}, roles: []string{emsim.RolePortalUser, emsim.RoleSQLRestoreOperator}, all: true}.block())
			for i, o := range manyObjects(20) {
				after = append(after, scope(fmt.Sprintf("s%02d", i), "fox", o))
			}
			must(t, w, literally(after, id))
			if got, want := em.Holds(), configured(after); !reflect.DeepEqual(got, want) {
				t.Errorf("the server holds\n  %+v\nconfigured\n  %+v", got, want)
			}
			emptyPlan(t, w, literally(after, id))
			must(t, w, before) // and all of it back at once
			holdsExactly(t, em, w, before)
		})
	}
}

func emptyPlan(t *testing.T, w *tfrun.Workspace, config []tfrun.Block) {
	t.Helper()
	if plan := w.Plan(config...); len(plan.Errors)+len(plan.Changes)+len(plan.Drift) > 0 {
		t.Errorf("the plan is not empty: errors %q, changes %q, drift %q", plan.Errors, plan.Changes, plan.Drift)
	}
}

// latency is that of every request of two runs. The requests of a run arrive at multiples of it, unless the provider pauses.
const latency = time.Second

// offsets are by how much later than the first of two runs the second one begins to change the server. A half lets each request of
// the one arrive between two of the other; with none they arrive at the same time.
func offsets() []time.Duration {
	all := []time.Duration{0}
	for n := range 10 {
		if partly() && n%3 != 0 {
			continue
		}
		all = append(all, time.Duration(n)*latency+latency/2)
	}
	return all
}

// bothOrders returns the offsets with every second one negative: then the second run is ahead.
func bothOrders() []time.Duration {
	all := offsets()
	for i := 1; i < len(all); i += 2 {
		all[i] = -all[i]
	}
	return all
}

// together applies in two workspaces, each with providers of its own. Both change the server at the same time; b begins by an offset
// later than a, or a later than b if it is negative.
func together(a, b *tfrun.Workspace, ofA, ofB []tfrun.Block, offset time.Duration) (fromA, fromB tfrun.Outcome) {
	var planned, both sync.WaitGroup
	planned.Add(2)
	apply := func(w *tfrun.Workspace, config []tfrun.Block, wait time.Duration) tfrun.Outcome {
		arrive := sync.OnceFunc(planned.Done)
		defer arrive() // a plan that fails applies nothing, and the other run does not wait for it
		w.BeforeApply = func() { arrive(); planned.Wait(); time.Sleep(wait) }
		defer func() { w.BeforeApply = nil }()
		return w.Apply(config...)
	}
	both.Go(func() { fromA = apply(a, ofA, max(0, -offset)) })
	both.Go(func() { fromB = apply(b, ofB, max(0, offset)) })
	both.Wait()
	return fromA, fromB
}

func TestConcurrency_TwoRunsThatCreateOneAccountMakeItOnceAndTheOtherSaysSo(t *testing.T) {
	for _, offset := range offsets() {
		inBubble(t, offset.String(), func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{Latency: latency})
			a, b := workspace(em), workspace(em)
			fromA, fromB := together(a, b, blocks(fox), blocks(fox), offset)
			if got, want := em.Holds(), configured(blocks(fox)); !reflect.DeepEqual(got, want) {
				t.Errorf("the server holds\n  %+v\nconfigured\n  %+v", got, want)
			}
			errors := append(slices.Clone(fromA.Errors), fromB.Errors...)
			if len(errors) != 1 || !strings.Contains(errors[0], "The account exists already") {
				t.Errorf("errors %q, want one that says that the account exists", errors)
			}
			if len(a.Addresses())+len(b.Addresses()) != 1 || len(orphans(em, a, b)) > 0 {
				t.Errorf("one state has %q, the other %q", a.Addresses(), b.Addresses())
			}
		})
	}
}

func TestConcurrency_TwoRunsThatKeepPartsOfOneAccountLeaveEachOthersAlone(t *testing.T) {
	for round, offset := range bothOrders() {
		inBubble(t, offset.String(), func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{
				Latency: latency, ScopeDelay: time.Duration(round%3) * time.Minute, RemovingDelay: time.Duration(round%4) * 40 * time.Second,
			})
			a, b := workspace(em), workspace(em)
			must(t, a, blocks(fox))
			id := text(a.Attributes(accountType + ".fox")["id"])
			first := literally(blocks(scope("one", "fox", web02), scope("two", "fox", dupA)), id)
			must(t, b, first)
			ofA := blocks(account{scope: []object{web01, sql}, roles: []string{emsim.RolePortalUser}, all: true}.block())
			ofB := blocks(scope("two", "fox", dupA), scope("three", "fox", dupB), scope("four", "fox", db01))
			fromA, fromB := together(a, b, ofA, literally(ofB, id), offset)
			if all := append(fromA.Errors, fromB.Errors...); len(all) > 0 {
				t.Errorf("errors %q", all)
			}
			if got, want := em.Holds(), configured(append(ofA, ofB...)); !reflect.DeepEqual(got, want) {
				t.Errorf("the server holds\n  %+v\nconfigured\n  %+v", got, want)
			}
			emptyPlan(t, a, ofA)
			emptyPlan(t, b, literally(ofB, id))
		})
	}
}

// Two states of one account ask for different things: the run that loses says so, by an error or in its next plan.
func TestConcurrency_TwoRunsThatFightOverOneAccountNeverLoseInSilence(t *testing.T) {
	for name, c := range map[string]struct{ ofA, ofB account }{
		"different wishes": {
			account{scope: []object{vm01, web01}, roles: []string{emsim.RolePortalUser}, all: true},
			account{scope: []object{vm01, db01}, roles: []string{emsim.RoleSQLRestoreOperator}},
		},
		"the switch, the same way": {account{scope: []object{vm01}, all: true}, account{scope: []object{vm01}, all: true}},
		"the same scope":           {account{scope: []object{vm01, web01}}, account{scope: []object{vm01, web01}}},
		"the same role": {
			account{scope: []object{vm01}, roles: []string{emsim.RoleVMRestoreOperator, emsim.RolePortalUser}},
			account{scope: []object{vm01}, roles: []string{emsim.RoleVMRestoreOperator, emsim.RolePortalUser}},
		},
	} {
		for round, offset := range bothOrders() {
			inBubble(t, fmt.Sprint(name, ", ", offset), func(t *testing.T) {
				em := acctest.StartEMWithoutTLS(t, emsim.Options{Latency: latency, RefuseDuplicateRole: round%2 == 0})
				a := workspace(em)
				must(t, a, blocks(fox))
				b := a.Copy()
				ofA, ofB := blocks(c.ofA.block()), blocks(c.ofB.block())
				fromA, fromB := together(a, b, ofA, ofB, offset)
				loud(t, em, a, ofA, fromA)
				loud(t, em, b, ofB, fromB)
				if len(fromA.Errors)+len(fromB.Errors) > 0 {
					return
				}
				// Neither run failed: then what both take away again is gone, even if each had a scope of its own.
				must(t, a, blocks(fox))
				must(t, b, blocks(fox))
				if got, want := em.Holds(), configured(blocks(fox)); !reflect.DeepEqual(got, want) {
					t.Errorf("taken away by both, the server still holds\n  %+v\nconfigured\n  %+v", got, want)
				}
			})
		}
	}
}

// loud checks that a run that did not get what it configured has an error, or a plan that shows it.
func loud(t *testing.T, em *acctest.EM, w *tfrun.Workspace, config []tfrun.Block, out tfrun.Outcome) {
	t.Helper()
	same := reflect.DeepEqual(em.Holds(), configured(config))
	if plan := w.Plan(config...); !same && len(out.Errors) == 0 && len(plan.Changes) == 0 && len(doubles(em)) == 0 {
		t.Errorf("the server holds\n  %+v\nconfigured\n  %+v\nand neither an error nor the next plan says so", em.Holds(), configured(config))
	}
}

// doubles are the scopes that an account has twice.
func doubles(em *acctest.EM) []string {
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
