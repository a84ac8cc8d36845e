// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// guard applies rule 12 to a planned change of an existing account; plan is nil if the account is to be deleted. It
// asks the server for the provider's own user name only if the change could lock the provider out.
func (r *accountResource) guard(ctx context.Context, state, plan *model) diag.Diagnostics {
	if r.EM.AllowSelfLockout {
		return nil
	}
	keeps := false
	if plan != nil && !replaced(state, plan) {
		removed := removedRoles(state, plan)
		if len(removed) == 0 {
			return nil
		}
		roles, err := r.EM.Client.ListRoles(ctx)
		if err != nil {
			return diag.Diagnostics{tfkit.Failure("read the security roles to check for a lockout of the provider", err)}
		}
		keeps = !slices.Contains(removed, portalAdministrator(roles))
	}
	if keeps {
		return nil
	}
	user, err := r.EM.Client.UserName(ctx)
	if err != nil {
		return diag.Diagnostics{tfkit.Failure("log on to check for a lockout of the provider", err)}
	}
	return rules.SelfLockout(path.Root("account_name"), user, state.AccountName.ValueString(), keeps)
}

// replaced reports whether the plan deletes and recreates the account.
func replaced(state, plan *model) bool {
	return rules.AccountReplace(state.AccountType, plan.AccountType) ||
		rules.AccountReplace(state.AccountName.StringValue, plan.AccountName.StringValue) ||
		rules.FLRSettingsReplace(state.FLRSettings, plan.FLRSettings) ||
		rules.SQLSettingsReplace(state.SQLSettings, plan.SQLSettings)
}

// removedRoles returns the UIDs of the roles that the plan certainly removes.
func removedRoles(state, plan *model) []string {
	if plan.Roles.IsUnknown() {
		return nil
	}
	for _, e := range plan.Roles.Elements() {
		if e.IsUnknown() {
			return nil // it may be any of the current roles
		}
	}
	return tfkit.Minus(stringsOf(state.Roles), stringsOf(plan.Roles))
}

// widening warns about planned changes that widen the account's access in a way that a reviewer may overlook. state is
// nil if the account is to be created: the plan itself then shows what the account may restore.
func widening(state, plan *model, roles []emapi.Role) diag.Diagnostics {
	var diags diag.Diagnostics
	admin := portalAdministrator(roles)
	held := state != nil && slices.Contains(stringsOf(state.Roles), admin)
	if admin != "" && !held && slices.Contains(stringsOf(plan.Roles), admin) {
		diags.AddAttributeWarning(path.Root("roles"), plan.name()+" becomes a Portal Administrator",
			"A Portal Administrator may restore everything and manage all accounts.")
	}
	all := path.Root("allow_restore_all_vms")
	if state != nil && !state.AllowRestoreAllVMs.ValueBool() && plan.AllowRestoreAllVMs.ValueBool() {
		diags.AddAttributeWarning(all, plan.name()+" gets permission to restore everything",
			"The plan changes allow_restore_all_vms to true.")
	}
	if plan.AllowRestoreAllVMs.ValueBool() && len(plan.RestoreScope.Elements()) > 0 {
		diags.AddAttributeWarning(path.Root("restore_scope"), "The restore scope of "+plan.name()+" has no effect",
			"The server keeps the scopes, but they do not restrict the account while allow_restore_all_vms is true.")
	}
	return diags
}

// portalAdministrator returns the UID of the role that may change accounts, or "" if the server has no such role.
func portalAdministrator(have []emapi.Role) string {
	for _, r := range have {
		if r.Name == "Portal Administrator" {
			return r.UID()
		}
	}
	return ""
}
