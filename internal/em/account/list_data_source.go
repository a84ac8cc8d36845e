// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*listDataSource)(nil)

// NewListDataSource returns the data source veeam_em_accounts.
func NewListDataSource() datasource.DataSource { return &listDataSource{} }

type listDataSource struct{ tfkit.DataSourceEM }

// Metadata names the data source.
func (d *listDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_em_accounts"
}

// Schema describes the data source.
func (d *listDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	account := map[string]schema.Attribute{
		"id": schema.StringAttribute{MarkdownDescription: "ID (GUID) of the account.", Computed: true},
		"uid": schema.StringAttribute{
			MarkdownDescription: "UID of the account, `urn:veeam:EnterpriseAccount:<id>`.",
			Computed:            true,
		},
		"account_type": schema.StringAttribute{MarkdownDescription: "Type of the account.", Computed: true},
		"account_name": schema.StringAttribute{
			MarkdownDescription: "Name of the account, in the server's spelling.",
			Computed:            true,
		},
	}
	maps.Copy(account, detailAttributes(" Null unless `details` is true."))
	resp.Schema = schema.Schema{
		MarkdownDescription: "The accounts in Veeam Backup Enterprise Manager, optionally filtered by type or name, and " +
			"optionally with their roles, settings and restore scopes.",
		Attributes: map[string]schema.Attribute{
			"account_type": schema.StringAttribute{
				MarkdownDescription: "Returns only accounts of this type: `" + strings.Join(emapi.AccountTypes, "`, `") + "`.",
				Optional:            true,
				Validators:          []validator.String{typeRule()},
			},
			"name_regex": schema.StringAttribute{
				MarkdownDescription: "Returns only accounts whose name matches this regular expression " +
					"([RE2](https://github.com/google/re2/wiki/Syntax)). The expression can match any part of the name; `^` and `$` " +
					"match the ends of the name. The match is case-sensitive unless the expression begins with `(?i)`.",
				Optional:   true,
				Validators: []validator.String{tfkit.RE2()},
			},
			"details": schema.BoolAttribute{
				MarkdownDescription: "Whether to also read the roles, settings and restore scopes of each account, which takes " +
					"two more requests for each account. If an account cannot be read, the data source fails, so that a list with " +
					"details never lacks an account. Default `false`.",
				Optional: true,
			},
			"accounts": schema.ListNestedAttribute{
				MarkdownDescription: "The accounts, in the order of the server.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: account},
			},
		},
	}
}

// Read lists the accounts.
func (d *listDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m accountsModel
	client := tfkit.BeginDataSource(ctx, d.EM, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	name, diags := tfkit.Regexp(m.NameRegex)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	f := filter{accountType: m.AccountType.ValueString(), nameRegex: name}
	found, listed, err := search(ctx, client, f)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("list the accounts", err))
		return
	}
	resp.Diagnostics.Append(leftOut(listed, f)...)
	m.Accounts = summariesFrom(found)
	if m.Details.ValueBool() {
		read, err := readDetails(ctx, client, found)
		if err != nil {
			resp.Diagnostics.Append(tfkit.Failure("list the accounts with their details", err))
			return
		}
		m.Accounts = fromSnapshots(read)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
