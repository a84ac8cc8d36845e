// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"fmt"
	"sync"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// accountsOfARun returns a function that returns accounts by ID, all of one run.
func accountsOfARun() func(id string) Account {
	em := &tfkit.EM{}
	return func(id string) Account { return Of(em, nil, id) }
}

func TestOwnedInRun_ReturnsTheItemOfAScope(t *testing.T) {
	of := accountsOfARun()
	scope := emapi.Scope{ID: "scope", Name: "VM01", HierarchyRootName: "root", HierarchyObjectType: "Vm"}
	if item, ok := of("account").OwnedInRun(scope); ok || item != (emapi.ScopeItem{}) {
		t.Errorf("a new run owns %v", item)
	}
	of("account").own(scope, itemA)
	of("another").own(scope, itemB)
	later := scope
	later.State, later.HierarchyRootName, later.HierarchyObjectType = "Processed", "ROOT", "VM"
	for account, want := range map[string]emapi.ScopeItem{"account": itemA, "another": itemB} {
		if item, ok := of(account).OwnedInRun(later); !ok || item != want {
			t.Errorf("%s: %v, %t", account, item, ok)
		}
	}
	for what, change := range map[string]func(*emapi.Scope){
		"ID": func(s *emapi.Scope) { s.ID = "2" }, "root": func(s *emapi.Scope) { s.HierarchyRootName = "2" },
		"type": func(s *emapi.Scope) { s.HierarchyObjectType = "2" }, "name": func(s *emapi.Scope) { s.Name = "2" },
	} {
		foreign := scope
		change(&foreign)
		if _, ok := of("account").OwnedInRun(foreign); ok {
			t.Errorf("owns a scope with another %s, which no resource adopted", what)
		}
	}
	of("account").own(scope, itemB)
	if item, _ := of("account").OwnedInRun(scope); item != itemB {
		t.Errorf("adopted again: %v", item)
	}
}

func TestHandedOver_RequiresTheSameObjectAndAccount(t *testing.T) {
	of := accountsOfARun()
	of("account").own(emapi.Scope{ID: "scope"}, itemA)
	for _, c := range []struct {
		account, id string
		item        emapi.ScopeItem
		want        bool
	}{
		{"account", "scope", itemA, true},
		{"account", "scope", newItem("urn:vmware:VM:A2B0C55D-829A-4EFE-BD95-125EE77BA9DD.vm-1", "VM01"), true},
		{"account", "scope", itemB, false},
		{"account", "other", itemA, false},
		{"another", "scope", itemA, false},
	} {
		if got := of(c.account).HandedOver(c.id, c.item); got != c.want {
			t.Errorf("%s %s %s: %t", c.account, c.id, c.item, got)
		}
	}
}

func TestKeep_AppliesToScopesThatLookAlike(t *testing.T) {
	of := accountsOfARun()
	if of("account").kept(itemA) {
		t.Error("kept before Keep")
	}
	of("account").Keep(itemA)
	if !of("account").kept(newItem(refB, "VM01")) {
		t.Error("another object of the name could adopt the scope")
	}
	if of("account").kept(itemB) || of("another").kept(itemA) {
		t.Error("keeps a scope that no resource failed to remove")
	}
}

func TestOwners_AreSafeForConcurrentUse(t *testing.T) {
	of := accountsOfARun()
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			id := fmt.Sprint(i)
			of("account").own(emapi.Scope{ID: id}, newItem(refA, id))
			of("account").Keep(newItem(refA, id))
			if item, ok := of("account").OwnedInRun(emapi.Scope{ID: id}); !ok || item.ObjectName != id {
				t.Errorf("%s: %v, %t", id, item, ok)
			}
		})
	}
	all.Wait()
}
