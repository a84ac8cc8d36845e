// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// How old a listing of scopes may be. That of a refresh shows what other clients have done as late as if the refresh
// had been as much earlier. A scope that another client has added since the listing before a request looks like the own
// one.
const (
	maxRefreshAge = 10 * time.Second
	maxBeforeAge  = 2 * time.Second
)

// sharedScopes are the listings of scopes, by the ID of the account, and when this client last changed what they show:
// a listing that was requested before a change ended may not show it. The zero value is ready for use.
type sharedScopes struct {
	listed httpkit.Recent[string, []Scope]
	// How long the server takes to list a new scope, and to remove one.
	listing, removing httpkit.Expected
	mu                sync.Mutex
	changed           map[scopeChange]time.Time
}

// scopeChange is a kind of change of an account's scopes.
type scopeChange struct {
	account string
	kind    changeKind
	name    string // of the object, for addition
}

type changeKind int

const (
	anyChange changeKind = iota
	removal
	addition
)

// RecentScopes is [Client.ListScopes] for a refresh: the listing can be up to 10 seconds old, unless this client has
// changed the scopes since.
func (c *Client) RecentScopes(ctx context.Context, accountID string) ([]Scope, error) {
	id, _, err := accountPath(opListScopes, accountID)
	if err != nil {
		return nil, err
	}
	return c.recentScopes(ctx, id, maxRefreshAge, scopeChange{id, anyChange, ""})
}

// ScopesBefore is [Client.ListScopes] for what [Client.AddScopes] expects before a request: the listing can be up to
// two seconds old, unless this client has removed a scope of the account since, or added one of the name of an item.
func (c *Client) ScopesBefore(ctx context.Context, accountID string, items []ScopeItem) ([]Scope, error) {
	id, _, err := accountPath(opListScopes, accountID)
	if err != nil {
		return nil, err
	}
	changes := []scopeChange{{id, removal, ""}}
	for _, item := range items {
		changes = append(changes, scopeChange{id, addition, nameKey(item.ObjectName)})
	}
	return c.recentScopes(ctx, id, maxBeforeAge, changes...)
}

func (c *Client) recentScopes(ctx context.Context, id string, age time.Duration, changes ...scopeChange) (
	[]Scope, error,
) {
	listed, err := c.scopesSince(ctx, id, c.scopes.since(age, changes...))
	return listed, c.callerError(ctx, opListScopes, c.accountObject(id), err)
}

// since returns the time after which a listing must have been requested.
func (s *sharedScopes) since(age time.Duration, changes ...scopeChange) time.Time {
	oldest := time.Now().Add(-age)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, change := range changes {
		if at := s.changed[change]; at.After(oldest) {
			oldest = at
		}
	}
	return oldest
}

// added records that a request to add the items, or the wait for them, has ended.
func (s *sharedScopes) added(account string, items []ScopeItem) {
	for _, item := range items {
		s.change(account, addition, nameKey(item.ObjectName))
	}
}

// removed records that a request to remove scopes has ended.
func (s *sharedScopes) removed(account string) { s.change(account, removal, "") }

func (s *sharedScopes) change(account string, kind changeKind, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = map[scopeChange]time.Time{}
	}
	now := time.Now()
	s.changed[scopeChange{account, kind, name}] = now
	s.changed[scopeChange{account, anyChange, ""}] = now
}
