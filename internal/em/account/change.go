// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// change updates an account from its state to its plan. The account keeps every role and scope that it has before and
// after the update, and it never has more access than before or after: the steps that restrict access come first.
type change struct {
	client *emapi.Client
	id     string
	scopes scopeset.Account
	state  *model
	plan   *model
	owned  scopeset.Owned
	others scopeset.Others
	stray  []emapi.ScopeItem // sent earlier, no longer planned, but now listed
	gone   []emapi.ScopeItem // removed
	notes  []string          // warnings
}

func (c *change) apply(ctx context.Context) error {
	steps := []func(context.Context) error{
		c.addScopes,
		func(ctx context.Context) error { return c.setAllVMs(ctx, false) },
		c.changeRoles,
		func(ctx context.Context) error { return c.setAllVMs(ctx, true) },
		c.removeScopes,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) addScopes(ctx context.Context) error {
	if err := c.settleUnlisted(ctx); err != nil {
		return err
	}
	if err := c.keepScopes(ctx); err != nil {
		return err
	}
	var missing []emapi.ScopeItem
	for _, item := range scopeset.Without(scopeset.Items(c.plan.RestoreScope), scopeset.Items(c.state.RestoreScope)) {
		var err error
		if c.owned, _, err = c.scopes.AwaitListed(ctx, c.owned, item); err != nil {
			return err
		}
		if c.owned.ID(item) == "" {
			missing = append(missing, item)
		}
	}
	return c.add(ctx, missing)
}

// keepScopes tells other resources which scopes the account keeps, and adds those again that another resource had, too,
// and has removed.
func (c *change) keepScopes(ctx context.Context) error {
	before := scopeset.Items(c.state.RestoreScope)
	kept := scopeset.Without(before, scopeset.Without(before, scopeset.Items(c.plan.RestoreScope)))
	for _, item := range kept {
		c.scopes.Claim(item, c.owned.ID(item))
	}
	if len(scopeset.Without(c.others.Drop, scopeset.Without(c.others.Drop, kept))) == 0 {
		return nil
	}
	return c.addLost(ctx, kept)
}

func (c *change) add(ctx context.Context, items []emapi.ScopeItem) (err error) {
	c.owned, err = c.scopes.Add(ctx, c.owned, items)
	return err
}

// settleUnlisted handles items that an earlier change sent and that are no longer planned: a scope that has appeared is
// removed later, and one that has not is forgotten. Otherwise a scope that another resource adds for the same object
// would be mistaken for it.
func (c *change) settleUnlisted(ctx context.Context) error {
	for _, item := range scopeset.Without(c.owned.Unlisted(), scopeset.Items(c.plan.RestoreScope)) {
		var err error
		if c.owned, _, err = c.scopes.AwaitListed(ctx, c.owned, item); err != nil {
			return err
		}
		if c.owned.ID(item) == "" {
			c.owned = c.owned.Without(item)
		} else {
			c.stray = append(c.stray, item)
		}
	}
	return nil
}

// setAllVMs sets allow_restore_all_vms if the plan changes it to want.
func (c *change) setAllVMs(ctx context.Context, want bool) error {
	planned := c.plan.AllowRestoreAllVMs.ValueBool()
	if planned != want || c.state.AllowRestoreAllVMs.ValueBool() == want {
		return nil
	}
	return c.client.SetAllowRestoreAllVMs(ctx, c.id, want)
}

// changeRoles adds roles before it removes any, because the server refuses to remove the last role.
func (c *change) changeRoles(ctx context.Context) error {
	before, after := stringsOf(c.state.Roles), stringsOf(c.plan.Roles)
	for _, uid := range tfkit.Minus(after, before) {
		if err := c.client.AddAccountRole(ctx, c.id, uid); err != nil {
			return err
		}
	}
	for _, uid := range tfkit.Minus(before, after) {
		roleID, err := emapi.RoleUID.ID(uid)
		if err != nil {
			return err
		}
		if err := c.client.RemoveAccountRole(ctx, c.id, roleID); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) removeScopes(ctx context.Context) error {
	before, after := scopeset.Items(c.state.RestoreScope), scopeset.Items(c.plan.RestoreScope)
	removed := append(scopeset.Without(before, after), c.stray...)
	if len(removed) == 0 {
		return nil
	}
	listed, err := c.scopes.List(ctx)
	if err != nil {
		return err
	}
	scopes, err := c.givenUp(ctx, listed, removed)
	if err != nil {
		return err
	}
	notes, err := c.scopes.Remove(ctx, listed, scopes)
	c.notes = append(c.notes, notes...)
	if err != nil {
		return err
	}
	c.gone = removed
	for _, item := range removed {
		c.owned = c.owned.Without(item)
	}
	if len(notes) == 0 {
		return nil
	}
	return c.addLost(ctx, scopeset.Items(c.plan.RestoreScope))
}

// givenUp returns the listed scopes of the items that no other resource has taken over.
func (c *change) givenUp(ctx context.Context, listed []emapi.Scope, items []emapi.ScopeItem) ([]emapi.Scope, error) {
	var scopes []emapi.Scope
	for _, item := range items {
		if len(scopeset.Without([]emapi.ScopeItem{item}, c.others.Have)) == 0 {
			c.notes = append(c.notes, fmt.Sprintf("The scope of %s was not removed, because another resource of this "+
				"configuration manages it.", item))
			continue
		}
		s, found, err := c.find(ctx, listed, item)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		stays, warnings, err := c.scopes.HandOver(ctx, listed, s, item)
		c.notes = append(c.notes, warnings...)
		if err != nil {
			return nil, err
		}
		if !stays {
			scopes = append(scopes, s)
		}
	}
	return scopes, nil
}

// addLost adds the scopes of the items that are no longer listed: the server removed them together with another scope
// of the same ID, or another resource did.
func (c *change) addLost(ctx context.Context, items []emapi.ScopeItem) error {
	listed, err := c.scopes.List(ctx)
	if err != nil {
		return err
	}
	there, owned, err := c.scopes.Present(ctx, c.owned, listed, items)
	if err != nil {
		return err
	}
	c.owned = c.owned.Replace(items, owned)
	return c.add(ctx, scopeset.Without(items, there))
}

// find returns the listed scope that stands for an item of restore_scope.
func (c *change) find(ctx context.Context, listed []emapi.Scope, item emapi.ScopeItem) (emapi.Scope, bool, error) {
	if id := c.owned.ID(item); id != "" {
		return c.scopes.ByID(ctx, listed, id, item)
	}
	matches, err := c.scopes.Matches(ctx, listed, item)
	if err != nil {
		return emapi.Scope{}, false, err
	}
	matches = c.owned.Free(matches, item)
	switch len(matches) {
	case 0:
		return emapi.Scope{}, false, nil
	case 1:
		return matches[0], true, nil
	}
	return emapi.Scope{}, false, scopeset.Ambiguous(item, matches)
}
