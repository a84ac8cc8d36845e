// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"errors"
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// HandOver is called before a resource removes a listed scope that stands for an item. It reports whether the scope
// stays because another resource has taken it over in this run, and says so in a warning. If the other resource took it
// over for another object of the same name (create_before_destroy after the object was recreated under its old name),
// HandOver adds a scope for that object first, so that the scope itself can go. The caller holds Lock for the item.
func (a Account) HandOver(ctx context.Context, listed []emapi.Scope, s emapi.Scope, item emapi.ScopeItem) (
	stays bool, warnings []string, err error,
) {
	taken, ok, err := a.claimOf(ctx, listed, s)
	if err != nil || !ok {
		return false, nil, err
	}
	if item.HierarchyObjRef.IsZero() || taken.item.HierarchyObjRef.Same(item.HierarchyObjRef) {
		return true, []string{HandedOver(s)}, nil
	}
	other := a
	other.by = taken.by
	if _, err := other.Add(ctx, Owned{}.With(item, s.ID), []emapi.ScopeItem{taken.item}); err != nil {
		return false, nil, err
	}
	return false, []string{fmt.Sprintf("Another resource of this configuration had adopted the scope %s for %s, because "+
		"both objects are named %q. A new scope was added for that object before this one was removed: no access was lost.",
		s.ID, taken.item.HierarchyObjRef, taken.item.ObjectName)}, nil
}

// HandedOver returns the warning that a scope stays because another resource has taken it over.
func HandedOver(s emapi.Scope) string {
	return fmt.Sprintf("The scope %s of %q was not removed, because another resource of this configuration manages it.",
		s.ID, s.Name)
}

// TakenOver reports whether another resource has taken over the scope with this ID for the same item in this run. It
// needs no request.
func (a Account) TakenOver(item emapi.ScopeItem, id string) bool {
	claimed, ok := a.ClaimedItem(item)
	return ok && claimed == id
}

// ReleaseAll gives up the scopes of the items without removing them, so that other resources of this run can take them
// over. If another resource has already added a scope for the same object, because its name does not identify it, the
// object would have two scopes: then ReleaseAll removes the one that it gives up, and says so in a warning.
func (a Account) ReleaseAll(ctx context.Context, owned Owned, items []emapi.ScopeItem) (warnings []string, err error) {
	unlock, err := a.Lock(ctx, items...)
	if err != nil {
		return nil, err
	}
	defer unlock()
	var twice []ownedScope
	for _, s := range owned {
		claimed, ok := a.ClaimedItem(s.item)
		switch {
		case s.id == "":
		case ok && claimed != "" && claimed != s.id:
			twice = append(twice, s)
		default:
			a.release(s.item, s.id)
		}
	}
	if len(twice) == 0 {
		return nil, nil
	}
	listed, err := a.List(ctx)
	if errors.Is(err, ErrAccountGone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, s := range twice {
		scope, found, err := a.ByID(ctx, listed, s.id, s.item)
		if err != nil {
			return warnings, err
		}
		if !found {
			continue
		}
		more, err := a.Remove(ctx, listed, []emapi.Scope{scope})
		if err != nil {
			return warnings, err
		}
		warnings = append(append(warnings, more...), fmt.Sprintf("Another resource of this configuration added a new scope "+
			"for %s in this run. The scope %s, which the list had for the same object, was removed.", s.item, s.id))
	}
	return warnings, nil
}
