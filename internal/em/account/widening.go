// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// widening warns about planned changes that widen the account's access, or do not restrict it, in a way that a reviewer
// may overlook. state is nil if the account is to be created: the plan itself then shows what the account may restore.
func widening(state, plan *model, roles []emapi.Role) diag.Diagnostics {
	var diags diag.Diagnostics
	admin := portalAdministrator(roles)
	isAdmin := admin != "" && slices.Contains(stringsOf(plan.Roles), admin)
	held := state != nil && slices.Contains(stringsOf(state.Roles), admin)
	if isAdmin && !held {
		diags.AddAttributeWarning(path.Root("roles"), plan.name()+" becomes a Portal Administrator",
			"A Portal Administrator may restore everything and manage all accounts.")
	}
	all := path.Root("allow_restore_all_vms")
	if !held || state.AllowRestoreAllVMs.ValueBool() {
		diags.Append(rules.AdministratorScope(all, plan.name(), isAdmin, plan.AllowRestoreAllVMs)...)
	}
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
