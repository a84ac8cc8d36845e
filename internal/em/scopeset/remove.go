// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"fmt"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// Removal is a set of scopes that are being removed from an account.
type Removal struct {
	account  Account
	removed  []emapi.Scope
	siblings []emapi.Scope // other scopes that share an ID with a removed one
}

// StartRemoval sends the requests that remove listed scopes. The caller holds Lock; Wait needs no lock.
func (a Account) StartRemoval(ctx context.Context, listed, remove []emapi.Scope) (*Removal, error) {
	r := &Removal{account: a, removed: remove}
	for _, s := range remove {
		r.siblings = append(r.siblings, sharing(listed, s, remove)...)
		if err := a.remove(ctx, listed, s); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (a Account) remove(ctx context.Context, listed []emapi.Scope, s emapi.Scope) error {
	if len(sharing(listed, s, []emapi.Scope{s})) > 0 {
		return a.client.RemoveSharedScope(ctx, a.id, s)
	}
	return a.client.RemoveScope(ctx, a.id, s.ID)
}

// Wait waits until the scopes are no longer listed. The vendor's own example shows several scopes with one ID: a
// warning names each scope that the server removed together with another one.
func (r *Removal) Wait(ctx context.Context) (warnings []string, err error) {
	for _, s := range r.removed {
		if err := r.removeShared(ctx, s); err != nil {
			return nil, err
		}
		if err := r.account.WaitGone(ctx, s); err != nil {
			return nil, err
		}
	}
	if len(r.siblings) == 0 {
		return nil, nil
	}
	after, err := r.account.client.ListScopes(ctx, r.account.id)
	if emapi.IsNotFound(err) {
		return nil, nil // the account no longer exists, and neither do its scopes
	}
	if err != nil {
		return nil, err
	}
	for _, sibling := range r.siblings {
		if !slices.ContainsFunc(after, func(o emapi.Scope) bool { return o.Key() == sibling.Key() && !o.Removing() }) {
			warnings = append(warnings, fmt.Sprintf("The restore scope %s %q of %s has the same ID (%s) as a scope that "+
				"Terraform removed, and the server removed both. "+
				"If the configuration contains the scope, this run or the next one adds it again.",
				sibling.HierarchyObjectType, sibling.Name, sibling.HierarchyRootName, sibling.ID))
		}
	}
	return warnings, nil
}

// removeShared removes a scope again if other scopes have the same ID and the server removed one of those instead.
func (r *Removal) removeShared(ctx context.Context, s emapi.Scope) error {
	for _, sibling := range r.siblings {
		if sibling.ID != s.ID {
			continue
		}
		listed, err := r.account.client.ListScopes(ctx, r.account.id)
		if emapi.IsNotFound(err) {
			return nil // the account no longer exists, and neither do its scopes
		}
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(listed, func(o emapi.Scope) bool { return o.Key() == s.Key() && !o.Removing() }) {
			return nil
		}
		if err := r.account.remove(ctx, listed, s); err != nil {
			return err
		}
	}
	return nil
}

// Remove starts a removal and waits for it. The caller holds Lock.
func (a Account) Remove(ctx context.Context, listed, remove []emapi.Scope) (warnings []string, err error) {
	removal, err := a.StartRemoval(ctx, listed, remove)
	if err != nil {
		return nil, err
	}
	return removal.Wait(ctx)
}

// KeepsLast reports whether a removal failed because the server refuses to leave the account without any scope.
func (a Account) KeepsLast(ctx context.Context, err error) bool {
	if !emapi.IsConflict(err) {
		return false
	}
	listed, listErr := a.List(ctx)
	ids := map[string]bool{} // the server removes all scopes that have the same ID at once
	for _, s := range listed {
		if !s.Removing() {
			ids[s.ID] = true
		}
	}
	return listErr == nil && len(ids) <= 1
}

// sharing returns the listed scopes that have the same ID as s and are not in remove.
func sharing(listed []emapi.Scope, s emapi.Scope, remove []emapi.Scope) []emapi.Scope {
	var others []emapi.Scope
	for _, o := range listed {
		requested := slices.ContainsFunc(remove, func(r emapi.Scope) bool { return o.Key() == r.Key() })
		if o.ID == s.ID && !requested && !o.Removing() {
			others = append(others, o)
		}
	}
	return others
}

// WaitGone waits until the server no longer lists a scope that is being removed.
func (a Account) WaitGone(ctx context.Context, s emapi.Scope) error {
	return a.client.WaitScopeGone(ctx, a.id, s)
}
