// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// change takes an account from its state to its plan. Its steps never leave the account without a role or a scope that it
// has before and after, and never let it restore more on the way than before or after: what restricts comes first.
type change struct {
	em     *tfkit.EM
	client *emapi.Client
	id     string
	scopes scopeset.Account
	state  *model
	plan   *model
	owned  scopeset.Owned
	stray  []emapi.ScopeItem // sent earlier, no longer planned, and listed now
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

func (c *change) add(ctx context.Context, items []emapi.ScopeItem) (err error) {
	c.owned, err = c.scopes.Add(ctx, c.owned, items)
	return err
}

// settleUnlisted decides about items that an earlier change has sent and the plan no longer has: a scope that has appeared
// is to be removed, and one that has not is forgotten. Remembered any longer, it would be mistaken for one that another
// resource adds for the same object.
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

// setAllVMs sets allow_restore_all_vms where the plan changes it to want.
func (c *change) setAllVMs(ctx context.Context, want bool) error {
	planned := c.plan.AllowRestoreAllVMs.ValueBool()
	if planned != want || c.state.AllowRestoreAllVMs.ValueBool() == want {
		return nil
	}
	return c.client.SetAllowRestoreAllVMs(ctx, c.id, want)
}

// changeRoles adds before it removes, since the server refuses to remove the last role.
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
	removed := append(scopeset.Without(scopeset.Items(c.state.RestoreScope), scopeset.Items(c.plan.RestoreScope)), c.stray...)
	if len(removed) == 0 {
		return nil
	}
	listed, err := c.scopes.List(ctx)
	if err != nil {
		return err
	}
	var scopes []emapi.Scope
	for _, item := range removed {
		s, found, err := c.find(ctx, listed, item)
		if err != nil {
			return err
		}
		if found {
			scopes = append(scopes, s)
		}
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
	return c.addLost(ctx)
}

// addLost adds the scopes of the plan that went with a removed one, since they had the same ID.
func (c *change) addLost(ctx context.Context) error {
	listed, err := c.scopes.List(ctx)
	if err != nil {
		return err
	}
	planned := scopeset.Items(c.plan.RestoreScope)
	there, owned, err := c.scopes.Present(ctx, c.owned, listed, planned)
	if err != nil {
		return err
	}
	c.owned = owned
	return c.add(ctx, scopeset.Without(planned, there))
}

// find returns the listed scope that stands for an item of the account's own.
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
	ids := make([]string, 0, len(matches))
	for _, s := range matches {
		ids = append(ids, s.ID)
	}
	return emapi.Scope{}, false, fmt.Errorf("the restore scope %s (%s) cannot be told apart from others of its name: %s. Remove the right one by hand",
		item.ObjectName, item.HierarchyObjRef, strings.Join(ids, ", "))
}
