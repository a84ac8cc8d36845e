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
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// The attributes of flr_settings.
const (
	AttrInplaceOnly = "inplace_only"
	AttrExtensions  = "extension_restrictions"
)

// AccountType is rule 1: account_type is one of the types of the API.
func AccountType(p path.Path, v types.String) diag.Diagnostics {
	if !rulekit.Known(v) || slices.Contains(emapi.AccountTypes, v.ValueString()) {
		return nil
	}
	return rulekit.Refuse(p, "Unknown account type",
		"%q is not an account type. Use one of %s.", v.ValueString(), strings.Join(emapi.AccountTypes, ", "))
}

// AccountName is rule 2: account_name has the form that account_type and the platform of the server require. The rule
// applies only to accounts that are to be created, because the name of an existing account is valid in any form.
// For User and Group it is stricter than a server that accepts both forms, or a local name on Windows.
func AccountName(p path.Path, accountType, accountName types.String, platform string) diag.Diagnostics {
	if !rulekit.Known(accountType) || !rulekit.Known(accountName) || platform == "" {
		return nil
	}
	kind, name := accountType.ValueString(), accountName.ValueString()
	if i := strings.IndexFunc(name, unicode.IsControl); i >= 0 {
		return rulekit.Refuse(p, "The account name contains a control character",
			"%q has a control character after %d bytes. Account names do not contain control characters, and XML cannot "+
				"represent most of them.", name, i)
	}
	form, separator, hint := "", "", ""
	switch kind {
	case "User", "Group":
		form, separator = `Domain\Name, for example TECH\william.fox. For a local account, write SERVER\Name, where `+
			"SERVER is the computer name of the server", `\`
		if platform == tfkit.PlatformLinux {
			form, separator = "Name@Domain, for example william.fox@tech.local. For a local account, write only its name", "@"
		}
		hint = " server_platform in em is \"" + platform + "\". Change it if the server runs on another platform."
	case "ExternalUser":
		form, separator = "Username@Suffix, for example william.fox@tech.com", "@"
	case "ExternalGroup":
		if strings.TrimSpace(name) == "" {
			return rulekit.Refuse(p, "The account has no name",
				"Set account_name to the name of the group that the identity provider sends.")
		}
		return nil
	default:
		return nil
	}
	before, after, found := strings.Cut(name, separator)
	local := kind != "ExternalUser" && platform == tfkit.PlatformLinux && !strings.ContainsAny(name, `@\`)
	if local && goodPart(name) || found && goodPart(before) && goodPart(after) && !strings.Contains(after, separator) {
		return nil
	}
	return rulekit.Refuse(p, "The account name has the wrong form",
		"%q is not a valid name for an account of type %s. Write %s.%s", name, kind, form, hint)
}

// goodPart reports whether a part of an account name is not empty and does not begin or end with white space, which the
// server would trim or treat as part of another name.
func goodPart(s string) bool { return s != "" && strings.TrimSpace(s) == s }

// Roles is rule 3: an account has at least one role, and each is the UID of a role with a lower-case GUID. Upper case
// is refused although the server accepts it: sets are compared exactly, so every plan would show a change.
func Roles(p path.Path, v types.Set) diag.Diagnostics {
	if !rulekit.Known(v) {
		return nil
	}
	if len(v.Elements()) == 0 {
		return rulekit.RefuseNamed(p, "The account has no role",
			"An account needs at least one role; Enterprise Manager refuses to remove the last one. "+
				"Add at least one role UID, for example data.veeam_em_role.operator.uid.")
	}
	var diags diag.Diagnostics
	for _, e := range v.Elements() {
		uid, ok := e.(types.String)
		if !ok || !rulekit.Known(uid) {
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
		return rulekit.RefuseNamed(p, "Not the UID of a role",
			"%q does not have the form %s<GUID>. Use the uid of the data source veeam_em_role, which looks up a role by name.",
			uid, emapi.RoleUID)
	case emapi.RoleUID.Of(id) != uid:
		return rulekit.RefuseNamed(p, "The UID of a role must be in lower case",
			"Write %q instead of %q. Terraform compares the UIDs exactly, so another case would show as a change in every plan.",
			emapi.RoleUID.Of(id), uid)
	}
	return nil
}

// RolesExist is the other half of rule 3: the server has each of the roles.
func RolesExist(p path.Path, v types.Set, have []emapi.Role) diag.Diagnostics {
	if !rulekit.Known(v) {
		return nil
	}
	var diags diag.Diagnostics
	for _, e := range v.Elements() {
		uid, ok := e.(types.String)
		if !ok || !rulekit.Known(uid) {
			continue
		}
		if !slices.ContainsFunc(have, func(r emapi.Role) bool { return r.UID() == uid.ValueString() }) {
			diags.Append(rulekit.RefuseNamed(p.AtSetValue(e), "The server has no such role",
				"Enterprise Manager has no role %s. Its roles are: %s.", uid.ValueString(), roleNames(have))...)
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

// RestoreScopeNeeded is rule 4: an account that may not restore all VMs has a restore scope. The rule leaves alone an
// account that has been without one, because other resources can manage its scopes. The values before the change are
// null if the account is created or replaced.
func RestoreScopeNeeded(
	p path.Path, allBefore types.Bool, scopeBefore types.Set, all types.Bool, scope types.Set,
) diag.Diagnostics {
	without := !allBefore.IsNull() && !allBefore.ValueBool() && len(scopeBefore.Elements()) == 0
	if without || !rulekit.Known(all) || all.ValueBool() || scope.IsUnknown() || len(scope.Elements()) > 0 {
		return nil
	}
	return rulekit.Refuse(p, "The account could not restore anything",
		"If allow_restore_all_vms is false, the server requires a restore scope. "+
			"Add at least one item to restore_scope, or set allow_restore_all_vms = true.")
}

// ExtensionsNeeded is rule 5: an account that may restore only certain file types has a list of their extensions. The
// rule applies only to accounts that are to be created, because the web console can create such an account without one.
func ExtensionsNeeded(p path.Path, inplaceOnly types.Bool, extensions types.Set) diag.Diagnostics {
	if !rulekit.Known(inplaceOnly) || !inplaceOnly.ValueBool() ||
		extensions.IsUnknown() || len(extensions.Elements()) > 0 {
		return nil
	}
	return rulekit.Refuse(p, "No file name extension may be restored",
		"If inplace_only is true, the server requires the extensions that may be restored. "+
			"Add at least one item to extension_restrictions, for example [\"doc\", \"pdf\"], or set inplace_only = false.")
}

// ExtensionsWithoutEffect is the other half of rule 5: extensions without inplace_only warn. By the reference of the
// REST API, they then restrict nothing; the user guide knows the two as independent options.
func ExtensionsWithoutEffect(p path.Path, inplaceOnly types.Bool, extensions types.Set) diag.Diagnostics {
	if !rulekit.Known(inplaceOnly) || inplaceOnly.ValueBool() ||
		!rulekit.Known(extensions) || len(extensions.Elements()) == 0 {
		return nil
	}
	return rulekit.Warn(p, "The file name extensions may not restrict the account",
		"extension_restrictions has items, but inplace_only is false. By the reference of the REST API, extensions restrict "+
			"file-level restore only if inplace_only is true. Set inplace_only = true, or check on the server that the account "+
			"is restricted.")
}

// AdministratorScope is rule 14: Portal Administrator together with allow_restore_all_vms = false warns, because scopes
// apply to Portal User and the restore operators only. isAdministrator says that the roles of the account contain it.
func AdministratorScope(
	p path.Path, accountName string, isAdministrator bool, allowRestoreAllVMs types.Bool,
) diag.Diagnostics {
	if !isAdministrator || !rulekit.Known(allowRestoreAllVMs) || allowRestoreAllVMs.ValueBool() {
		return nil
	}
	return rulekit.Warn(p, "The restore scope does not restrict "+accountName,
		"allow_restore_all_vms is false, but the account has the role Portal Administrator, which may restore everything. "+
			"Restore scopes apply to Portal User and the restore operators only. To restrict the account, remove Portal "+
			"Administrator from roles.")
}

// Extension is rule 6 for a single extension: it is not empty and has no comma, semicolon or control character. It is
// stricter than the server, which takes any text for a list.
func Extension(p path.Path, v types.String) diag.Diagnostics {
	separates := func(r rune) bool { return strings.ContainsRune(",;", r) || unicode.IsControl(r) }
	if !rulekit.Known(v) || v.ValueString() != "" && !strings.ContainsFunc(v.ValueString(), separates) {
		return nil
	}
	return refuseExtension(p, v.ValueString())
}

// NewExtensions is rule 6 for the extensions that the plan adds to those of the state: they have no dot, slash or white
// space either. The extensions of an existing account are valid as they are. The state is null if the account is to be
// created.
func NewExtensions(p path.Path, state, plan types.Set) diag.Diagnostics {
	if !rulekit.Known(plan) {
		return nil
	}
	wrong := func(r rune) bool { return strings.ContainsRune(`./\`, r) || unicode.IsSpace(r) }
	had := extensions(state)
	var diags diag.Diagnostics
	for _, e := range plan.Elements() {
		v, ok := e.(types.String)
		if !ok || !rulekit.Known(v) || !strings.ContainsFunc(v.ValueString(), wrong) {
			continue
		}
		same := func(other string) bool { return emapi.SameExtensions([]string{other}, []string{v.ValueString()}) }
		if !slices.ContainsFunc(had, same) {
			diags.Append(refuseExtension(p.AtSetValue(e), v.ValueString())...)
		}
	}
	return diags
}

func refuseExtension(p path.Path, ext string) diag.Diagnostics {
	return rulekit.RefuseNamed(p, "Not a file name extension",
		"%q is not a file name extension. Write one extension per item, without dot, comma, semicolon, slash, white space "+
			"or control characters, for example \"docx\".", ext)
}

// extensions returns the known elements of a set of extensions.
func extensions(set types.Set) []string {
	var list []string
	for _, e := range set.Elements() {
		if v, ok := e.(types.String); ok && rulekit.Known(v) {
			list = append(list, v.ValueString())
		}
	}
	return list
}

// FLRSettingsReplace is rule 7: the API cannot change the file-level restore settings of an account. Another spelling
// of the same extensions is no change. If the state has no settings (after an import from a server that does not return
// them), the configured ones are taken without replacement.
func FLRSettingsReplace(state, plan types.Object) bool {
	if state.IsNull() || plan.IsNull() || plan.Equal(state) {
		return false
	}
	had, _ := state.Attributes()[AttrExtensions].(types.Set)
	wants, _ := plan.Attributes()[AttrExtensions].(types.Set)
	if plan.IsUnknown() || wants.IsUnknown() || len(extensions(wants)) < len(wants.Elements()) {
		return true
	}
	inplace := plan.Attributes()[AttrInplaceOnly]
	return inplace == nil || !inplace.Equal(state.Attributes()[AttrInplaceOnly]) ||
		!emapi.SameExtensions(extensions(had), extensions(wants))
}

// SQLSettingsReplace is rule 8: like rule 7, for the SQL restore settings.
func SQLSettingsReplace(state, plan types.Object) bool {
	return !state.IsNull() && !plan.IsNull() && !plan.Equal(state)
}

// AccountReplace is rule 9: the API cannot change the type or the name of an account. Names that differ only in case
// are the same name; the plan has the spelling of the state before this rule is applied.
func AccountReplace(state, plan types.String) bool { return !state.IsNull() && !plan.Equal(state) }
