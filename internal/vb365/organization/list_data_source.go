// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package organization

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

var _ datasource.DataSourceWithConfigure = (*listDataSource)(nil)

// NewListDataSource returns the data source veeam_vb365_organizations.
func NewListDataSource() datasource.DataSource { return &listDataSource{} }

type listDataSource struct{ tfkit.DataSourceVB365 }

// Metadata names the data source.
func (d *listDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_vb365_organizations"
}

// Schema describes the data source.
func (d *listDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The organizations of Veeam Backup for Microsoft 365, optionally filtered by name.",
		Attributes: map[string]schema.Attribute{
			"name_regex": schema.StringAttribute{
				MarkdownDescription: "Returns only organizations whose name matches this regular expression " +
					"([RE2](https://github.com/google/re2/wiki/Syntax)). The expression can match any part of the name; `^` and `$` " +
					"match the ends of the name. The match is case-sensitive unless the expression begins with `(?i)`.",
				Optional:   true,
				Validators: []validator.String{tfkit.RE2()},
			},
			"organizations": schema.ListNestedAttribute{
				MarkdownDescription: "The organizations, sorted by name.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":          schema.StringAttribute{MarkdownDescription: "ID (GUID) of the organization.", Computed: true},
					"name":        schema.StringAttribute{MarkdownDescription: "Name of the organization.", Computed: true},
					"office_name": schema.StringAttribute{MarkdownDescription: officeNameText, Computed: true},
					"type":        schema.StringAttribute{MarkdownDescription: typeText, Computed: true},
				}},
			},
			"ids": schema.MapAttribute{
				MarkdownDescription: "The ID of each organization, by name. A name that several organizations have is left out.",
				Computed:            true,
				ElementType:         types.StringType,
			},
		},
	}
}

// Read lists the organizations.
func (d *listDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m listModel
	client := tfkit.BeginDataSource(ctx, d.VB365, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	name, diags := tfkit.Regexp(m.NameRegex)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	organizations, err := client.ListOrganizations(ctx)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("list the organizations", err))
		return
	}
	m.save(slices.DeleteFunc(organizations, func(o vb365api.Organization) bool { return !name.MatchString(o.Name) }))
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
