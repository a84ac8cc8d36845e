// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// PendingScopes are scopes that the server has accepted and may not list yet. It
// is not for concurrent use.
type PendingScopes struct {
	client  *Client
	account string
	items   []ScopeItem
	before  map[ScopeKey]int // how often each was listed before the request
	asked   time.Time        // a listing that started earlier may lack what was sent
	invalid error            // of AwaitAccountScopes, reported by Wait
	sent    []time.Time      // the request, and each repeat after its answer was lost
	found   []Scope          // found[i] belongs to items[i]; no ID: not listed yet
}

func (c *Client) newPending(account string, items []ScopeItem, before []Scope) *PendingScopes {
	p := &PendingScopes{
		client: c, account: account, items: items, before: map[ScopeKey]int{}, asked: time.Now(),
		found: make([]Scope, len(items)),
	}
	for _, s := range before {
		p.before[s.Key()]++
	}
	return p
}

const opAddScopes, opWaitScopes = "add restore scopes to", "wait for the restore scopes of"

// AddScopes adds scopes to an account, all in one request. It returns once the
// server has accepted them; [PendingScopes.Wait] waits until they are listed.
//
// before is what the account had: a new scope is known by not being among it. So
// the caller adds no two items of one platform, type and name to an account at the
// same time, and lists the scopes after the last such addition was waited for.
//
// If the answer is lost, AddScopes looks for scopes that were not there before,
// long enough for the server to list them late, and sends again what is missing.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /security/accounts/{ID}/scopes.
func (c *Client) AddScopes(ctx context.Context, accountID string, before []Scope, items []ScopeItem) (
	*PendingScopes, error,
) {
	id, path, err := accountPath(opAddScopes, accountID)
	if err != nil {
		return nil, err
	}
	if err := checkItems(items); err != nil {
		return nil, &Error{Op: opAddScopes, Object: accountObject(id), Err: err}
	}
	p := c.newPending(id, items, before)
	if len(items) == 0 {
		return p, nil
	}
	if err := p.send(ctx, path+"/scopes"); err != nil {
		return nil, err
	}
	return p, nil
}

// AwaitAccountScopes returns the scopes that an account was created with. Nothing
// was there before, and nothing is sent.
func (c *Client) AwaitAccountScopes(accountID string, items []ScopeItem) *PendingScopes {
	id, err := ParseGUID(accountID)
	p := c.newPending(id, items, nil)
	p.invalid = errors.Join(err, checkItems(items))
	return p
}

func (p *PendingScopes) send(ctx context.Context, path string) error {
	c, object := p.client, accountObject(p.account)
	_, err := c.sendVerified(ctx, verifiedWrite{
		op: opAddScopes, object: object, settle: settleScopes,
		send: func() error {
			p.sent = append(p.sent, time.Now())
			_, err := c.write(ctx, post(opAddScopes, object, path, scopeCreateXML{Items: itemsOut(p.missing())}))
			return err
		},
		look: func(wait time.Duration) (bool, error) {
			return settled(ctx, wait, func() (bool, error) {
				listed, err := c.ListScopes(ctx, p.account)
				if err != nil {
					return false, err
				}
				return p.assign(ctx, listed)
			})
		},
	})
	return p.partly(err)
}

// partly adds to an error which of the items the server lists nevertheless.
func (p *PendingScopes) partly(err error) error {
	listed := p.describe(true)
	if err == nil || listed == "" {
		return err
	}
	return &Error{
		Op: opAddScopes, Object: accountObject(p.account), unknown: uncertain(err),
		Message: "of the scopes sent, the server now lists " + listed, Err: err,
	}
}

// Wait looks until each item has a scope that was not there before, and returns
// them in the order of the items. With an error, those found so far have an ID
// and the others are zero. Goroutines that wait for scopes of one account share
// their requests.
func (p *PendingScopes) Wait(ctx context.Context) ([]Scope, error) {
	if p.invalid != nil {
		return p.found, &Error{Op: opWaitScopes, Object: accountObject(p.account), Err: p.invalid}
	}
	if len(p.missing()) == 0 && !p.resent() {
		return p.found, nil
	}
	var whole time.Time // when every item had a scope
	var twice error
	err := p.client.pollScopes(ctx, p.account, p.asked, func(listed []Scope) (bool, error) {
		done, err := p.assign(ctx, listed)
		if err != nil || !done {
			return false, err
		}
		if whole.IsZero() {
			whole = time.Now()
		}
		if twice, err = p.doubled(ctx, listed); err != nil {
			return false, err
		}
		return twice != nil || !time.Now().Before(p.twinsDue(whole)), nil
	})
	switch {
	case err != nil && len(p.missing()) > 0:
		return p.found, p.unlisted(ctx, err)
	case twice != nil:
		return p.found, twice
	}
	return p.found, nil // if there is an error, no more than the look for twins failed
}

func (p *PendingScopes) unlisted(ctx context.Context, err error) error {
	e := &Error{Op: opWaitScopes, Object: accountObject(p.account), Err: err}
	if err != ctx.Err() { //nolint:errorlint // another error is that of a look, and says nothing of what is listed
		return e
	}
	e.Message = "the server accepted them, but does not list " + p.describe(false)
	if listed := p.describe(true); listed != "" {
		e.Message += "; it lists " + listed
	}
	return e
}

// assign gives each item without a scope one that matches and was not there
// before. It reports whether every item has one now.
func (p *PendingScopes) assign(ctx context.Context, listed []Scope) (bool, error) {
	for i, found := range p.found {
		if found.ID != "" {
			continue
		}
		added, err := p.added(ctx, listed, p.items[i])
		if err != nil {
			return false, err
		}
		if len(added) > 0 {
			p.found[i] = added[0]
		}
	}
	return len(p.missing()) == 0, nil
}

// doubled returns an error if there are scopes beyond those that were sent: made
// of a request whose answer was lost, after the repeat had made them once more, or
// by another process at the same time. No configuration would know of them.
func (p *PendingScopes) doubled(ctx context.Context, listed []Scope) (twice, err error) {
	for i, item := range p.items {
		more, err := p.added(ctx, listed, item)
		if err != nil {
			return nil, err
		}
		if len(more) == 0 {
			continue
		}
		last := more[len(more)-1]
		e := &Error{Op: opAddScopes, Object: accountObject(p.account)}
		if p.resent() {
			e.Message = fmt.Sprintf("the answer was lost and the request repeated, and the server took both: "+
				"%s is there twice; remove scope %s", clip(last.Name, 80), last.ID)
		} else {
			e.Message = fmt.Sprintf("another process adds scopes of the same name to this account: %s and %s are both new "+
				"and both stand for %s, and only one of them was sent; check which one to keep",
				p.found[i].ID, last.ID, clip(last.Name, 80))
		}
		return e, nil
	}
	return nil, nil
}

// added returns the listed scopes that item could stand for, that were not there
// before and that no item has.
func (p *PendingScopes) added(ctx context.Context, listed []Scope, item ScopeItem) ([]Scope, error) {
	more := map[ScopeKey]int{} // than there were
	for _, s := range listed {
		more[s.Key()]++
	}
	for key, n := range p.before {
		more[key] -= n
	}
	for _, s := range p.found {
		more[s.Key()]--
	}
	var added []Scope
	for _, s := range listed {
		if s.Removing() || more[s.Key()] < 1 {
			continue
		}
		matches, err := p.client.ScopeMatches(ctx, s, item.HierarchyObjRef, item.ObjectName)
		if err != nil {
			return nil, err
		}
		if matches {
			more[s.Key()]--
			added = append(added, s)
		}
	}
	return added, nil
}

// resent reports whether the request was repeated after its answer was lost.
func (p *PendingScopes) resent() bool { return len(p.sent) > 1 }

// twinsDue is when a scope of a lost request is listed too, if the server took
// that as well: as long after the last request as the first one took at most.
func (p *PendingScopes) twinsDue(listed time.Time) time.Time {
	if !p.resent() {
		return listed
	}
	return p.sent[len(p.sent)-1].Add(listed.Sub(p.sent[0]))
}

func (p *PendingScopes) missing() []ScopeItem {
	var items []ScopeItem
	for i, s := range p.found {
		if s.ID == "" {
			items = append(items, p.items[i])
		}
	}
	return items
}

// describe names the items that are listed, or those that are not.
func (p *PendingScopes) describe(listed bool) string {
	var all []string
	for i, s := range p.found {
		switch {
		case listed && s.ID != "":
			all = append(all, fmt.Sprintf("%s (%s, scope %s)", clip(s.Name, 80), p.items[i].HierarchyObjRef, s.ID))
		case !listed && s.ID == "":
			all = append(all, p.items[i].String())
		}
	}
	return strings.Join(all, ", ")
}
