// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"slices"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// owners records, for one run of Terraform, which scopes the resources have added or adopted, and which ones they could
// not remove.
type owners struct {
	mu    sync.Mutex
	items map[ownerKey]emapi.ScopeItem
	kept  map[httpkit.Key]bool
}

type ownerKey struct {
	account string
	scope   emapi.ScopeKey
}

// own records that a resource has added or adopted the scope for an item.
func (a Account) own(scope emapi.Scope, item emapi.ScopeItem) {
	o := tfkit.Of[owners](&a.em.Run)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.items == nil {
		o.items = map[ownerKey]emapi.ScopeItem{}
	}
	o.items[ownerKey{a.id, scope.Key()}] = item
}

// OwnedInRun returns the item for which a resource added or adopted the scope in this run.
func (a Account) OwnedInRun(scope emapi.Scope) (emapi.ScopeItem, bool) {
	o := tfkit.Of[owners](&a.em.Run)
	o.mu.Lock()
	defer o.mu.Unlock()
	item, ok := o.items[ownerKey{a.id, scope.Key()}]
	return item, ok
}

// HandedOver reports whether a resource added or adopted the scope with this ID for the same item in this run.
func (a Account) HandedOver(scopeID string, item emapi.ScopeItem) bool {
	o := tfkit.Of[owners](&a.em.Run)
	o.mu.Lock()
	defer o.mu.Unlock()
	for key, owned := range o.items {
		if key.account == a.id && key.scope.ID == scopeID && owned.Same(item) {
			return true
		}
	}
	return false
}

// Keep records that a resource could not remove the scope of the item in this run. The next run removes the scope, so
// another resource that adopted it now would lose it then.
func (a Account) Keep(item emapi.ScopeItem) {
	o := tfkit.Of[owners](&a.em.Run)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.kept == nil {
		o.kept = map[httpkit.Key]bool{}
	}
	for _, key := range a.keys(item) {
		o.kept[key] = true
	}
}

// kept reports whether Keep was called for a scope that looks like the item's.
func (a Account) kept(item emapi.ScopeItem) bool {
	o := tfkit.Of[owners](&a.em.Run)
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.ContainsFunc(a.keys(item), func(key httpkit.Key) bool { return o.kept[key] })
}
