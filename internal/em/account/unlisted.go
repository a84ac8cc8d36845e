// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// The values of unlisted_scopes: what to do about scopes of the account that restore_scope does not list.
const (
	unlistedWarn   = "warn"
	unlistedIgnore = "ignore"
	unlistedRemove = "remove"
)

// listsScopes reports whether the scopes of the account matter, so that they are listed: restore_scope is configured,
// the scopes restrict the account, or other scopes are to be removed.
func (m *model) listsScopes() bool {
	return !m.RestoreScope.IsNull() || !m.AllowRestoreAllVMs.ValueBool() || m.removesUnlisted()
}

func (m *model) removesUnlisted() bool { return m.UnlistedScopes.ValueString() == unlistedRemove }

// foreignScopes returns the listed scopes that stand for none of the items. It omits a scope that may stand for an item
// whose scope is not known.
func foreignScopes(
	ctx context.Context, account scopeset.Account, listed []emapi.Scope, items []emapi.ScopeItem, owned scopeset.Owned,
) ([]emapi.Scope, error) {
	foreign, err := account.Foreign(ctx, listed, items, owned)
	for _, item := range items {
		if err != nil || owned.ID(item) != "" {
			continue
		}
		var alike []emapi.Scope
		alike, err = account.Matches(ctx, foreign, item)
		foreign = slices.DeleteFunc(foreign, func(s emapi.Scope) bool { return slices.Contains(alike, s) })
	}
	return foreign, err
}

// planUnlisted returns the planned unlisted_scope_names: no names if the apply removes the scopes or creates the
// account, those in the state if nothing changes them, and unknown otherwise.
func planUnlisted(state, plan *model) types.Set {
	switch {
	case plan.RestoreScope.IsUnknown() || plan.AllowRestoreAllVMs.IsUnknown():
		return types.SetUnknown(types.StringType)
	case !plan.listsScopes():
		return types.SetNull(types.StringType)
	case state == nil || plan.removesUnlisted():
		return setOf(nil)
	case state.UnlistedScopeNames.IsNull() || !state.RestoreScope.Equal(plan.RestoreScope):
		return types.SetUnknown(types.StringType)
	}
	return state.UnlistedScopeNames
}

// nameNew sets the names of a new account that the plan did not know. It has no scopes but those of restore_scope.
func (m *model) nameNew() {
	if m.UnlistedScopeNames.IsUnknown() {
		m.UnlistedScopeNames = planUnlisted(nil, m)
	}
	if m.RoleNames.IsUnknown() {
		m.RoleNames = types.SetNull(types.StringType)
	}
}

// warnUnlisted names the scopes that the account keeps although restore_scope does not list them.
func warnUnlisted(state, plan *model) diag.Diagnostics {
	names := stringsOf(state.UnlistedScopeNames)
	if len(names) == 0 || plan.UnlistedScopes.ValueString() != unlistedWarn {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("unlisted_scope_names"),
		"The account "+plan.name()+" has restore scopes that restore_scope does not list",
		strings.Join(names, ", ")+".\n\nTo manage them, add them to restore_scope. Set unlisted_scopes to \"remove\" to "+
			"remove them, or to \"ignore\" if other resources, such as veeam_em_account_scope, manage them.")}
}

// addUnlisted adds the scopes that the plan removes, although restore_scope has not listed them, to what the account
// has. A scope that the plan did not name stays.
func (c *change) addUnlisted(ctx context.Context) error {
	named := stringsOf(c.state.UnlistedScopeNames)
	if !c.plan.removesUnlisted() || len(named) == 0 {
		return nil
	}
	listed, err := c.scopes.List(ctx)
	if err != nil {
		return err
	}
	planned := scopeset.Items(c.plan.RestoreScope)
	items := append(scopeset.Without(scopeset.Items(c.state.RestoreScope), planned), planned...)
	there, owned, err := c.scopes.Present(ctx, c.owned, listed, items)
	if err != nil {
		return err
	}
	foreign, err := foreignScopes(ctx, c.scopes, listed, there, owned)
	if err != nil {
		return err
	}
	for _, s := range foreign {
		is, err := c.scopes.Named(ctx, s, named)
		if err != nil {
			return err
		}
		if is {
			item := c.scopes.StandIn(ctx, s)
			c.owned = c.owned.With(item, s.ID)
			c.foreign = append(c.foreign, item)
		}
	}
	c.now.scopes = append(c.now.scopes, c.foreign...)
	return nil
}
