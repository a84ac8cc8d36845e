// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// Matches returns the listed scopes that an item could be the origin of, except those that are being removed.
func (a Account) Matches(ctx context.Context, listed []emapi.Scope, item emapi.ScopeItem) ([]emapi.Scope, error) {
	var found []emapi.Scope
	for _, s := range listed {
		if s.Removing() {
			continue
		}
		ok, err := a.client.ScopeMatches(ctx, s, item.HierarchyObjRef, item.ObjectName)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, s)
		}
	}
	return found, nil
}

// ByID returns the listed scope with that ID which an item could be the origin of. An ID can be listed several times,
// with other roots, and a scope may have the object's new name after a rename: the name decides only if the ID, root and
// type are not enough.
func (a Account) ByID(ctx context.Context, listed []emapi.Scope, id string, item emapi.ScopeItem) (
	emapi.Scope, bool, error,
) {
	var found []emapi.Scope
	for _, s := range listed {
		if s.ID != id || s.Removing() {
			continue
		}
		ok, err := a.client.ScopeMatches(ctx, s, item.HierarchyObjRef, s.Name)
		if err != nil {
			return emapi.Scope{}, false, err
		}
		if ok {
			found = append(found, s)
		}
	}
	if i := slices.IndexFunc(found, func(s emapi.Scope) bool { return s.Name == item.ObjectName }); i >= 0 {
		return found[i], true, nil
	}
	if len(found) == 1 {
		return found[0], true, nil
	}
	return emapi.Scope{}, false, nil
}

// standsAlone reports whether the lookup service knows the item's object as the only one of its root, name and type.
func (a Account) standsAlone(ctx context.Context, item emapi.ScopeItem) (bool, error) {
	ref := item.HierarchyObjRef
	objects, err := named(ctx, a.client, ref.RootID, item.ObjectName, ref.Type)
	if err != nil || len(objects) != 1 {
		return false, err
	}
	found, err := emapi.ParseObjRef(objects[0].ObjectRef)
	return err == nil && found.Object == ref.Object && found.RootID == ref.RootID, nil
}

// named returns the objects of that root, name and type that the lookup service knows; none if it does not know the root.
// The service compares names without regard to case and takes * for any; the name of a scope is compared exactly.
func named(ctx context.Context, client *emapi.Client, rootID, name, objectType string) ([]emapi.HierarchyItem, error) {
	objects, err := client.Lookup(ctx, rootID, name, objectType)
	if emapi.IsNotFound(err) {
		return nil, nil
	}
	return slices.DeleteFunc(objects, func(o emapi.HierarchyItem) bool { return o.ObjectName != name }), err
}
