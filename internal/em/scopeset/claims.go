// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Kind is the kind of a resource that owns restore scopes.
type Kind int

// The owners of restore scopes.
const (
	Inline    Kind = iota // restore_scope of veeam_em_account
	Single                // veeam_em_account_scope
	Exclusive             // veeam_em_account_scopes_exclusive
)

// claims records, for one apply, which resources have which scopes. A resource that adds a scope records it, and one
// that gives up a scope asks whether another one has taken it over, so that the order of the two does not matter.
type claims struct {
	init sync.Once
	mu   sync.Mutex
	of   map[string][]claim // by the ID of the account
	free map[string][]claim // scopes that resources gave up without removing them
	kept map[httpkit.Key]bool
}

// claim says that a resource has the scope of an item. Its ID is empty if it is not known.
type claim struct {
	item emapi.ScopeItem
	id   string
	by   *owner
}

// owner is a resource that owns scopes, for the time of one operation.
type owner struct{ kind Kind }

func (a Account) claims() *claims {
	c := tfkit.Of[claims](&a.em.Run)
	c.init.Do(func() { c.of, c.free, c.kept = map[string][]claim{}, map[string][]claim{}, map[httpkit.Key]bool{} })
	return c
}

// Claim records that this resource has the scope with this ID for the item. The ID is empty if it is not known.
func (a Account) Claim(item emapi.ScopeItem, id string) {
	c := a.claims()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[a.id] = slices.DeleteFunc(c.of[a.id], func(o claim) bool { return o.by == a.by && o.item.Same(item) })
	c.of[a.id] = append(c.of[a.id], claim{item, id, a.by})
	c.free[a.id] = slices.DeleteFunc(c.free[a.id], func(o claim) bool { return o.item.Same(item) })
}

// claimed returns the claims of other resources on this account for which match is true.
func (a Account) claimed(match func(claim) bool) []claim {
	c := a.claims()
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []claim
	for _, o := range c.of[a.id] {
		if o.by != a.by && match(o) {
			found = append(found, o)
		}
	}
	return found
}

// ClaimedItem returns the ID of the scope that another resource has for the item in this run. The ID is empty if it is
// not known.
func (a Account) ClaimedItem(item emapi.ScopeItem) (id string, ok bool) {
	found := a.claimed(func(o claim) bool { return o.item.Same(item) })
	if len(found) == 0 {
		return "", false
	}
	return found[0].id, true
}

// claimOf returns the claim of another resource on a listed scope.
func (a Account) claimOf(ctx context.Context, listed []emapi.Scope, s emapi.Scope) (claim, bool, error) {
	possible := func(o claim) bool { return o.id == s.ID || o.id == "" && emapi.SameName(o.item.ObjectName, s.Name) }
	for _, o := range a.claimed(possible) {
		its, there, err := a.ByID(ctx, listed, s.ID, o.item)
		if err != nil || there && its.Key() == s.Key() {
			return o, err == nil, err
		}
	}
	return claim{}, false, nil
}

// ClaimedBy returns the item for which another resource has the listed scope in this run.
func (a Account) ClaimedBy(ctx context.Context, listed []emapi.Scope, s emapi.Scope) (emapi.ScopeItem, bool, error) {
	found, ok, err := a.claimOf(ctx, listed, s)
	return found.item, ok, err
}

// checkFree returns an error if another resource has a scope of the item in this run. The exclusive list is not such a
// resource: it can contain the objects of the others.
func (a Account) checkFree(item emapi.ScopeItem) error {
	taken := a.claimed(func(o claim) bool { return o.by.kind != Exclusive && o.item.Same(item) })
	if len(taken) == 0 || a.by.kind == Exclusive {
		return nil
	}
	return fmt.Errorf("another resource of this configuration already manages the restore scope of %s in this account. "+
		"An object can be in restore_scope or in one veeam_em_account_scope, not in both. No request was sent", item)
}

// release records that this resource gave up the scope of an item without removing it. Another resource can take it
// over, although the name of the scope may not identify its object.
func (a Account) release(item emapi.ScopeItem, id string) {
	c := a.claims()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free[a.id] = append(c.free[a.id], claim{item, id, a.by})
}

// released returns the ID of the scope that another resource gave up for the item, or "".
func (a Account) released(item emapi.ScopeItem) string {
	c := a.claims()
	c.mu.Lock()
	defer c.mu.Unlock()
	free := c.free[a.id]
	if i := slices.IndexFunc(free, func(o claim) bool { return o.item.Same(item) }); i >= 0 {
		return free[i].id
	}
	return ""
}

// Keep records that a resource could not remove the scope of the item in this run. The next run removes the scope, so
// another resource that adopted it now would lose it then.
func (a Account) Keep(item emapi.ScopeItem) {
	c := a.claims()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range a.keys(item) {
		c.kept[key] = true
	}
}

// kept reports whether Keep was called for a scope that looks like the item's.
func (a Account) kept(item emapi.ScopeItem) bool {
	c := a.claims()
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(a.keys(item), func(key httpkit.Key) bool { return c.kept[key] })
}
