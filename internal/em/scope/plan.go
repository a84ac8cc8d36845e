// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ModifyPlan removes a change from the plan if the configuration only spells a value differently. The framework marks
// the attribute state as unknown before the plan modifiers find that the value is the same.
func (r *scopeResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() {
		return
	}
	var state, plan model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	unchanged := plan.AccountID.Equal(state.AccountID) && plan.HierarchyObjRef.Equal(state.HierarchyObjRef) &&
		plan.ObjectName.Equal(state.ObjectName) && plan.Timeouts.Equal(state.Timeouts)
	if unchanged {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("state"), state.State)...)
	}
}
