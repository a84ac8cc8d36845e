// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package hierarchy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*rootsDataSource)(nil)

// NewRootsDataSource returns the data source veeam_em_hierarchy_roots.
func NewRootsDataSource() datasource.DataSource { return &rootsDataSource{} }

type rootsDataSource struct{ tfkit.DataSourceEM }

// Metadata names the data source.
func (d *rootsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_em_hierarchy_roots"
}

// Schema describes the data source.
func (d *rootsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All hierarchy roots of Veeam Backup Enterprise Manager. A hierarchy root is a server whose " +
			"objects can be backed up: a vCenter Server, a Hyper-V server or a Cloud Director server.",
		Attributes: map[string]schema.Attribute{
			"hierarchy_roots": schema.ListNestedAttribute{
				MarkdownDescription: "The hierarchy roots, in the order of the server.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id": schema.StringAttribute{
						MarkdownDescription: "ID (GUID) of the root, as used in hierarchy references.",
						Computed:            true,
					},
					"uid": schema.StringAttribute{
						MarkdownDescription: "UID of the root, `urn:veeam:HierarchyRoot:<id>`.",
						Computed:            true,
					},
					"unique_id": schema.StringAttribute{
						MarkdownDescription: "ID that the server itself uses, for example the instance UUID of a vCenter Server.",
						Computed:            true,
					},
					"name": schema.StringAttribute{
						MarkdownDescription: "Name of the root, usually the host name of the server.",
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
				}},
			},
		},
	}
}

// Read lists the hierarchy roots.
func (d *rootsDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	client, diags := d.EM.Connected()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	roots, err := client.HierarchyRoots(ctx)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the hierarchy roots", err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, fromRoots(roots))...)
}
