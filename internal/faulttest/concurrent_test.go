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
func literally(config []acctest.Block, id string) []acctest.Block {
	out := slices.Clone(config)
	for i, b := range out {
		if _, ok := b.Attributes["account_id"]; ok {
			out[i].Attributes = map[string]any{"account_id": id, "hierarchy_obj_ref": b.Attributes["hierarchy_obj_ref"], "object_name": b.Attributes["object_name"]}
		}
	}
	return out
}

// sideBySide runs tests at once, however few processors there are: they wait rather than compute.
func sideBySide(t *testing.T, tests map[string]func(*testing.T)) {
	t.Helper()
	slots := make(chan struct{}, 24)
	var all sync.WaitGroup
	for name, test := range tests {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			t.Run(name, test)
		})
	}
	all.Wait()
}

func TestConcurrency_TwentyScopesRolesAndTheSwitchOfOneAccountEndAsConfigured(t *testing.T) {
	tests := map[string]func(*testing.T){}
	for name, options := range map[string]emsim.Options{
		"at once":                       {},
		"listed late":                   {ScopeDelay: 300 * time.Millisecond, ScopeStagger: 50 * time.Millisecond, RemovingDelay: 300 * time.Millisecond},
		"roots by name, no Location":    {RootNames: emsim.RootNamesName, OmitLocation: true},
		"slow, one scope for an object": {Latency: 20 * time.Millisecond, DuplicateScopes: emsim.DuplicateScopesSame},
	} {
		tests[name] = func(t *testing.T) {
			em := acctest.StartEM(t, options)
			w := em.NewWorkspace()
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
			if plan := w.Plan(literally(after, id)...); len(plan.Errors)+len(plan.Changes)+len(plan.Drift) > 0 {
				t.Errorf("the plan is not empty: errors %q, changes %q, drift %q", plan.Errors, plan.Changes, plan.Drift)
			}
			must(t, w, before) // and all of it back at once
			holdsExactly(t, em, w, before)
		}
	}
	sideBySide(t, tests)
}

// bothAtOnce applies in two workspaces, each with providers of its own, and has both change the server at the same time.
func bothAtOnce(a, b *acctest.Workspace, ofA, ofB []acctest.Block) (fromA, fromB acctest.Outcome) {
	var planned, both sync.WaitGroup
	planned.Add(2)
	apply := func(w *acctest.Workspace, config []acctest.Block) acctest.Outcome {
		var once sync.Once
		arrive := func() { once.Do(planned.Done) }
		defer arrive() // a plan that fails applies nothing, and nobody waits for it
		w.BeforeApply = func() { arrive(); planned.Wait() }
		defer func() { w.BeforeApply = nil }()
		return w.Apply(config...)
	}
	both.Go(func() { fromA = apply(a, ofA) })
	both.Go(func() { fromB = apply(b, ofB) })
	both.Wait()
	return fromA, fromB
}

const rounds = 8

func TestConcurrency_TwoRunsThatCreateOneAccountMakeItOnceAndTheOtherSaysSo(t *testing.T) {
	tests := map[string]func(*testing.T){}
	for round := range rounds {
		tests[fmt.Sprint(round)] = func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{Latency: time.Duration(round) * 3 * time.Millisecond})
			a, b := em.NewWorkspace(), em.NewWorkspace()
			fromA, fromB := bothAtOnce(a, b, blocks(fox), blocks(fox))
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
		}
	}
	sideBySide(t, tests)
}

func TestConcurrency_TwoRunsThatKeepPartsOfOneAccountLeaveEachOthersAlone(t *testing.T) {
	tests := map[string]func(*testing.T){}
	for round := range rounds {
		tests[fmt.Sprint(round)] = func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{ScopeDelay: time.Duration(round) * 40 * time.Millisecond, RemovingDelay: time.Duration(round%3) * 100 * time.Millisecond})
			a, b := em.NewWorkspace(), em.NewWorkspace()
			must(t, a, blocks(fox))
			id := text(a.Attributes(accountType + ".fox")["id"])
			first := literally(blocks(scope("one", "fox", web02), scope("two", "fox", dupA)), id)
			must(t, b, first)
			ofA := blocks(account{scope: []object{web01, sql}, roles: []string{emsim.RolePortalUser}, all: true}.block())
			ofB := blocks(scope("two", "fox", dupA), scope("three", "fox", dupB), scope("four", "fox", db01))
			fromA, fromB := bothAtOnce(a, b, ofA, literally(ofB, id))
			if all := append(fromA.Errors, fromB.Errors...); len(all) > 0 {
				t.Errorf("errors %q", all)
			}
			if got, want := em.Holds(), configured(append(ofA, ofB...)); !reflect.DeepEqual(got, want) {
				t.Errorf("the server holds\n  %+v\nconfigured\n  %+v", got, want)
			}
			for _, plan := range []acctest.Outcome{a.Plan(ofA...), b.Plan(literally(ofB, id)...)} {
				if len(plan.Errors)+len(plan.Changes)+len(plan.Drift) > 0 {
					t.Errorf("the plan is not empty: errors %q, changes %q, drift %q", plan.Errors, plan.Changes, plan.Drift)
				}
			}
		}
	}
	sideBySide(t, tests)
}

// Two states of one account with different ideas of it: whoever loses is told, by an error or by the next plan.
func TestConcurrency_TwoRunsThatFightOverOneAccountNeverLoseInSilence(t *testing.T) {
	tests := map[string]func(*testing.T){}
	for round := range rounds {
		for name, c := range map[string]struct{ ofA, ofB account }{
			"different ideas": {
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
			tests[fmt.Sprint(name, " ", round)] = func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{Latency: time.Duration(round) * 2 * time.Millisecond, RefuseDuplicateRole: round%2 == 0})
				a := em.NewWorkspace()
				must(t, a, blocks(fox))
				b := a.Copy()
				ofA, ofB := blocks(c.ofA.block()), blocks(c.ofB.block())
				fromA, fromB := bothAtOnce(a, b, ofA, ofB)
				loud(t, em, a, ofA, fromA)
				loud(t, em, b, ofB, fromB)
				if len(fromA.Errors)+len(fromB.Errors) > 0 {
					return
				}
				// Nobody was told of anything: then what both take away again is gone, even where each had a scope of its own.
				must(t, a, blocks(fox))
				must(t, b, blocks(fox))
				if got, want := em.Holds(), configured(blocks(fox)); !reflect.DeepEqual(got, want) {
					t.Errorf("taken away by both, the server still holds\n  %+v\nconfigured\n  %+v", got, want)
				}
			}
		}
	}
	sideBySide(t, tests)
}

// loud checks that a run that did not get what it configured has an error, or a plan that shows it.
func loud(t *testing.T, em *acctest.EM, w *acctest.Workspace, config []acctest.Block, out acctest.Outcome) {
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
