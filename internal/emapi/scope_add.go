// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// PendingScopes are scopes that the server has accepted but may not list yet. It is not safe for concurrent use.
type PendingScopes struct {
	client  *Client
	account string
	items   []ScopeItem
	before  map[ScopeKey]int // how many scopes with this key were listed before the request
	asked   time.Time        // a listing that started earlier may lack what was sent
	invalid error            // the error of the arguments of AwaitAccountScopes, which Wait returns
	sent    []time.Time      // when the request was sent, the first time and again after a lost response
	located string           // the ID of the scope, if there is one item and the response had a Location
	settle  time.Duration    // how long to look for other new scopes after each item has one
	failed  error            // the server's answer if it answered the request with a failure
	found   []Scope          // found[i] belongs to items[i]; without an ID, it is not listed yet
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

// AddScopes adds scopes to an account, all in one request. It returns once the server has accepted them;
// [PendingScopes.Wait] waits until the server lists them.
//
// before lists the scopes that the account had: a scope that is not in it is new. Therefore a caller must not add items
// of the same platform, type and name to an account in concurrent calls, and must obtain before only after the scopes
// of an earlier such call are listed.
//
// If the response is lost, AddScopes looks for new scopes for long enough that the server can list them late, and sends
// the missing items again.
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
		return nil, &Error{Op: opAddScopes, Object: c.accountObject(id), Err: err}
	}
	p := c.newPending(id, items, before)
	if len(items) == 0 {
		return p, nil
	}
	defer c.scopes.added(id, items)
	if err := p.send(ctx, path+"/scopes"); err != nil {
		return nil, err
	}
	return p, nil
}

// AwaitAccountScopes returns the pending scopes of an account that was created with these items. It sends nothing.
// [PendingScopes.Wait] returns the error of an invalid argument.
func (c *Client) AwaitAccountScopes(accountID string, items []ScopeItem) *PendingScopes {
	id, err := ParseGUID(accountID)
	p := c.newPending(id, items, nil)
	p.invalid = errors.Join(err, checkItems(items))
	return p
}

func (p *PendingScopes) send(ctx context.Context, path string) error {
	c, object := p.client, p.client.accountObject(p.account)
	_, err := c.sendVerified(ctx, verifiedWrite{
		op: opAddScopes, object: object, settle: settleScopes,
		send: func() error {
			p.sent = append(p.sent, time.Now())
			resp, err := c.write(ctx, post(opAddScopes, object, path, scopeCreateXML{Items: itemsOut(p.missing())}))
			p.failed = nil
			if isAnswer(err) {
				p.failed = err
			}
			if err == nil && len(p.items) == 1 {
				p.located, _ = guidOfHref(resp.Header.Get("Location"), "scopes")
			}
			return err
		},
		look: func(wait time.Duration) (bool, error) {
			return pollUntil(ctx, wait, func() (bool, error) {
				listed, err := c.ListScopes(ctx, p.account)
				if err != nil {
					return false, err
				}
				return p.assign(ctx, listed)
			})
		},
	})
	return p.withListed(err)
}

// withListed adds to err the items that the server lists nevertheless, and whether the server answered with a failure.
func (p *PendingScopes) withListed(err error) error {
	listed := p.describe(true)
	if err == nil || listed == "" && p.failed == nil {
		return err
	}
	if listed == "" {
		return &Error{Op: opAddScopes, Object: p.client.accountObject(p.account), Err: err, unproven: true}
	}
	return &Error{
		Op: opAddScopes, Object: p.client.accountObject(p.account), unknown: IsUncertain(err), unproven: p.failed != nil,
		Message: "of the scopes sent, the server now lists " + listed, Err: err,
	}
}

// Located returns the ID of the new scope if a single item was added and the server returned the Location of its scope;
// otherwise "". The server may not list the scope yet.
func (p *PendingScopes) Located() string { return p.located }

// Settle makes [PendingScopes.Wait] look for other new scopes of the same name for a while after each item has one. It
// is for items whose name other objects have: the first new scope can be that of another process, listed before the one
// that was sent. Without other new scopes of the name, Wait would not know. If the server answered the request with a
// failure, Wait then takes no scope at all.
func (p *PendingScopes) Settle() { p.settle = settleScopes }

// Wait waits until the server lists a new scope for each item, and returns these scopes in the order of the items. If
// there is an error, the scopes that were found have an ID and the others are zero. Goroutines that wait for scopes of
// the same account share their requests.
func (p *PendingScopes) Wait(ctx context.Context) ([]Scope, error) {
	if p.invalid != nil {
		return p.found, &Error{Op: opWaitScopes, Object: p.client.accountObject(p.account), Err: p.invalid}
	}
	if len(p.missing()) == 0 && !p.resent() && p.settle == 0 {
		return p.found, nil
	}
	if p.settle > 0 && p.failed != nil {
		e := &Error{Op: opAddScopes, Object: p.client.accountObject(p.account), Err: p.failed, unproven: true}
		e.Message = "the server answered with a failure, but it now lists " + p.describe(true) + ", which another process " +
			"may have added. Remove it if it is not wanted, or import it"
		clear(p.found)
		return p.found, e
	}
	defer p.client.scopes.added(p.account, p.items)
	var complete time.Time // when every item had a scope
	var duplicate error
	watch := p.client.scopes.listing.Watch(p.asked)
	err := p.client.pollScopes(ctx, p.account, p.asked, watch.Pause(), func(listed []Scope) (bool, error) {
		done, err := p.assign(ctx, listed)
		watch.Looked(done)
		if err != nil || !done {
			return false, err
		}
		if complete.IsZero() {
			complete = time.Now()
		}
		if duplicate, err = p.findDuplicate(ctx, listed); err != nil {
			return false, err
		}
		return duplicate != nil || !time.Now().Before(p.duplicatesDue(complete)), nil
	})
	switch {
	case duplicate != nil:
		return p.found, duplicate
	case err != nil && len(p.missing()) > 0:
		return p.found, p.unlisted(ctx, err)
	case err != nil && p.settle > 0:
		e := &Error{Op: opWaitScopes, Object: p.client.accountObject(p.account), Err: err}
		e.Message = "the wait for other scopes of the same name ended early, after the server listed " + p.describe(true)
		clear(p.found)
		return p.found, e
	}
	return p.found, nil // an error at this point concerns only the search for duplicates
}

func (p *PendingScopes) unlisted(ctx context.Context, err error) error {
	e := &Error{Op: opWaitScopes, Object: p.client.accountObject(p.account), Err: err}
	if err != ctx.Err() { //nolint:errorlint // any other error, even one that wraps ctx.Err(), is that of a request
		return e
	}
	e.Message = "the server accepted them, but does not list " + p.describe(false)
	if listed := p.describe(true); listed != "" {
		e.Message += "; it lists " + listed
	}
	return e
}

// assign assigns a matching new scope to each item that has none. It reports whether every item has a scope now.
func (p *PendingScopes) assign(ctx context.Context, listed []Scope) (bool, error) {
	for i, found := range p.found {
		if found.ID != "" {
			continue
		}
		added, err := p.added(ctx, listed, p.items[i])
		if err != nil {
			return false, err
		}
		if n := slices.IndexFunc(added, p.mayBe); n >= 0 {
			p.found[i] = added[n]
		}
	}
	return len(p.missing()) == 0, nil
}

// mayBe reports whether a new scope can be one that this request added. Without a Location, any can.
func (p *PendingScopes) mayBe(s Scope) bool { return p.located == "" || s.ID == p.located }

// findDuplicate looks for a new scope beyond those that were sent, which no configuration would manage. If there is
// one, duplicate is an error that describes it. The server creates such a scope if it accepts both a request whose
// response was lost and its retry, or if another process adds scopes at the same time.
func (p *PendingScopes) findDuplicate(ctx context.Context, listed []Scope) (duplicate, err error) {
	if p.located != "" && !p.resent() {
		return nil, nil // other new scopes are known not to come from this request
	}
	for i, item := range p.items {
		more, err := p.added(ctx, listed, item)
		if err != nil {
			return nil, err
		}
		if len(more) == 0 {
			continue
		}
		last := more[len(more)-1]
		e := &Error{Op: opAddScopes, Object: p.client.accountObject(p.account)}
		if p.resent() {
			e.Message = fmt.Sprintf("the response was lost, the request was sent again, and the server accepted both: "+
				"%s has been added twice; remove scope %s", clip(last.Name, 80), last.ID)
		} else {
			e.Message = fmt.Sprintf("another process is adding scopes of the same name to this account: %s and %s are "+
				"both new and both can stand for %s, but only one of them was sent; remove the wrong one",
				p.found[i].ID, last.ID, p.items[i])
			p.found[i] = Scope{} // either would be a guess
		}
		return e, nil
	}
	return nil, nil
}

// added returns the listed scopes that match item, were not there before, and are not assigned to any item.
func (p *PendingScopes) added(ctx context.Context, listed []Scope, item ScopeItem) ([]Scope, error) {
	more := map[ScopeKey]int{} // how many scopes with this key are new and unassigned
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

// resent reports whether the request was sent again after a lost response.
func (p *PendingScopes) resent() bool { return len(p.sent) > 1 }

// duplicatesDue returns the time by which the server should list the scopes of all requests that it accepted, given
// that each item had a scope at the time listed. It allows the last request as much time as the first one took at most.
func (p *PendingScopes) duplicatesDue(listed time.Time) time.Time {
	due := listed.Add(p.settle)
	if !p.resent() {
		return due
	}
	if last := p.sent[len(p.sent)-1].Add(listed.Sub(p.sent[0])); last.After(due) {
		return last
	}
	return due
}

// missing returns the items that have no scope yet.
func (p *PendingScopes) missing() []ScopeItem {
	var items []ScopeItem
	for i, s := range p.found {
		if s.ID == "" {
			items = append(items, p.items[i])
		}
	}
	return items
}

// describe returns the names of the items that are listed, or of those that are not.
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
