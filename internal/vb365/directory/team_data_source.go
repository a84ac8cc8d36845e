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
	_ datasource.DataSourceWithConfigure        = (*teamDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*teamDataSource)(nil)
)

// NewTeamDataSource returns the data source veeam_vb365_team.
func NewTeamDataSource() datasource.DataSource { return &teamDataSource{} }

type teamDataSource struct{ tfkit.DataSourceVB365 }

// Metadata names the data source.
func (d *teamDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_vb365_team"
}

// Schema describes the data source.
func (d *teamDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A team of an organization in Veeam Backup for Microsoft 365, looked up by mail address, " +
			"display name or ID. Teams can be part of restore operator roles since v7 of the API.\n\n" +
			"The API cannot search for mail addresses of teams. A lookup by mail address reads all teams of the organization, " +
			"once in each run." +
			"\n\nIf no team matches, the provider reads all teams of the organization to list similar ones in the error.",
		Attributes: map[string]schema.Attribute{
			"organization_id": organizationAttribute(),
			"id": keyAttribute("ID of the team in Veeam Backup for Microsoft 365, as used in the references of " +
				"`veeam_vb365_restore_operator_role`. Set exactly one of `id`, `mail` and `display_name`."),
			"mail":         keyAttribute("Mail address of the team, for example `sales@abc.onmicrosoft.com`." + comparedText),
			"display_name": keyAttribute("Display name of the team." + comparedText + severalText),
			"description": schema.StringAttribute{
				MarkdownDescription: "Description of the team. Null if there is none.", Computed: true,
			},
		},
	}
}

// ConfigValidators requires exactly one way to find the team.
func (d *teamDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return exactlyOneKey(vb365api.Team)
}

// Read looks up the team.
func (d *teamDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m teamModel
	client := tfkit.BeginDataSource(ctx, d.VB365, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	found, diags := m.lookup().Find(ctx, client)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	m.save(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
