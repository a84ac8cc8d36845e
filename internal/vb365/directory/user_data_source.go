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
	_ datasource.DataSourceWithConfigure        = (*userDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*userDataSource)(nil)
)

// NewUserDataSource returns the data source veeam_vb365_user.
func NewUserDataSource() datasource.DataSource { return &userDataSource{} }

type userDataSource struct{ tfkit.DataSourceVB365 }

// Metadata names the data source.
func (d *userDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_vb365_user"
}

// Schema describes the data source.
func (d *userDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A user of an organization in Veeam Backup for Microsoft 365, looked up by name, display " +
			"name or ID. Shared and public mailboxes are users, too." +
			"\n\nIf no user matches, the provider reads all users of the organization to list similar ones in the error.",
		Attributes: map[string]schema.Attribute{
			"organization_id": organizationAttribute(),
			"id": keyAttribute("ID of the user in Veeam Backup for Microsoft 365, as used in the references of " +
				"`veeam_vb365_restore_operator_role`. Set exactly one of `id`, `name` and `display_name`."),
			"name": keyAttribute("Name of the user: the user principal name or mail address, for example " +
				"`user3@abc.onmicrosoft.com`." + comparedText),
			"display_name": keyAttribute("Display name of the user." + comparedText + severalText),
			"type": schema.StringAttribute{
				MarkdownDescription: "Type of the user: `User`, `Shared` (a shared mailbox) or `Public` (a public mailbox). " +
					"Null if the server does not return it.",
				Computed: true,
			},
			"location_type": schema.StringAttribute{
				MarkdownDescription: "Where the user is" + locationText, Computed: true,
			},
		},
	}
}

// ConfigValidators requires exactly one way to find the user.
func (d *userDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return exactlyOneKey(vb365api.User)
}

// Read looks up the user.
func (d *userDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m memberModel
	client := tfkit.BeginDataSource(ctx, d.VB365, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	found, diags := m.lookup(vb365api.User).Find(ctx, client)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	m.save(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
