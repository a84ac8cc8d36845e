// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

const (
	refA = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-1"
	refB = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-2"
)

var (
	itemA = newItem(refA, "VM01")
	itemB = newItem(refB, "VM02")

	scopeItem = types.ObjectType{AttrTypes: ItemTypes}
)

func TestWithout_ComparesObjectAndName(t *testing.T) {
	renamed, spelled := newItem(refA, "VM01-new"), newItem(strings.Replace(refA, "VMware:Vm", "vmware:VM", 1), "VM01")
	got := Without([]emapi.ScopeItem{renamed, spelled, itemB}, []emapi.ScopeItem{itemA, itemB})
	if !slices.Equal(got, []emapi.ScopeItem{renamed}) {
		t.Errorf("%+v", got)
	}
}

func TestItems_AreSortedAndNotNil(t *testing.T) {
	for name, c := range map[string]struct {
		set  types.Set
		want []emapi.ScopeItem
	}{
		"null":     {types.SetNull(scopeItem), []emapi.ScopeItem{}},
		"unknown":  {types.SetUnknown(scopeItem), []emapi.ScopeItem{}},
		"empty":    {Set(nil), []emapi.ScopeItem{}},
		"unsorted": {Set([]emapi.ScopeItem{itemB, itemA}), []emapi.ScopeItem{itemA, itemB}},
		"one ref, two names": {
			Set([]emapi.ScopeItem{newItem(refA, "b"), newItem(refA, "a")}),
			[]emapi.ScopeItem{newItem(refA, "a"), newItem(refA, "b")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Items(c.set); !slices.Equal(got, c.want) || got == nil {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
	if got := Set(nil); got.IsNull() || got.IsUnknown() {
		t.Errorf("without items the set is %v", got)
	}
}

type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}

func TestOwned_SurvivesARoundTripThroughThePrivateState(t *testing.T) {
	for name, o := range map[string]Owned{
		"none":  nil,
		"empty": {},
		"two":   Owned{}.With(itemA, "id-a").With(itemB, "id-b"),
		"sent":  Owned{}.With(itemA, "id-a").withSent(itemB, "id-c", []string{"id-b"}, false),
	} {
		t.Run(name, func(t *testing.T) {
			p := private{}
			if diags := o.Save(t.Context(), p); diags.HasError() {
				t.Fatal(diags)
			}
			back, diags := LoadOwned(t.Context(), p)
			if diags.HasError() || len(back) != len(o) || len(o) > 0 && !reflect.DeepEqual(back, o) {
				t.Errorf("%+v, %v; want %+v", back, diags, o)
			}
		})
	}
}

func TestOwned_HasAStableFormInThePrivateState(t *testing.T) {
	p := private{}
	Owned{}.With(itemA, "id-a").Save(t.Context(), p)
	want := `[{"hierarchy_obj_ref":"` + refA + `","object_name":"VM01","scope_id":"id-a"}]`
	if got := string(p["restore_scope"]); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestLoadOwned_WithoutPrivateStateReturnsNil(t *testing.T) {
	if o, diags := LoadOwned(t.Context(), private{}); o != nil || diags.HasError() {
		t.Errorf("%v, %v", o, diags)
	}
}

func TestLoadOwned_SaysWhatToDoIfThePrivateStateIsInvalid(t *testing.T) {
	_, diags := LoadOwned(t.Context(), private{ownedKey: []byte("{")})
	if len(diags) != 1 || diags[0].Summary() != "The private state of the resource cannot be read" ||
		diags[0].Detail() != "unexpected end of JSON input\n\n"+
			"Remove the resource from the state (terraform state rm) and import it again." {
		t.Errorf("%v", diags)
	}
}

func TestOwned_HasOneScopePerItem(t *testing.T) {
	first := Owned{}.With(itemA, "id-a").With(itemB, "id-b")
	second := first.With(itemA, "id-c")
	third := second.Without(itemB)
	sameRef := newItem(refA, "another")
	for _, c := range []struct {
		o    Owned
		item emapi.ScopeItem
		want string
	}{
		{first, itemA, "id-a"},
		{first, itemB, "id-b"},
		{second, itemA, "id-c"},
		{second, itemB, "id-b"},
		{third, itemA, "id-c"},
		{third, itemB, ""},
		{first, sameRef, ""},
		{nil, itemA, ""},
	} {
		if got := c.o.ID(c.item); got != c.want {
			t.Errorf("%+v in %+v: %q, want %q", c.item, c.o, got, c.want)
		}
	}
	if len(first) != 2 || first.ID(itemA) != "id-a" {
		t.Errorf("With and Without changed their receiver: %+v", first)
	}
}

// Scopes of other roots or types can have the same ID, so an ID alone does not identify a scope.
func TestIDsLike_ReturnsTheIDsOfScopesThatLookAlike(t *testing.T) {
	elsewhere := newItem("urn:VMware:Vm:24a14898-77d0-4881-bbf8-c8ba71ce4d55.vm-1", "VM01")
	twin := newItem(refB, "VM01")
	owned := Owned{}.With(itemA, "shared").With(elsewhere, "shared").With(itemB, "b").withSent(twin, "", nil, false)
	for _, c := range []struct {
		item emapi.ScopeItem
		want []string
	}{
		{itemA, []string{"shared"}},
		{twin, []string{"shared"}},
		{elsewhere, []string{"shared"}},
		{itemB, []string{"b"}},
		{newItem(refA, "VM02"), []string{"b"}},
		{newItem(refA, "VM03"), []string{}},
	} {
		if got := owned.idsLike(c.item); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.item, got, c.want)
		}
	}
}
