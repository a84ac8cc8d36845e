// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package directory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

var (
	_ datasource.DataSourceWithConfigure        = (*groupDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*groupDataSource)(nil)
)

// NewGroupDataSource returns the data source veeam_vb365_group.
func NewGroupDataSource() datasource.DataSource { return &groupDataSource{} }

type groupDataSource struct{ tfkit.DataSourceVB365 }

// Metadata names the data source.
func (d *groupDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_vb365_group"
}

// Schema describes the data source.
func (d *groupDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A group of an organization in Veeam Backup for Microsoft 365, looked up by name, display " +
			"name or ID. A security group without a mail address has no name; look it up by its display name." +
			"\n\nIf no group matches, the provider reads all groups of the organization to list similar ones in the error.",
		Attributes: map[string]schema.Attribute{
			"organization_id": organizationAttribute(),
			"id": keyAttribute("ID of the group in Veeam Backup for Microsoft 365, as used in the references of " +
				"`veeam_vb365_restore_operator_role`. Set exactly one of `id`, `name` and `display_name`."),
			"name": keyAttribute("Name of the group: its mail address, for example `helpdesk@abc.onmicrosoft.com`. Null if " +
				"the group has none." + comparedText),
			"display_name": keyAttribute("Display name of the group." + comparedText + severalText),
			"type": schema.StringAttribute{
				MarkdownDescription: "Type of the group: `Office365`, `Security`, `Distribution` or `DynamicDistribution`. Null " +
					"if the server does not return it.",
				Computed: true,
			},
			"location_type": schema.StringAttribute{
				MarkdownDescription: "Where the group is" + locationText, Computed: true,
			},
		},
	}
}

// ConfigValidators requires exactly one way to find the group.
func (d *groupDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return exactlyOneKey(vb365api.Group)
}

// Read looks up the group.
func (d *groupDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m memberModel
	client := tfkit.BeginDataSource(ctx, d.VB365, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	found, diags := m.lookup(vb365api.Group).Find(ctx, client)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	m.save(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
