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

// Foreign returns the listed scopes that do not stand for any of the items, except those that are being removed.
func (a Account) Foreign(
	ctx context.Context, listed []emapi.Scope, items []emapi.ScopeItem, owned Owned,
) ([]emapi.Scope, error) {
	var own []emapi.Scope
	for _, item := range items {
		s, found, err := a.ByID(ctx, listed, owned.ID(item), item)
		if err != nil {
			return nil, err
		}
		if found {
			own = append(own, s)
		}
	}
	return slices.DeleteFunc(slices.Clone(listed), func(s emapi.Scope) bool {
		return s.Removing() || slices.Contains(own, s)
	}), nil
}

// Names returns the names of the scopes, sorted and each of them once.
func (a Account) Names(ctx context.Context, scopes []emapi.Scope) []string {
	names := make([]string, 0, len(scopes))
	for _, s := range scopes {
		names = append(names, a.Name(ctx, s))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Name returns a scope as people know it, for example "Vm SQLSRV (vcprod.tech.local)". If the hierarchy roots cannot be
// read, it names the root as the scope does.
func (a Account) Name(ctx context.Context, s emapi.Scope) string {
	if found, ok, err := a.rootOf(ctx, s); ok && err == nil {
		return nameUnder(s, found.Name)
	}
	return nameUnder(s, s.HierarchyRootName)
}

func nameUnder(s emapi.Scope, root string) string {
	return fmt.Sprintf("%s %s (%s)", s.HierarchyObjectType, s.Name, root)
}

// Named reports whether the names, which Name has returned earlier, contain that of a scope. The hierarchy roots may
// not have been readable then, or may not be now.
func (a Account) Named(ctx context.Context, s emapi.Scope, names []string) (bool, error) {
	if slices.Contains(names, nameUnder(s, s.HierarchyRootName)) {
		return true, nil
	}
	root, ok, err := a.rootOf(ctx, s)
	return ok && slices.Contains(names, nameUnder(s, root.Name)), err
}

// StandIn returns an item that stands for a listed scope whose object is not known. It is the same as no item of the
// configuration, and looks like the scope.
func (a Account) StandIn(ctx context.Context, s emapi.Scope) emapi.ScopeItem {
	root := strings.ToLower(s.HierarchyRootName)
	if found, ok, err := a.rootOf(ctx, s); ok && err == nil {
		root = found.ID
	}
	ref := emapi.ObjRef{Platform: s.Platform, Type: s.HierarchyObjectType, RootID: root, Object: s.ID}
	return emapi.ScopeItem{HierarchyObjRef: ref, ObjectName: s.Name}
}

// rootOf returns the hierarchy root that a scope is listed with, if the server lists that root.
func (a Account) rootOf(ctx context.Context, s emapi.Scope) (emapi.HierarchyRoot, bool, error) {
	roots, err := a.client.HierarchyRoots(ctx)
	if err != nil {
		return emapi.HierarchyRoot{}, false, err
	}
	i := slices.IndexFunc(roots, func(r emapi.HierarchyRoot) bool { return r.Named(s.HierarchyRootName) })
	if i < 0 {
		return emapi.HierarchyRoot{}, false, nil
	}
	return roots[i], true, nil
}

// ItemsOf determines the items that listed scopes were created from, after an import. It omits a scope whose object
// cannot be determined, because a guess could grant access to another object, and says why. A failed request that
// tolerates accepts is such a reason; tolerates may be nil.
func (a Account) ItemsOf(ctx context.Context, listed []emapi.Scope, tolerates func(error) bool) (
	items []emapi.ScopeItem, owned Owned, omitted []string, err error,
) {
	listed = slices.DeleteFunc(slices.Clone(listed), emapi.Scope.Removing)
	alike := map[emapi.ScopeLook]int{}
	for _, s := range listed {
		alike[s.Look()]++
	}
	for _, s := range listed {
		found, err := a.Reference(ctx, s)
		if err != nil && (tolerates == nil || !tolerates(err)) {
			return nil, nil, nil, err
		}
		if err != nil {
			found.Reason = err.Error()
		}
		if alike[s.Look()] > 1 {
			found = Reference{Reason: "the account has another scope with this root, type and name"}
		}
		if found.Ref.IsZero() {
			omitted = append(omitted, fmt.Sprintf("- %s (scope %s): %s", a.Name(ctx, s), s.ID, found.Reason))
			continue
		}
		item := emapi.ScopeItem{HierarchyObjRef: found.Ref, ObjectName: s.Name}
		items = append(items, item)
		owned = owned.WithAdopted(item, s.ID)
	}
	return items, owned, omitted, nil
}
