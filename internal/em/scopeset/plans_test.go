// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

func holds(items ...emapi.ScopeItem) []Holding { return Owned(nil).Holdings(items) }

func TestDropped_WaitsForThePlanOfAnAccountThatHasBeenRead(t *testing.T) {
	for name, c := range map[string]struct {
		drops []Holding
		want  int
	}{"gives it up": {holds(itemA), 1}, "keeps it": {nil, 0}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				of := resourcesOfARun()
				account, scope := of("account", Inline), of("account", Single)
				account.Visit()
				go func() {
					time.Sleep(time.Second)
					account.Plan(Planned{Kind: Inline, Drops: c.drops}, "")
					account.EndVisit()
				}()
				planned := scope.Plan(Planned{Kind: Single, Has: holds(itemA)}, "")
				begun := time.Now()
				dropped, err := scope.Dropped(t.Context(), planned, holds(itemA))
				if len(dropped) != c.want || err != nil {
					t.Errorf("%v, %v", dropped, err)
				}
				tfrun.Took(t, time.Since(begun), time.Second, 0)
			})
		})
	}
}

func TestHeld_WaitsForThePlanOfAnAccountThatHasBeenRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		of := resourcesOfARun()
		account, scope := of("account", Inline), of("account", Single)
		account.Visit()
		go func() {
			time.Sleep(time.Second)
			account.Plan(Planned{Kind: Inline, Has: holds(itemA)}, "")
			account.EndVisit()
		}()
		removed := scope.Plan(Planned{Kind: Single, Drops: holds(itemA)}, "")
		if held, err := scope.Held(t.Context(), removed, holds(itemA)); len(held) != 1 || err != nil {
			t.Errorf("held %v, %v", held, err)
		}
	})
}

// The account was read, but an error kept it from being planned.
func TestDropped_DoesNotWaitForeverForThePlanOfTheAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		of := resourcesOfARun()
		account, scope := of("account", Inline), of("account", Single)
		account.Visit()
		planned := scope.Plan(Planned{Kind: Single, Has: holds(itemA)}, "")
		begun := time.Now()
		const slow = 5 * time.Minute // the read has its own time limit
		go func() {
			time.Sleep(slow)
			account.EndRead()
		}()
		if dropped, err := scope.Dropped(t.Context(), planned, holds(itemA)); len(dropped) > 0 || err != nil {
			t.Errorf("%v, %v", dropped, err)
		}
		tfrun.Took(t, time.Since(begun), slow+maxVisit, 0)
		// Whatever the account plans now, it knows that the scope resource no longer adapts.
		late := account.Plan(Planned{Kind: Inline, Drops: holds(itemA)}, "")
		if held, err := account.Held(t.Context(), late, holds(itemA)); len(held) != 1 || err != nil {
			t.Errorf("held %v, %v", held, err)
		}
	})
}

func TestHeld_ExcludesAnOwnerThatStillAdapts(t *testing.T) {
	of := resourcesOfARun()
	scope := of("account", Single)
	planned := scope.Plan(Planned{Kind: Single, Has: holds(itemA)}, "")
	account := of("account", Inline)
	dropping := account.Plan(Planned{Kind: Inline, Drops: holds(itemA)}, "")
	if held, err := account.Held(t.Context(), dropping, holds(itemA)); len(held) > 0 || err != nil {
		t.Errorf("held %v, %v", held, err)
	}
	if dropped, err := scope.Dropped(t.Context(), planned, holds(itemA)); len(dropped) != 1 || err != nil {
		t.Errorf("dropped %v, %v", dropped, err)
	}
}

func TestPlan_OfAReplacementCountsOnce(t *testing.T) {
	of := resourcesOfARun()
	scope := of("account", Single)
	first := scope.Plan(Planned{Kind: Single, Has: holds(itemA)}, "")
	again := scope.Plan(Planned{Kind: Single, Takes: holds(itemA)}, first.token)
	if err := scope.Conflict(t.Context(), again); err != nil {
		t.Errorf("a replacement contradicts itself: %v", err)
	}
	other := of("account", Single).Plan(Planned{Kind: Single, Takes: holds(itemA)}, "a token of an earlier run")
	if err := scope.Conflict(t.Context(), other); err == nil || !strings.Contains(err.Error(), itemA.String()) {
		t.Errorf("another resource does not contradict the replacement: %v", err)
	}
}

func TestCreated_ForgetsThePlanOfTheItem(t *testing.T) {
	of := resourcesOfARun()
	scope := of("account", Single)
	scope.Plan(Planned{Kind: Single, Takes: holds(itemA)}, "")
	scope.Plan(Planned{Kind: Single, Takes: holds(itemB)}, "")
	scope.Created(itemA)
	for _, c := range []struct {
		item     emapi.ScopeItem
		conflict bool
	}{{itemA, false}, {itemB, true}} {
		later := of("account", Single)
		err := later.Conflict(t.Context(), later.Plan(Planned{Kind: Single, Takes: holds(c.item)}, ""))
		if (err != nil) != c.conflict {
			t.Errorf("%s: %v", c.item, err)
		}
	}
}

func TestPlan_OfAnAccountReplacesItsFormerOne(t *testing.T) {
	for _, kind := range []Kind{Inline, Exclusive} {
		of := resourcesOfARun()
		account, scope := of("account", kind), of("account", Single)
		account.Plan(Planned{Kind: kind, Drops: holds(itemA)}, "")
		account.Plan(Planned{Kind: kind, Has: holds(itemA)}, "")
		planned := scope.Plan(Planned{Kind: Single, Has: holds(itemA)}, "")
		if dropped, err := scope.Dropped(t.Context(), planned, holds(itemA)); len(dropped) > 0 || err != nil {
			t.Errorf("kind %v: dropped %v, %v", kind, dropped, err)
		}
	}
}

func TestConflict_ComparesWhatEachKindOfOwnerHas(t *testing.T) {
	const has, takes, drops = "has", "takes", "drops"
	plan := func(kind Kind, does string, items ...emapi.ScopeItem) Planned {
		p := Planned{Kind: kind, Only: kind == Exclusive}
		*map[string]*[]Holding{has: &p.Has, takes: &p.Takes, drops: &p.Drops}[does] = holds(items...)
		return p
	}
	only := func(p Planned) Planned { p.Only = true; return p } // unlisted_scopes = "remove"
	for _, c := range []struct {
		one, other Planned
		conflict   bool
	}{
		{only(plan(Inline, has, itemA)), plan(Single, has, itemB), true},
		{only(plan(Inline, takes, itemA)), plan(Single, takes, itemB), true},
		{only(plan(Inline, has, itemA)), plan(Single, drops, itemB), false},
		{only(plan(Inline, has, itemA)), plan(Exclusive, has, itemA), false},
		{only(plan(Inline, has, itemA)), plan(Exclusive, has, itemA, itemB), true},
		{only(plan(Inline, has, itemA, itemB)), plan(Exclusive, has, itemA), true},
		{plan(Single, takes, itemA), plan(Single, takes, itemA), true},
		{plan(Single, takes, itemA), plan(Single, has, itemA), true},
		{plan(Single, takes, itemA), plan(Inline, has, itemA), true},
		{plan(Single, takes, itemA), plan(Single, drops, itemA), false},
		{plan(Single, takes, itemA), plan(Single, takes, itemB), false},
		{plan(Single, has, itemA), plan(Inline, has, itemA), false}, // one of them can be removed
		{plan(Exclusive, takes, itemA), plan(Single, takes, itemA), false},
		{plan(Exclusive, has, itemA, itemB), plan(Inline, has, itemB), false},
		{plan(Exclusive, has, itemA), plan(Inline, has, itemB), true},
		{plan(Exclusive, takes, itemA), plan(Single, takes, itemB), true},
		{plan(Exclusive, takes, itemA), plan(Single, drops, itemB), false},
		{plan(Exclusive, takes, itemA), plan(Exclusive, takes, itemB), false},
	} {
		for _, p := range [][2]Planned{{c.one, c.other}, {c.other, c.one}} {
			of := resourcesOfARun()
			of("account", p[0].Kind).Plan(p[0], "")
			of("elsewhere", Single).Plan(plan(Single, has, itemA, itemB), "")
			second := of("account", p[1].Kind)
			if err := second.Conflict(t.Context(), second.Plan(p[1], "")); (err != nil) != c.conflict {
				t.Errorf("%+v, then %+v: %v", p[0], p[1], err)
			}
		}
	}
}

func TestPlanFailure_TellsAConflictFromAnotherError(t *testing.T) {
	at := path.Root("restore_scope")
	for err, want := range map[error]string{
		&conflictError{"Remove one."}: "The restore scope VM01 has several owners: Remove one.",
		errors.New("no connection"):   "Could not compare the owners of the restore scope VM01: no connection",
	} {
		d := PlanFailure(at, "the restore scope VM01", err)
		if got := d.Summary() + ": " + d.Detail(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSameObject_ComparesScopesIfAReferenceIsUnknown(t *testing.T) {
	a := resourcesOfARun()("account", Single)
	imported := Holding{Item: emapi.ScopeItem{ObjectName: "VM01"}, Scope: scopeOf(itemA, "scope")}
	elsewhere := imported
	elsewhere.Scope.HierarchyObjectType = "Host"
	known := Holding{Item: itemA, Scope: emapi.Scope{ID: "scope"}}
	other := Holding{Item: itemA, Scope: emapi.Scope{ID: "another"}}
	for what, c := range map[string]struct {
		x, y Holding
		want bool
	}{
		"both imported":               {imported, imported, true},
		"imported with another type":  {imported, elsewhere, false},
		"the ID of an imported scope": {imported, known, true},
		"another ID":                  {imported, other, false},
		"the ID with another type":    {elsewhere, known, false},
	} {
		for _, p := range [][2]Holding{{c.x, c.y}, {c.y, c.x}} {
			if got, err := a.sameObject(t.Context(), p[0], p[1]); got != c.want || err != nil {
				t.Errorf("%s: %t, %v", what, got, err)
			}
		}
	}
}

func TestOthers_SurviveARoundTripThroughThePrivateState(t *testing.T) {
	stored := private{}
	want := Others{Have: []emapi.ScopeItem{itemA}, Drop: []emapi.ScopeItem{itemB, itemA}}
	if diags := want.Save(t.Context(), stored); diags.HasError() {
		t.Fatal(diags)
	}
	got, diags := LoadOthers(t.Context(), stored)
	if diags.HasError() || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v (%v)", got, want, diags)
	}
	if none, diags := LoadOthers(t.Context(), private{}); len(none.Have)+len(none.Drop) > 0 || diags.HasError() {
		t.Errorf("without private state: %v, %v", none, diags)
	}
}
