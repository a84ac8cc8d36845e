// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// PendingScopes are scopes that the server has accepted and may not list yet.
type PendingScopes struct {
	client  *Client
	account string
	items   []ScopeItem
	refs    []ObjRef
	before  map[scopeKey]int // how often each was listed before the request
	since   uint64           // claims made later than this are not in before
	asked   time.Time        // a listing that started earlier may show what was gone by then
	invalid error            // of AwaitAccountScopes, reported by Wait
	sent    []time.Time      // the request, and each repeat after its answer was lost

	assigning slot // for one assign at a time
	mu        sync.Mutex
	found     []Scope // found[i] belongs to items[i]; no ID: not listed yet
}

func (c *Client) newPending(account string, items []ScopeItem) (*PendingScopes, error) {
	p := &PendingScopes{
		client: c, account: account, items: items, before: map[scopeKey]int{},
		assigning: newSlot(), found: make([]Scope, len(items)),
	}
	if err := checkItems(items); err != nil {
		return p, err
	}
	for _, item := range items {
		ref, err := ParseObjRef(item.HierarchyObjRef)
		if err != nil {
			return p, err
		}
		p.refs = append(p.refs, ref)
	}
	return p, nil
}

const opAddScopes = "add restore scopes to"

// AddScopes adds scopes to an account, all in one request. It returns once the
// server has accepted them; [PendingScopes.Wait] waits until they are listed.
// Where the answer is lost, it looks for scopes that were not there before,
// long enough for the server to list them late, and sends again what is missing.
// Calls for one account are made one after the other.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /security/accounts/{ID}/scopes.
func (c *Client) AddScopes(ctx context.Context, accountID string, items []ScopeItem) (*PendingScopes, error) {
	id, path, err := accountPath(opAddScopes, accountID)
	if err != nil {
		return nil, err
	}
	p, err := c.newPending(id, items)
	if err != nil {
		return nil, &Error{Op: opAddScopes, Object: accountObject(id), Err: err}
	}
	if len(items) == 0 {
		return p, nil
	}
	unlock, err := c.changing.lock(ctx, "scopes "+id)
	if err != nil {
		return nil, &Error{Op: opAddScopes, Object: accountObject(id), Err: err}
	}
	defer unlock()
	p.since = c.claims.now()
	listed, err := c.ListScopes(ctx, id)
	if err != nil {
		return nil, err
	}
	p.asked = time.Now()
	for _, s := range listed {
		p.before[s.key()]++
	}
	c.claims.wait(p)
	if err := p.send(ctx, path+"/scopes"); err != nil {
		c.claims.done(p)
		return nil, err
	}
	return p, nil
}

// AwaitAccountScopes gives the scopes that an account was created with. Nothing
// was there before, and nothing is sent.
func (c *Client) AwaitAccountScopes(accountID string, items []ScopeItem) *PendingScopes {
	id, idErr := ParseGUID(accountID)
	p, err := c.newPending(id, items)
	p.invalid = errors.Join(idErr, err)
	p.asked = time.Now()
	return p
}

func (p *PendingScopes) send(ctx context.Context, path string) error {
	for attempt := 0; ; attempt++ {
		missing := p.missing()
		p.sent = append(p.sent, time.Now())
		r := post(opAddScopes, accountObject(p.account), path, scopeCreateXML{Items: itemsOut(missing)})
		_, err := p.client.write(ctx, r)
		if err == nil || !uncertain(err) {
			return p.partly(err)
		}
		done, lookErr := settled(ctx, p.client.patience(err, settleScopes), func() (bool, error) {
			listed, err := p.client.ListScopes(ctx, p.account)
			if err != nil {
				return false, err
			}
			return p.assign(ctx, listed)
		})
		switch {
		case done:
			return nil
		case lookErr != nil:
			return p.partly(&Error{
				Op: opAddScopes, Object: accountObject(p.account), unknown: true,
				Message: "the answer was lost (" + err.Error() + "), and looking at what the server has failed", Err: lookErr,
			})
		case !mayResend(err) || attempt >= p.client.maxRetries:
			return p.partly(err)
		}
	}
}

// resent tells whether the request was repeated after its answer was lost.
func (p *PendingScopes) resent() bool { return len(p.sent) > 1 }

// twinsDue is when a scope of a lost request is listed too, if the server took
// that as well: as long after the last request as the first one took at most.
func (p *PendingScopes) twinsDue(listed time.Time) time.Time {
	if !p.resent() {
		return listed
	}
	return p.sent[len(p.sent)-1].Add(listed.Sub(p.sent[0]))
}

// partly adds to an error which of the items the server lists all the same.
func (p *PendingScopes) partly(err error) error {
	listed := p.describe(true)
	if err == nil || listed == "" {
		return err
	}
	return &Error{Op: opAddScopes, Object: accountObject(p.account), Message: "of the scopes sent, the server now lists " + listed, Err: err, unknown: uncertain(err)}
}

func (p *PendingScopes) missing() []ScopeItem {
	p.mu.Lock()
	defer p.mu.Unlock()
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
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for i, s := range p.found {
		switch {
		case listed && s.ID != "":
			all = append(all, fmt.Sprintf("%s (%s, scope %s)", clip(s.Name, 80), p.items[i].HierarchyObjRef, s.ID))
		case !listed && s.ID == "":
			all = append(all, fmt.Sprintf("%s (%s)", clip(p.items[i].ObjectName, 80), p.items[i].HierarchyObjRef))
		}
	}
	return strings.Join(all, ", ")
}

// Wait looks until each item has a scope that was not there before, and gives
// them in the order of the items. With an error, those found so far have an ID
// and the others are zero. Goroutines that wait for scopes of one account share
// their requests.
func (p *PendingScopes) Wait(ctx context.Context) ([]Scope, error) {
	defer p.client.claims.done(p)
	if p.invalid != nil {
		return p.result(), &Error{Op: "wait for the restore scopes of", Object: accountObject(p.account), Err: p.invalid}
	}
	if len(p.missing()) == 0 && !p.resent() {
		return p.result(), nil
	}
	var whole time.Time // when every item had a scope
	for pause := pollMin; ; pause = min(2*pause, pollMax) {
		listed, err := p.client.polls.list(ctx, p.client, p.account, p.asked, pause)
		var done bool
		if err == nil {
			done, err = p.assign(ctx, listed)
		}
		if err == nil && done {
			if whole.IsZero() {
				whole = time.Now()
			}
			if err := p.doubled(ctx, listed); err != nil || !time.Now().Before(p.twinsDue(whole)) {
				return p.result(), err
			}
		}
		if err == nil {
			err = sleep(ctx, jitter(pause))
		}
		switch {
		case err != nil && len(p.missing()) == 0:
			return p.result(), nil // no more than the look for twins failed
		case err != nil:
			return p.result(), p.unlisted(ctx, err)
		}
	}
}

func (p *PendingScopes) result() []Scope {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Scope(nil), p.found...)
}

func (p *PendingScopes) unlisted(ctx context.Context, err error) error {
	e := &Error{Op: "wait for the restore scopes of", Object: accountObject(p.account), Err: err}
	if err != ctx.Err() { //nolint:errorlint // another error is that of a look that failed, and says nothing of what is listed
		return e
	}
	e.Message = "the server accepted them, but does not list " + p.describe(false)
	if listed := p.describe(true); listed != "" {
		e.Message += "; it lists " + listed
	}
	return e
}

// assign gives each item without a scope one that matches, was not there before
// and is not claimed by others. It tells whether every item has one now.
func (p *PendingScopes) assign(ctx context.Context, listed []Scope) (bool, error) {
	if err := p.assigning.lock(ctx); err != nil {
		return false, err
	}
	defer p.assigning.unlock()
	for i, found := range p.result() {
		if found.ID != "" {
			continue
		}
		s, err := p.claim(ctx, listed, i)
		if err != nil {
			return false, err
		}
		p.mu.Lock()
		p.found[i] = s
		p.mu.Unlock()
	}
	return len(p.missing()) == 0, nil
}

func (p *PendingScopes) claim(ctx context.Context, listed []Scope, i int) (Scope, error) {
	for _, s := range listed {
		// Before the roots are fetched, which takes a request.
		if s.Removing() || p.client.claims.free(p, listed, s) < 1 {
			continue
		}
		matches, err := p.client.ScopeMatches(ctx, s, p.refs[i], p.items[i].ObjectName)
		if err != nil {
			return Scope{}, err
		}
		if matches && p.client.claims.take(p, listed, s) {
			return s, nil
		}
	}
	return Scope{}, nil
}

// doubled tells of scopes beyond those that were sent: made of a request whose
// answer was lost, after the repeat had made them once more, or by somebody else
// at the same time. Nobody would know of them.
func (p *PendingScopes) doubled(ctx context.Context, listed []Scope) error {
	for i := range p.items {
		// In this order: who gets its scope in between is counted here, and its scope not there.
		awaited := p.client.claims.awaited(p, i)
		more, err := p.unclaimed(ctx, listed, i)
		if err != nil {
			return err
		}
		if len(more) <= awaited {
			continue
		}
		last := more[len(more)-1]
		e := &Error{Op: opAddScopes, Object: accountObject(p.account)}
		if p.resent() {
			e.Message = fmt.Sprintf("the answer was lost and the request repeated, and the server took both: %s is there twice; remove scope %s", clip(last.Name, 80), last.ID)
		} else {
			e.Message = fmt.Sprintf("somebody else adds scopes of the same name to this account: %s and %s are both new and both stand for %s, and only one of them was sent; look which is whose",
				p.result()[i].ID, last.ID, clip(last.Name, 80))
		}
		return e
	}
	return nil
}

// unclaimed are the listed scopes that item i could stand for, were not there
// before and belong to nobody in this process.
func (p *PendingScopes) unclaimed(ctx context.Context, listed []Scope, i int) ([]Scope, error) {
	var more []Scope
	seen := map[scopeKey]bool{}
	for _, s := range listed {
		if s.Removing() || seen[s.key()] {
			continue
		}
		seen[s.key()] = true
		free := p.client.claims.free(p, listed, s)
		if free < 1 {
			continue
		}
		matches, err := p.client.ScopeMatches(ctx, s, p.refs[i], p.items[i].ObjectName)
		if err != nil {
			return nil, err
		}
		if matches {
			more = append(more, slices.Repeat([]Scope{s}, free)...)
		}
	}
	return more, nil
}

// WaitScopeGone waits until the server lists the scope no more, by ID, root,
// type and name. One that is being removed is still listed. An account that is
// gone has no scopes. The caller has seen the scope listed.
func (c *Client) WaitScopeGone(ctx context.Context, accountID string, s Scope) error {
	const op = "wait for the removal of a restore scope of"
	id, _, err := accountPath(op, accountID)
	if err != nil {
		return err
	}
	asked := time.Now()
	for pause := pollMin; ; pause = min(2*pause, pollMax) {
		listed, err := c.polls.list(ctx, c, id, asked, pause)
		if IsNotFound(err) {
			return nil
		}
		if err == nil && count(listed, s.key()) == 0 {
			return nil
		}
		if err == nil {
			err = sleep(ctx, jitter(pause))
		}
		if err != nil {
			e := &Error{Op: op, Object: accountObject(id), Err: err}
			if err == ctx.Err() { //nolint:errorlint // another error is that of a look that failed, and says nothing of what is listed
				e.Message = fmt.Sprintf("the server still lists %s (scope %s)", clip(s.Name, 80), s.ID)
			}
			return e
		}
	}
}

func count(listed []Scope, key scopeKey) int {
	n := 0
	for _, s := range listed {
		if s.key() == key {
			n++
		}
	}
	return n
}

// scopePolls shares the listings of one account among those who wait for a change.
type scopePolls struct {
	group group[string, []Scope]
	mu    sync.Mutex
	last  map[string]polled
}

type polled struct {
	started time.Time
	scopes  []Scope
}

// list gives a listing that started after asked and is at most half as old as
// the pause between two looks.
func (s *scopePolls) list(ctx context.Context, c *Client, account string, asked time.Time, pause time.Duration) ([]Scope, error) {
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
	scopes, err := s.group.do(ctx, account, oldest, func(ctx context.Context) ([]Scope, error) {
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
	if err != nil && err != ctx.Err() { //nolint:errorlint // a bare context error and nothing that wraps one
		return nil, c.waiting(ctx, opListScopes, accountObject(account), err)
	}
	return scopes, err
}
