// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopesexclusive

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// enforcement makes the scopes of an account match a list. The account never has more access than before or after:
// first all other scopes are removed, then missing ones are added. Two scopes are added earlier: that of an object that
// has the name of another one, whose scope goes, and one without which the server does not remove the last scope.
type enforcement struct {
	account scopeset.Account
	items   []emapi.ScopeItem
	owned   scopeset.Owned
	notes   []string // warnings
}

func (e *enforcement) run(ctx context.Context) error {
	listed, missing, err := e.missing(ctx)
	if err != nil {
		return err
	}
	foreign, err := e.account.Foreign(ctx, listed, e.items, e.owned)
	if err != nil {
		return err
	}
	if err := e.refuseClaimed(ctx, listed, foreign); err != nil {
		return err
	}
	for _, item := range missing {
		alike, err := e.account.Matches(ctx, foreign, item)
		if err != nil {
			return err
		}
		if len(alike) > 0 {
			if err := e.add(ctx, item); err != nil {
				return err
			}
		}
	}
	if err := e.remove(ctx, listed, foreign, missing); err != nil {
		return err
	}
	if len(missing) == 0 && len(e.notes) == 0 {
		return nil
	}
	// The server may have removed scopes of the list together with another scope of the same ID.
	if _, missing, err = e.missing(ctx); err != nil {
		return err
	}
	return e.add(ctx, missing...)
}

// remove removes the foreign scopes. If the server refuses to remove the last scope of the account, it first adds one
// that is missing.
func (e *enforcement) remove(
	ctx context.Context, listed, foreign []emapi.Scope, missing []emapi.ScopeItem,
) (err error) {
	if len(foreign) == 0 {
		return nil
	}
	e.notes, err = e.account.Remove(ctx, listed, foreign)
	if err == nil || !e.account.KeepsLast(ctx, err) {
		return err
	}
	missing = slices.DeleteFunc(slices.Clone(missing), func(i emapi.ScopeItem) bool { return e.owned.ID(i) != "" })
	if len(missing) == 0 {
		return err
	}
	if err := e.add(ctx, missing[0]); err != nil {
		return err
	}
	listed, err = e.account.List(ctx)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(foreign), func(s emapi.Scope) bool {
		return !slices.ContainsFunc(listed, func(o emapi.Scope) bool { return o.Key() == s.Key() && !o.Removing() })
	})
	e.notes, err = e.account.Remove(ctx, listed, left)
	return err
}

func (e *enforcement) add(ctx context.Context, items ...emapi.ScopeItem) (err error) {
	e.owned, err = e.account.Add(ctx, e.owned, items)
	return err
}

// missing returns the listed scopes and the items that have none. It also drops items that are no longer in the list
// from owned.
func (e *enforcement) missing(ctx context.Context) (listed []emapi.Scope, missing []emapi.ScopeItem, err error) {
	for _, item := range e.items {
		if e.owned, _, err = e.account.AwaitListed(ctx, e.owned, item); err != nil {
			return nil, nil, err
		}
	}
	if listed, err = e.account.List(ctx); err != nil {
		return nil, nil, err
	}
	for _, item := range e.items {
		if id, ok := e.account.ClaimedItem(item); ok && id != "" && e.owned.ID(item) == "" {
			e.owned = e.owned.With(item, id)
		}
	}
	_, known, err := e.account.Present(ctx, e.owned, listed, e.items)
	if err != nil {
		return nil, nil, err
	}
	e.owned = nil
	for _, item := range e.items {
		if id := known.ID(item); id != "" {
			e.owned = e.owned.Replace([]emapi.ScopeItem{item}, known)
			e.account.Claim(item, id)
		} else {
			missing = append(missing, item)
		}
	}
	return listed, missing, nil
}

// refuseClaimed returns an error if another resource has one of the foreign scopes in this run. Otherwise the two
// resources would undo each other's changes in every apply.
func (e *enforcement) refuseClaimed(ctx context.Context, listed, foreign []emapi.Scope) error {
	var names []string
	for _, s := range foreign {
		item, claimed, err := e.account.ClaimedBy(ctx, listed, s)
		if err != nil {
			return err
		}
		if claimed {
			names = append(names, fmt.Sprintf("%q (%s)", s.Name, item.HierarchyObjRef))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("other resources of this configuration added or adopted restore scopes of the account that are not "+
		"in scopes: %s. Nothing was removed. Add them to scopes, or remove them from the other resources",
		strings.Join(names, ", "))
}

// itemsOf returns items for foreign scopes, which the plan shows. An item has a reference if the lookup service finds
// exactly one object of the scope's root, name and type, and if that object is not an item of the list.
func itemsOf(ctx context.Context, account scopeset.Account, scopes []emapi.Scope, known []emapi.ScopeItem) (
	[]emapi.ScopeItem, error,
) {
	var items []emapi.ScopeItem
	for _, s := range scopes {
		reference, err := account.Reference(ctx, s)
		if err != nil {
			return nil, err
		}
		item := emapi.ScopeItem{HierarchyObjRef: reference.Ref, ObjectName: s.Name}
		if scopeset.Contains(known, item) || scopeset.Contains(items, item) {
			item.HierarchyObjRef = emapi.ObjRef{}
		}
		if !slices.Contains(items, item) { // a set must not contain duplicates
			items = append(items, item)
		}
	}
	return items, nil
}
