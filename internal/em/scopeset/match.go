// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// Matches returns the listed scopes that could have been created from the item, except those that are being removed.
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

// ByID returns the listed scope that has the ID and could have been created from the item. The server may list an ID
// several times, with different roots, and after a rename it may list the new name of the object. Therefore the name
// decides only if several scopes match the ID, root and type.
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
	if i := slices.IndexFunc(found, func(s emapi.Scope) bool { return emapi.SameName(s.Name, item.ObjectName) }); i >= 0 {
		return found[i], true, nil
	}
	if len(found) == 1 {
		return found[0], true, nil
	}
	return emapi.Scope{}, false, nil
}

// byName returns the scope among matches that stands for the item although no ID is known: the only one that no other
// item of owned has, if no other object has the item's name. Every other choice would be a guess.
func (a Account) byName(ctx context.Context, owned Owned, matches []emapi.Scope, item emapi.ScopeItem) (
	emapi.Scope, bool, error,
) {
	free := owned.Free(matches, item)
	if len(free) != 1 {
		return emapi.Scope{}, false, nil
	}
	alone, err := a.standsAlone(ctx, item)
	return free[0], alone && err == nil, err
}

// Ambiguous returns an error that says that the server does not show which of the scopes stands for the item, or
// whether the only one does.
func Ambiguous(item emapi.ScopeItem, scopes []emapi.Scope) error {
	ids := make([]string, 0, len(scopes))
	for _, s := range scopes {
		ids = append(ids, s.ID)
	}
	if len(ids) == 1 {
		return fmt.Errorf("the account has a restore scope named %s (%s), but the server answered the request for %s with a "+
			"failure, and other objects may have that name: another client may have added the scope. If it is the right one, "+
			"import it, otherwise remove it manually", item.ObjectName, ids[0], item.HierarchyObjRef)
	}
	return fmt.Errorf("the account has several restore scopes named %s, and the server does not show which one stands "+
		"for %s: %s. Remove the wrong ones manually",
		item.ObjectName, item.HierarchyObjRef, strings.Join(ids, ", "))
}

// standsAlone reports whether the item's object is the only one of its root, name and type that the lookup service
// finds.
func (a Account) standsAlone(ctx context.Context, item emapi.ScopeItem) (bool, error) {
	ref := item.HierarchyObjRef
	objects, err := named(ctx, a.client, ref.RootID, item.ObjectName, ref.Type)
	return err == nil && len(objects) == 1 && denotes(objects[0], ref), err
}

// denotes reports whether the lookup service has found the object of the reference.
func denotes(o emapi.HierarchyItem, ref emapi.ObjRef) bool {
	found, err := emapi.ParseObjRef(o.ObjectRef)
	return err == nil && found.Object == ref.Object && found.RootID == ref.RootID
}

// named returns the objects of the given root, name and type that the lookup service finds, or none if it does not know
// the root. The service ignores case and treats * as a wildcard, but the name of a scope is compared exactly.
func named(ctx context.Context, client *emapi.Client, rootID, name, objectType string) ([]emapi.HierarchyItem, error) {
	objects, err := client.RecentLookup(ctx, rootID, name, objectType)
	if emapi.IsNotFound(err) {
		return nil, nil
	}
	other := func(o emapi.HierarchyItem) bool { return !emapi.SameName(o.ObjectName, name) }
	return slices.DeleteFunc(objects, other), err
}
