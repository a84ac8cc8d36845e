// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// mostUnanswered is the number of consecutive accounts, or of consecutive objects of one account, without any answer
// from the server after which the list ends.
const mostUnanswered = 3

// listing is one run of the list.
type listing struct {
	em     *tfkit.EM
	client *emapi.Client
	req    list.ListRequest
	filter filter
}

// finalError is an error after which the list ends.
type finalError struct{ error }

func (e finalError) Unwrap() error { return e.error }

// patience counts what the server has consecutively not answered.
type patience struct{ unanswered int }

// stream yields a result for each account that matches, up to the requested limit. Terraform ends a list at the first
// error but continues after a warning. Therefore an account that cannot be read is a warning, which does not count.
func (l *listing) stream(ctx context.Context, yield func(list.ListResult) bool) {
	accounts, err := l.client.ListAccounts(ctx)
	if err != nil {
		yield(list.ListResult{Diagnostics: diag.Diagnostics{tfkit.Failure("list the accounts", err)}})
		return
	}
	named := slices.DeleteFunc(accounts, func(a emapi.Account) bool { return !l.filter.matchesName(a.Name) })
	var yielded int64
	var p patience
	for a, o := range tfkit.ReadAhead(ctx, named, l.req.Limit, l.result) {
		switch {
		case emapi.IsNotFound(o.Err) && l.gone(ctx, a.ID):
			continue
		case o.Err != nil && p.ends(ctx, o.Err):
			failed := tfkit.Failure("read the account "+a.Name+"; the list ends here", o.Err)
			yield(list.ListResult{Diagnostics: diag.Diagnostics{failed}})
			return
		case o.Err != nil:
			o.Result = unread(a, o.Err)
		case o.Result == nil:
			continue
		default:
			p.unanswered = 0
			yielded++
		}
		if !yield(*o.Result) || l.req.Limit > 0 && yielded == l.req.Limit {
			return
		}
	}
}

// gone reports whether an account has been deleted since it was listed.
func (l *listing) gone(ctx context.Context, id string) bool {
	_, err := l.client.GetAccount(ctx, id)
	return emapi.IsNotFound(err)
}

// ends reports whether the list must end because of err: every other account would fail in the same way.
func (p *patience) ends(ctx context.Context, err error) bool {
	var odd *unmanageableError
	var refused *emapi.Error
	if errors.As(err, &odd) || errors.As(err, &refused) && refused.Status != 0 {
		p.unanswered = 0
	} else {
		p.unanswered++
	}
	var certificate *emapi.CertificateError
	var final finalError
	return ctx.Err() != nil || errors.As(err, &final) || emapi.IsUnauthorized(err) || errors.As(err, &certificate) ||
		p.unanswered >= mostUnanswered
}

func unread(a emapi.Account, err error) *list.ListResult {
	var odd *unmanageableError
	if errors.As(err, &odd) {
		return &list.ListResult{Diagnostics: diag.Diagnostics{diag.NewWarningDiagnostic(
			"The account "+a.Name+" is not in the list",
			fmt.Sprintf("The account %s (%s) cannot be managed: %v. The other accounts are listed.",
				a.Name, cmp.Or(a.ID, "no ID"), err))}}
	}
	return &list.ListResult{Diagnostics: diag.Diagnostics{diag.NewWarningDiagnostic(
		"The account "+a.Name+" is not in the list",
		fmt.Sprintf("The account %s (%s) could not be read: %v. The other accounts are listed. "+
			"To include this account, run the query again, or import it by its ID.", a.Name, a.ID, err))}}
}

// result returns the result for an account, or nil if its type does not match. It requests only what is missing.
func (l *listing) result(ctx context.Context, a emapi.Account) (*list.ListResult, error) {
	wanted := l.filter.accountType
	if wanted != "" || l.req.IncludeResource {
		var err error
		if a, err = l.client.Complete(ctx, a); err != nil {
			return nil, err
		}
	}
	if wanted != "" && a.Type != "" && a.Type != wanted {
		return nil, nil
	}
	if err := manageable(a); err != nil {
		return nil, err
	}
	if a.Lacks != "" && (wanted != "" && a.Type == "" || l.req.IncludeResource) {
		return nil, &unmanageableError{"the server does not show everything of it: " + a.Lacks}
	}
	result := l.req.NewListResult(ctx)
	result.DisplayName = a.Name
	result.Diagnostics.Append(result.Identity.Set(ctx, identityModel{ID: types.StringValue(a.ID)})...)
	if l.req.IncludeResource {
		m, diags, err := l.resource(ctx, a)
		if err != nil {
			return nil, err
		}
		result.Diagnostics.Append(diags...)
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}
	return &result, nil
}

// resource returns the account as it would be in the state after an import.
func (l *listing) resource(ctx context.Context, a emapi.Account) (*model, diag.Diagnostics, error) {
	s := snapshot{account: &a}
	for _, err := range tfkit.Parallel(
		func() (err error) { s.roles, err = l.client.RolesOf(ctx, a); return err },
		func() (err error) { s.scopes, err = l.client.ListScopes(ctx, a.ID); return err },
	) {
		if err != nil {
			return nil, nil, err
		}
	}
	m := &model{
		AccountName:        emtype.AccountName.Null(),
		RestoreScope:       types.SetNull(types.ObjectType{AttrTypes: scopeset.ItemTypes}),
		UnlistedScopes:     types.StringValue(unlistedWarn),
		UnlistedScopeNames: types.SetNull(types.StringType),
		FLRSettings:        types.ObjectNull(flrTypes),
		SQLSettings:        types.ObjectNull(sqlTypes),
		Timeouts:           tfkit.NoTimeouts(),
	}
	m.save(&s)
	account := scopeset.Of(l.em, l.client, a.ID, scopeset.Inline)
	var p patience
	items, owned, omitted, err := account.ItemsOf(ctx, s.scopes, func(err error) bool { return !p.ends(ctx, err) })
	if err != nil {
		err = finalError{err}
	} else {
		_, err = refreshScopes(ctx, account, m, owned, s.scopes, items)
	}
	return m, append(omissions(m, omitted), misfits(m)...), err
}

// omissions warns about scopes that are not in restore_scope, because their objects are not known.
func omissions(m *model, omitted []string) (diags diag.Diagnostics) {
	if len(omitted) > 0 {
		diags.AddWarning("Some restore scopes of "+m.name()+" are not in the generated restore_scope",
			"The server does not return which object a scope was created from, and looking the object up by root, type and "+
				"name did not determine it:\n\n"+strings.Join(omitted, "\n")+
				"\n\nThe account keeps these scopes, because restore_scope manages only the scopes that it lists. "+
				"To manage them too, add their items manually.")
	}
	return diags
}

// misfits warns about values that the rules would refuse in the generated configuration, although the server has them.
func misfits(m *model) diag.Diagnostics {
	var found diag.Diagnostics
	if settings := flrTo(m.FLRSettings); settings != nil {
		at := path.Root("flr_settings").AtName(rules.AttrExtensions)
		for _, e := range settings.ExtensionRestrictions {
			found.Append(rules.Extension(at, types.StringValue(e))...)
		}
	}
	for _, item := range scopeset.Items(m.RestoreScope) {
		ref := types.StringValue(item.HierarchyObjRef.String())
		found.Append(rules.HierarchyObjRef(path.Root("restore_scope").AtName(rules.AttrHierarchyObjRef), ref)...)
	}
	var diags diag.Diagnostics
	for _, d := range found {
		diags.AddWarning("The generated configuration of "+m.name()+" must be corrected manually", d.Detail())
	}
	return diags
}
