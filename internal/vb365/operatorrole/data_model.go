// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package operatorrole implements the restore operator roles of Veeam Backup for Microsoft 365.
package operatorrole

import (
	"cmp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// roleData is a role as the data source returns it.
type roleData struct {
	ID             types.String `tfsdk:"id"`
	OrganizationID types.String `tfsdk:"organization_id"`
	Name           types.String `tfsdk:"name"`
	Description    types.String `tfsdk:"description"`
	RoleType       types.String `tfsdk:"role_type"`
	Operators      []entryData  `tfsdk:"operators"`
	SelectedItems  []entryData  `tfsdk:"selected_items"`
	ExcludedItems  []entryData  `tfsdk:"excluded_items"`
}

// entryData is an entry of a list of a role.
type entryData struct {
	Type        types.String `tfsdk:"type"`
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	DisplayName types.String `tfsdk:"display_name"`
	EntryID     types.String `tfsdk:"entry_id"`
}

// roleListData is the model of the list data source: the filter and the roles that match it.
type roleListData struct {
	OrganizationID types.String      `tfsdk:"organization_id"`
	NameRegex      types.String      `tfsdk:"name_regex"`
	Roles          []roleSummaryData `tfsdk:"roles"`
}

// roleSummaryData is a role without its lists.
type roleSummaryData struct {
	ID             types.String `tfsdk:"id"`
	OrganizationID types.String `tfsdk:"organization_id"`
	Name           types.String `tfsdk:"name"`
	Description    types.String `tfsdk:"description"`
	RoleType       types.String `tfsdk:"role_type"`
}

// save copies the server's answer into the model. Configured values keep their spelling.
func (m *roleData) save(r vb365api.Role, lists map[vb365api.List][]vb365api.Entry) {
	if m.ID.IsNull() {
		m.ID = types.StringValue(r.ID)
	}
	if m.OrganizationID.IsNull() {
		m.OrganizationID = tfkit.NullIfEmpty(r.OrganizationID)
	}
	m.Name = types.StringValue(r.Name)
	m.Description = types.StringValue(r.Description)
	m.RoleType = types.StringValue(r.RoleType)
	m.Operators = fromEntries(lists[vb365api.Operators])
	m.SelectedItems = fromEntries(lists[vb365api.SelectedItems])
	m.ExcludedItems = fromEntries(lists[vb365api.ExcludedItems])
}

// fromEntries returns the entries in an order that does not depend on the server.
func fromEntries(entries []vb365api.Entry) []entryData {
	sorted := slices.SortedFunc(slices.Values(entries), func(a, b vb365api.Entry) int {
		x, y := objectOf(a), objectOf(b)
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID),
			cmp.Compare(a.ID, b.ID))
	})
	out := make([]entryData, 0, len(sorted))
	for _, e := range sorted {
		o := objectOf(e)
		out = append(out, entryData{
			Type: types.StringValue(e.Type), ID: types.StringValue(o.ID), Name: types.StringValue(o.Name),
			DisplayName: types.StringValue(o.DisplayName), EntryID: types.StringValue(e.ID),
		})
	}
	return out
}

// objectOf returns the object of an entry, which is empty if the server does not show it.
func objectOf(e vb365api.Entry) vb365api.Object {
	if e.Object == nil {
		return vb365api.Object{}
	}
	return *e.Object
}

// fromRoles returns the roles sorted by name, because the API promises no order.
func fromRoles(roles []vb365api.Role) []roleSummaryData {
	sorted := slices.SortedFunc(slices.Values(roles), func(a, b vb365api.Role) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.OrganizationID, b.OrganizationID), cmp.Compare(a.ID, b.ID))
	})
	out := make([]roleSummaryData, 0, len(sorted))
	for _, r := range sorted {
		out = append(out, roleSummaryData{
			ID: types.StringValue(r.ID), OrganizationID: tfkit.NullIfEmpty(r.OrganizationID),
			Name: types.StringValue(r.Name), Description: types.StringValue(r.Description),
			RoleType: types.StringValue(r.RoleType),
		})
	}
	return out
}
