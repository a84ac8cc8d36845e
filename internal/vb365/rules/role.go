// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// SelectedItems is rule 20: a role for specific objects has selected items, and a role for the entire organization has
// none.
func SelectedItems(p path.Path, roleType types.String, selected types.Set) diag.Diagnostics {
	if !rulekit.Known(roleType) || selected.IsUnknown() {
		return nil
	}
	none := len(selected.Elements()) == 0
	switch kind := roleType.ValueString(); {
	case kind == vb365api.SpecificObjects && none:
		return rulekit.Refuse(p, "The role has no selected items",
			"A role of the type %s is for the objects in selected_items, so it needs at least one. For all objects, set "+
				"role_type to %q.", kind, vb365api.EntireOrganization)
	case kind == vb365api.EntireOrganization && !none:
		return rulekit.Refuse(p, "The role is for all objects",
			"A role of the type %s has no selected_items. Remove them, or set role_type to %q.",
			kind, vb365api.SpecificObjects)
	}
	return nil
}

// Operators is rule 21: a role has at least one operator, and each is a user or a group.
func Operators(p path.Path, operators types.Set) diag.Diagnostics {
	if !rulekit.Known(operators) {
		return nil
	}
	if len(operators.Elements()) == 0 {
		return rulekit.Refuse(p, "The role has no operator",
			"A role needs at least one user or group that may restore. Add one, or delete the role.")
	}
	var diags diag.Diagnostics
	for _, e := range elements(operators) {
		r, ok := ReferenceOf(e)
		if ok && (r.Type == vb365api.Site || r.Type == vb365api.Team) {
			diags.Append(rulekit.RefuseNamed(p, "Not a type of operators",
				"%s cannot be an operator. The types of operators are %s and %s.", r, vb365api.User, vb365api.Group)...)
		}
	}
	return diags
}

// OrganizationID belongs to rule 26: the ID of an organization is a GUID.
func OrganizationID(p path.Path, v types.String) diag.Diagnostics {
	if !rulekit.Known(v) {
		return nil
	}
	if _, err := httpkit.ParseGUID(v.ValueString()); err != nil {
		return rulekit.Refuse(p, "Not the ID of an organization",
			"%q is not a GUID such as e60dfb9c-ac58-4463-879f-9855ac35576b. The data source veeam_vb365_organization returns "+
				"the ID of an organization.", v.ValueString())
	}
	return nil
}

// Organization is rule 26: the organization of a role is not on the premises only. Package lookup says if there is no
// such organization.
func Organization(p path.Path, o vb365api.Organization) diag.Diagnostics {
	if !strings.EqualFold(o.Type, vb365api.OnPremises) {
		return nil
	}
	return rulekit.Refuse(p, "The organization cannot have restore operator roles",
		"The organization %s is of the type %s. Only organizations of Microsoft 365, which may be hybrid, have restore "+
			"operator roles.", o.Name, o.Type)
}

// RoleType is rule 27: the type of a role is one of the two.
func RoleType(p path.Path, v types.String) diag.Diagnostics {
	switch {
	case !rulekit.Known(v), v.ValueString() == vb365api.EntireOrganization, v.ValueString() == vb365api.SpecificObjects:
		return nil
	}
	return rulekit.Refuse(p, "Unknown type of role",
		"%q is not a type of roles. Write %q or %q.", v.ValueString(), vb365api.EntireOrganization, vb365api.SpecificObjects)
}

// Name belongs to rule 28: the name of a role is not blank.
func Name(p path.Path, v types.String) diag.Diagnostics {
	if rulekit.Known(v) && strings.TrimSpace(v.ValueString()) == "" {
		return rulekit.Refuse(p, "The role has no name", "Write a name that is not blank.")
	}
	return nil
}

// NewName belongs to rule 28: a name that the role does not have yet has no white space around it and no control
// character. It is stricter than the server, so that a role keeps the name that it was imported with.
func NewName(p path.Path, v types.String) diag.Diagnostics {
	switch name := v.ValueString(); {
	case !rulekit.Known(v):
	case strings.TrimSpace(name) != name:
		return rulekit.Refuse(p, "The name has white space around it", "%q begins or ends with white space. Remove it.", name)
	case strings.ContainsFunc(name, unicode.IsControl):
		return rulekit.Refuse(p, "The name contains a control character", "%q contains a control character. Remove it.", name)
	}
	return nil
}
