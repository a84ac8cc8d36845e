// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

func entryOf(kind, id, name, displayName, entryID string) entryData {
	return entryData{
		Type: types.StringValue(kind), ID: types.StringValue(id), Name: types.StringValue(name),
		DisplayName: types.StringValue(displayName), EntryID: types.StringValue(entryID),
	}
}

func TestFromEntries_SortsByTypeNameAndIDWithUnmanagedEntriesAmongThem(t *testing.T) {
	object := func(kind vb365api.ObjectType, id, name, displayName, entryID string) vb365api.Entry {
		return vb365api.Entry{
			ID: entryID, Type: string(kind),
			Object: &vb365api.Object{Type: kind, ID: id, Name: name, DisplayName: displayName},
		}
	}
	got := fromEntries([]vb365api.Entry{
		object(vb365api.User, "2", "b@x", "B", "e1"),
		{ID: "e3", Type: "PersonalSites"},
		object(vb365api.User, "3", "a@x", "A", "e4"),
		{ID: "e2", Type: "PersonalSites"},
		object(vb365api.Group, "5", "", "Nameless two", "e6"),
		{ID: "e8"},
		object(vb365api.Group, "4", "", "Nameless one", "e7"),
		{ID: "e9", Type: "User"},
	})
	want := []entryData{
		entryOf("", "", "", "", "e8"),
		entryOf("Group", "4", "", "Nameless one", "e7"),
		entryOf("Group", "5", "", "Nameless two", "e6"),
		entryOf("PersonalSites", "", "", "", "e2"),
		entryOf("PersonalSites", "", "", "", "e3"),
		entryOf("User", "", "", "", "e9"),
		entryOf("User", "3", "a@x", "A", "e4"),
		entryOf("User", "2", "b@x", "B", "e1"),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestRoleDataSave_KeepsTheConfiguredSpellingAndHasNoNullLists(t *testing.T) {
	const id = "5b7b13ba-a04e-4e05-8eab-0084ae5410a0"
	role := vb365api.Role{ID: id, OrganizationID: "e60dfb9c", Name: "Helpdesk", RoleType: "EntireOrganization"}
	for name, c := range map[string]struct {
		configured       roleData
		id, organization string
	}{
		"by ID":   {roleData{ID: types.StringValue("5B7B")}, "5B7B", "e60dfb9c"},
		"by name": {roleData{Name: types.StringValue("Helpdesk")}, id, "e60dfb9c"},
		"by name and organization": {
			roleData{Name: types.StringValue("Helpdesk"), OrganizationID: types.StringValue("E60DFB9C")}, id, "E60DFB9C",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.configured
			got.save(role, nil)
			want := roleData{
				ID: types.StringValue(c.id), OrganizationID: types.StringValue(c.organization),
				Name: types.StringValue("Helpdesk"), Description: types.StringValue(""),
				RoleType:  types.StringValue("EntireOrganization"),
				Operators: []entryData{}, SelectedItems: []entryData{}, ExcludedItems: []entryData{},
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

func TestFromRoles_SortsByNameOrganizationAndID(t *testing.T) {
	got := fromRoles([]vb365api.Role{
		{ID: "4", OrganizationID: "b", Name: "B"},
		{ID: "3", OrganizationID: "b", Name: "A", Description: "D", RoleType: "T"},
		{ID: "2", OrganizationID: "a", Name: "A"},
		{ID: "1", Name: "B"},
	})
	var order []string
	for _, r := range got {
		order = append(order, r.ID.ValueString())
	}
	if want := []string{"2", "3", "1", "4"}; !reflect.DeepEqual(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
	want := roleSummaryData{
		ID: types.StringValue("3"), OrganizationID: types.StringValue("b"), Name: types.StringValue("A"),
		Description: types.StringValue("D"), RoleType: types.StringValue("T"),
	}
	if got[1] != want || !got[2].OrganizationID.IsNull() {
		t.Errorf("%v and %v, want %v and an organization that is null", got[1], got[2], want)
	}
	if none := fromRoles(nil); none == nil || len(none) != 0 {
		t.Errorf("no roles are %v", none)
	}
}
