// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package organization

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

var (
	_ datasource.DataSourceWithConfigure        = (*dataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*dataSource)(nil)
)

// NewDataSource returns the data source veeam_vb365_organization.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ tfkit.DataSourceVB365 }

// Metadata names the data source.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_organization"
}

// Schema describes the data source.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An organization of Veeam Backup for Microsoft 365, looked up by name or ID.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the organization, for example `abc.onmicrosoft.com`. Names are compared without " +
					"regard to case. `*` and `?` are not wildcards. Set exactly one of `name` and `id`.",
				Optional: true, Computed: true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the organization.",
				Optional:            true, Computed: true,
				Validators: []validator.String{tfkit.GUID()},
			},
			"office_name": schema.StringAttribute{MarkdownDescription: officeNameText, Computed: true},
			"type":        schema.StringAttribute{MarkdownDescription: typeText, Computed: true},
		},
	}
}

// ConfigValidators requires exactly one way to find the organization.
func (d *dataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("name"), path.MatchRoot("id"))}
}

// Read looks up the organization.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	client := tfkit.BeginDataSource(ctx, d.VB365, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	organizations, err := client.ListOrganizations(ctx)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("list the organizations", err))
		return
	}
	attribute, wanted := m.key()
	found, diags := tfkit.Lookup[vb365api.Organization]{
		Product: tfkit.BackupFor365, Kind: "organization", Attribute: attribute, Wanted: wanted, Matches: m.matches,
		Candidates: func(some []vb365api.Organization) []tfkit.Candidate {
			return lookup.OrganizationCandidates(attribute, some)
		},
	}.Find(organizations)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	m.save(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
