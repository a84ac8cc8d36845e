// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Lock serialises the changes of an account, and of those of its scopes that look like one of items, until unlock is called.
// Everything that adds or removes scopes holds it while it does.
func Lock(ctx context.Context, em *tfkit.EM, accountID string, items ...emapi.ScopeItem) (unlock func(), err error) {
	return em.Locks.Lock(ctx, append(Keys(accountID, items...), tfkit.AccountKey(accountID))...)
}

// Keys are the lock keys of the items. Items of one platform, type and name share a key, whatever their hierarchy roots: the
// server can list a scope with a root that it does not list itself. The keys come before the account's own, so that the
// account can be locked while they are held.
func Keys(accountID string, items ...emapi.ScopeItem) []httpkit.Key {
	keys := make([]httpkit.Key, 0, len(items))
	for _, item := range items {
		look := item.Look()
		name := accountID + " " + look.Platform + " " + look.Type + " " + look.Name
		keys = append(keys, httpkit.Key{Rank: emapi.RankScope, Name: name})
	}
	return keys
}
