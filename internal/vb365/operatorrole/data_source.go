// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*dataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*dataSource)(nil)
)

// NewDataSource returns the data source veeam_vb365_restore_operator_role.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ tfkit.DataSourceVB365 }

// Metadata names the data source.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_restore_operator_role"
}

// roleTypeText describes role_type.
const roleTypeText = "What the operators may restore: `EntireOrganization` (everything) or `SpecificObjects` (the " +
	"`selected_items`). The `excluded_items` are left out of both."

// Schema describes the data source.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A restore operator role of Veeam Backup for Microsoft 365 with its operators and objects, " +
			"looked up by ID or name.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the role. Set exactly one of `id` and `name`.",
				Optional:            true, Computed: true,
				Validators: []validator.String{tfkit.GUID()},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the role. It must match exactly, including case.",
				Optional:            true, Computed: true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the organization that the role belongs to. Set it together with `name` if " +
					"several organizations have a role of that name.",
				Optional: true, Computed: true,
				Validators: []validator.String{tfkit.GUID()},
			},
			"description": schema.StringAttribute{MarkdownDescription: "Description of the role.", Computed: true},
			"role_type":   schema.StringAttribute{MarkdownDescription: roleTypeText, Computed: true},
			"operators":   entriesAttribute("The users and groups that may restore."),
			"selected_items": entriesAttribute("The objects that the operators may restore. Empty if `role_type` is " +
				"`EntireOrganization`."),
			"excluded_items": entriesAttribute("The objects that the operators may not restore."),
		},
	}
}

func entriesAttribute(what string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: what + " The entries are sorted by type, name and ID. An entry that the API does not " +
			"describe has only a `type` and an `entry_id`.",
		Computed: true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"type": schema.StringAttribute{
				MarkdownDescription: "Type of the object: `User`, `Group`, `Site`, `Team`, or a type that only PowerShell and " +
					"the console can add, for example `PersonalSites`.",
				Computed: true,
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "ID of the object, as used in the references of the resource. Empty if the API does not " +
					"describe the object.",
				Computed: true,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of a user or group, URL of a site, or mail address of a team. Empty if a group has " +
					"none, or if the API does not describe the object.",
				Computed: true,
			},
			"display_name": schema.StringAttribute{
				MarkdownDescription: "Display name of the object; the title of a site. Empty if the API does not describe the " +
					"object.",
				Computed: true,
			},
			"entry_id": schema.StringAttribute{
				MarkdownDescription: "ID of the entry in the list. It is not an ID of the object.",
				Computed:            true,
			},
		}},
	}
}

// ConfigValidators requires exactly one way to find the role.
func (d *dataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
		datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("organization_id")),
	}
}

// Read looks up the role and reads its lists.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m roleData
	client := tfkit.BeginDataSource(ctx, d.VB365, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	role, diags := m.find(ctx, client)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	lists, err := listsOf(ctx, client, role)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the lists of the restore operator role "+role.Name, err))
		return
	}
	m.save(role, lists)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
