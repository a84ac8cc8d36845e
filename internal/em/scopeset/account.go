// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"errors"
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Account is an account whose restore scopes are read or changed.
type Account struct {
	em     *tfkit.EM
	client *emapi.Client
	id     string // GUID in lower case
	by     *owner // the resource that works on the scopes
}

// Of returns the account with the given ID, a GUID in lower case, for one operation of a resource of the given kind.
func Of(em *tfkit.EM, client *emapi.Client, id string, kind Kind) Account {
	return Account{em, client, id, &owner{kind}}
}

// ErrAccountGone says that the server answered 404 to a request for the account itself.
var ErrAccountGone = errors.New("the account no longer exists")

// List lists the scopes of the account. If the list is not found, it reads the account itself: the error is
// ErrAccountGone only if the account is not found either.
func (a Account) List(ctx context.Context) ([]emapi.Scope, error) {
	listed, err := a.client.ListScopes(ctx, a.id)
	return listed, a.goneError(ctx, err)
}

// Recent is List for a refresh: the listing can be some seconds old, unless this process has changed the scopes since.
// The resources that share an account ask for the same listing.
func (a Account) Recent(ctx context.Context) ([]emapi.Scope, error) {
	listed, err := a.client.RecentScopes(ctx, a.id)
	return listed, a.goneError(ctx, err)
}

func (a Account) goneError(ctx context.Context, err error) error {
	if !emapi.IsNotFound(err) {
		return err
	}
	if _, accountErr := a.client.GetAccount(ctx, a.id); emapi.IsNotFound(accountErr) {
		return fmt.Errorf("%w: %w", ErrAccountGone, accountErr)
	}
	return err
}

// Lock serializes changes of the account, and of its scopes that look like one of the items, until unlock is called.
// Code that adds or removes scopes holds it.
func (a Account) Lock(ctx context.Context, items ...emapi.ScopeItem) (unlock func(), err error) {
	return a.em.Locks.Lock(ctx, append(a.keys(items...), tfkit.AccountKey(a.id))...)
}

// LockItems is like Lock but does not lock the account itself, so changes of other scopes can continue. The account can
// be locked while this lock is held.
func (a Account) LockItems(ctx context.Context, items ...emapi.ScopeItem) (unlock func(), err error) {
	return a.em.Locks.Lock(ctx, a.keys(items...)...)
}

// keys returns the lock keys of the items. Items whose scopes look alike share a key.
func (a Account) keys(items ...emapi.ScopeItem) []httpkit.Key {
	keys := make([]httpkit.Key, 0, len(items))
	for _, item := range items {
		keys = append(keys, httpkit.Key{Rank: emapi.RankScope, Name: a.id + " " + lookName(item)})
	}
	return keys
}

// lookName returns what is the same for items whose scopes may look alike: the platform, type and name. The hierarchy
// root is no part of it, because the server can list a scope with a root that is not in its list of roots.
func lookName(item emapi.ScopeItem) string {
	look := item.Look()
	return look.Platform + " " + look.Type + " " + look.Name
}
