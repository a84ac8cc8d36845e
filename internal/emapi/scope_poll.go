// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"fmt"
	"slices"
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
	began := time.Now()
	watch := c.scopes.removing.Watch(began)
	err = c.pollScopes(ctx, id, began, watch.Pause(), func(listed []Scope) (bool, error) {
		gone := !slices.ContainsFunc(listed, func(o Scope) bool { return o.Key() == s.Key() })
		watch.Looked(gone)
		return gone, nil
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
	return c.pollScopes(ctx, id, time.Now(), 0, done)
}

// pollScopes polls the scopes after the pause first. Every listing is requested after the time asked.
func (c *Client) pollScopes(
	ctx context.Context, account string, asked time.Time, first time.Duration, done func([]Scope) (bool, error),
) error {
	pace := httpkit.Pace{First: first}
	if first > 0 { // the change is due about now
		pace.Min = min(max(first/4, 100*time.Millisecond), httpkit.PollMin)
	}
	_, err := httpkit.Poll(ctx, pace, func(pause time.Duration) (bool, error) {
		oldest := time.Now().Add(-pause / 2)
		if oldest.Before(asked) {
			oldest = asked
		}
		listed, err := c.scopesSince(ctx, account, oldest)
		if err != nil {
			return false, err
		}
		return done(listed)
	})
	return err
}

// scopesSince returns a listing that was requested after the time asked. If ctx ends first, the error can be ctx.Err().
func (c *Client) scopesSince(ctx context.Context, account string, asked time.Time) ([]Scope, error) {
	listed, err := c.scopes.listed.Get(ctx, account, asked, func(ctx context.Context) ([]Scope, error) {
		return c.ListScopes(ctx, account)
	})
	if err != nil && err != ctx.Err() { //nolint:errorlint // an error that wraps ctx.Err() is that of a request
		return nil, c.callerError(ctx, opListScopes, c.accountObject(account), err)
	}
	return listed.Value, err
}
