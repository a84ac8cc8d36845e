// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// change updates an account from its state to its plan, in the order that [order] defines.
type change struct {
	client *emapi.Client
	id     string
	scopes scopeset.Account
	state  *model
	plan   *model
	owned  scopeset.Owned
	others scopeset.Others
	now    access // what the account has
	// foreign are stand-ins of the scopes that restore_scope has not listed and that the plan removes.
	foreign []emapi.ScopeItem
	gone    []emapi.ScopeItem // removed
	notes   []string          // warnings
}

func (c *change) apply(ctx context.Context) error {
	stray, err := c.settleUnlisted(ctx)
	if err != nil {
		return err
	}
	c.now = c.state.access()
	c.now.scopes = append(c.now.scopes, stray...)
	if err := c.addUnlisted(ctx); err != nil {
		return err
	}
	if err := c.keepScopes(ctx); err != nil {
		return err
	}
	return c.bring(ctx, c.plan.access())
}

// bring changes the access of the account from what it has now.
func (c *change) bring(ctx context.Context, after access) error {
	o := order{before: c.now, after: after}
	if lost, gained := o.roles(); len(lost)+len(gained) > 2 { // otherwise, there is no choice
		roles, err := c.client.ListRoles(ctx)
		if err != nil {
			return err
		}
		o.admin = portalAdministrator(roles)
	}
	failed, err := c.run(ctx, o.steps())
	if err == nil || !c.keepsScope(ctx, failed, err) {
		return err
	}
	o.before, o.keepsScope = c.now, true
	_, err = c.run(ctx, o.steps())
	return err
}

// run takes the steps. It returns the one that failed.
func (c *change) run(ctx context.Context, steps []step) (failed step, err error) {
	for _, s := range steps {
		if err := c.take(ctx, s); err != nil {
			return s, err
		}
		c.now = c.now.after(s)
	}
	return step{}, nil
}

func (c *change) take(ctx context.Context, s step) error {
	switch s.kind {
	case removeRoles:
		return c.removeRoles(ctx, s.roles)
	case addRoles:
		return c.addRoles(ctx, s.roles)
	case removeScopes:
		return c.removeScopes(ctx, s.scopes)
	case addScopes:
		return c.addScopes(ctx, s.scopes)
	case allVMsOff, allVMsOn:
		return c.client.SetAllowRestoreAllVMs(ctx, c.id, s.kind == allVMsOn)
	}
	return nil
}

// keepsScope reports whether a step failed because the server refuses to leave the account without any scope.
func (c *change) keepsScope(ctx context.Context, failed step, err error) bool {
	leavesNone := failed.kind == removeScopes && !c.now.all || failed.kind == allVMsOff
	return leavesNone && c.scopes.KeepsLast(ctx, err)
}

func (c *change) addRoles(ctx context.Context, uids []string) error {
	for _, uid := range uids {
		if err := c.client.AddAccountRole(ctx, c.id, uid); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) removeRoles(ctx context.Context, uids []string) error {
	for _, uid := range uids {
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

func (c *change) addScopes(ctx context.Context, items []emapi.ScopeItem) error {
	var missing []emapi.ScopeItem
	for _, item := range items {
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
	kept := scopeset.Common(scopeset.Items(c.state.RestoreScope), scopeset.Items(c.plan.RestoreScope))
	for _, item := range kept {
		c.scopes.Claim(item, c.owned.ID(item))
	}
	if len(scopeset.Common(c.others.Drop, kept)) == 0 {
		return nil
	}
	return c.addLost(ctx, kept)
}

func (c *change) add(ctx context.Context, items []emapi.ScopeItem) (err error) {
	c.owned, err = c.scopes.Add(ctx, c.owned, items)
	return err
}

// settleUnlisted handles items that an earlier change sent and that are no longer planned: it returns those that have
// appeared, to be removed, and forgets the others. Otherwise a scope that another resource adds for the same object
// would be mistaken for it.
func (c *change) settleUnlisted(ctx context.Context) (stray []emapi.ScopeItem, err error) {
	for _, item := range scopeset.Without(c.owned.Unlisted(), scopeset.Items(c.plan.RestoreScope)) {
		if c.owned, _, err = c.scopes.AwaitListed(ctx, c.owned, item); err != nil {
			return nil, err
		}
		if c.owned.ID(item) == "" {
			c.owned = c.owned.Without(item)
		} else {
			stray = append(stray, item)
		}
	}
	return stray, nil
}

func (c *change) removeScopes(ctx context.Context, removed []emapi.ScopeItem) error {
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
	c.gone = append(c.gone, removed...)
	for _, item := range removed {
		c.owned = c.owned.Without(item)
	}
	if len(notes) == 0 {
		return nil
	}
	return c.addLost(ctx, scopeset.Common(scopeset.Items(c.plan.RestoreScope), c.now.scopes))
}

// givenUp returns the listed scopes of the items that no other resource has taken over.
func (c *change) givenUp(ctx context.Context, listed []emapi.Scope, items []emapi.ScopeItem) ([]emapi.Scope, error) {
	var scopes []emapi.Scope
	for _, item := range items {
		if scopeset.Contains(c.others.Have, item) {
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
		if scopeset.Contains(c.foreign, item) {
			item = emapi.ScopeItem{} // which object the scope stands for is not known
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

// addLost re-adds scopes that are to stay and that are no longer listed: the server removed them together with another
// scope of the same ID, or another resource did.
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
		s, found, err := c.scopes.ByID(ctx, listed, id, item)
		if found || err != nil {
			return s, found, err
		}
		return c.scopes.Follow(ctx, c.owned, listed, item)
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
