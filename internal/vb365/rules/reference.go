// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// Names of the attributes of a reference.
const (
	AttrType = "type"
	AttrID   = "id"
	AttrName = "name"
)

// ObjectTypes are the types of references.
var ObjectTypes = []string{
	string(vb365api.User), string(vb365api.Group), string(vb365api.Site), string(vb365api.Team),
}

// Reference is an element of a list of a role, as it is written. It has either an ID or a name.
type Reference struct {
	Type     vb365api.ObjectType
	ID, Name string
}

// String returns the reference as a message names it.
func (r Reference) String() string {
	if r.ID != "" {
		return fmt.Sprintf("%s with the id %q", r.Type, r.ID)
	}
	return fmt.Sprintf("%s with the name %q", r.Type, r.Name)
}

// written is what is equal for two references that are written for the same object, by ID or by name.
type written struct {
	byID bool
	vb365api.Key
}

func (r Reference) written() written {
	if r.ID != "" {
		return written{true, vb365api.IDKey(r.Type, r.ID)}
	}
	return written{false, vb365api.NameKey(r.Type, r.Name)}
}

// Resolved is a reference with the object that it stands for.
type Resolved struct {
	Reference
	Object vb365api.Key // the zero value if it is not known
}

// same reports whether both references stand for the same object.
func (r Resolved) same(other Resolved) bool {
	return r.written() == other.written() || r.Object == other.Object && r.Object != vb365api.Key{}
}

// ReferenceOf returns the reference that an element of a list holds. ok is false if it is not known yet.
func ReferenceOf(element types.Object) (r Reference, ok bool) {
	kind, id, name := parts(element)
	if !rulekit.Known(kind) || id.IsUnknown() || name.IsUnknown() {
		return Reference{}, false
	}
	return Reference{Type: vb365api.ObjectType(kind.ValueString()), ID: id.ValueString(), Name: name.ValueString()}, true
}

// parts returns the attributes of a reference.
func parts(element types.Object) (kind, id, name types.String) {
	at := func(attribute string) types.String {
		if s, ok := element.Attributes()[attribute].(types.String); ok {
			return s
		}
		return types.StringUnknown()
	}
	return at(AttrType), at(AttrID), at(AttrName)
}

// elements returns the known elements of a list.
func elements(list types.Set) []types.Object {
	var out []types.Object
	for _, e := range list.Elements() {
		if object, ok := e.(types.Object); ok && rulekit.Known(object) {
			out = append(out, object)
		}
	}
	return out
}

// References is rule 22: a reference has one of the four types, and exactly one of id and name, which is not empty and
// has no white space around it. It is stricter than the server, which requires properties of the object.
func References(p path.Path, list types.Set) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, e := range elements(list) {
		kind, id, name := parts(e)
		if rulekit.Known(kind) && !slices.Contains(ObjectTypes, kind.ValueString()) {
			diags.Append(rulekit.RefuseNamed(p, "Unknown type of object",
				"%q is not a type of objects. The types are %s.", kind.ValueString(), strings.Join(ObjectTypes, ", "))...)
		}
		if id.IsUnknown() || name.IsUnknown() {
			continue
		}
		if id.IsNull() == name.IsNull() {
			diags.Append(rulekit.RefuseNamed(p, "A reference needs either an id or a name",
				"%s has %s. Write exactly one of them.", e, map[bool]string{true: "neither", false: "both"}[id.IsNull()])...)
			continue
		}
		attribute, given := AttrName, name.ValueString()
		if name.IsNull() {
			attribute, given = AttrID, id.ValueString()
		}
		if given == "" || strings.TrimSpace(given) != given {
			diags.Append(rulekit.RefuseNamed(p, "Not a reference to an object",
				"The %s of the %s is %q. It must not be empty, and must not begin or end with white space.",
				attribute, kind.ValueString(), given)...)
		}
	}
	return diags
}

// Teams is rule 23: version 6 of the API has no teams in roles.
func Teams(p path.Path, list types.Set, version string) diag.Diagnostics {
	if version != vb365api.V6 {
		return nil
	}
	var diags diag.Diagnostics
	for _, e := range elements(list) {
		if r, ok := ReferenceOf(e); ok && r.Type == vb365api.Team {
			diags.Append(rulekit.RefuseNamed(p, "A team needs version 7 of the API",
				"%s: version 6 of the API has no teams in roles. Set api_version in vb365 (VEEAM_VB365_API_VERSION) to v7 or v8, "+
					"or remove the team.", r)...)
		}
	}
	return diags
}

// Distinct is rule 24: a list has no object twice, however it is written. It is stricter than the server, which may
// list the object once or twice.
func Distinct(p path.Path, list []Resolved) diag.Diagnostics {
	var diags diag.Diagnostics
	for i, r := range list {
		for _, first := range list[:i] {
			if r.same(first) {
				diags.Append(rulekit.RefuseNamed(p, "The list has an object twice",
					"%s and %s stand for the same object. Remove one of them.", first, r)...)
				break
			}
		}
	}
	return diags
}

// NotSelected belongs to rule 21: an object is not both selected and excluded, however it is written.
func NotSelected(p path.Path, selected, excluded []Resolved) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, r := range excluded {
		if i := slices.IndexFunc(selected, r.same); i >= 0 {
			diags.Append(rulekit.RefuseNamed(p, "An object is both selected and excluded",
				"%s stands for the same object as %s in selected_items. Remove one of them.", r, selected[i])...)
		}
	}
	return diags
}

// OneObject is rule 25: a reference stands for exactly one object of the organization. candidates are the objects that
// may be meant. It is stricter than the server, which may accept any object.
func OneObject(p path.Path, r Reference, found int, candidates []tfkit.Candidate) diag.Diagnostics {
	wanted := r.Name
	if r.ID != "" {
		wanted = r.ID
	}
	switch found {
	case 0:
		return rulekit.RefuseNamed(p, "The organization has no such object",
			"the organization has no %s. The closest objects of this type are%s", r, tfkit.Candidates(wanted, candidates))
	case 1:
		return nil
	}
	return rulekit.RefuseNamed(p, "Several objects match a reference",
		"the organization has %d objects of type %s. Write the id of the one that is meant%s",
		found, r, tfkit.Candidates(wanted, candidates))
}
