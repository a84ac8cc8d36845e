// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
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

// mostUnanswered is the number of consecutive accounts without any answer from the server after which the list ends.
const mostUnanswered = 3

// listing is one run of the list.
type listing struct {
	client     *emapi.Client
	references *scopeset.References
	req        list.ListRequest
	filter     filter
	unanswered int // consecutive accounts
}

// stream yields a result for each account that matches, up to the requested limit. Terraform ends a list at the first
// error but continues after a warning. Therefore an account that cannot be read is a warning, which does not count.
func (l *listing) stream(ctx context.Context, yield func(list.ListResult) bool) {
	accounts, err := l.client.ListAccounts(ctx)
	if err != nil {
		yield(list.ListResult{Diagnostics: diag.Diagnostics{tfkit.Failure("list the accounts", err)}})
		return
	}
	var yielded int64
	for _, a := range accounts {
		if l.req.Limit > 0 && yielded >= l.req.Limit {
			return
		}
		if !l.filter.matchesName(a.Name) {
			continue
		}
		result, err := l.result(ctx, a)
		switch {
		case emapi.IsNotFound(err) && l.gone(ctx, a.ID):
			continue
		case err != nil && l.ends(ctx, err):
			failed := tfkit.Failure("read the account "+a.Name+"; the list ends here", err)
			yield(list.ListResult{Diagnostics: diag.Diagnostics{failed}})
			return
		case err != nil:
			result = unread(a, err)
		case result == nil:
			continue
		default:
			yielded++
		}
		if !yield(*result) {
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
func (l *listing) ends(ctx context.Context, err error) bool {
	var refused *emapi.Error
	if errors.As(err, &refused) && refused.Status != 0 {
		l.unanswered = 0
	} else {
		l.unanswered++
	}
	var certificate *emapi.CertificateError
	return ctx.Err() != nil || emapi.IsUnauthorized(err) || errors.As(err, &certificate) || l.unanswered >= mostUnanswered
}

func unread(a emapi.Account, err error) *list.ListResult {
	return &list.ListResult{Diagnostics: diag.Diagnostics{diag.NewWarningDiagnostic(
		"The account "+a.Name+" is not in the list",
		fmt.Sprintf("The account %s (%s) could not be read: %v. The other accounts are listed. "+
			"To include this account, run the query again, or import it by its ID.", a.Name, a.ID, err))}}
}

// result returns the result for an account, or nil if its type does not match. It requests only what is missing.
func (l *listing) result(ctx context.Context, a emapi.Account) (*list.ListResult, error) {
	if a.Type == "" && (l.filter.accountType != "" || l.req.IncludeResource) {
		whole, err := l.client.GetAccount(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		a = *whole
	}
	if l.filter.accountType != "" && a.Type != l.filter.accountType {
		return nil, nil
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
	l.unanswered = 0
	return &result, nil
}

// resource returns the account as it would be in the state after an import and the first apply. The restore scope is
// looked up only if it restricts the account.
func (l *listing) resource(ctx context.Context, a emapi.Account) (*model, diag.Diagnostics, error) {
	s := snapshot{account: &a}
	work := []func() error{func() (err error) { s.roles, err = l.client.ListAccountRoles(ctx, a.ID); return err }}
	if !a.AllowRestoreAllVMs {
		work = append(work, func() (err error) { s.scopes, err = l.client.ListScopes(ctx, a.ID); return err })
	}
	for _, err := range tfkit.Parallel(work...) {
		if err != nil {
			return nil, nil, err
		}
	}
	m := &model{
		AccountName:  emtype.AccountName.Null(),
		RestoreScope: types.SetNull(types.ObjectType{AttrTypes: scopeset.ItemTypes}),
		FLRSettings:  types.ObjectNull(flrTypes),
		SQLSettings:  types.ObjectNull(sqlTypes),
		Timeouts:     tfkit.NoTimeouts(),
	}
	m.save(&s)
	if a.AllowRestoreAllVMs {
		return m, misfits(m), nil
	}
	items, diags, err := l.items(ctx, a, s.scopes)
	if err != nil {
		return nil, nil, err
	}
	if len(items) > 0 {
		m.RestoreScope = scopeset.Set(items)
	}
	return m, append(diags, misfits(m)...), nil
}

// items determines the items of restore_scope that the scopes were created from. It omits a scope whose object cannot
// be determined: a guess could grant access to another object, and restore_scope leaves alone what it does not list.
func (l *listing) items(ctx context.Context, a emapi.Account, scopes []emapi.Scope) (
	[]emapi.ScopeItem, diag.Diagnostics, error,
) {
	var items []emapi.ScopeItem
	var omitted []string
	scopes = slices.DeleteFunc(scopes, emapi.Scope.Removing)
	for i, s := range scopes {
		found, err := l.references.Of(ctx, s)
		if err != nil && l.ends(ctx, err) {
			return nil, nil, err
		}
		if err != nil {
			found.Reason = err.Error()
		}
		others := slices.Delete(slices.Clone(scopes), i, i+1)
		if slices.ContainsFunc(others, func(o emapi.Scope) bool { return o.Look() == s.Look() }) {
			found = scopeset.Reference{Reason: "the account has another scope with this root, type and name"}
		}
		if found.Ref.IsZero() {
			omitted = append(omitted, fmt.Sprintf("- %s %q of %s (scope %s): %s",
				s.HierarchyObjectType, s.Name, s.HierarchyRootName, s.ID, found.Reason))
			continue
		}
		items = append(items, emapi.ScopeItem{HierarchyObjRef: found.Ref, ObjectName: s.Name})
	}
	var diags diag.Diagnostics
	if len(omitted) > 0 {
		diags.AddWarning("Some restore scopes of "+a.Name+" are not in the generated restore_scope",
			"The server does not return which object a scope was created from, and looking the object up by root, type and "+
				"name did not determine it:\n\n"+strings.Join(omitted, "\n")+
				"\n\nThe account keeps these scopes, because restore_scope manages only the scopes that it lists. "+
				"To manage them too, add their items manually.")
	}
	return items, diags, nil
}

// misfits warns about values that the rules would refuse in the generated configuration, although the server has them.
func misfits(m *model) diag.Diagnostics {
	found := rules.RestoreScopeNeeded(path.Root("restore_scope"), m.AllowRestoreAllVMs, m.RestoreScope)
	if settings := flrTo(m.FLRSettings); settings != nil {
		found.Append(rules.ExtensionsNeeded(
			path.Root("flr_settings"), types.BoolValue(settings.InplaceOnly), extensionsOf(m.FLRSettings))...)
		for _, e := range settings.ExtensionRestrictions {
			found.Append(rules.Extension(path.Root("flr_settings"), types.StringValue(e))...)
		}
	}
	for _, item := range scopeset.Items(m.RestoreScope) {
		ref := types.StringValue(item.HierarchyObjRef.String())
		found.Append(rules.HierarchyObjRef(path.Root("restore_scope"), ref)...)
	}
	var diags diag.Diagnostics
	for _, d := range found {
		diags.AddWarning("The generated configuration of "+m.name()+" must be corrected manually", d.Detail())
	}
	return diags
}
