// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*listDataSource)(nil)

// NewListDataSource returns the data source veeam_em_roles.
func NewListDataSource() datasource.DataSource { return &listDataSource{} }

type listDataSource struct{ tfkit.DataSourceEM }

// Metadata names the data source.
func (d *listDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_em_roles"
}

// Schema describes the data source.
func (d *listDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All security roles of Veeam Backup Enterprise Manager.",
		Attributes: map[string]schema.Attribute{
			"roles": schema.ListNestedAttribute{
				MarkdownDescription: "The roles, in the order of the server.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":   schema.StringAttribute{MarkdownDescription: "ID (GUID) of the role.", Computed: true},
					"name": schema.StringAttribute{MarkdownDescription: "Name of the role.", Computed: true},
					"uid": schema.StringAttribute{
						MarkdownDescription: "UID of the role, `urn:veeam:EnterpriseRole:<ID>`.",
						Computed:            true,
					},
				}},
			},
			"uids": schema.MapAttribute{
				MarkdownDescription: "The UID of each role, by name.",
				Computed:            true,
				ElementType:         types.StringType,
			},
		},
	}
}

// Read lists the roles.
func (d *listDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	client, diags := d.EM.Connected()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	roles, err := client.ListRoles(ctx)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the security roles", err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, fromRoles(roles))...)
}
