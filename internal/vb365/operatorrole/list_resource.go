// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"context"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

var _ list.ListResourceWithConfigure = (*roleList)(nil)

// NewListResource returns the list resource veeam_vb365_restore_operator_role.
func NewListResource() list.ListResource { return &roleList{} }

type roleList struct{ tfkit.ResourceVB365 }

// listModel is the configuration of a list block.
type listModel struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	NameRegex      types.String `tfsdk:"name_regex"`
}

// Metadata gives the list resource the name of the resource.
func (l *roleList) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_restore_operator_role"
}

// ListResourceConfigSchema describes the configuration of a list block.
func (l *roleList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists restore operator roles in Veeam Backup for Microsoft 365 for `terraform query` " +
			"(Terraform 1.14 and later).",
		Attributes: map[string]schema.Attribute{
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "Lists only roles of the organization with this ID (GUID).",
				Optional:            true,
				Validators:          []validator.String{tfkit.GUID()},
			},
			"name_regex": schema.StringAttribute{
				MarkdownDescription: "Lists only roles whose name matches this regular expression " +
					"([RE2](https://github.com/google/re2/wiki/Syntax)). The match is case-sensitive unless the expression begins " +
					"with `(?i)`.",
				Optional:   true,
				Validators: []validator.String{tfkit.RE2()},
			},
		},
	}
}

// List streams the roles that match, in the order of the server. It reads a few roles ahead of the
// results that are consumed.
func (l *roleList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	var diags diag.Diagnostics
	client := tfkit.Open(ctx, l.VB365, req.Config, &config, &diags)
	name, more := tfkit.Regexp(config.NameRegex)
	if diags.Append(more...); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	run := &listing{client: client, req: req, organizationID: config.OrganizationID.ValueString(), name: name}
	stream.Results = func(yield func(list.ListResult) bool) { run.stream(ctx, yield) }
}

// listing is one run of the list.
type listing struct {
	client         *vb365api.Client
	req            list.ListRequest
	organizationID string
	name           *regexp.Regexp
}

// stream yields a result for each role that matches, up to the requested limit.
func (l *listing) stream(ctx context.Context, yield func(list.ListResult) bool) {
	roles, diags := rolesOf(ctx, l.client, l.organizationID, "list the restore operator roles")
	if diags.HasError() {
		yield(list.ListResult{Diagnostics: diags})
		return
	}
	named := slices.DeleteFunc(roles, func(r vb365api.Role) bool { return !l.name.MatchString(r.Name) })
	var yielded int64
	for role, o := range tfkit.ReadAhead(ctx, named, l.req.Limit, l.result) {
		switch {
		case vb365api.IsNotFound(o.Err):
			continue // deleted since it was listed
		case o.Err != nil:
			failed := tfkit.Failure("read the restore operator role "+role.Name+"; the list ends here", o.Err)
			yield(list.ListResult{Diagnostics: diag.Diagnostics{failed}})
			return
		}
		yielded++
		if !yield(o.Result) || o.Result.Diagnostics.HasError() || yielded == l.req.Limit {
			return
		}
	}
}

func (l *listing) result(ctx context.Context, role vb365api.Role) (list.ListResult, error) {
	result := l.req.NewListResult(ctx)
	result.DisplayName = role.Name
	result.Diagnostics.Append(result.Identity.Set(ctx, identityModel{ID: types.StringValue(role.ID)})...)
	if !l.req.IncludeResource {
		return result, nil
	}
	s, err := withLists(ctx, l.client, role)
	if err != nil {
		return result, err
	}
	m := &model{Timeouts: tfkit.NoTimeouts()}
	m.fromSnapshot(s, nil, nil)
	result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	return result, nil
}
