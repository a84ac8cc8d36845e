// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// laggard lists the scopes of the moment at which it receives a request. It sends the first response ten seconds later.
type laggard struct {
	lister
	late atomic.Bool // the server has begun its first response
}

func (l *laggard) answerLate(w http.ResponseWriter, r *http.Request) {
	l.lister.serve(w, r)
	if r.Method == http.MethodGet && l.late.CompareAndSwap(false, true) {
		time.Sleep(10 * time.Second)
	}
}

// list replaces the listed scopes.
func (l *laggard) list(names ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.scopes, l.at = nil, nil
	for _, name := range names {
		l.scopes = append(l.scopes, listedScope{scopeID, name, rootID, "Vm", "Processed"})
		l.at = append(l.at, time.Time{})
	}
}

// poll polls the scopes until the given time has passed, and returns the names that each listing had.
func poll(t *testing.T, c *Client, d time.Duration) (seen []string) {
	t.Helper()
	until := time.Now().Add(d)
	ok(t, c.PollScopes(t.Context(), accountID, func(listed []Scope) (bool, error) {
		for _, s := range listed {
			seen = append(seen, s.Name)
		}
		return !time.Now().Before(until), nil
	}))
	return seen
}

// The listing that another goroutine waits for shows a scope that has been removed since. It must not pass for the new
// scope, which has the same name.
func TestWait_AListingThatBeganBeforeTheRequestIsNotUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &laggard{lister: lister{root: rootID}}
		l.list("VM01")
		c := newFake(t, l.answerLate).client()
		other := make(chan []string)
		go func() { other <- poll(t, c, 0) }()
		synctest.Wait()
		l.list()
		p, err := c.AddScopes(t.Context(), accountID, nil, []ScopeItem{vm01})
		ok(t, err)
		scopes, err := p.Wait(within(t, time.Minute))
		ok(t, err)
		equal(t, "the scope", scopes[0].ID, "00000000-0000-0000-0000-000000000001")
		equal(t, "the number of scopes in the other listing", len(<-other), 1)
	})
}

func TestPollScopes_EveryListingBeginsAfterTheCall(t *testing.T) {
	onlyNew := func(t *testing.T, seen []string) {
		t.Helper()
		if len(seen) == 0 {
			t.Error("no listing has a scope")
		}
		for _, name := range seen {
			equal(t, "the scope", name, "new")
		}
	}
	t.Run("a listing that has just ended is not used", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := &laggard{lister: lister{root: rootID}}
			l.late.Store(true)
			l.list("old")
			c := newFake(t, l.answerLate).client()
			poll(t, c, 0)
			l.list("new")
			time.Sleep(time.Millisecond)
			onlyNew(t, poll(t, c, 0))
		})
	})
	t.Run("a listing that began earlier and ends later is not used", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := &laggard{lister: lister{root: rootID}}
			l.list("old")
			c := newFake(t, l.answerLate).client()
			go poll(t, c, 0)
			time.Sleep(10*time.Second - 10*time.Millisecond)
			l.list("new")
			onlyNew(t, poll(t, c, time.Second))
		})
	})
}
