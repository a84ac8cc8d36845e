// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopesexclusive

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// refresh reads the scopes of the account into m: the items of the state that have a scope, and foreign scopes. An
// import takes each scope whose object can be determined for an item, because the plan follows without another refresh.
func refresh(ctx context.Context, em *tfkit.EM, client *emapi.Client, m *model, owned scopeset.Owned) (
	scopeset.Owned, error,
) {
	id, err := m.id()
	if err != nil {
		return owned, err
	}
	account := scopeset.Of(em, client, id, scopeset.Exclusive)
	listed, err := account.Recent(ctx)
	if err != nil {
		return owned, err
	}
	// An item without a reference shows a foreign scope. It is not an item of the list.
	items := slices.DeleteFunc(scopeset.Items(m.Scopes), func(i emapi.ScopeItem) bool {
		return i.HierarchyObjRef.IsZero()
	})
	if m.Scopes.IsNull() {
		if items, owned, _, err = account.ItemsOf(ctx, listed, nil); err != nil {
			return owned, err
		}
	}
	there, owned, err := account.Present(ctx, account.Agree(owned, items), listed, items)
	if err != nil {
		return owned, err
	}
	others, err := account.Foreign(ctx, listed, there, owned)
	if err != nil {
		return owned, err
	}
	shown, err := itemsOf(ctx, account, others, there)
	if err != nil {
		return owned, err
	}
	m.Scopes = scopeset.Set(append(there, shown...))
	return owned, nil
}

// ModifyPlan warns about every scope that the apply will remove, even if the resource is new and the plan has no prior
// list to compare with. It also compares the plan with those of the other owners of the scopes.
func (r *exclusiveResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.EM == nil || r.EM.Client == nil || req.Plan.Raw.IsNull() {
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || plan.AccountID.IsUnknown() || plan.Scopes.IsUnknown() || unknownItem(plan.Scopes) {
		return
	}
	id, err := plan.id()
	if err != nil {
		return // rule 11 reports the error
	}
	owned, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	account := scopeset.Of(r.EM, r.EM.Client, id, scopeset.Exclusive)
	if err := r.planOwner(ctx, account, owned, &plan, req, resp); err != nil {
		what := "a restore scope of the account " + plan.accountName(ctx, r.EM.Client)
		resp.Diagnostics.Append(scopeset.PlanFailure(path.Root("scopes"), what, err))
	}
	if !resp.Diagnostics.HasError() && !req.Plan.Raw.Equal(req.State.Raw) {
		r.warnRemoved(ctx, account, owned, &plan, resp)
		r.checkNew(ctx, req, &plan, resp)
	}
}

// checkNew warns about new items whose objects are in doubt.
func (r *exclusiveResource) checkNew(
	ctx context.Context, req resource.ModifyPlanRequest, plan *model, resp *resource.ModifyPlanResponse,
) {
	var state *model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	added := scopeset.Items(plan.Scopes)
	if state != nil {
		added = scopeset.Without(added, scopeset.Items(state.Scopes))
	}
	of := "the account " + plan.accountName(ctx, r.EM.Client)
	resp.Diagnostics.Append(scopeset.CheckNew(ctx, r.EM, path.Root("scopes"), of, added)...)
}

// planOwner records which scopes the list has, and adapts to what other resources plan.
func (r *exclusiveResource) planOwner(
	ctx context.Context, account scopeset.Account, owned scopeset.Owned, plan *model, req resource.ModifyPlanRequest,
	resp *resource.ModifyPlanResponse,
) error {
	own := scopeset.Planned{Kind: scopeset.Exclusive, Only: true}
	for _, h := range owned.Holdings(scopeset.Items(plan.Scopes)) {
		if h.Scope.ID != "" && !req.State.Raw.IsNull() {
			own.Has = append(own.Has, h)
		} else {
			own.Takes = append(own.Takes, h)
		}
	}
	planned := account.Plan(own, "")
	if err := account.Conflict(ctx, planned); err != nil {
		return err
	}
	dropped, err := account.Dropped(ctx, planned, own.Has)
	if err != nil || len(dropped) == 0 || !req.Plan.Raw.Equal(req.State.Raw) {
		return err // an update enforces the list anyway
	}
	objects := make([]string, 0, len(dropped))
	for _, h := range dropped {
		objects = append(objects, h.Item.String())
	}
	name := plan.accountName(ctx, r.EM.Client)
	resp.Diagnostics.AddWarning("The exclusive list of the account "+name+" is replaced",
		"Other resources give up restore scopes of the list in this plan, and may remove them: "+
			strings.Join(objects, ", ")+". This resource adds them again. Replacing it does not remove any scope.")
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), types.StringUnknown())...)
	resp.RequiresReplace.Append(path.Root("id"))
	return nil
}

func (r *exclusiveResource) warnRemoved(
	ctx context.Context, account scopeset.Account, owned scopeset.Owned, plan *model, resp *resource.ModifyPlanResponse,
) {
	listed, err := account.Recent(ctx)
	if errors.Is(err, scopeset.ErrAccountGone) {
		return // the account is to be recreated
	}
	var others []emapi.Scope
	if err == nil {
		var there []emapi.ScopeItem
		if there, owned, err = account.Present(ctx, owned, listed, scopeset.Items(plan.Scopes)); err == nil {
			others, err = account.Foreign(ctx, listed, there, owned)
		}
	}
	if err != nil {
		resp.Diagnostics.Append(scopeset.Failure(
			ctx, r.EM.Client, "read the restore scopes of the account", plan.AccountID.ValueString(), err))
		return
	}
	if len(others) > 0 {
		name := plan.accountName(ctx, r.EM.Client)
		resp.Diagnostics.AddAttributeWarning(path.Root("scopes"), "Restore scopes of the account "+name+" will be removed",
			"The account has these scopes, which are not in the list: "+strings.Join(account.Names(ctx, others), ", ")+".")
	}
}

func unknownItem(set types.Set) bool {
	for _, e := range set.Elements() {
		object, ok := e.(types.Object)
		if !ok || object.IsUnknown() {
			return true
		}
		for _, v := range object.Attributes() {
			if v.IsUnknown() {
				return true
			}
		}
	}
	return false
}
