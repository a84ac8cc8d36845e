// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// WaitScopeGone waits until the server no longer lists a scope with the ID, root, type and name of s. A scope that is
// being removed is still listed. If the account does not exist, neither does the scope. s must come from a listing of
// the scopes.
func (c *Client) WaitScopeGone(ctx context.Context, accountID string, s Scope) error {
	const op = "wait for the removal of a restore scope of"
	id, _, err := accountPath(op, accountID)
	if err != nil {
		return err
	}
	err = c.pollScopes(ctx, id, time.Now(), func(listed []Scope) (bool, error) {
		return !slices.ContainsFunc(listed, func(o Scope) bool { return o.Key() == s.Key() }), nil
	})
	if err == nil || IsNotFound(err) {
		return nil
	}
	e := &Error{Op: op, Object: c.accountObject(id), Err: err}
	if err == ctx.Err() { //nolint:errorlint // any other error, even one that wraps ctx.Err(), is that of a request
		e.Message = fmt.Sprintf("the server still lists %s (scope %s)", clip(s.Name, 80), s.ID)
	}
	return e
}

// PollScopes lists the scopes of an account and passes them to done, until done returns true or an error. Every listing
// starts after the call of PollScopes. Goroutines that poll the same account share their requests. The error is that of
// done, of a listing, or of ctx.
func (c *Client) PollScopes(ctx context.Context, accountID string, done func([]Scope) (bool, error)) error {
	id, _, err := accountPath(opListScopes, accountID)
	if err != nil {
		return err
	}
	return c.pollScopes(ctx, id, time.Now(), done)
}

func (c *Client) pollScopes(
	ctx context.Context, account string, asked time.Time, done func([]Scope) (bool, error),
) error {
	pace := httpkit.Pace{}
	_, err := httpkit.Poll(ctx, pace, func(pause time.Duration) (bool, error) {
		listed, err := c.polls.list(ctx, c, account, asked, pause)
		if err != nil {
			return false, err
		}
		return done(listed)
	})
	return err
}

// scopePolls shares the listings of each account among the goroutines that poll it.
type scopePolls struct {
	group httpkit.Group[string, []Scope]
	mu    sync.Mutex
	last  map[string]polled
}

type polled struct {
	started time.Time
	scopes  []Scope
}

// list returns a listing that started after asked and not longer ago than half of pause, the time until the next call.
func (s *scopePolls) list(
	ctx context.Context, c *Client, account string, asked time.Time, pause time.Duration,
) ([]Scope, error) {
	oldest := time.Now().Add(-pause / 2)
	if oldest.Before(asked) {
		oldest = asked
	}
	s.mu.Lock()
	last, ok := s.last[account]
	s.mu.Unlock()
	if ok && last.started.After(oldest) {
		return last.scopes, ctx.Err()
	}
	scopes, err := s.group.Do(ctx, account, oldest, func(ctx context.Context) ([]Scope, error) {
		started := time.Now()
		scopes, err := c.ListScopes(ctx, account)
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.last == nil {
			s.last = map[string]polled{}
		}
		if started.After(s.last[account].started) {
			s.last[account] = polled{started: started, scopes: scopes}
		}
		return scopes, nil
	})
	if err != nil && err != ctx.Err() { //nolint:errorlint // an error that wraps ctx.Err() is that of a request
		return nil, c.callerError(ctx, opListScopes, c.accountObject(account), err)
	}
	return scopes, err
}
