// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// AccountType is rule 1: account_type is one of the types of the API.
func AccountType(p path.Path, v types.String) diag.Diagnostics {
	if !known(v) || slices.Contains(emapi.AccountTypes, v.ValueString()) {
		return nil
	}
	return refuse(p, 1, "Unknown account type",
		"%q is no type of account. Write one of %s.", v.ValueString(), strings.Join(emapi.AccountTypes, ", "))
}

// AccountName is rule 2: the form of account_name follows from account_type and from the platform of the server.
// It is for accounts that are about to be created: the name of one that exists is legal as it is.
// For User and Group it is stricter than a server that accepts both forms.
func AccountName(p path.Path, accountType, accountName types.String, platform string) diag.Diagnostics {
	if !known(accountType) || !known(accountName) || platform == "" {
		return nil
	}
	kind, name := accountType.ValueString(), accountName.ValueString()
	if i := strings.IndexFunc(name, unicode.IsControl); i >= 0 {
		return refuse(p, 2, "The account name holds a control character",
			"%q has one after %d bytes. No account has such a name, and XML cannot carry most of them.", name, i)
	}
	form, separator := "", ""
	switch kind {
	case "User", "Group":
		form, separator = `Domain\Name, for example TECH\william.fox`, `\`
		if platform == tfkit.PlatformLinux {
			form, separator = "Name@Domain, for example william.fox@tech.local", "@"
		}
	case "ExternalUser":
		form, separator = "Username@Suffix, for example william.fox@tech.com", "@"
	case "ExternalGroup":
		if strings.TrimSpace(name) == "" {
			return refuse(p, 2, "The account has no name", "Write the name of the group, as the identity provider sends it.")
		}
		return nil
	default:
		return nil
	}
	before, after, found := strings.Cut(name, separator)
	if found && goodPart(before) && goodPart(after) && !strings.Contains(after, separator) {
		return nil
	}
	hint := ""
	if kind == "User" || kind == "Group" {
		hint = " server_platform in em is \"" + platform + "\": change it where the server runs on another platform."
	}
	return refuse(p, 2, "The account name has the wrong form",
		"%q does not name an account of type %s. Write %s.%s", name, kind, form, hint)
}

// goodPart tells whether a part of an account name is there and is not padded with white space,
// which the server would trim or take for a part of another name.
func goodPart(s string) bool { return s != "" && strings.TrimSpace(s) == s }

// Roles is rule 3: at least one role, each written as the UID of a role with a lower-case GUID. Upper case is
// refused although the server takes it: sets are compared to the letter, so that a plan would never be empty.
func Roles(p path.Path, v types.Set) diag.Diagnostics {
	if !known(v) {
		return nil
	}
	if len(v.Elements()) == 0 {
		return refuse(p, 3, "The account has no role",
			"An account has at least one role, and Enterprise Manager refuses to remove the last one. Write at least one role UID, for example data.veeam_em_role.operator.uid.")
	}
	var diags diag.Diagnostics
	for _, e := range v.Elements() {
		uid, ok := e.(types.String)
		if !ok || !known(uid) {
			continue
		}
		diags.Append(roleUID(p.AtSetValue(e), uid.ValueString())...)
	}
	return diags
}

func roleUID(p path.Path, uid string) diag.Diagnostics {
	id, err := emapi.RoleUID.ID(uid)
	switch {
	case err != nil:
		return refuse(p, 3, "Not the UID of a role",
			"%q is not %s<GUID>. Take the uid of the data source veeam_em_role, which looks a role up by name.", uid, emapi.RoleUID)
	case emapi.RoleUID.Of(id) != uid:
		return refuse(p, 3, "The UID of a role is written in lower case",
			"Write %q instead of %q: sets are compared to the letter.", emapi.RoleUID.Of(id), uid)
	}
	return nil
}

// RolesExist is the other half of rule 3: the server has each of the roles.
func RolesExist(p path.Path, v types.Set, have []emapi.Role) diag.Diagnostics {
	if !known(v) {
		return nil
	}
	var diags diag.Diagnostics
	for _, e := range v.Elements() {
		uid, ok := e.(types.String)
		if !ok || !known(uid) {
			continue
		}
		if !slices.ContainsFunc(have, func(r emapi.Role) bool { return r.UID() == uid.ValueString() }) {
			diags.Append(refuse(p.AtSetValue(e), 3, "The server has no such role",
				"Enterprise Manager has no role %s. It has: %s.", uid.ValueString(), roleNames(have))...)
		}
	}
	return diags
}

func roleNames(roles []emapi.Role) string {
	names := make([]string, 0, len(roles))
	for _, r := range roles {
		names = append(names, r.Name+" ("+r.UID()+")")
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// RestoreScopeNeeded is rule 4: an account that may not restore all VMs has a restore scope.
func RestoreScopeNeeded(p path.Path, allowRestoreAllVMs types.Bool, restoreScope types.Set) diag.Diagnostics {
	if !known(allowRestoreAllVMs) || allowRestoreAllVMs.ValueBool() || restoreScope.IsUnknown() || len(restoreScope.Elements()) > 0 {
		return nil
	}
	return refuse(p, 4, "The account could restore nothing",
		"allow_restore_all_vms is false, and then the server wants a restore scope. Write restore_scope with at least one item, or set allow_restore_all_vms = true.")
}

// ExtensionsNeeded is rule 5: a restriction to file types names the types.
func ExtensionsNeeded(p path.Path, inplaceOnly types.Bool, extensions types.Set) diag.Diagnostics {
	if !known(inplaceOnly) || !inplaceOnly.ValueBool() || extensions.IsUnknown() || len(extensions.Elements()) > 0 {
		return nil
	}
	return refuse(p, 5, "No file name extension may be restored",
		"inplace_only is true, and then the server wants the extensions that may be restored. Write extension_restrictions with at least one item, for example [\"doc\", \"pdf\"], or set inplace_only = false.")
}

// Extension is rule 6: an extension is bare. The server joins extensions with commas and takes anything.
func Extension(p path.Path, v types.String) diag.Diagnostics {
	if !known(v) {
		return nil
	}
	ext := v.ValueString()
	if ext != "" && !strings.ContainsAny(ext, `,./\`) && len(strings.Fields(ext)) == 1 && strings.TrimSpace(ext) == ext {
		return nil
	}
	return refuse(p, 6, "Not a file name extension",
		"%q is refused: write one extension an item, without dot, comma, slash or white space, for example \"docx\".", ext)
}

// FLRSettingsReplace is rule 7: no endpoint changes the file-level restore settings of an account. Settings that
// the state does not know (after an import from a server that leaves them out) are taken over without replacing.
func FLRSettingsReplace(state, plan types.Object) bool {
	return !state.IsNull() && !plan.IsNull() && !plan.Equal(state)
}

// SQLSettingsReplace is rule 8: as rule 7, for the SQL restore settings.
func SQLSettingsReplace(state, plan types.Object) bool { return FLRSettingsReplace(state, plan) }

// AccountReplace is rule 9: no endpoint changes the type or the name of an account. Names that differ in case
// alone are one name and are planned in the state's spelling before this is asked.
func AccountReplace(state, plan types.String) bool { return !state.IsNull() && !plan.Equal(state) }

// SelfLockout is rule 12: the account that the provider is logged on as keeps the Portal Administrator role and is
// not deleted, since nobody could undo that through this provider. It is stricter than the server.
// logonName is the name of the logon, accountName that of the account; keepsAdmin tells whether the role stays.
func SelfLockout(p path.Path, logonName, accountName string, keepsAdmin bool) diag.Diagnostics {
	if keepsAdmin || logonName == "" || !strings.EqualFold(logonName, accountName) {
		return nil
	}
	return refuse(p, 12, "The provider would lock itself out",
		"%s is the account that this provider is logged on as. Without the Portal Administrator role it could change no account any more, this one included. "+
			"Log on as another Portal Administrator to do this, or set allow_self_lockout = true in em where it is meant.", accountName)
}
