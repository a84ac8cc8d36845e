// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package hierarchy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*rootDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*rootDataSource)(nil)
)

// NewRootDataSource returns the data source veeam_em_hierarchy_root.
func NewRootDataSource() datasource.DataSource { return &rootDataSource{} }

type rootDataSource struct{ tfkit.DataSourceEM }

// Metadata names the data source.
func (d *rootDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_em_hierarchy_root"
}

// Schema describes the data source.
func (d *rootDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A hierarchy root of Veeam Backup Enterprise Manager, looked up by name or ID. A hierarchy " +
			"root is a server whose objects can be backed up: a vCenter Server, a Hyper-V server or a Cloud Director server.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the root, usually the host name of the server. Names are compared without regard " +
					"to case. Set exactly one of `name`, `id` and `unique_id`.",
				Optional: true, Computed: true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the root, as used in hierarchy references.",
				Optional:            true, Computed: true,
				Validators: []validator.String{rulekit.String("a GUID", rules.ID)},
			},
			"unique_id": schema.StringAttribute{
				MarkdownDescription: "ID that the server itself uses, for example the instance UUID of a vCenter Server.",
				Optional:            true, Computed: true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"uid": schema.StringAttribute{
				MarkdownDescription: "UID of the root, `urn:veeam:HierarchyRoot:<id>`.",
				Computed:            true,
			},
			"host_type": schema.StringAttribute{
				MarkdownDescription: "Type of the server: `ESX`, `ESXi`, `VC`, `HvServer`, `HvCluster`, `Scvmm` or `VcdSystem`.",
				Computed:            true,
			},
			"backup_server_id": schema.StringAttribute{
				MarkdownDescription: backupServerIDText,
				Computed:            true,
			},
			"backup_server_name": schema.StringAttribute{
				MarkdownDescription: backupServerNameText,
				Computed:            true,
			},
		},
	}
}

// ConfigValidators requires exactly one way to find the root.
func (d *rootDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("name"), path.MatchRoot("id"), path.MatchRoot("unique_id")),
	}
}

// Read looks up the root.
func (d *rootDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m rootModel
	client := tfkit.BeginDataSource(ctx, d.EM, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	roots, err := client.HierarchyRoots(ctx)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the hierarchy roots", err))
		return
	}
	attribute, wanted := m.key()
	found, diags := tfkit.Lookup[emapi.HierarchyRoot]{
		Product: tfkit.EnterpriseManager,
		Kind:    "hierarchy root", Attribute: attribute, Wanted: wanted, Matches: m.matches,
		Candidates: func(some []emapi.HierarchyRoot) []tfkit.Candidate { return rootCandidates(attribute, some) },
	}.Find(roots)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	m.save(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
