// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// refresh reads the account into m. Items of restore_scope stay if the account has a scope for them.
func refresh(
	ctx context.Context, client *emapi.Client, account scopeset.Account, m *model, mine scopeset.Owned,
) (scopeset.Owned, error) {
	imported := m.AccountType.IsNull()
	withScopes := imported || m.listsScopes() || len(mine.Unlisted()) > 0
	scopes := client.RecentScopes
	if !withScopes {
		scopes = nil
	}
	s, err := read(ctx, client, m.ID.ValueString(), scopes)
	if err == nil {
		err = manageable(*s.account)
	}
	if err != nil {
		return mine, err
	}
	m.save(s)
	if m.UnlistedScopes.IsNull() {
		m.UnlistedScopes = types.StringValue(unlistedWarn)
	}
	if !withScopes && m.listsScopes() { // the account has lost the right to restore all VMs
		withScopes = true
		s.scopes, err = account.Recent(ctx)
	}
	m.UnlistedScopeNames = types.SetNull(types.StringType)
	if !withScopes || err != nil {
		return nil, err
	}
	items := scopeset.Items(m.RestoreScope)
	if imported {
		if items, mine, _, err = account.ItemsOf(ctx, s.scopes, nil); err != nil {
			return mine, err
		}
	}
	return refreshScopes(ctx, account, m, mine, s.scopes, items)
}

// refreshScopes compares the listed scopes with the items.
func refreshScopes(
	ctx context.Context, account scopeset.Account, m *model, mine scopeset.Owned, listed []emapi.Scope,
	items []emapi.ScopeItem,
) (scopeset.Owned, error) {
	there, mine, err := account.Present(ctx, mine, listed, items)
	if err != nil {
		return mine, err
	}
	if len(there) > 0 || !m.RestoreScope.IsNull() {
		m.RestoreScope = scopeset.Set(there)
	}
	if !m.listsScopes() {
		return mine, nil
	}
	foreign, err := foreignScopes(ctx, account, listed, there, mine)
	if err != nil {
		return mine, err
	}
	m.UnlistedScopeNames = setOf(account.Names(ctx, foreign))
	return mine, nil
}

// outcome reads the account back and returns the state after a change. If the account cannot be read, it returns the
// prior state with the scopes that the change is known to have added or removed. The next refresh corrects everything
// else, but it cannot determine which of several scopes with the same name belongs to this resource.
func (c *change) outcome(ctx context.Context, failed error, diags *diag.Diagnostics) *model {
	if failed != nil {
		diags.Append(tfkit.Failure("change the account "+c.plan.name(), failed))
	}
	result := *c.plan
	if failed != nil {
		result.Timeouts, result.UnlistedScopes = c.state.Timeouts, c.state.UnlistedScopes
		result.RestoreScope = c.halfway()
	}
	mine, err := refresh(ctx, c.client, c.scopes, &result, c.owned)
	if err != nil && ctx.Err() != nil {
		// The state must be correct even after an interrupt or a timeout.
		longer, cancel := tfkit.After(ctx)
		defer cancel()
		mine, err = refresh(longer, c.client, c.scopes, &result, c.owned)
	}
	if err != nil {
		diags.Append(tfkit.Failure("read the account "+c.plan.name()+" after the change", err))
		kept := *c.state
		kept.RestoreScope = c.halfway()
		return &kept
	}
	c.owned = mine
	if failed == nil {
		c.compare(&result, diags)
		result.keepNames(c.plan)
	}
	return &result
}

// compare adds an error if the account was changed outside Terraform during the update. Without it, Terraform would
// report a bug in the provider, or not report the change at all.
func (c *change) compare(result *model, diags *diag.Diagnostics) {
	if result.AccountType.Equal(c.plan.AccountType) && result.AccountName.Equal(c.plan.AccountName) &&
		result.Roles.Equal(c.plan.Roles) && result.AllowRestoreAllVMs.Equal(c.plan.AllowRestoreAllVMs) &&
		result.RestoreScope.Equal(c.plan.RestoreScope) &&
		result.FLRSettings.Equal(c.plan.FLRSettings) && result.SQLSettings.Equal(c.plan.SQLSettings) {
		return
	}
	diags.AddError("The account "+c.plan.name()+" was changed outside Terraform during the update",
		"All planned changes were made, but the account now differs from the plan. Plan again to see the difference.")
}

// halfway returns restore_scope after a change that failed.
func (c *change) halfway() types.Set {
	items := c.owned.Kept(scopeset.Items(c.state.RestoreScope), scopeset.Items(c.plan.RestoreScope), c.gone)
	if len(items) == 0 && len(c.gone) == 0 {
		return c.state.RestoreScope
	}
	return scopeset.Set(items)
}
