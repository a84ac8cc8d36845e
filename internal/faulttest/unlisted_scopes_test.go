// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// The tests in this file are about scopes of an account that restore_scope does not list: unlisted_scopes.

// unlisted returns fox with a value of unlisted_scopes and the objects of its restore_scope.
func unlisted(mode string, all bool, scope ...object) tfrun.Block {
	b := account{all: all, scope: scope}.block()
	b.Attributes["unlisted_scopes"] = mode
	return b
}

// nameOf returns a scope of an object as unlisted_scope_names names it.
func nameOf(o object) string { return "Vm " + o.name + " (" + emsim.VCenterName + ")" }

// addManually adds scopes to fox, as an administrator does in the web console.
func addManually(em *acctest.EM, objects ...object) {
	id := em.Account(`TECH\william.fox`).ID
	em.Mutate(func(s *emsim.Store) {
		for _, o := range objects {
			s.AddScope(id, o.ref, o.name)
		}
	})
}

// objectsOf returns the names of the objects of fox's scopes, sorted.
func objectsOf(em *acctest.EM) []string {
	var names []string
	for _, s := range em.Account(`TECH\william.fox`).Scopes {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	return names
}

func warned(out tfrun.Outcome, words ...string) bool {
	return slices.ContainsFunc(out.Warnings, func(w string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(w, word) })
	})
}

const hasUnlisted = "has restore scopes that restore_scope does not list"

func TestUnlisted_APlanNamesWhatWasAddedManually(t *testing.T) {
	for _, root := range []emsim.RootNames{emsim.RootNamesID, emsim.RootNamesUniqueID, emsim.RootNamesName} {
		inBubble(t, "roots by "+string(root), func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{RootNames: root})
			w := em.NewWorkspace()
			config := blocks(unlisted("warn", false, vm01))
			mustApply(t, w, config)
			if out := w.Plan(config...); len(out.Changes)+len(out.Warnings) > 0 {
				t.Errorf("planned %q, %q", out.Changes, out.Warnings)
			}
			addManually(em, web01, dupA)
			out := w.Plan(config...)
			if len(out.Changes) > 0 || !warned(out, hasUnlisted, nameOf(web01), nameOf(dupA)) || len(out.Warnings) != 1 {
				t.Errorf("planned %q, %q", out.Changes, out.Warnings)
			}
		})
	}
}

func TestUnlisted_IgnoreDoesNotWarn(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := em.NewWorkspace()
		config := blocks(unlisted("ignore", false, vm01), scope("s", "fox", web01))
		mustApply(t, w, config)
		if out := w.Apply(config...); len(out.Changes)+len(out.Warnings)+len(out.Errors) > 0 {
			t.Errorf("%+v", out)
		}
	})
}

func TestUnlisted_RemoveRemovesWhatThePlanNames(t *testing.T) {
	for name, options := range map[string]emsim.Options{
		"": {}, "removed late": {RemovingDelay: time.Minute, ScopeDelay: time.Minute},
		"one ID for several scopes":   {SharedScopeIDs: true},
		"roots by name, newest first": {RootNames: emsim.RootNamesName, ListOrder: emsim.ListNewestFirst},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, options)
			w := em.NewWorkspace()
			config := blocks(unlisted("remove", false, vm01))
			mustApply(t, w, config)
			addManually(em, web01, dupA, dupB)
			time.Sleep(options.ScopeDelay)
			plan := w.Plan(config...)
			if len(plan.Changes) != 1 || len(plan.Errors) > 0 {
				t.Fatalf("planned %q, %q", plan.Changes, plan.Errors)
			}
			mustApply(t, w, config)
			if got := objectsOf(em); !slices.Equal(got, []string{vm01.name}) {
				t.Errorf("the account has scopes of %q", got)
			}
			if names := w.Attributes(foxNode)["unlisted_scope_names"]; !reflect.DeepEqual(names, []any{}) {
				t.Errorf("unlisted_scope_names is %v", names)
			}
			if left := planned(w, config); left != "" {
				t.Error(left)
			}
		})
	}
}

// The names of scopes contain those of their hierarchy roots. The sweep found that a scope whose root could be named in
// the plan and not in the apply, or the other way round, stayed although the apply succeeded.
func TestUnlisted_RemoveDoesNotLeaveAScopeWhoseRootCannotBeNamed(t *testing.T) {
	roots := emsim.Fault{
		Kind: emsim.FaultStatus, Status: http.StatusForbidden, Method: http.MethodGet, PathPattern: "/api/hierarchyRoots",
	}
	for name, c := range map[string]struct {
		inApply bool
		left    []string
	}{
		"in the plan": {false, []string{vm01.name}}, "in the apply": {true, []string{vm01.name, web01.name}},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := em.NewWorkspace()
			config := blocks(unlisted("remove", false, vm01))
			mustApply(t, w, config)
			addManually(em, web01)
			if !c.inApply {
				em.Inject(roots)
			}
			w.BeforeApply = func() {
				em.ClearFaults()
				if c.inApply {
					em.Inject(roots)
				}
			}
			out := w.Apply(config...)
			said := strings.Join(out.Errors, "\n")
			if c.inApply != strings.Contains(said, "list the hierarchy roots") || !c.inApply && said != "" {
				t.Errorf("errors %q", out.Errors)
			}
			if got := objectsOf(em); !slices.Equal(got, c.left) {
				t.Errorf("the account has scopes of %q, want %q", got, c.left)
			}
			em.ClearFaults()
			w.BeforeApply = nil
			mustApply(t, w, config)
			holdsExactly(t, em, w, config)
		})
	}
}

func TestUnlisted_AScopeThatThePlanDidNotNameStays(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		attributes := unlisted("remove", false, vm01).Attributes
		p := em.Protocol()
		stored, texts := p.Apply(accountType, tfrun.Stored{}, attributes)
		if len(texts) > 0 {
			t.Fatal(texts)
		}
		addManually(em, web01)
		if stored, texts = p.Read(accountType, stored); len(texts) > 0 {
			t.Fatal(texts)
		}
		plan, said := p.Plan(accountType, stored, attributes)
		if len(said) > 0 {
			t.Fatal(tfrun.Texts(said))
		}
		addManually(em, sql)
		if _, said = p.ApplyPlanned(accountType, stored, plan, attributes); len(said) > 0 {
			t.Fatal(tfrun.Texts(said))
		}
		if got, want := objectsOf(em), []string{sql.name, vm01.name}; !slices.Equal(got, want) {
			t.Errorf("the account has scopes of %q, want %q", got, want)
		}
	})
}

// The scope of a new item is there already. It is not removed and added again.
func TestUnlisted_RemoveKeepsAScopeThatAnItemAdopts(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := em.NewWorkspace()
		mustApply(t, w, blocks(unlisted("remove", false, vm01)))
		addManually(em, web01, sql)
		em.ResetJournal()
		mustApply(t, w, blocks(unlisted("remove", false, vm01, web01)))
		if sent := em.Writes(); len(sent) != 1 || !strings.HasPrefix(sent[0], "DELETE") {
			t.Errorf("sent %q", sent)
		}
		if got, want := objectsOf(em), []string{vm01.name, web01.name}; !slices.Equal(got, want) {
			t.Errorf("the account has scopes of %q, want %q", got, want)
		}
	})
}

// The server does not remove the last scope, so that the new one is added first.
func TestUnlisted_RemoveReplacesTheLastScope(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{LastScope: emsim.LastScopeRefuse})
		w := em.NewWorkspace()
		mustApply(t, w, blocks(unlisted("remove", false, vm01)))
		addManually(em, web01)
		id := em.Account(`TECH\william.fox`).ID
		em.Mutate(func(s *emsim.Store) { s.RemoveScope(id, s.Account(id).Scopes[0].ID) })
		mustApply(t, w, blocks(unlisted("remove", false, sql)))
		if got := objectsOf(em); !slices.Equal(got, []string{sql.name}) {
			t.Errorf("the account has scopes of %q", got)
		}
	})
}

// Another resource of the configuration manages a scope that restore_scope does not list.
func TestUnlisted_RemoveBesideAnotherOwnerIsAnError(t *testing.T) {
	for i, order := range orders() {
		inBubble(t, fmt.Sprintf("order %d", i), func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := em.NewWorkspace()
			mustApply(t, w, blocks(unlisted("ignore", false, vm01), scope("s", "fox", web01)))
			id := w.Attributes(foxNode)["id"]
			single := scope("s", "fox", web01)
			single.Attributes["account_id"] = id
			em.ResetJournal()
			w.PlanOrder = order
			out := w.Apply(unlisted("remove", false, vm01), single)
			if said := strings.Join(out.Errors, "\n"); !strings.Contains(said, web01.name) ||
				!strings.Contains(said, `Set unlisted_scopes to "ignore"`) {
				t.Errorf("errors %q", out.Errors)
			}
			if sent := em.Writes(); len(sent) > 0 {
				t.Errorf("sent %q", sent)
			}
		})
	}
}

func TestUnlisted_ScopesAreListedOnlyWhereTheyMatter(t *testing.T) {
	for name, c := range map[string]struct {
		block  tfrun.Block
		listed bool
	}{
		"all VMs, no restore_scope":           {unlisted("warn", true), false},
		"all VMs, no restore_scope, removing": {unlisted("remove", true), true},
		"all VMs and restore_scope":           {unlisted("warn", true, vm01), true},
		"not all VMs":                         {unlisted("warn", false, vm01), true},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := em.NewWorkspace()
			mustApply(t, w, blocks(c.block))
			em.ResetJournal()
			emptyPlan(t, w, blocks(c.block))
			isList := func(r emsim.Request) bool { return strings.HasSuffix(r.Path, "/scopes") }
			listed := slices.ContainsFunc(em.Journal(), isList)
			if names := w.Attributes(foxNode)["unlisted_scope_names"]; listed != c.listed || (names != nil) != c.listed {
				t.Errorf("listed %t, unlisted_scope_names %v", listed, names)
			}
		})
	}
}

// An administrator takes the right to restore all VMs away. From then on the scopes matter.
func TestUnlisted_AnAccountThatLosesAllVMsShowsItsScopes(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := em.NewWorkspace()
		config := blocks(unlisted("warn", true))
		mustApply(t, w, config)
		addManually(em, web01)
		id := em.Account(`TECH\william.fox`).ID
		em.Mutate(func(s *emsim.Store) { s.Toggle(id) })
		if out := w.Plan(config...); !slices.Contains(out.Drift, foxNode+".unlisted_scope_names") {
			t.Errorf("drift %q", out.Drift)
		}
	})
}

// The private state is lost, and the server does not show which of two scopes stands for the item. None is removed.
func TestUnlisted_AScopeThatMayStandForAnItemStays(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		attributes := unlisted("remove", false, vm01, dupA).Attributes
		p := em.Protocol()
		stored, said := p.Apply(accountType, tfrun.Stored{}, attributes)
		if len(said) > 0 {
			t.Fatal(said)
		}
		addManually(em, dupB)
		stored.Private = nil
		if stored, said = p.Read(accountType, stored); len(said) > 0 {
			t.Fatal(said)
		}
		if names := stored.State["unlisted_scope_names"]; !reflect.DeepEqual(names, []any{}) {
			t.Errorf("unlisted_scope_names is %v", names)
		}
	})
}

// An import reads all scopes whose object is certain. It names the others.
func TestImport_AMatchingConfigurationPlansNothing(t *testing.T) {
	for name, c := range map[string]struct {
		options emsim.Options
		all     bool
		scope   []object
		by      []object // added manually, too
	}{
		"restricted":           {emsim.Options{}, false, []object{vm01, web01}, nil},
		"all VMs":              {emsim.Options{}, true, []object{vm01, web01}, nil},
		"all VMs and no scope": {emsim.Options{}, true, nil, nil},
		"roots by name":        {emsim.Options{RootNames: emsim.RootNamesName}, false, []object{vm01}, nil},
		"an ambiguous name":    {emsim.Options{}, false, []object{vm01}, []object{dupA}},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, c.options)
			config := blocks(account{all: c.all, scope: c.scope}.block())
			mustApply(t, em.NewWorkspace(), config)
			addManually(em, c.by...)
			em.ResetJournal()
			w := em.NewWorkspace()
			if out := w.Import(config[0], em.Account(`TECH\william.fox`).ID, nil); len(out.Errors) > 0 {
				t.Fatal(out.Errors)
			}
			out := w.Apply(config...)
			if len(out.Errors)+len(out.Changes) > 0 || warned(out, hasUnlisted) != (len(c.by) > 0) {
				t.Errorf("%+v", out)
			}
			for _, o := range c.by {
				if !warned(out, hasUnlisted, nameOf(o)) {
					t.Errorf("no warning about %s: %q", o.name, out.Warnings)
				}
			}
			if sent := em.Writes(); len(sent) > 0 {
				t.Errorf("sent %q", sent)
			}
			// The scopes are known by their IDs from now on.
			mustApply(t, w, blocks(account{all: true}.block()))
			if got, want := objectsOf(em), len(c.by); len(got) != want {
				t.Errorf("the account has scopes of %q", got)
			}
		})
	}
}
