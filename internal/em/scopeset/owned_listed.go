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

// unlistedTime is how long AwaitListed waits for the scope of an item. After that, the item counts as never added.
const unlistedTime = 10 * time.Second

// AwaitListed waits for a while until the scope of an item that was sent appears in the list. It returns the scope, and
// owned with its ID. It returns owned unchanged if the scope does not appear, if its ID is already known, or if the
// account no longer exists.
func (a Account) AwaitListed(ctx context.Context, owned Owned, item emapi.ScopeItem) (Owned, emapi.Scope, error) {
	i := owned.index(item)
	if i < 0 || owned[i].id != "" {
		return owned, emapi.Scope{}, nil
	}
	sent := owned[i]
	certain := sent.located != ""
	if !certain {
		var err error
		if certain, err = a.standsAlone(ctx, item); err != nil {
			return owned, emapi.Scope{}, err
		}
	}
	var matches []emapi.Scope
	until := time.Now().Add(unlistedTime)
	err := a.client.PollScopes(ctx, a.id, func(listed []emapi.Scope) (bool, error) {
		var err error
		matches, err = a.appeared(ctx, owned, listed, sent)
		return certain && len(matches) > 0 || !time.Now().Before(until), err
	})
	switch err := a.goneError(ctx, err); {
	case errors.Is(err, ErrAccountGone):
		return owned, emapi.Scope{}, nil
	case err != nil:
		return owned, emapi.Scope{}, err
	}
	found, ok, err := a.sole(ctx, sent, matches)
	if err != nil || !ok {
		return owned, emapi.Scope{}, err
	}
	return owned.With(item, found.ID), found, nil
}

// sole returns the only scope that may be the one of a sent item. It returns an error if there are several, or if the
// only one may be that of another process.
func (a Account) sole(ctx context.Context, sent ownedScope, matches []emapi.Scope) (emapi.Scope, bool, error) {
	switch len(matches) {
	case 0:
		return emapi.Scope{}, false, nil
	case 1:
		certain := !sent.unproven
		if !certain {
			var err error
			if certain, err = a.standsAlone(ctx, sent.item); err != nil {
				return emapi.Scope{}, false, err
			}
		}
		if certain {
			return matches[0], true, nil
		}
	}
	return emapi.Scope{}, false, Ambiguous(sent.item, matches)
}

// appeared returns the listed scopes that match a sent item and may be its own, except those that stand for another
// item of owned.
func (a Account) appeared(ctx context.Context, owned Owned, listed []emapi.Scope, sent ownedScope) (
	[]emapi.Scope, error,
) {
	matches, err := a.Matches(ctx, listed, sent.item)
	matches = slices.DeleteFunc(matches, func(s emapi.Scope) bool { return !sent.mayBe(s) })
	return owned.Free(matches, sent.item), err
}

// Present returns the items for which the account has a scope, including items that were sent but not listed before. It
// also returns which scope stands for each item. If the ID of an item's scope is known, only the scope with that ID
// counts; another scope of the same name belongs to another owner.
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

// present reports whether a scope of the item is listed. It also returns what is now known about that scope, or nil.
func (a Account) present(ctx context.Context, owned Owned, listed []emapi.Scope, item emapi.ScopeItem) (
	bool, *ownedScope, error,
) {
	i := owned.index(item)
	if i >= 0 && owned[i].id != "" {
		return a.presentByID(ctx, owned, listed, owned[i])
	}
	if i >= 0 {
		matches, err := a.appeared(ctx, owned, listed, owned[i])
		if err != nil {
			return false, &owned[i], err
		}
		found, ok, err := a.sole(ctx, owned[i], matches)
		if err != nil || !ok {
			return false, &owned[i], err
		}
		return true, &ownedScope{item: item, id: found.ID}, nil
	}
	matches, err := a.Matches(ctx, listed, item)
	if err != nil || len(owned.Free(matches, item)) > 1 {
		return err == nil, nil, err
	}
	s, ok, err := a.byName(ctx, owned, matches, item)
	if err != nil || !ok {
		return false, nil, err
	}
	return true, &ownedScope{item: item, id: s.ID, adopted: true}, nil
}

// presentByID is present for an item whose scope has a known ID.
func (a Account) presentByID(ctx context.Context, owned Owned, listed []emapi.Scope, known ownedScope) (
	bool, *ownedScope, error,
) {
	_, found, err := a.ByID(ctx, listed, known.id, known.item)
	if found || err != nil {
		return found, &known, err
	}
	s, found, err := a.Follow(ctx, owned, listed, known.item)
	if !found || err != nil {
		return false, nil, err
	}
	known.id = s.ID
	return true, &known, nil
}

// Follow returns the scope that has taken the place of the item's scope, which is no longer listed. Only a scope that
// was adopted by its name can be followed, and only as long as the new one can be found by its name just as well.
func (a Account) Follow(ctx context.Context, owned Owned, listed []emapi.Scope, item emapi.ScopeItem) (
	emapi.Scope, bool, error,
) {
	i := owned.index(item)
	if i < 0 || !owned[i].adopted {
		return emapi.Scope{}, false, nil
	}
	matches, err := a.Matches(ctx, listed, item)
	if err != nil {
		return emapi.Scope{}, false, err
	}
	return a.byName(ctx, owned.Without(item), matches, item)
}
