// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package directory implements the data sources for the users, groups, sites and teams of an organization in Veeam
// Backup for Microsoft 365.
package directory

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// memberModel is a user or a group.
type memberModel struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	ID             types.String `tfsdk:"id"`
	Name           types.String `tfsdk:"name"`
	DisplayName    types.String `tfsdk:"display_name"`
	Type           types.String `tfsdk:"type"`
	LocationType   types.String `tfsdk:"location_type"`
}

// siteModel is a site.
type siteModel struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	ID             types.String `tfsdk:"id"`
	URL            types.String `tfsdk:"url"`
	Title          types.String `tfsdk:"title"`
	ParentURL      types.String `tfsdk:"parent_url"`
	IsCloud        types.Bool   `tfsdk:"is_cloud"`
	IsPersonal     types.Bool   `tfsdk:"is_personal"`
}

// teamModel is a team.
type teamModel struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	ID             types.String `tfsdk:"id"`
	Mail           types.String `tfsdk:"mail"`
	DisplayName    types.String `tfsdk:"display_name"`
	Description    types.String `tfsdk:"description"`
}

func (m memberModel) lookup(kind vb365api.ObjectType) lookup.Object {
	return find(kind, m.OrganizationID, m.ID, m.Name, m.DisplayName)
}

func (m siteModel) lookup() lookup.Object {
	return find(vb365api.Site, m.OrganizationID, m.ID, m.URL, m.Title)
}

func (m teamModel) lookup() lookup.Object {
	return find(vb365api.Team, m.OrganizationID, m.ID, m.Mail, m.DisplayName)
}

// find returns the lookup by the attribute that is not null.
func find(kind vb365api.ObjectType, organizationID, id, name, displayName types.String) lookup.Object {
	attributes := lookup.AttributesOf(kind)
	attribute, wanted := lookup.ID, id
	switch {
	case !name.IsNull():
		attribute, wanted = attributes.Name, name
	case !displayName.IsNull():
		attribute, wanted = attributes.DisplayName, displayName
	}
	return lookup.Object{
		Type: kind, OrganizationID: organizationID.ValueString(), Attribute: attribute, Wanted: wanted.ValueString(),
	}
}

// save copies the server's answer into the model. The configured value keeps its spelling.
func (m *memberModel) save(o vb365api.Object) {
	keep(&m.ID, types.StringValue(o.ID))
	keep(&m.Name, tfkit.NullIfEmpty(o.Name))
	keep(&m.DisplayName, types.StringValue(o.DisplayName))
	m.Type = tfkit.NullIfEmpty(o.Kind)
	m.LocationType = tfkit.NullIfEmpty(o.LocationType)
}

// save copies the server's answer into the model. The configured value keeps its spelling.
func (m *siteModel) save(o vb365api.Object) {
	keep(&m.ID, types.StringValue(o.ID))
	keep(&m.URL, tfkit.NullIfEmpty(o.Name))
	keep(&m.Title, types.StringValue(o.DisplayName))
	m.ParentURL = tfkit.NullIfEmpty(o.ParentURL)
	m.IsCloud = types.BoolPointerValue(o.IsCloud)
	m.IsPersonal = types.BoolPointerValue(o.IsPersonal)
}

// save copies the server's answer into the model. The configured value keeps its spelling.
func (m *teamModel) save(o vb365api.Object) {
	keep(&m.ID, types.StringValue(o.ID))
	keep(&m.Mail, tfkit.NullIfEmpty(o.Name))
	keep(&m.DisplayName, types.StringValue(o.DisplayName))
	m.Description = tfkit.NullIfEmpty(o.Description)
}

// keep sets an attribute that is not configured.
func keep(attribute *types.String, value types.String) {
	if attribute.IsNull() {
		*attribute = value
	}
}
