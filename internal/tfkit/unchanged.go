// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Most objects of a plan have not changed. These functions leave out what would then have no effect: the framework
// converts between models and its own values by reflection, which took a tenth of the time of a plan.

// SaveRead is [Save] for a Read method. before is the model that [BeginRead] has returned, and after the one that was
// read. If they are equal, the state stays as it is.
func SaveRead[M any, P interface {
	*M
	Identified
}](ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse, before M, after P) diag.Diagnostics {
	switch {
	case !reflect.DeepEqual(before, *after):
		return Save(ctx, &resp.State, resp.Identity, after)
	case req.Identity == nil || req.Identity.Raw.IsNull(): // a CLI without identities expects one nevertheless
		return SaveIdentity(ctx, resp.Identity, after)
	}
	return nil
}

// PlanModels returns the models of the state and of the plan. state is nil if there is no object yet, and plan if it is
// to be destroyed.
func PlanModels[M any](ctx context.Context, req resource.ModifyPlanRequest) (state, plan *M, diags diag.Diagnostics) {
	diags = req.State.Get(ctx, &state)
	if state != nil && req.Plan.Raw.Equal(req.State.Raw) {
		same := *state
		return state, &same, diags
	}
	diags.Append(req.Plan.Get(ctx, &plan)...)
	return state, plan, diags
}
