// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"cmp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// ItemTypes are the types of the attributes of an item of a set of scopes.
var ItemTypes = map[string]attr.Type{
	rules.AttrHierarchyObjRef: types.StringType,
	rules.AttrObjectName:      types.StringType,
}

// Items returns the items of a known set of scopes, sorted by reference. A null set has no items.
func Items(set types.Set) []emapi.ScopeItem {
	items := make([]emapi.ScopeItem, 0, len(set.Elements()))
	for _, e := range set.Elements() {
		object, ok := e.(types.Object)
		if !ok {
			continue
		}
		ref, _ := object.Attributes()[rules.AttrHierarchyObjRef].(types.String)
		name, _ := object.Attributes()[rules.AttrObjectName].(types.String)
		items = append(items, newItem(ref.ValueString(), name.ValueString()))
	}
	slices.SortFunc(items, func(a, b emapi.ScopeItem) int {
		return cmp.Or(
			cmp.Compare(a.HierarchyObjRef.String(), b.HierarchyObjRef.String()),
			cmp.Compare(a.ObjectName, b.ObjectName),
		)
	})
	return items
}

// newItem returns an item with a reference that rule 10 has checked. The reference is empty if the object of a scope
// could not be determined.
func newItem(ref, name string) emapi.ScopeItem {
	item, _ := emapi.ParseScopeItem(ref, name)
	return item
}

// Set returns the set of the items. Without items it is empty, not null.
func Set(items []emapi.ScopeItem) types.Set {
	values := make([]attr.Value, 0, len(items))
	for _, item := range items {
		values = append(values, types.ObjectValueMust(ItemTypes, map[string]attr.Value{
			rules.AttrHierarchyObjRef: types.StringValue(item.HierarchyObjRef.String()),
			rules.AttrObjectName:      types.StringValue(item.ObjectName),
		}))
	}
	return types.SetValueMust(types.ObjectType{AttrTypes: ItemTypes}, values)
}

// Contains reports whether an item is one of items. The spelling of the references does not matter.
func Contains(items []emapi.ScopeItem, item emapi.ScopeItem) bool {
	return slices.ContainsFunc(items, item.Same)
}

// Without returns the items of a that are not in b. The spelling of the references does not matter.
func Without(a, b []emapi.ScopeItem) []emapi.ScopeItem {
	return filter(a, func(item emapi.ScopeItem) bool { return !Contains(b, item) })
}

// Common returns the items of a that are in b, too. The spelling of the references does not matter.
func Common(a, b []emapi.ScopeItem) []emapi.ScopeItem {
	return filter(a, func(item emapi.ScopeItem) bool { return Contains(b, item) })
}

func filter(items []emapi.ScopeItem, keep func(emapi.ScopeItem) bool) []emapi.ScopeItem {
	var out []emapi.ScopeItem
	for _, item := range items {
		if keep(item) {
			out = append(out, item)
		}
	}
	return out
}
