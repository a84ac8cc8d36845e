// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

func TestKeys_AreSharedByItemsWhoseScopesLookAlike(t *testing.T) {
	const root = "a2b0c55d-829a-4efe-bd95-125ee77ba9dd"
	key := func(account, ref, name string) httpkit.Key {
		keys := Account{id: account}.keys(newItem(ref, name))
		if len(keys) != 1 {
			t.Fatalf("%v", keys)
		}
		return keys[0]
	}
	base := key("a", "urn:VMware:Vm:"+root+".vm-1", "VM01")
	for name, c := range map[string]struct {
		key  httpkit.Key
		same bool
	}{
		"another object":       {key("a", "urn:VMware:Vm:"+root+".vm-2", "VM01"), true},
		"spelled differently":  {key("a", "urn:vmware:VM:"+strings.ToUpper(root)+".vm-1", "VM01"), true},
		"another name":         {key("a", "urn:VMware:Vm:"+root+".vm-1", "VM02"), false},
		"name in another case": {key("a", "urn:VMware:Vm:"+root+".vm-1", "vm01"), false},
		"another type":         {key("a", "urn:VMware:Folder:"+root+".vm-1", "VM01"), false},
		"another platform":     {key("a", "urn:Hyperv:Vm:"+root+".vm-1", "VM01"), false},
		"another root":         {key("a", "urn:VMware:Vm:00000000-0000-0000-0000-000000000001.vm-1", "VM01"), true},
		"another account":      {key("b", "urn:VMware:Vm:"+root+".vm-1", "VM01"), false},
		"reference not known":  {key("a", "", "VM01"), false},
		"not a reference":      {key("a", "vm-1", "VM01"), false},
	} {
		if (c.key == base) != c.same {
			t.Errorf("%s: %v and %v", name, c.key, base)
		}
	}
	if got := (Account{id: "a"}).keys(); len(got) != 0 {
		t.Errorf("no items have the keys %v", got)
	}
}

// The account may be locked while a scope's key is held. In the reverse order, two goroutines could deadlock.
func TestKeys_ComeBeforeTheKeyOfTheAccount(t *testing.T) {
	for _, account := range []string{"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"} {
		for _, item := range []emapi.ScopeItem{
			itemA, {}, newItem("urn:zzz:zzz:ffffffff-ffff-ffff-ffff-ffffffffffff.zzz", "zzz"),
		} {
			if scope, whole := (Account{id: account}).keys(item)[0], tfkit.AccountKey(account); scope.Rank >= whole.Rank {
				t.Errorf("%v does not come before %v", scope, whole)
			}
		}
	}
}

func TestSharing_ReturnsTheOtherScopesWithTheSameID(t *testing.T) {
	gone := emapi.Scope{ID: "1", Name: "VM01", HierarchyRootName: "vc01", HierarchyObjectType: "Vm"}
	spelled := gone
	spelled.HierarchyRootName, spelled.HierarchyObjectType = "VC01", "VM"
	elsewhere, renamed, other, going := gone, gone, gone, gone
	elsewhere.HierarchyRootName = "vc02"
	renamed.Name = "VM02"
	other.ID = "2"
	going.HierarchyRootName, going.State = "vc03", "Removing"
	got := sharing([]emapi.Scope{gone, spelled, elsewhere, renamed, other, going}, gone, []emapi.Scope{gone})
	if want := []emapi.Scope{elsewhere, renamed}; !slices.Equal(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if got := sharing([]emapi.Scope{gone, elsewhere}, gone, []emapi.Scope{gone, elsewhere}); len(got) != 0 {
		t.Errorf("returned scopes that are removed as well: %+v", got)
	}
}
