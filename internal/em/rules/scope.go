// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
)

// HierarchyObjRef is rule 10: a reference has the form that the API requires. If the API lists the types of the
// platform, the reference has one of them.
func HierarchyObjRef(p path.Path, v types.String) diag.Diagnostics {
	if !rulekit.Known(v) {
		return nil
	}
	ref, err := emapi.ParseObjRef(v.ValueString())
	if err != nil {
		return rulekit.RefuseNamed(p, "Not a hierarchy reference", "%v.", err) // the error says what to write
	}
	for platform, kinds := range emapi.PlatformTypes {
		sameType := func(kind string) bool { return strings.EqualFold(kind, ref.Type) }
		if strings.EqualFold(platform, ref.Platform) && !slices.ContainsFunc(kinds, sameType) {
			return rulekit.RefuseNamed(p, "Unknown type of hierarchy object",
				"%q has the type %q, which %s does not have. Its types are %s.",
				v.ValueString(), ref.Type, platform, strings.Join(kinds, ", "))
		}
	}
	return nil
}

// ObjectName belongs to rule 10: the name of an object is not empty, because the server lists a scope by that name, and
// contains no control character. The server accepts some of these, but lists the name in another form.
func ObjectName(p path.Path, v types.String) diag.Diagnostics {
	const advice = "Write the name of the object in the infrastructure, for example \"VM01\"."
	if !rulekit.Known(v) {
		return nil
	}
	if v.ValueString() == "" {
		return rulekit.RefuseNamed(p, "The object has no name", advice)
	}
	if i := strings.IndexFunc(v.ValueString(), unicode.IsControl); i >= 0 {
		return rulekit.RefuseNamed(p, "The object name contains a control character",
			"%q has a control character after %d bytes. "+advice, v.ValueString(), i)
	}
	return nil
}

// KnownObject belongs to rule 10: the lookup service knows the object of a new item, by the name of the item. It
// returns what is wrong, or "". known is what the service finds for the reference, and alike what it finds under the
// name if it does not know the reference. The server accepts any object.
func KnownObject(item emapi.ScopeItem, known, alike []emapi.HierarchyItem) string {
	written := fmt.Sprintf("%s %q: ", AttrHierarchyObjRef, item.HierarchyObjRef)
	for _, o := range known {
		if emapi.SameName(o.ObjectName, item.ObjectName) {
			return ""
		}
	}
	if len(known) > 0 {
		return written + fmt.Sprintf("the lookup service of the server knows this object as %q, and %s is %q.",
			known[0].ObjectName, AttrObjectName, item.ObjectName)
	}
	if len(alike) == 0 {
		return written + fmt.Sprintf("the lookup service of the server knows neither this object nor another one of its "+
			"type and %s %q under the hierarchy root.", AttrObjectName, item.ObjectName)
	}
	refs := make([]string, 0, len(alike))
	for _, o := range alike {
		refs = append(refs, o.ObjectRef)
	}
	slices.Sort(refs)
	return written + fmt.Sprintf("the lookup service of the server does not know this object. It knows %s %q as %s.",
		AttrObjectName, item.ObjectName, strings.Join(refs, ", "))
}

// ID is rule 11: an ID in the path of a request is a GUID. For any other text the server answers 404 or 400.
func ID(p path.Path, v types.String) diag.Diagnostics {
	if !rulekit.Known(v) {
		return nil
	}
	if _, err := emapi.ParseGUID(v.ValueString()); err != nil {
		return rulekit.Refuse(p, "Not an ID of Enterprise Manager",
			"%q is not a GUID such as d6701c3d-15f4-421d-b376-c0e2634bc1f4. "+
				"If it is a UID (urn:veeam:...), write only the part after the last colon.", v.ValueString())
	}
	return nil
}

// Names of the attributes of a restore_scope item.
const (
	AttrHierarchyObjRef = "hierarchy_obj_ref"
	AttrObjectName      = "object_name"
)

// ScopesDistinct is rule 13: the items of one restore_scope differ in hierarchy root, type or name. The server lists
// scopes by these three and never returns a reference, so it would be unknown which scope stands for which item.
// It is stricter than the server.
func ScopesDistinct(p path.Path, v types.Set) diag.Diagnostics {
	if !rulekit.Known(v) {
		return nil
	}
	var diags diag.Diagnostics
	seen := map[emapi.ScopeLook]string{}
	for _, e := range v.Elements() {
		item, ok := e.(types.Object)
		if !ok || !rulekit.Known(item) {
			continue
		}
		refValue, _ := item.Attributes()[AttrHierarchyObjRef].(types.String)
		name, _ := item.Attributes()[AttrObjectName].(types.String)
		if !rulekit.Known(refValue) || !rulekit.Known(name) {
			continue
		}
		parsed, err := emapi.ParseScopeItem(refValue.ValueString(), name.ValueString())
		if err != nil {
			continue // rule 10 reports the error
		}
		if first, twice := seen[parsed.Look()]; twice {
			diags.Append(rulekit.RefuseNamed(p, "Two restore scopes cannot be distinguished",
				"%s and %s have the same hierarchy root and type, and both are named %q. "+
					"Enterprise Manager lists restore scopes only by these three values. "+
					"Use an object above them (a folder, a resource pool), rename one of them, or manage the second one with "+
					"veeam_em_account_scope, which identifies its scope by the ID.",
				first, refValue.ValueString(), name.ValueString())...)
			continue
		}
		seen[parsed.Look()] = refValue.ValueString()
	}
	return diags
}
