// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package fileserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*listDataSource)(nil)

// NewListDataSource returns the data source veeam_em_file_servers.
func NewListDataSource() datasource.DataSource { return &listDataSource{} }

type listDataSource struct{ tfkit.DataSourceEM }

// Metadata names the data source.
func (d *listDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_em_file_servers"
}

// Schema describes the data source.
func (d *listDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All file servers of Veeam Backup Enterprise Manager, with the references that stand for " +
			"their file shares in restore scopes.",
		Attributes: map[string]schema.Attribute{
			"file_servers": schema.ListNestedAttribute{
				MarkdownDescription: "The file servers, in the order of the server.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":                schema.StringAttribute{MarkdownDescription: "ID (GUID) of the file server.", Computed: true},
					"uid":               schema.StringAttribute{MarkdownDescription: uidText, Computed: true},
					"name":              schema.StringAttribute{MarkdownDescription: "Name of the file server.", Computed: true},
					"server_type":       schema.StringAttribute{MarkdownDescription: serverTypeText, Computed: true},
					"hierarchy_obj_ref": schema.StringAttribute{MarkdownDescription: refText, Computed: true},
				}},
			},
		},
	}
}

// Read lists the file servers.
func (d *listDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	client, diags := d.EM.Connected()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	servers, err := client.FileServers(ctx)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the file servers", err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, fromServers(servers))...)
}
