// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var _ list.ListResourceWithConfigure = (*accountList)(nil)

// NewListResource returns the list resource veeam_em_account.
func NewListResource() list.ListResource { return &accountList{} }

type accountList struct{ tfkit.ResourceEM }

// listModel is the configuration of a list block.
type listModel struct {
	AccountType types.String `tfsdk:"account_type"`
	NameRegex   types.String `tfsdk:"name_regex"`
}

// Metadata gives the list resource the name of the resource.
func (l *accountList) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_em_account"
}

// ListResourceConfigSchema describes the configuration of a list block.
func (l *accountList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists accounts in Veeam Backup Enterprise Manager for `terraform query` (Terraform 1.14 and " +
			"later).\n\n" +
			"With `include_resource = true`, the results include `restore_scope`. Enterprise Manager does not return the " +
			"references of the scopes, so the provider looks up each object by name. If the lookup service cannot determine " +
			"which object a scope stands for, a warning names the scope.",
		Attributes: map[string]schema.Attribute{
			"account_type": schema.StringAttribute{
				MarkdownDescription: "Lists only accounts of this type: `" + strings.Join(emapi.AccountTypes, "`, `") + "`.",
				Optional:            true,
				Validators:          []validator.String{typeRule()},
			},
			"name_regex": schema.StringAttribute{
				MarkdownDescription: "Lists only accounts whose name matches this regular expression " +
					"([RE2](https://github.com/google/re2/wiki/Syntax)), for example `(?i)^TECH\\\\`. The match is case-sensitive " +
					"unless the expression begins with `(?i)`.",
				Optional:   true,
				Validators: []validator.String{tfkit.RE2()},
			},
		},
	}
}

// List streams the accounts that match, in the order of the server. It reads a few accounts ahead of
// the results that are consumed.
func (l *accountList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	var diags diag.Diagnostics
	client := tfkit.Open(ctx, l.EM, req.Config, &config, &diags)
	name, more := tfkit.Regexp(config.NameRegex)
	if diags.Append(more...); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	run := &listing{
		em: l.EM, client: client, req: req,
		filter: filter{accountType: config.AccountType.ValueString(), nameRegex: name},
	}
	stream.Results = func(yield func(list.ListResult) bool) { run.stream(ctx, yield) }
}
