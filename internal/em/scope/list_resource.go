// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var _ list.ListResourceWithConfigure = (*scopeList)(nil)

// NewListResource returns the list resource veeam_em_account_scope.
func NewListResource() list.ListResource { return &scopeList{} }

type scopeList struct{ tfkit.ResourceEM }

// listModel is the configuration of a list block.
type listModel struct {
	AccountID types.String `tfsdk:"account_id"`
}

// Metadata gives the list resource the name of the resource.
func (l *scopeList) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_em_account_scope"
}

// ListResourceConfigSchema describes the configuration of a list block.
func (l *scopeList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the restore scopes of an account in Veeam Backup Enterprise Manager for `terraform " +
			"query` (Terraform 1.14 and later). Scopes that are being removed are not listed.\n\n" +
			"With `include_resource = true`, the result for a scope includes its `hierarchy_obj_ref`. Enterprise Manager does " +
			"not return the reference, so the provider looks up the object by name. If the lookup service cannot determine " +
			"which object a scope stands for, a warning names the scope.",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the account.",
				Required:            true,
				Validators:          []validator.String{rulekit.String("a GUID", rules.ID)},
			},
		},
	}
}

// List streams the scopes of the account, in the order of the server. It looks a few
// objects up ahead of the results that are consumed.
func (l *scopeList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	var diags diag.Diagnostics
	client := tfkit.Open(ctx, l.EM, req.Config, &config, &diags)
	accountID, err := emapi.ParseGUID(config.AccountID.ValueString())
	if err != nil {
		diags.AddError("Not the ID of an account", err.Error())
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	account := scopeset.Of(l.EM, client, accountID, scopeset.Single)
	run := &listing{client: client, account: account, req: req, accountID: accountID}
	stream.Results = func(yield func(list.ListResult) bool) { run.stream(ctx, yield) }
}

// listing is one run of the list.
type listing struct {
	client    *emapi.Client
	account   scopeset.Account
	req       list.ListRequest
	accountID string
}

// stream yields a result for each scope, up to the requested limit.
func (l *listing) stream(ctx context.Context, yield func(list.ListResult) bool) {
	scopes, err := l.client.ListScopes(ctx, l.accountID)
	if err != nil {
		failed := scopeset.Failure(ctx, l.client, "list the restore scopes of the account", l.accountID, err)
		yield(list.ListResult{Diagnostics: diag.Diagnostics{failed}})
		return
	}
	scopes = slices.DeleteFunc(scopes, emapi.Scope.Removing)
	ids := map[string]int{}
	for _, s := range scopes {
		ids[s.ID]++
	}
	// A look-up that fails is part of the result.
	read := func(ctx context.Context, s emapi.Scope) (list.ListResult, error) { return l.result(ctx, s), nil }
	var yielded int64
	for s, o := range tfkit.ReadAhead(ctx, scopes, l.req.Limit, read) {
		result := o.Result
		if ids[s.ID] > 1 {
			result.Diagnostics.AddWarning("The restore scope "+s.Name+" shares its ID with another one",
				fmt.Sprintf("The account %s has %d restore scopes with the ID %s, so an import cannot distinguish them. "+
					"Delete the generated import block of this scope: when Terraform creates the resource, it adopts the scope.",
					l.client.AccountName(ctx, l.accountID, nil), ids[s.ID], s.ID))
		}
		yielded++
		if !yield(result) || result.Diagnostics.HasError() || yielded == l.req.Limit {
			return
		}
	}
}

func (l *listing) result(ctx context.Context, s emapi.Scope) list.ListResult {
	result := l.req.NewListResult(ctx)
	result.DisplayName = fmt.Sprintf("%s (%s)", s.Name, s.HierarchyObjectType)
	identity := identityModel{AccountID: types.StringValue(l.accountID), ID: types.StringValue(s.ID)}
	result.Diagnostics.Append(result.Identity.Set(ctx, identity)...)
	if !l.req.IncludeResource {
		return result
	}
	m := &model{
		AccountID: emtype.ObjectID.Of(l.accountID), HierarchyObjRef: emtype.ObjRef.Null(), Timeouts: tfkit.NoTimeouts(),
	}
	m.fromScope(s)
	found, err := l.account.Reference(ctx, s)
	if err != nil && (ctx.Err() != nil || emapi.IsUnauthorized(err)) {
		what := "look up the object of the restore scope " + s.Name + "; the list ends here"
		result.Diagnostics.Append(tfkit.Failure(what, err))
		return result
	}
	if err != nil {
		found.Reason = err.Error()
	}
	if found.Ref.IsZero() {
		result.Diagnostics.AddWarning("The hierarchy_obj_ref of the restore scope "+s.Name+" must be added manually",
			fmt.Sprintf("The server does not return which object the scope %s (%s %q of %s) was created from, and looking the "+
				"object up by root, type and name did not determine it: %s. Set hierarchy_obj_ref in the generated "+
				"configuration. The first apply records it and sends no request.",
				s.ID, s.HierarchyObjectType, s.Name, s.HierarchyRootName, found.Reason))
	} else {
		m.HierarchyObjRef = emtype.ObjRef.Of(found.Ref.String())
	}
	result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	return result
}
