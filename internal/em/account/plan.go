// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// ModifyPlan applies the rules that need the server or the provider's configuration, and warns about changes that widen
// the account's access.
func (r *accountResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.EM == nil {
		return
	}
	state, plan, diags := tfkit.PlanModels[model](ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer r.planScopes(ctx, state, plan, req, resp)
	if plan != nil && (state == nil ||
		!state.AccountType.Equal(plan.AccountType) || !state.AccountName.Equal(plan.AccountName)) {
		name := plan.AccountName.StringValue
		resp.Diagnostics.Append(rules.AccountName(path.Root("account_name"), plan.AccountType, name, r.EM.ServerPlatform)...)
	}
	resp.Diagnostics.Append(restrictions(state, plan)...)
	resp.Diagnostics.Append(newExtensions(state, plan)...)
	resp.Diagnostics.Append(withoutEffect(state, plan)...)
	if plan != nil {
		if names := planUnlisted(existing(state, plan), plan); !names.Equal(plan.UnlistedScopeNames) {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("unlisted_scope_names"), names)...)
		}
	}
	if r.EM.Client == nil || resp.Diagnostics.HasError() {
		return
	}
	if state != nil {
		resp.Diagnostics.Append(r.guardPlan(ctx, state, plan)...)
	}
	if plan == nil || resp.Diagnostics.HasError() {
		return
	}
	r.checkRoles(ctx, state, plan, resp)
	r.checkNewScopes(ctx, state, plan, resp)
}

// existing returns the state of an account that the plan neither creates nor replaces, or else nil.
func existing(state, plan *model) *model {
	if state == nil || plan == nil || replaced(state, plan) {
		return nil
	}
	return state
}

// restrictions applies the rules about what an account may restore.
func restrictions(state, plan *model) diag.Diagnostics {
	if plan == nil {
		return nil
	}
	allBefore, scopeBefore := types.BoolNull(), types.SetNull(types.ObjectType{AttrTypes: scopeset.ItemTypes})
	before := existing(state, plan)
	if before != nil {
		allBefore, scopeBefore = before.AllowRestoreAllVMs, before.RestoreScope
	}
	diags := rules.RestoreScopeNeeded(
		path.Root("restore_scope"), allBefore, scopeBefore, plan.AllowRestoreAllVMs, plan.RestoreScope)
	if before == nil && !plan.FLRSettings.IsNull() && !plan.FLRSettings.IsUnknown() {
		inplace, _ := plan.FLRSettings.Attributes()[rules.AttrInplaceOnly].(types.Bool)
		at := path.Root("flr_settings").AtName(rules.AttrExtensions)
		diags.Append(rules.ExtensionsNeeded(at, inplace, extensionsOf(plan.FLRSettings))...)
	}
	return diags
}

// newExtensions applies rule 6 to the extensions that the account does not have yet.
func newExtensions(state, plan *model) diag.Diagnostics {
	if plan == nil {
		return nil
	}
	had := types.SetNull(types.StringType)
	if state != nil {
		had = extensionsOf(state.FLRSettings)
	}
	at := path.Root("flr_settings").AtName(rules.AttrExtensions)
	return rules.NewExtensions(at, had, extensionsOf(plan.FLRSettings))
}

// withoutEffect applies the warning of rule 5 to the settings that the plan sets. Other settings are a replacement: the
// account is then planned again, as a new one.
func withoutEffect(state, plan *model) diag.Diagnostics {
	if plan == nil || state != nil && !state.FLRSettings.IsNull() {
		return nil
	}
	inplace, _ := plan.FLRSettings.Attributes()[rules.AttrInplaceOnly].(types.Bool)
	at := path.Root("flr_settings").AtName(rules.AttrExtensions)
	return rules.ExtensionsWithoutEffect(at, inplace, extensionsOf(plan.FLRSettings))
}

// checkRoles checks that the planned roles exist. It asks the server only if the plan changes the roles of the account,
// or restricts the account to scopes.
func (r *accountResource) checkRoles(ctx context.Context, state, plan *model, resp *resource.ModifyPlanResponse) {
	if before := existing(state, plan); before != nil {
		resp.Diagnostics.Append(warnUnlisted(before, plan)...)
	}
	restricts := state != nil && state.AllowRestoreAllVMs.ValueBool() && !plan.AllowRestoreAllVMs.ValueBool()
	if state != nil && state.Roles.Equal(plan.Roles) && !restricts {
		resp.Diagnostics.Append(widening(state, plan, nil)...)
		return
	}
	have, err := r.EM.Client.ListRoles(ctx)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the security roles to check those of the account "+plan.name(), err))
		return
	}
	resp.Diagnostics.Append(rules.RolesExist(path.Root("roles"), plan.Roles, have)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("role_names"), planRoleNames(plan.Roles, have))...)
	resp.Diagnostics.Append(widening(state, plan, have)...)
}

// planRoleNames returns the names of the planned roles, or an unknown set if a role is not known yet.
func planRoleNames(planned types.Set, have []emapi.Role) types.Set {
	if planned.IsUnknown() || len(stringsOf(planned)) < len(planned.Elements()) {
		return types.SetUnknown(types.StringType)
	}
	return roleNamesFrom(slices.DeleteFunc(have, func(r emapi.Role) bool {
		return !slices.Contains(stringsOf(planned), r.UID())
	}))
}
