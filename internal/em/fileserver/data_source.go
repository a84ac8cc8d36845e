// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package fileserver

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
	_ datasource.DataSourceWithConfigure        = (*dataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*dataSource)(nil)
)

// NewDataSource returns the data source veeam_em_file_server.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ tfkit.DataSourceEM }

// Metadata names the data source.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_em_file_server"
}

// Descriptions of attributes of a file server.
const (
	uidText        = "UID of the file server, `urn:veeam:FileServer:<id>`."
	serverTypeText = "Type of the file server: `FileServer`, `SmbServer` or `NfsServer`. Null if the server does not " +
		"return it."
	refText = "Reference to the file share, as used in `restore_scope` of `veeam_em_account`. Null if the server does " +
		"not return it."
)

// Schema describes the data source.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A file server of Veeam Backup Enterprise Manager, looked up by name or ID. Its " +
			"`hierarchy_obj_ref` stands for its file share in a restore scope. The data source `veeam_em_hierarchy_object` " +
			"does not find file shares.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the file server, for example `\\\\enterprise05.tech.local\\SMB Share`. Names are " +
					"compared without regard to case. Set exactly one of `name` and `id`.",
				Optional: true, Computed: true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the file server.",
				Optional:            true, Computed: true,
				Validators: []validator.String{rulekit.String("a GUID", rules.ID)},
			},
			"uid":               schema.StringAttribute{MarkdownDescription: uidText, Computed: true},
			"server_type":       schema.StringAttribute{MarkdownDescription: serverTypeText, Computed: true},
			"hierarchy_obj_ref": schema.StringAttribute{MarkdownDescription: refText, Computed: true},
		},
	}
}

// ConfigValidators requires exactly one way to find the file server.
func (d *dataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("name"), path.MatchRoot("id"))}
}

// Read looks up the file server.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	client := tfkit.BeginDataSource(ctx, d.EM, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	servers, err := client.FileServers(ctx)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the file servers", err))
		return
	}
	attribute, wanted := m.key()
	found, diags := tfkit.Lookup[emapi.FileServer]{
		Product: tfkit.EnterpriseManager,
		Kind:    "file server", Attribute: attribute, Wanted: wanted, Matches: m.matches,
		Candidates: func(some []emapi.FileServer) []tfkit.Candidate { return candidates(attribute, some) },
	}.Find(servers)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	m.save(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
