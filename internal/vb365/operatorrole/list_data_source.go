// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

var _ datasource.DataSourceWithConfigure = (*listDataSource)(nil)

// NewListDataSource returns the data source veeam_vb365_restore_operator_roles.
func NewListDataSource() datasource.DataSource { return &listDataSource{} }

type listDataSource struct{ tfkit.DataSourceVB365 }

// Metadata names the data source.
func (d *listDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_vb365_restore_operator_roles"
}

// Schema describes the data source.
func (d *listDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The restore operator roles of Veeam Backup for Microsoft 365, optionally filtered by " +
			"organization or name. The data source `veeam_vb365_restore_operator_role` also reads the operators and objects " +
			"of a role.",
		Attributes: map[string]schema.Attribute{
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "Returns only roles of the organization with this ID (GUID).",
				Optional:            true,
				Validators:          []validator.String{tfkit.GUID()},
			},
			"name_regex": schema.StringAttribute{
				MarkdownDescription: "Returns only roles whose name matches this regular expression " +
					"([RE2](https://github.com/google/re2/wiki/Syntax)). The expression can match any part of the name; `^` and `$` " +
					"match the ends of the name. The match is case-sensitive unless the expression begins with `(?i)`.",
				Optional:   true,
				Validators: []validator.String{tfkit.RE2()},
			},
			"roles": schema.ListNestedAttribute{
				MarkdownDescription: "The roles, sorted by name.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id": schema.StringAttribute{MarkdownDescription: "ID (GUID) of the role.", Computed: true},
					"organization_id": schema.StringAttribute{
						MarkdownDescription: "ID (GUID) of the organization that the role belongs to.", Computed: true,
					},
					"name":        schema.StringAttribute{MarkdownDescription: "Name of the role.", Computed: true},
					"description": schema.StringAttribute{MarkdownDescription: "Description of the role.", Computed: true},
					"role_type": schema.StringAttribute{
						MarkdownDescription: "What the operators may restore: `EntireOrganization` or `SpecificObjects`.",
						Computed:            true,
					},
				}},
			},
		},
	}
}

// Read lists the roles.
func (d *listDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m roleListData
	client := tfkit.BeginDataSource(ctx, d.VB365, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	name, diags := tfkit.Regexp(m.NameRegex)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	roles, diags := rolesOf(ctx, client, m.OrganizationID.ValueString(), "list the restore operator roles")
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	m.Roles = fromRoles(slices.DeleteFunc(roles, func(r vb365api.Role) bool { return !name.MatchString(r.Name) }))
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
