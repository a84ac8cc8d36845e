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

// mostUnanswered is how many accounts in a row may stay unread because the server does not answer at all.
const mostUnanswered = 3

// listing is one run over the accounts.
type listing struct {
	client     *emapi.Client
	references *scopeset.References
	req        list.ListRequest
	filter     filter
	unanswered int // accounts in a row
}

// stream pushes a result for each account that matches, until there are as many as were asked for. Terraform ends a list at the
// first error and goes on after a warning: so an account that cannot be read is a warning, which does not count.
func (l *listing) stream(ctx context.Context, yield func(list.ListResult) bool) {
	accounts, err := l.client.ListAccounts(ctx)
	if err != nil {
		yield(list.ListResult{Diagnostics: diag.Diagnostics{tfkit.Failure("list the accounts", err)}})
		return
	}
	var pushed int64
	for _, a := range accounts {
		if l.req.Limit > 0 && pushed >= l.req.Limit {
			return
		}
		if !l.filter.takesName(a.Name) {
			continue
		}
		result, err := l.result(ctx, a)
		switch {
		case emapi.IsNotFound(err) && l.gone(ctx, a.ID):
			continue
		case err != nil && l.ends(ctx, err):
			yield(list.ListResult{Diagnostics: diag.Diagnostics{tfkit.Failure("read the account "+a.Name+"; the list ends here", err)}})
			return
		case err != nil:
			result = unread(a, err)
		case result == nil:
			continue
		default:
			pushed++
		}
		if !yield(*result) {
			return
		}
	}
}

// gone tells whether an account was deleted since the list was made.
func (l *listing) gone(ctx context.Context, id string) bool {
	_, err := l.client.GetAccount(ctx, id)
	return emapi.IsNotFound(err)
}

// ends tells whether what happened to one account would happen to every other.
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
	return &list.ListResult{Diagnostics: diag.Diagnostics{diag.NewWarningDiagnostic("The account "+a.Name+" is left out of the list",
		fmt.Sprintf("The account %s (%s) could not be read: %v. The other accounts are listed; to bring this one in, list again, or import it by its ID.", a.Name, a.ID, err))}}
}

// result returns the result of an account, nil where it is of another type than is asked for. It reads no more than is missing.
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

// resource is the account as an import and its first apply would have it in the state. Its restore scope is looked up only
// where the account is held to it.
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

// items finds the items of restore_scope again that the scopes were made from. A scope whose object cannot be told is left out:
// a guess could hand out another object, and restore_scope leaves alone what it does not list.
func (l *listing) items(ctx context.Context, a emapi.Account, scopes []emapi.Scope) ([]emapi.ScopeItem, diag.Diagnostics, error) {
	var items []emapi.ScopeItem
	var left []string
	scopes = slices.DeleteFunc(scopes, emapi.Scope.Removing)
	for i, s := range scopes {
		found, err := l.references.Of(ctx, s)
		if err != nil && l.ends(ctx, err) {
			return nil, nil, err
		}
		if err != nil {
			found.Reason = err.Error()
		}
		if slices.ContainsFunc(slices.Delete(slices.Clone(scopes), i, i+1), func(o emapi.Scope) bool { return o.Look() == s.Look() }) {
			found = scopeset.Reference{Reason: "the account has another scope of this root, type and name"}
		}
		if found.Ref.IsZero() {
			left = append(left, fmt.Sprintf("- %s %q of %s (scope %s): %s", s.HierarchyObjectType, s.Name, s.HierarchyRootName, s.ID, found.Reason))
			continue
		}
		items = append(items, emapi.ScopeItem{HierarchyObjRef: found.Ref, ObjectName: s.Name})
	}
	var diags diag.Diagnostics
	if len(left) > 0 {
		diags.AddWarning("Restore scopes of "+a.Name+" are left out of restore_scope",
			"The server does not tell which object a scope was made from, and looking it up by root, type and name did not settle it:\n\n"+strings.Join(left, "\n")+
				"\n\nThe account keeps these scopes, and restore_scope leaves alone what it does not list. To manage them too, add their items by hand.")
	}
	return items, diags, nil
}

// misfits warns of what the rules would refuse in the generated configuration. The account is legal as it is on the server.
func misfits(m *model) diag.Diagnostics {
	found := rules.RestoreScopeNeeded(path.Root("restore_scope"), m.AllowRestoreAllVMs, m.RestoreScope)
	if settings := flrTo(m.FLRSettings); settings != nil {
		extensions, _ := m.FLRSettings.Attributes()[attrExtensions].(types.Set)
		found.Append(rules.ExtensionsNeeded(path.Root("flr_settings"), types.BoolValue(settings.InplaceOnly), extensions)...)
		for _, e := range settings.ExtensionRestrictions {
			found.Append(rules.Extension(path.Root("flr_settings"), types.StringValue(e))...)
		}
	}
	for _, item := range scopeset.Items(m.RestoreScope) {
		found.Append(rules.HierarchyObjRef(path.Root("restore_scope"), types.StringValue(item.HierarchyObjRef.String()))...)
	}
	var diags diag.Diagnostics
	for _, d := range found {
		diags.AddWarning("The generated configuration of "+m.name()+" has to be completed by hand", d.Detail())
	}
	return diags
}
