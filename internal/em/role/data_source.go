// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
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

// NewDataSource returns the data source veeam_em_role.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ tfkit.DataSourceEM }

// Metadata names the data source.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_em_role"
}

// Schema describes the data source.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A security role of Veeam Backup Enterprise Manager, looked up by name, ID or UID.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the role, for example `VM Restore Operator`. It must match exactly, including " +
					"case. Set exactly one of `name`, `id` and `uid`.",
				Optional: true, Computed: true,
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the role.",
				Optional:            true, Computed: true,
				Validators: []validator.String{rulekit.String("a GUID", rules.ID)},
			},
			"uid": schema.StringAttribute{
				MarkdownDescription: "UID of the role, `urn:veeam:EnterpriseRole:<ID>`, as used in `roles` of `veeam_em_account`.",
				Optional:            true, Computed: true,
			},
		},
	}
}

// ConfigValidators requires exactly one way to find the role.
func (d *dataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("name"), path.MatchRoot("id"), path.MatchRoot("uid")),
	}
}

// Read looks up the role.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	client := tfkit.BeginDataSource(ctx, d.EM, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	roles, err := client.ListRoles(ctx)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the security roles", err))
		return
	}
	attribute, wanted := m.key()
	i := slices.IndexFunc(roles, func(r emapi.Role) bool { return m.matches(r) })
	if i < 0 {
		resp.Diagnostics.AddAttributeError(path.Root(attribute), "The server has no such role",
			fmt.Sprintf("Enterprise Manager has no role with the %s %q. Its roles are: %s.", attribute, wanted, names(roles)))
		return
	}
	found := fromRole(roles[i])
	if attribute == "id" {
		found.ID = m.ID // keeps the configured spelling
	}
	if attribute == "uid" {
		found.UID = m.UID
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, found)...)
}

// key returns the attribute by which the role is looked up, and its value.
func (m model) key() (attribute, value string) {
	switch {
	case !m.Name.IsNull():
		return "name", m.Name.ValueString()
	case !m.ID.IsNull():
		return "id", m.ID.ValueString()
	default:
		return "uid", m.UID.ValueString()
	}
}

func (m model) matches(r emapi.Role) bool {
	switch attribute, wanted := m.key(); attribute {
	case "name":
		return emapi.SameName(r.Name, wanted)
	case "id":
		return strings.EqualFold(r.ID, wanted)
	default:
		return strings.EqualFold(r.UID(), wanted)
	}
}

func names(roles []emapi.Role) string {
	out := make([]string, 0, len(roles))
	for _, r := range roles {
		out = append(out, r.Name)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
