// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

func TestReferences_SurviveTheRoundTripAndUnknownOnesAreCounted(t *testing.T) {
	all := []rules.Reference{userNamed("a"), userWithID("1"), {Type: vb365api.Site, Name: "https://x"}}
	if got, known := toReferences(fromReferences(all)); !known || !reflect.DeepEqual(got, all) {
		t.Errorf("got %v, %t", got, known)
	}
	unknownName := types.ObjectValueMust(referenceType.AttrTypes, map[string]attr.Value{
		rules.AttrType: types.StringValue("User"), rules.AttrID: types.StringNull(), rules.AttrName: types.StringUnknown(),
	})
	for name, c := range map[string]struct {
		set   types.Set
		known bool
	}{
		"null":    {types.SetNull(referenceType), true},
		"empty":   {fromReferences(nil), true},
		"unknown": {types.SetUnknown(referenceType), false},
		"unknown element": {
			types.SetValueMust(referenceType, []attr.Value{types.ObjectUnknown(referenceType.AttrTypes)}), false,
		},
		"unknown name": {types.SetValueMust(referenceType, []attr.Value{unknownName}), false},
	} {
		if got, known := toReferences(c.set); known != c.known || len(got) > 0 {
			t.Errorf("%s: %v, %t", name, got, known)
		}
	}
	if got := fromReferences(nil); got.IsNull() || got.IsUnknown() || len(got.Elements()) > 0 {
		t.Errorf("no reference becomes %v, want an empty set", got)
	}
}

func TestToSpec_HasEmptyListsAndNoNilOnes(t *testing.T) {
	m := &model{
		Name: types.StringValue("n"), RoleType: types.StringValue("EntireOrganization"), Description: types.StringNull(),
	}
	want := vb365api.RoleSpec{
		Name: "n", RoleType: "EntireOrganization", Operators: []vb365api.Object{user("1", "a")},
		SelectedItems: []vb365api.Object{}, ExcludedItems: []vb365api.Object{},
	}
	got := m.toSpec(resolution{vb365api.Operators: {{Reference: userNamed("a"), object: user("1", "a")}}})
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
}

func TestFromSnapshot_SortsUnmanagedEntriesAndKeepsTheOrganizationsSpelling(t *testing.T) {
	a := user("1", "a")
	s := &snapshot{
		role: vb365api.Role{ID: "r", OrganizationID: "ab", Name: "n", RoleType: "SpecificObjects"},
		entries: map[vb365api.List][]vb365api.Entry{
			vb365api.Operators: {{ID: "e1", Type: "User", Object: &a}, {ID: "e2", Type: "User", Object: &a}},
			vb365api.ExcludedItems: {
				{ID: "z", Type: "Site"}, {ID: "y", Type: "Site"}, {ID: "x", Type: "Organization"}, {},
			},
			vb365api.SelectedItems: {{ID: "w", Type: "Zone"}},
		},
	}
	m := &model{OrganizationID: types.StringValue("AB")}
	after := m.fromSnapshot(s, nil, nil)
	if m.OrganizationID.ValueString() != "AB" {
		t.Errorf("the organization is %s", m.OrganizationID)
	}
	got, _ := toReferences(m.Operators)
	if !reflect.DeepEqual(got, []rules.Reference{userNamed("a")}) || len(after[vb365api.Operators]) != 1 {
		t.Errorf("an object that is listed twice becomes %v", got)
	}
	want := fromUnmanaged([]unmanaged{
		{vb365api.SelectedItems, "Zone", "w"},
		{vb365api.ExcludedItems, "", ""},
		{vb365api.ExcludedItems, "Organization", "x"},
		{vb365api.ExcludedItems, "Site", "y"},
		{vb365api.ExcludedItems, "Site", "z"},
	})
	if !m.UnmanagedEntries.Equal(want) {
		t.Errorf("unmanaged_entries is %v, want %v", m.UnmanagedEntries, want)
	}
	s.role.OrganizationID = ""
	if m.fromSnapshot(s, nil, nil); m.OrganizationID.ValueString() != "AB" {
		t.Errorf("the organization is %s", m.OrganizationID)
	}
	s.role.OrganizationID = "cd"
	if m.fromSnapshot(s, nil, nil); m.OrganizationID.ValueString() != "cd" {
		t.Errorf("the organization is %s", m.OrganizationID)
	}
}
