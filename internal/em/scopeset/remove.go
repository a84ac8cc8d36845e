// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"fmt"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// Removal is scopes on their way out of an account.
type Removal struct {
	account  Account
	removed  []emapi.Scope
	siblings []emapi.Scope // listed under an ID of one that is removed
}

// StartRemoval removes listed scopes, one after the other. The caller holds Lock; Wait needs none.
func (a Account) StartRemoval(ctx context.Context, listed, remove []emapi.Scope) (*Removal, error) {
	r := &Removal{account: a, removed: remove}
	for _, s := range remove {
		r.siblings = append(r.siblings, sharing(listed, s, remove)...)
		if err := a.client.RemoveScope(ctx, a.id, s.ID); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Wait waits until none of the scopes is listed any more. The vendor's own example lists several scopes under one ID: a
// warning names those that went together with one that was to be removed.
func (r *Removal) Wait(ctx context.Context) (warnings []string, err error) {
	for _, s := range r.removed {
		if err := r.removeShared(ctx, s); err != nil {
			return nil, err
		}
		if err := r.account.client.WaitScopeGone(ctx, r.account.id, s); err != nil {
			return nil, err
		}
	}
	if len(r.siblings) == 0 {
		return nil, nil
	}
	after, err := r.account.client.ListScopes(ctx, r.account.id)
	if err != nil {
		return nil, err
	}
	for _, sibling := range r.siblings {
		if !slices.ContainsFunc(after, func(o emapi.Scope) bool { return o.Key() == sibling.Key() && !o.Removing() }) {
			warnings = append(warnings, fmt.Sprintf("The restore scope %s %q of %s was listed under the same ID (%s) "+
				"as one that was removed, and went with it. If the configuration has it, this run or the next one adds it again.",
				sibling.HierarchyObjectType, sibling.Name, sibling.HierarchyRootName, sibling.ID))
		}
	}
	return warnings, nil
}

// removeShared removes a scope again if its ID is that of others too and the server has removed one of those instead.
func (r *Removal) removeShared(ctx context.Context, s emapi.Scope) error {
	for _, sibling := range r.siblings {
		if sibling.ID != s.ID {
			continue
		}
		listed, err := r.account.client.ListScopes(ctx, r.account.id)
		if emapi.IsNotFound(err) {
			return nil // so are the scopes of an account that is gone
		}
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(listed, func(o emapi.Scope) bool { return o.Key() == s.Key() && !o.Removing() }) {
			return nil
		}
		if err := r.account.client.RemoveScope(ctx, r.account.id, s.ID); err != nil {
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

// sharing returns the listed scopes that have the ID of s and are not to be removed.
func sharing(listed []emapi.Scope, s emapi.Scope, remove []emapi.Scope) []emapi.Scope {
	var others []emapi.Scope
	for _, o := range listed {
		meant := slices.ContainsFunc(remove, func(r emapi.Scope) bool { return o.Key() == r.Key() })
		if o.ID == s.ID && !meant && !o.Removing() {
			others = append(others, o)
		}
	}
	return others
}
