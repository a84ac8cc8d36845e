// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// ModifyPlan removes a change from the plan if the configuration only spells a value differently, and compares the plan
// with those of the other owners of the scope.
func (r *scopeResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	state, plan, diags := tfkit.PlanModels[model](ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state != nil && plan != nil && plan.sameObject(state) && plan.Timeouts.Equal(state.Timeouts) &&
		!plan.State.Equal(state.State) {
		// The framework marks the attribute as unknown before the plan modifiers find that the value is the same.
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("state"), state.State)...)
	}
	if r.EM == nil || r.EM.Client == nil {
		return
	}
	if err := r.planOwner(ctx, state, plan, req, resp); err != nil {
		m := plan
		if m == nil {
			m = state
		}
		resp.Diagnostics.Append(scopeset.PlanFailure(
			path.Root("hierarchy_obj_ref"), "the restore scope "+m.name(), err))
	}
	if state == nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(scopeset.CheckNew(ctx, r.EM, path.Root("hierarchy_obj_ref"),
			"the restore scope "+plan.name(), []emapi.ScopeItem{plan.toItem()})...)
	}
}

func (m *model) sameObject(o *model) bool {
	return m.AccountID.Equal(o.AccountID) && m.HierarchyObjRef.Equal(o.HierarchyObjRef) && m.ObjectName.Equal(o.ObjectName)
}

// keeps reports whether the plan changes nothing that replaces the resource. An import may not know the reference.
func (m *model) keeps(state *model) bool {
	known := *state
	if known.HierarchyObjRef.IsNull() {
		known.HierarchyObjRef = m.HierarchyObjRef
	}
	return m.sameObject(&known)
}

// planOwner records what the plan does with the scope, and adapts to what other resources plan. If the resource is
// replaced, Terraform plans it twice: the first plan gives up the former scope, and the second one has no state.
func (r *scopeResource) planOwner(
	ctx context.Context, state, plan *model, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) error {
	switch {
	case state != nil && (plan == nil || !plan.keeps(state)):
		return r.planRemoval(ctx, state, resp)
	case plan.AccountID.IsUnknown() || plan.HierarchyObjRef.IsUnknown() || plan.ObjectName.IsUnknown():
		return nil
	}
	account, err := plan.account(r.EM, r.EM.Client)
	if err != nil {
		return nil //nolint:nilerr // rule 11 reports it
	}
	token, diags := scopeset.LoadToken(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	wanted := []scopeset.Holding{{Item: plan.toItem()}}
	own := scopeset.Planned{Kind: scopeset.Single, Takes: wanted}
	if state != nil {
		wanted[0].Scope = state.listed()
		own = scopeset.Planned{Kind: scopeset.Single, Has: wanted}
	}
	planned := account.Plan(own, token)
	resp.Diagnostics.Append(planned.SaveToken(ctx, resp.Private)...)
	if err := account.Conflict(ctx, planned); err != nil || state == nil {
		return err
	}
	dropped, err := account.Dropped(ctx, planned, wanted)
	if err != nil || len(dropped) == 0 {
		return err
	}
	resp.Diagnostics.AddWarning("The restore scope "+plan.name()+" is replaced",
		fmt.Sprintf("Another resource gives up the restore scope of %s in this plan, and may remove it. This resource adds "+
			"it again or takes it over.", plan.toItem()))
	for _, name := range []string{"id", "state"} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringUnknown())...)
	}
	resp.RequiresReplace.Append(path.Root("id"))
	return nil
}

const leaveKey = "leave"

// planRemoval records that the resource gives up the scope. If another resource has the scope, the planned private
// state says that it stays.
func (r *scopeResource) planRemoval(ctx context.Context, state *model, resp *resource.ModifyPlanResponse) error {
	account, err := state.account(r.EM, r.EM.Client)
	if err != nil {
		return nil //nolint:nilerr // without an account there is no other owner
	}
	drops := []scopeset.Holding{{Item: state.toItem(), Scope: state.listed()}}
	planned := account.Plan(scopeset.Planned{Kind: scopeset.Single, Drops: drops}, "")
	held, err := account.Held(ctx, planned, drops)
	if err != nil {
		return err
	}
	resp.Diagnostics.Append(tfkit.SavePrivate(ctx, resp.Private, leaveKey, len(held) > 0)...)
	return nil
}

// left reports whether the plan has found another resource that has the scope, so that it stays.
func left(ctx context.Context, private tfkit.PrivateReader, m *model, resp *resource.DeleteResponse) bool {
	leave := false
	resp.Diagnostics.Append(tfkit.LoadPrivate(ctx, private, leaveKey, &leave)...)
	if !leave {
		return false
	}
	resp.Diagnostics.AddWarning("The restore scope "+m.name()+" stays", scopeset.HandedOver(m.listed()))
	return true
}
