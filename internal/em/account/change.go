// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	state  *model
	plan   *model
	owned  scopeset.Owned
	late   []emapi.ScopeItem // not planned any more, whose scope has appeared
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
	missing, err := c.missing(ctx)
	if err != nil {
		return err
	}
	return c.add(ctx, missing)
}

func (c *change) add(ctx context.Context, added []emapi.ScopeItem) error {
	if len(added) == 0 {
		return nil
	}
	addition, sendErr := scopeset.Add(ctx, c.em, c.client, c.id, added, c.owned)
	results, waitErr := addition.Wait(ctx)
	for _, r := range results {
		c.owned = c.owned.With(r.Item, r.Scope.ID)
	}
	for i, item := range added {
		if c.owned.ID(item) == "" && addition.Sent(i, sendErr) {
			c.owned = c.owned.WithLate(item, addition.Before(i))
		}
	}
	return errors.Join(sendErr, waitErr)
}

// missing are the items that the plan adds, less those that an earlier change has sent and that are listed by now.
func (c *change) missing(ctx context.Context) ([]emapi.ScopeItem, error) {
	if err := c.settleLate(ctx); err != nil {
		return nil, err
	}
	var missing []emapi.ScopeItem
	for _, item := range scopeset.Without(scopeset.Items(c.plan.RestoreScope), scopeset.Items(c.state.RestoreScope)) {
		var err error
		if c.owned, err = c.owned.Await(ctx, c.client, c.id, item); err != nil {
			return nil, err
		}
		if c.owned.ID(item) == "" {
			missing = append(missing, item)
		}
	}
	return missing, nil
}

// settleLate decides about items that an earlier change has sent and the plan no longer has: a scope that has appeared is to be
// removed, and one that has not is forgotten. Remembered any longer, it would be mistaken for one that another resource makes of the
// same object.
func (c *change) settleLate(ctx context.Context) error {
	for _, item := range scopeset.Without(c.owned.Late(), scopeset.Items(c.plan.RestoreScope)) {
		var err error
		if c.owned, err = c.owned.Await(ctx, c.client, c.id, item); err != nil {
			return err
		}
		if c.owned.ID(item) == "" {
			c.owned = c.owned.Without(item)
		} else {
			c.late = append(c.late, item)
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
	for _, uid := range scopeset.Minus(after, before) {
		if err := c.client.AddAccountRole(ctx, c.id, uid); err != nil {
			return err
		}
	}
	for _, uid := range scopeset.Minus(before, after) {
		roleID := uid[strings.LastIndex(uid, ":")+1:]
		if err := c.client.RemoveAccountRole(ctx, c.id, roleID); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) removeScopes(ctx context.Context) error {
	removed := append(scopeset.Without(scopeset.Items(c.state.RestoreScope), scopeset.Items(c.plan.RestoreScope)), c.late...)
	if len(removed) == 0 {
		return nil
	}
	listed, err := c.client.ListScopes(ctx, c.id)
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
	notes, err := scopeset.Remove(ctx, c.client, c.id, listed, scopes)
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
	listed, err := c.client.ListScopes(ctx, c.id)
	if err != nil {
		return err
	}
	planned := scopeset.Items(c.plan.RestoreScope)
	there, owned, err := scopeset.Present(ctx, c.client, listed, planned, c.owned)
	if err != nil {
		return err
	}
	c.owned = owned
	return c.add(ctx, scopeset.Without(planned, there))
}

// find returns the listed scope that stands for an item of the account's own.
func (c *change) find(ctx context.Context, listed []emapi.Scope, item emapi.ScopeItem) (emapi.Scope, bool, error) {
	if id := c.owned.ID(item); id != "" {
		return scopeset.ByID(ctx, c.client, listed, id, item)
	}
	matches, err := scopeset.Matches(ctx, c.client, listed, item)
	if err != nil {
		return emapi.Scope{}, false, err
	}
	matches = slices.DeleteFunc(matches, func(s emapi.Scope) bool { return slices.Contains(c.owned.IDsLike(item), s.ID) })
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
