// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*dataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*dataSource)(nil)
)

// NewDataSource returns the data source veeam_em_account.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ tfkit.DataSourceEM }

// Metadata names the data source.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_em_account"
}

// ConfigValidators requires exactly one way to find the account.
func (d *dataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("account_name")),
		datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("account_type")),
	}
}

// Read reads the account with its roles and restore scopes.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m dataModel
	client := tfkit.BeginDataSource(ctx, d.EM, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	var s *snapshot
	var diags diag.Diagnostics
	if m.ID.IsNull() {
		s, diags = byName(ctx, client, m)
	} else {
		s, diags = byID(ctx, client, m.ID.ValueString())
	}
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if s.account.Lacks != "" {
		resp.Diagnostics.AddWarning("Enterprise Manager does not show everything of the account "+s.account.Name,
			fmt.Sprintf("The restore settings of the account %s (%s) are null: %s.", s.account.Name, s.account.ID,
				s.account.Lacks))
	}
	m.save(s)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func byID(ctx context.Context, client *emapi.Client, id string) (*snapshot, diag.Diagnostics) {
	s, err := show(ctx, client, id, client.ListScopes)
	switch {
	case emapi.IsNotFound(err):
		detail := fmt.Sprintf("Enterprise Manager has no account with the ID %s.", id)
		if listed, err := client.ListAccounts(ctx); err == nil {
			detail += " Its accounts are" + tfkit.Candidates("", candidates(listed))
		}
		at := path.Root("id")
		return nil, diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, "The server has no such account", detail)}
	case err != nil:
		return nil, diag.Diagnostics{tfkit.Failure("read the account "+id, err)}
	}
	return s, nil
}

func byName(ctx context.Context, client *emapi.Client, m dataModel) (*snapshot, diag.Diagnostics) {
	name := m.AccountName.ValueString()
	wanted := filter{accountType: m.AccountType.ValueString(), name: name}
	found, listed, err := search(ctx, client, wanted)
	if err != nil {
		return nil, diag.Diagnostics{tfkit.Failure("find the account "+name, err)}
	}
	diags := leftOut(listed, wanted)
	at := path.Root("account_name")
	switch len(found) {
	case 0:
		kind := "account"
		if !m.AccountType.IsNull() {
			kind += " of type " + m.AccountType.ValueString()
		}
		if whole, err := client.ListAccounts(ctx); err == nil { // the message shows types as well
			listed = whole
		}
		diags.AddAttributeError(at, "The server has no such account",
			fmt.Sprintf("Enterprise Manager has no %s named %q. Its accounts are%s",
				kind, name, tfkit.Candidates(name, candidates(listed))))
		return nil, diags
	case 1:
	default:
		diags.AddAttributeError(at, "Several accounts match",
			fmt.Sprintf("Enterprise Manager has %d accounts named %q. Set account_type as well, or set id instead of the name%s",
				len(found), name, tfkit.Candidates(name, candidates(found))))
		return nil, diags
	}
	s := &snapshot{account: &found[0]}
	err = errors.Join(tfkit.Parallel(
		func() (err error) { s.roles, err = client.RolesOf(ctx, *s.account); return err },
		func() (err error) { s.scopes, err = client.ListScopes(ctx, s.account.ID); return err },
	)...)
	if err != nil {
		return nil, append(diags, tfkit.Failure("read the roles and restore scopes of the account "+name, err))
	}
	return s, diags
}
