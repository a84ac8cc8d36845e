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

// A scope that the server accepted, or may have accepted, and did not list while anybody waited is late. It has no ID yet: what
// tells it apart when it appears is which scopes of its name were there before it was sent.

// lateTime is how long a late scope is looked for before it counts as never made.
const lateTime = 10 * time.Second

// WithLate returns o with the item's scope being late; before are the IDs of the scopes of its name that were listed already.
func (o Owned) WithLate(item emapi.ScopeItem, before []string) Owned {
	return append(o.Without(item), ownedScope{Ref: item.HierarchyObjRef, Name: item.ObjectName, Late: true, Before: before})
}

// Late lists the items whose scopes are late.
func (o Owned) Late() []emapi.ScopeItem {
	var items []emapi.ScopeItem
	for _, s := range o {
		if s.Late {
			items = append(items, s.item())
		}
	}
	return items
}

// Await looks for the scope of a late item, for a while, and returns o with its ID; o as it is where it does not appear.
func (o Owned) Await(ctx context.Context, client *emapi.Client, accountID string, item emapi.ScopeItem) (Owned, error) {
	i := slices.IndexFunc(o, func(s ownedScope) bool { return s.Late && Same(s.item(), item) })
	if i < 0 {
		return o, nil
	}
	s, found, err := AwaitLate(ctx, client, accountID, item, append(o.IDsLike(item), o[i].Before...))
	if found {
		o = o.With(item, s.ID)
	}
	return o, err
}

// AwaitLate looks for a scope of the item that is none of before, for a while. An account that is gone has none.
func AwaitLate(ctx context.Context, client *emapi.Client, accountID string, item emapi.ScopeItem, before []string) (emapi.Scope, bool, error) {
	for until := time.Now().Add(lateTime); ; {
		listed, err := List(ctx, client, accountID)
		if errors.Is(err, ErrAccountGone) {
			return emapi.Scope{}, false, nil
		}
		var s emapi.Scope
		var found bool
		if err == nil {
			s, found, err = appeared(ctx, client, listed, item, before)
		}
		if found || err != nil || time.Now().After(until) {
			return s, found, err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return emapi.Scope{}, false, ctx.Err()
		}
	}
}

// appeared returns the listed scope of the item that is none of before.
func appeared(ctx context.Context, client *emapi.Client, listed []emapi.Scope, item emapi.ScopeItem, before []string) (emapi.Scope, bool, error) {
	matches, err := Matches(ctx, client, listed, item)
	if err != nil {
		return emapi.Scope{}, false, err
	}
	i := slices.IndexFunc(matches, func(s emapi.Scope) bool { return !slices.Contains(before, s.ID) })
	if i < 0 {
		return emapi.Scope{}, false, nil
	}
	return matches[i], true, nil
}
