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

// AwaitListed looks for the scope of an item that was sent and not listed, for a while. It returns the scope, and o with its
// ID; o as it is if the scope does not appear, the item has an ID already, or the account is gone.
func (o Owned) AwaitListed(ctx context.Context, client *emapi.Client, accountID string, item emapi.ScopeItem) (
	Owned, emapi.Scope, error,
) {
	i := o.index(item)
	if i < 0 || o[i].id != "" {
		return o, emapi.Scope{}, nil
	}
	var appeared emapi.Scope
	until := time.Now().Add(unlistedTime)
	err := client.PollScopes(ctx, accountID, func(listed []emapi.Scope) (bool, error) {
		matches, err := o.appeared(ctx, client, listed, o[i])
		if len(matches) > 0 {
			appeared = matches[0]
		}
		return len(matches) > 0 || !time.Now().Before(until), err
	})
	switch err := goneError(ctx, client, accountID, err); {
	case errors.Is(err, ErrAccountGone):
		return o, emapi.Scope{}, nil
	case err != nil || appeared.ID == "":
		return o, emapi.Scope{}, err
	}
	return o.With(item, appeared.ID), appeared, nil
}

// appeared returns the listed scopes of an item that were not there before it was sent and stand for no other item of o.
func (o Owned) appeared(ctx context.Context, client *emapi.Client, listed []emapi.Scope, sent ownedScope) ([]emapi.Scope, error) {
	matches, err := Matches(ctx, client, listed, sent.item)
	matches = slices.DeleteFunc(matches, func(s emapi.Scope) bool { return slices.Contains(sent.before, s.ID) })
	return o.Free(matches, sent.item), err
}

// Present returns those of items, and of those sent and not listed, that the account has a scope for, and which scope stands
// for each. An item whose scope is known by its ID is there only while that very scope is; another one of the same name
// belongs to another owner.
func (o Owned) Present(ctx context.Context, client *emapi.Client, listed []emapi.Scope, items []emapi.ScopeItem) (
	[]emapi.ScopeItem, Owned, error,
) {
	var there []emapi.ScopeItem
	var found Owned
	for _, item := range append(Without(o.Unlisted(), items), items...) {
		is, scope, err := o.look(ctx, client, listed, item)
		if err != nil {
			return nil, nil, err
		}
		if is {
			there = append(there, item)
		}
		if scope != nil {
			found = append(found, *scope)
		}
	}
	return there, found, nil
}

// look reports whether a scope of the item is listed, and returns what is known of it from now on; nil if nothing is.
func (o Owned) look(ctx context.Context, client *emapi.Client, listed []emapi.Scope, item emapi.ScopeItem) (bool, *ownedScope, error) {
	i := o.index(item)
	if i >= 0 && o[i].id != "" {
		_, found, err := ByID(ctx, client, listed, o[i].id, item)
		if !found {
			return false, nil, err
		}
		return true, &o[i], nil
	}
	if i >= 0 {
		matches, err := o.appeared(ctx, client, listed, o[i])
		if len(matches) == 0 {
			return false, &o[i], err
		}
		return true, &ownedScope{item: item, id: matches[0].ID}, nil
	}
	matches, err := Matches(ctx, client, listed, item)
	matches = o.Free(matches, item)
	if err != nil || len(matches) != 1 {
		return len(matches) > 0, nil, err
	}
	return true, &ownedScope{item: item, id: matches[0].ID}, nil
}
