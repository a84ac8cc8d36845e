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

// enforcement makes the scopes of an account match a list. It adds missing scopes before it removes any.
type enforcement struct {
	account scopeset.Account
	items   []emapi.ScopeItem
	owned   scopeset.Owned
	notes   []string // warnings
}

func (e *enforcement) run(ctx context.Context) error {
	if err := e.add(ctx); err != nil {
		return err
	}
	listed, err := e.account.List(ctx)
	if err != nil {
		return err
	}
	foreign, err := foreign(ctx, e.account, listed, e.items, e.owned)
	if err != nil {
		return err
	}
	if err := e.refuseClaimed(ctx, listed, foreign); err != nil {
		return err
	}
	e.notes, err = e.account.Remove(ctx, listed, foreign)
	if err != nil || len(e.notes) == 0 {
		return err
	}
	return e.add(ctx) // the server removed scopes of the list together with another scope of the same ID
}

// add adds a scope for each item that has none.
func (e *enforcement) add(ctx context.Context) error {
	missing, err := e.missing(ctx)
	if err != nil {
		return err
	}
	e.owned, err = e.account.Add(ctx, e.owned, missing)
	return err
}

// missing returns the items that have no scope. It also drops items that are no longer in the list from owned.
func (e *enforcement) missing(ctx context.Context) ([]emapi.ScopeItem, error) {
	var err error
	for _, item := range e.items {
		if e.owned, _, err = e.account.AwaitListed(ctx, e.owned, item); err != nil {
			return nil, err
		}
	}
	listed, err := e.account.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, item := range e.items {
		if id, ok := e.account.ClaimedItem(item); ok && id != "" && e.owned.ID(item) == "" {
			e.owned = e.owned.With(item, id)
		}
	}
	_, known, err := e.account.Present(ctx, e.owned, listed, e.items)
	if err != nil {
		return nil, err
	}
	e.owned = nil
	var missing []emapi.ScopeItem
	for _, item := range e.items {
		if id := known.ID(item); id != "" {
			e.owned = e.owned.Replace([]emapi.ScopeItem{item}, known)
			e.account.Claim(item, id)
		} else {
			missing = append(missing, item)
		}
	}
	return missing, nil
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

// foreign returns the listed scopes that do not stand for any of the items.
func foreign(
	ctx context.Context, account scopeset.Account, listed []emapi.Scope, items []emapi.ScopeItem, owned scopeset.Owned,
) ([]emapi.Scope, error) {
	var own []emapi.Scope
	for _, item := range items {
		s, found, err := account.ByID(ctx, listed, owned.ID(item), item)
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

// itemsOf returns items for foreign scopes, which the plan shows. An item has a reference if the lookup service finds
// exactly one object of the scope's root, name and type, and if that object is not an item of the list.
func itemsOf(ctx context.Context, client *emapi.Client, scopes []emapi.Scope, known []emapi.ScopeItem) (
	[]emapi.ScopeItem, error,
) {
	var items []emapi.ScopeItem
	references := scopeset.NewReferences(client)
	for _, s := range scopes {
		reference, err := references.Of(ctx, s)
		if err != nil {
			return nil, err
		}
		item := emapi.ScopeItem{HierarchyObjRef: reference.Ref, ObjectName: s.Name}
		if len(scopeset.Without([]emapi.ScopeItem{item}, append(known, items...))) == 0 {
			item.HierarchyObjRef = emapi.ObjRef{}
		}
		if !slices.Contains(items, item) { // a set must not contain duplicates
			items = append(items, item)
		}
	}
	return items, nil
}

// names returns the scopes as text for a diagnostic.
func names(scopes []emapi.Scope) string {
	out := make([]string, 0, len(scopes))
	for _, s := range scopes {
		out = append(out, fmt.Sprintf("%s %q of %s", s.HierarchyObjectType, s.Name, s.HierarchyRootName))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
