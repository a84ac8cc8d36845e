// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// resourcesOfARun returns a function that returns resources of one run, each of which works on the account's scopes.
func resourcesOfARun() func(id string, kind Kind) Account {
	em := &tfkit.EM{}
	return func(id string, kind Kind) Account { return Of(em, nil, id, kind) }
}

// scopeOf returns a listed scope of the item.
func scopeOf(item emapi.ScopeItem, id string) emapi.Scope {
	ref := item.HierarchyObjRef
	return emapi.Scope{
		ID: id, Name: item.ObjectName, HierarchyRootName: ref.RootID, Platform: ref.Platform, HierarchyObjectType: ref.Type,
	}
}

func TestClaim_IsSeenByOtherResourcesOfTheAccountOnly(t *testing.T) {
	of := resourcesOfARun()
	one, other, elsewhere := of("account", Single), of("account", Inline), of("another", Inline)
	one.Claim(itemA, "scope")
	respelled := newItem("urn:vmware:VM:A2B0C55D-829A-4EFE-BD95-125EE77BA9DD.vm-1", "VM01")
	for what, c := range map[string]struct {
		by   Account
		item emapi.ScopeItem
		id   string
		want bool
	}{
		"another resource":           {other, itemA, "scope", true},
		"another spelling":           {other, respelled, "scope", true},
		"the resource itself":        {one, itemA, "scope", false},
		"another object":             {other, itemB, "scope", false},
		"another scope":              {other, itemA, "other", false},
		"the same object, elsewhere": {elsewhere, itemA, "scope", false},
	} {
		if got := c.by.TakenOver(c.item, c.id); got != c.want {
			t.Errorf("%s: %t", what, got)
		}
	}
}

func TestClaim_ReplacesOnlyTheFormerClaimOfTheSameResource(t *testing.T) {
	of := resourcesOfARun()
	one, list, asks := of("account", Single), of("account", Exclusive), of("account", Inline)
	one.Claim(itemA, "former")
	list.Claim(itemA, "of the list")
	one.Claim(itemA, "later")
	var ids []string
	for _, c := range asks.claimed(func(claim) bool { return true }) {
		ids = append(ids, c.id)
	}
	if want := []string{"of the list", "later"}; !slices.Equal(ids, want) {
		t.Errorf("claimed %q, want %q", ids, want)
	}
}

func TestClaimedBy_ComparesIDRootTypeAndName(t *testing.T) {
	of := resourcesOfARun()
	of("account", Single).Claim(itemA, "scope")
	asks := of("account", Inline)
	mine := scopeOf(itemA, "scope")
	respelled := mine
	respelled.State, respelled.HierarchyRootName, respelled.HierarchyObjectType = "Processed",
		strings.ToUpper(mine.HierarchyRootName), "VM"
	for what, c := range map[string]struct {
		change func(*emapi.Scope)
		want   bool
	}{
		"itself":           {func(*emapi.Scope) {}, true},
		"another spelling": {func(s *emapi.Scope) { *s = respelled }, true},
		"another ID":       {func(s *emapi.Scope) { s.ID = "2" }, false},
		"another type":     {func(s *emapi.Scope) { s.HierarchyObjectType = "Host" }, false},
		"another platform": {func(s *emapi.Scope) { s.Platform = "Hyperv" }, false},
	} {
		scope := mine
		c.change(&scope)
		item, got, err := asks.ClaimedBy(t.Context(), []emapi.Scope{scope}, scope)
		if got != c.want || err != nil || got && item != itemA {
			t.Errorf("%s: %v, %t, %v", what, item, got, err)
		}
	}
	if _, got, _ := of("another", Inline).ClaimedBy(t.Context(), []emapi.Scope{mine}, mine); got {
		t.Error("a claim applies to another account")
	}
}

func TestClaimedBy_WithoutAnIDComparesTheName(t *testing.T) {
	of := resourcesOfARun()
	of("account", Inline).Claim(itemA, "")
	asks := of("account", Single)
	mine := scopeOf(itemA, "scope")
	if _, ok, err := asks.ClaimedBy(t.Context(), []emapi.Scope{mine}, mine); !ok || err != nil {
		t.Errorf("a scope of the item: %t, %v", ok, err)
	}
	other := mine
	other.Name = "another"
	if _, ok, err := asks.ClaimedBy(t.Context(), []emapi.Scope{other}, other); ok || err != nil {
		t.Errorf("a scope of another name: %t, %v", ok, err)
	}
}

func TestCheckFree_RefusesASecondOwner(t *testing.T) {
	for _, c := range []struct {
		first, second Kind
		refused       bool
	}{
		{Single, Single, true},
		{Inline, Single, true},
		{Single, Inline, true},
		{Exclusive, Single, false},
		{Exclusive, Inline, false},
		{Single, Exclusive, false},
	} {
		of := resourcesOfARun()
		of("account", c.first).Claim(itemA, "scope")
		err := of("account", c.second).checkFree(itemA)
		if (err != nil) != c.refused {
			t.Errorf("%v, then %v: %v", c.first, c.second, err)
		}
		if err != nil && !strings.Contains(err.Error(), itemA.String()) {
			t.Errorf("the error does not name the object: %v", err)
		}
	}
}

func TestReleased_CanBeTakenOverOnce(t *testing.T) {
	of := resourcesOfARun()
	of("account", Exclusive).release(itemA, "scope")
	if id := of("another", Single).released(itemA); id != "" {
		t.Errorf("released in another account: %s", id)
	}
	taker := of("account", Single)
	if id := taker.released(itemA); id != "scope" {
		t.Errorf("released %q", id)
	}
	taker.Claim(itemA, "scope")
	if id := of("account", Single).released(itemA); id != "" {
		t.Errorf("released again: %s", id)
	}
}

func TestKeep_AppliesToScopesThatLookAlike(t *testing.T) {
	of := resourcesOfARun()
	if of("account", Single).kept(itemA) {
		t.Error("kept before Keep")
	}
	of("account", Single).Keep(itemA)
	if !of("account", Single).kept(newItem(refB, "VM01")) {
		t.Error("another object of the name could adopt the scope")
	}
	if of("account", Single).kept(itemB) || of("another", Single).kept(itemA) {
		t.Error("keeps a scope that no resource failed to remove")
	}
}

func TestClaims_AreSafeForConcurrentUse(t *testing.T) {
	of := resourcesOfARun()
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			id := fmt.Sprint(i)
			of("account", Single).Claim(newItem(refA, id), id)
			of("account", Single).Keep(newItem(refA, id))
			if got, ok := of("account", Single).ClaimedItem(newItem(refA, id)); !ok || got != id {
				t.Errorf("%s: %v, %t", id, got, ok)
			}
		})
	}
	all.Wait()
}
