// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package organization implements the data sources for the organizations of Veeam Backup for Microsoft 365.
package organization

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// model is an organization.
type model struct {
	ID         types.String `tfsdk:"id"`
	Name       types.String `tfsdk:"name"`
	OfficeName types.String `tfsdk:"office_name"`
	Type       types.String `tfsdk:"type"`
}

// Descriptions of attributes of an organization.
const (
	officeNameText = "Name of the organization in Microsoft 365, for example `abc.onmicrosoft.com`. Null if the server " +
		"does not return it."
	typeText = "Type of the organization: `Office365`, `OnPremises` or `Hybrid`. An `OnPremises` organization cannot " +
		"have restore operator roles."
)

// listModel is the list of the organizations whose names match.
type listModel struct {
	NameRegex     types.String `tfsdk:"name_regex"`
	Organizations []model      `tfsdk:"organizations"`
	IDs           types.Map    `tfsdk:"ids"`
}

func fromOrganization(o vb365api.Organization) model {
	return model{
		ID:         types.StringValue(o.ID),
		Name:       types.StringValue(o.Name),
		OfficeName: tfkit.NullIfEmpty(o.OfficeName),
		Type:       tfkit.NullIfEmpty(o.Type),
	}
}

// save copies the organizations into the model, sorted because the API promises no order. A name that several
// organizations have is not in the map, so that a configuration that uses it fails rather than takes one of them by
// chance.
func (m *listModel) save(organizations []vb365api.Organization) {
	sorted := slices.SortedFunc(slices.Values(organizations), func(a, b vb365api.Organization) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	m.Organizations = make([]model, 0, len(sorted))
	count := map[string]int{}
	for _, o := range sorted {
		m.Organizations = append(m.Organizations, fromOrganization(o))
		count[o.Name]++
	}
	ids := map[string]attr.Value{}
	for _, o := range organizations {
		if count[o.Name] == 1 {
			ids[o.Name] = types.StringValue(o.ID)
		}
	}
	m.IDs = types.MapValueMust(types.StringType, ids)
}

// key returns the attribute by which the organization is looked up, and its value.
func (m model) key() (attribute, value string) {
	if m.ID.IsNull() {
		return "name", m.Name.ValueString()
	}
	return "id", m.ID.ValueString()
}

// matches compares without regard to case, because names of organizations are names of domains.
func (m model) matches(o vb365api.Organization) bool {
	attribute, wanted := m.key()
	if attribute == "id" {
		return strings.EqualFold(o.ID, wanted)
	}
	return strings.EqualFold(o.Name, wanted)
}

// save copies the server's answer into the model. The configured value keeps its spelling.
func (m *model) save(o vb365api.Organization) {
	configured := *m
	*m = fromOrganization(o)
	if configured.ID.IsNull() {
		m.Name = configured.Name
	} else {
		m.ID = configured.ID
	}
}
