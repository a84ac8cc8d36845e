// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// HierarchyObjRef is rule 10: a reference has the pattern of the API, and where the API lists the platform's types, one of them.
func HierarchyObjRef(p path.Path, v types.String) diag.Diagnostics {
	if !known(v) {
		return nil
	}
	ref, err := emapi.ParseObjRef(v.ValueString())
	if err != nil {
		return refuse(p, 10, "Not a hierarchy reference",
			"%v.", err) // the error says what to write
	}
	for platform, kinds := range emapi.PlatformTypes {
		if strings.EqualFold(platform, ref.Platform) && !slices.ContainsFunc(kinds, func(k string) bool { return strings.EqualFold(k, ref.Type) }) {
			return refuse(p, 10, "Unknown type of hierarchy object",
				"%q has the type %q, which %s does not have. Its types are %s.", v.ValueString(), ref.Type, platform, strings.Join(kinds, ", "))
		}
	}
	return nil
}

// ObjectName asks for a name that is there: the server lists a scope under it, and nothing could be told apart by an empty one.
// It belongs to rule 10.
func ObjectName(p path.Path, v types.String) diag.Diagnostics {
	if !known(v) || v.ValueString() != "" {
		return nil
	}
	return refuse(p, 10, "The object has no name", "Write the name of the object in the infrastructure, for example \"VM01\".")
}

// ID is rule 11: an ID that goes into the path of a request is a GUID. The server would answer 404 or 400.
func ID(p path.Path, v types.String) diag.Diagnostics {
	if !known(v) {
		return nil
	}
	if _, err := emapi.ParseGUID(v.ValueString()); err != nil {
		return refuse(p, 11, "Not an ID of Enterprise Manager",
			"%q is not a GUID such as d6701c3d-15f4-421d-b376-c0e2634bc1f4. Where it is the UID (urn:veeam:...), write only the part after the last colon.", v.ValueString())
	}
	return nil
}

// Names of the attributes of a restore_scope item.
const (
	AttrHierarchyObjRef = "hierarchy_obj_ref"
	AttrObjectName      = "object_name"
)

// ScopesDistinct is rule 13: the items of one restore_scope differ in hierarchy root, type or name. The server lists
// scopes by these and never gives a reference back, so that two such items could not be told apart again.
// It is stricter than the server.
func ScopesDistinct(p path.Path, v types.Set) diag.Diagnostics {
	if !known(v) {
		return nil
	}
	var diags diag.Diagnostics
	seen := map[emapi.ScopeLook]string{}
	for _, e := range v.Elements() {
		item, ok := e.(types.Object)
		if !ok || !known(item) {
			continue
		}
		refValue, _ := item.Attributes()[AttrHierarchyObjRef].(types.String)
		name, _ := item.Attributes()[AttrObjectName].(types.String)
		if !known(refValue) || !known(name) {
			continue
		}
		parsed, err := emapi.ParseScopeItem(refValue.ValueString(), name.ValueString())
		if err != nil {
			continue // rule 10 says so
		}
		if first, twice := seen[parsed.Look()]; twice {
			diags.Append(refuse(p, 13, "Two restore scopes that cannot be told apart",
				"%s and %s are of the same hierarchy root and type and are both named %q. Enterprise Manager lists restore scopes by these three alone. "+
					"Choose an object above them (a folder, a resource pool), rename one of them, or keep the second one as a veeam_em_account_scope, which is told apart by its scope ID.",
				first, refValue.ValueString(), name.ValueString())...)
			continue
		}
		seen[parsed.Look()] = refValue.ValueString()
	}
	return diags
}
