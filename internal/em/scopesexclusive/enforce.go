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

// enforcement brings the scopes of an account to a list. What is missing is added before anything is removed.
type enforcement struct {
	client  *emapi.Client
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
	if err := e.refuseClaimed(foreign); err != nil {
		return err
	}
	e.notes, err = e.account.Remove(ctx, listed, foreign)
	if err != nil || len(e.notes) == 0 {
		return err
	}
	return e.add(ctx) // scopes of the list went with a removed one, since they had the same ID
}

// add gives the account a scope for each item that has none.
func (e *enforcement) add(ctx context.Context) error {
	missing, err := e.missing(ctx)
	if err != nil {
		return err
	}
	e.owned, err = e.account.Add(ctx, e.owned, missing)
	return err
}

// missing are the items without a scope of their own. Items that are no longer wanted are no longer owned.
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
	var still scopeset.Owned
	var missing []emapi.ScopeItem
	for _, item := range e.items {
		id, there := e.ownID(listed, item), false
		if id != "" {
			if _, there, err = e.account.ByID(ctx, listed, id, item); err != nil {
				return nil, err
			}
		}
		if there {
			still = still.With(item, id)
		} else {
			missing = append(missing, item)
		}
	}
	e.owned = still
	return missing, nil
}

// ownID is the ID of the scope that stands for the item: the one that is remembered, or one that another resource made or took
// over in this run for the same object.
func (e *enforcement) ownID(listed []emapi.Scope, item emapi.ScopeItem) string {
	if id := e.owned.ID(item); id != "" {
		return id
	}
	for _, s := range listed {
		if owned, ok := e.account.OwnedInRun(s); ok && owned.Same(item) {
			return s.ID
		}
	}
	return ""
}

// refuseClaimed refuses to remove what another resource made or took over in this run: they would undo each other in every apply.
func (e *enforcement) refuseClaimed(foreign []emapi.Scope) error {
	var names []string
	for _, s := range foreign {
		if item, owned := e.account.OwnedInRun(s); owned {
			names = append(names, fmt.Sprintf("%q (%s)", s.Name, item.HierarchyObjRef))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("other resources of this configuration have just given the account restore scopes that the list lacks: %s. "+
		"Nothing was removed. Add them to scopes, or remove them from the other resources", strings.Join(names, ", "))
}

// foreign are the listed scopes that stand for none of the items.
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
	return slices.DeleteFunc(slices.Clone(listed), func(s emapi.Scope) bool { return s.Removing() || slices.Contains(own, s) }), nil
}

// itemsOf makes items of foreign scopes, for the plan to show: with the reference where the lookup service knows exactly one
// object of that root, name and type and no item of the list is it, else with an empty one.
func itemsOf(ctx context.Context, client *emapi.Client, scopes []emapi.Scope, known []emapi.ScopeItem) ([]emapi.ScopeItem, error) {
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
		if !slices.Contains(items, item) { // a set has no element twice
			items = append(items, item)
		}
	}
	return items, nil
}

// names names scopes for a person.
func names(scopes []emapi.Scope) string {
	out := make([]string, 0, len(scopes))
	for _, s := range scopes {
		out = append(out, fmt.Sprintf("%s %q of %s", s.HierarchyObjectType, s.Name, s.HierarchyRootName))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
