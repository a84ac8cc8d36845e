// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// ModifyPlan applies the rules that need the server or the provider's configuration.
func (r *accountResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.em == nil || req.Plan.Raw.IsNull() {
		return
	}
	var state, plan *model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	named := state != nil && state.AccountType.Equal(plan.AccountType) && state.AccountName.Equal(plan.AccountName)
	if !named {
		resp.Diagnostics.Append(rules.AccountName(path.Root("account_name"), plan.AccountType, plan.AccountName.StringValue, r.em.ServerPlatform)...)
	}
	if r.em.Client == nil || resp.Diagnostics.HasError() || (state != nil && state.Roles.Equal(plan.Roles)) {
		return
	}
	have, err := r.em.Client.ListRoles(ctx)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the security roles, to check those of the account "+plan.name(), err))
		return
	}
	resp.Diagnostics.Append(rules.RolesExist(path.Root("roles"), plan.Roles, have)...)
}
