// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// planScopes records what the plan does with the restore scopes of an existing account, and compares it with what other
// resources plan for them.
func (r *accountResource) planScopes(
	ctx context.Context, state, plan *model, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.EM.Client == nil || state == nil || state.ID.ValueString() == "" {
		return
	}
	account := scopeset.Of(r.EM, r.EM.Client, state.ID.ValueString(), scopeset.Inline)
	defer account.EndVisit()
	if plan == nil || replaced(state, plan) || resp.Diagnostics.HasError() {
		return
	}
	owned, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	others, diags := scopeset.LoadOthers(ctx, req.Private)
	resp.Diagnostics.Append(diags...)

	before, after := scopeset.Items(state.RestoreScope), knownItems(plan.RestoreScope)
	added, dropped := scopeset.Without(after, before), scopeset.Without(before, after)
	kept := scopeset.Common(before, after)
	drops := owned.Holdings(scopeset.Without(dropped, others.Have))
	planned := account.Plan(scopeset.Planned{
		Kind: scopeset.Inline, Only: plan.removesUnlisted(),
		Has: owned.Holdings(kept), Takes: owned.Holdings(added), Drops: drops,
	}, "")
	at := path.Root("restore_scope")
	if err := account.Conflict(ctx, planned); err != nil {
		resp.Diagnostics.Append(scopeset.PlanFailure(at, "a restore scope of "+plan.name(), err))
		return
	}
	held, err := account.Held(ctx, planned, drops)
	switch {
	case err != nil:
		resp.Diagnostics.Append(scopeset.PlanFailure(at, "a restore scope of "+plan.name(), err))
	case len(held) > 0:
		resp.Diagnostics.AddAttributeError(at, "The plan would remove restore scopes that other resources have",
			fmt.Sprintf("restore_scope no longer contains objects whose scopes other resources of this configuration have: "+
				"%s. The account was planned after those resources and without a refresh, so its update could not leave the "+
				"scopes to them. Plan without -refresh=false.", names(held)))
	}
	lost := scopeset.Common(kept, others.Drop)
	if len(lost) > 0 && resp.Plan.Raw.Equal(req.State.Raw) {
		resp.Diagnostics.AddAttributeWarning(at, "The account "+plan.name()+" is updated",
			fmt.Sprintf("Other resources give up restore scopes of restore_scope in this plan, and may remove them: %s. The "+
				"update adds them again.", names(owned.Holdings(lost))))
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("uid"), types.StringUnknown())...)
	}
}

// checkNewScopes warns about new items whose objects are in doubt. An account that is replaced is planned again, as a
// new one.
func (r *accountResource) checkNewScopes(
	ctx context.Context, state, plan *model, resp *resource.ModifyPlanResponse,
) {
	var before []emapi.ScopeItem
	if state != nil {
		before = scopeset.Items(state.RestoreScope)
	}
	if resp.Diagnostics.HasError() || state != nil && replaced(state, plan) {
		return
	}
	added := scopeset.Without(knownItems(plan.RestoreScope), before)
	resp.Diagnostics.Append(scopeset.CheckNew(ctx, r.EM, path.Root("restore_scope"), plan.name(), added)...)
}

// knownItems returns the items of a planned set that are fully known.
func knownItems(set types.Set) []emapi.ScopeItem {
	var items []emapi.ScopeItem
	for _, item := range scopeset.Items(set) {
		if !item.HierarchyObjRef.IsZero() && item.ObjectName != "" {
			items = append(items, item)
		}
	}
	return items
}

func names(holdings []scopeset.Holding) string {
	out := make([]string, 0, len(holdings))
	for _, h := range holdings {
		out = append(out, h.Item.String())
	}
	return strings.Join(out, ", ")
}
