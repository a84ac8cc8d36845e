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

// refresh puts what the server says of the account into m. Of restore_scope those items stay whose scope is there.
func refresh(ctx context.Context, em *tfkit.EM, client *emapi.Client, m *model, mine scopeset.Owned) (
	scopeset.Owned, error,
) {
	items := scopeset.Items(m.RestoreScope)
	withScopes := len(items)+len(mine.Unlisted()) > 0
	s, err := read(ctx, client, m.ID.ValueString(), withScopes)
	if err != nil {
		return mine, err
	}
	m.save(s)
	if !withScopes {
		return nil, nil
	}
	there, mine, err := scopeset.Of(em, client, s.account.ID).Present(ctx, mine, s.scopes, items)
	if err != nil {
		return mine, err
	}
	if len(there) > 0 || !m.RestoreScope.IsNull() {
		m.RestoreScope = scopeset.Set(there)
	}
	return mine, nil
}

// outcome is the state after a change: what the server has, read back. Where that cannot be found out it is the prior state
// with the scopes that the change is known to have added or removed: the next refresh finds everything else by itself, but
// not which scope of a name is this account's own.
func (c *change) outcome(ctx context.Context, failed error, diags *diag.Diagnostics) *model {
	if failed != nil {
		diags.Append(tfkit.Failure("change the account "+c.plan.name(), failed))
	}
	result := *c.plan
	if failed != nil {
		result.Timeouts = c.state.Timeouts
		result.RestoreScope = c.halfway()
	}
	mine, err := refresh(ctx, c.em, c.client, &result, c.owned)
	if err != nil && ctx.Err() != nil {
		// An interrupt or an elapsed timeout must not keep the state from being true.
		longer, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterTimeout)
		defer cancel()
		mine, err = refresh(longer, c.em, c.client, &result, c.owned)
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
	}
	return &result
}

// compare reports what somebody else changed while this change was being made. Without an error Terraform would
// call it a defect of the provider, or never show it.
func (c *change) compare(result *model, diags *diag.Diagnostics) {
	if result.Roles.Equal(c.plan.Roles) && result.AllowRestoreAllVMs.Equal(c.plan.AllowRestoreAllVMs) && result.RestoreScope.Equal(c.plan.RestoreScope) {
		return
	}
	diags.AddError("The account "+c.plan.name()+" was changed by somebody else meanwhile",
		"Every change that was planned was made, but the account's roles, all-VMs permission or restore scopes are not as planned now. Plan again to see the difference.")
}

// halfway is restore_scope after a change that failed.
func (c *change) halfway() types.Set {
	items := c.owned.Kept(scopeset.Items(c.state.RestoreScope), scopeset.Items(c.plan.RestoreScope), c.gone)
	if len(items) == 0 && len(c.gone) == 0 {
		return c.state.RestoreScope
	}
	return scopeset.Set(items)
}
