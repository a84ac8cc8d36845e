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
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*objectDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*objectDataSource)(nil)
)

// NewObjectDataSource returns the data source veeam_em_hierarchy_object.
func NewObjectDataSource() datasource.DataSource { return &objectDataSource{} }

type objectDataSource struct{ tfkit.DataSourceEM }

// Metadata names the data source.
func (d *objectDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_em_hierarchy_object"
}

// Schema describes the data source.
func (d *objectDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An object of the virtual infrastructure, such as a virtual machine, a folder or a cluster. " +
			"It is looked up by hierarchy root, type and name, or by its reference.",
		Attributes: map[string]schema.Attribute{
			"hierarchy_root_id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the hierarchy root that the object belongs to: the `id` of a " +
					"`veeam_em_hierarchy_root`. Set it together with `name` and `type`.",
				Optional: true, Computed: true,
				Validators: []validator.String{rulekit.String("a GUID", rules.ID)},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the object. It must match exactly, including case, because restore scopes use the " +
					"name. `*` is not a wildcard.",
				Optional: true, Computed: true,
				Validators: []validator.String{rulekit.String("a name", rules.ObjectName)},
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "Type of the object. Types are compared without regard to case. VMware: " + typesOf("VMware") +
					". Cloud Director: " + typesOf("vCloud") + ". Hyper-V: " + typesOf("Hyperv") + ".",
				Optional: true, Computed: true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"hierarchy_obj_ref": schema.StringAttribute{
				MarkdownDescription: "Reference to the object, `urn:<Platform>:<Type>:<hierarchy root ID>.<object>`, as used in " +
					"`restore_scope` of `veeam_em_account`. Set either this attribute or the other three.",
				Optional: true, Computed: true,
				Validators: []validator.String{rulekit.String("a hierarchy reference", rules.HierarchyObjRef)},
			},
		},
	}
}

// ConfigValidators requires exactly one complete way to find the object.
func (d *objectDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("hierarchy_root_id"), path.MatchRoot("hierarchy_obj_ref")),
		datasourcevalidator.RequiredTogether(
			path.MatchRoot("hierarchy_root_id"), path.MatchRoot("name"), path.MatchRoot("type"),
		),
	}
}

// Read looks up the object.
func (d *objectDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m objectModel
	client := tfkit.BeginDataSource(ctx, d.EM, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	found, err := m.find(ctx, client)
	switch {
	case err != nil && !refused(err):
		resp.Diagnostics.Append(tfkit.Failure("look up "+m.String(), err))
	case len(found) == 0:
		resp.Diagnostics.Append(missing(ctx, client, m, err))
	case len(found) > 1:
		resp.Diagnostics.Append(ambiguous(m, found))
	default:
		m.save(found[0])
		resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	}
}
