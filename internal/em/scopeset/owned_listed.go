// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// unlistedTime is how long an item that was sent and not listed is looked for before it counts as never added.
const unlistedTime = 10 * time.Second

// AwaitListed looks for the scope of an item that was sent and not listed, for a while. It returns the scope, and owned
// with its ID; owned as it is if the scope does not appear, the item has an ID already, or the account is gone.
func (a Account) AwaitListed(ctx context.Context, owned Owned, item emapi.ScopeItem) (Owned, emapi.Scope, error) {
	i := owned.index(item)
	if i < 0 || owned[i].id != "" {
		return owned, emapi.Scope{}, nil
	}
	var found emapi.Scope
	until := time.Now().Add(unlistedTime)
	err := a.client.PollScopes(ctx, a.id, func(listed []emapi.Scope) (bool, error) {
		matches, err := a.appeared(ctx, owned, listed, owned[i])
		if len(matches) > 0 {
			found = matches[0]
		}
		return len(matches) > 0 || !time.Now().Before(until), err
	})
	switch err := a.goneError(ctx, err); {
	case errors.Is(err, ErrAccountGone):
		return owned, emapi.Scope{}, nil
	case err != nil || found.ID == "":
		return owned, emapi.Scope{}, err
	}
	return owned.With(item, found.ID), found, nil
}

// appeared returns the listed scopes of an item that were not there before it was sent and stand for no other item of
// owned.
func (a Account) appeared(ctx context.Context, owned Owned, listed []emapi.Scope, sent ownedScope) ([]emapi.Scope, error) {
	matches, err := a.Matches(ctx, listed, sent.item)
	matches = slices.DeleteFunc(matches, func(s emapi.Scope) bool { return slices.Contains(sent.before, s.ID) })
	return owned.Free(matches, sent.item), err
}

// Present returns those of items, and of those sent and not listed, that the account has a scope for, and which scope
// stands for each. An item whose scope is known by its ID is there only while that very scope is; another one of the same
// name belongs to another owner.
func (a Account) Present(ctx context.Context, owned Owned, listed []emapi.Scope, items []emapi.ScopeItem) (
	[]emapi.ScopeItem, Owned, error,
) {
	var there []emapi.ScopeItem
	var known Owned
	for _, item := range append(Without(owned.Unlisted(), items), items...) {
		is, scope, err := a.present(ctx, owned, listed, item)
		if err != nil {
			return nil, nil, err
		}
		if is {
			there = append(there, item)
		}
		if scope != nil {
			known = append(known, *scope)
		}
	}
	return there, known, nil
}

// present reports whether a scope of the item is listed, and returns what is known of it from now on; nil if nothing is.
func (a Account) present(ctx context.Context, owned Owned, listed []emapi.Scope, item emapi.ScopeItem) (
	bool, *ownedScope, error,
) {
	i := owned.index(item)
	if i >= 0 && owned[i].id != "" {
		_, found, err := a.ByID(ctx, listed, owned[i].id, item)
		if !found {
			return false, nil, err
		}
		return true, &owned[i], nil
	}
	if i >= 0 {
		matches, err := a.appeared(ctx, owned, listed, owned[i])
		if len(matches) == 0 {
			return false, &owned[i], err
		}
		return true, &ownedScope{item: item, id: matches[0].ID}, nil
	}
	matches, err := a.Matches(ctx, listed, item)
	matches = owned.Free(matches, item)
	if err != nil || len(matches) != 1 {
		return len(matches) > 0, nil, err
	}
	return true, &ownedScope{item: item, id: matches[0].ID}, nil
}
