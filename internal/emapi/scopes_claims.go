// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"slices"
	"strings"
	"sync"
)

// claims remembers which scopes were given to which request, so that no scope
// stands for two, and which requests still wait for theirs.
type claims struct {
	mu      sync.Mutex
	seq     uint64
	all     map[string]map[scopeKey][]claimed // by account
	waiting []*PendingScopes
}

type claimed struct {
	seq uint64
	by  *PendingScopes
}

func (c *claims) wait(p *PendingScopes) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, p)
}

func (c *claims) done(p *PendingScopes) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = slices.DeleteFunc(c.waiting, func(other *PendingScopes) bool { return other == p })
}

// awaited is how many items that are listed like item i of p other requests of
// this process still wait for, at most.
func (c *claims) awaited(p *PendingScopes, i int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, other := range c.waiting {
		if other == p || other.account != p.account {
			continue
		}
		for j, ref := range other.refs {
			alike := strings.EqualFold(ref.Platform, p.refs[i].Platform) && strings.EqualFold(ref.Type, p.refs[i].Type) && strings.EqualFold(ref.RootID, p.refs[i].RootID)
			if alike && other.items[j].ObjectName == p.items[i].ObjectName {
				n++
			}
		}
	}
	return n
}

func (c *claims) now() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seq
}

// free is how many scopes of s's identity p may still claim.
func (c *claims) free(p *PendingScopes, listed []Scope, s Scope) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.freeLocked(p, listed, s.key())
}

func (c *claims) freeLocked(p *PendingScopes, listed []Scope, key scopeKey) int {
	n := count(listed, key) - p.before[key]
	for _, other := range c.all[p.account][key] {
		// What others claimed earlier is among what was there before.
		if other.by == p || other.seq > p.since {
			n--
		}
	}
	return n
}

func (c *claims) take(p *PendingScopes, listed []Scope, s Scope) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := s.key()
	if c.freeLocked(p, listed, key) < 1 {
		return false
	}
	if c.all == nil {
		c.all = map[string]map[scopeKey][]claimed{}
	}
	if c.all[p.account] == nil {
		c.all[p.account] = map[scopeKey][]claimed{}
	}
	c.seq++
	c.all[p.account][key] = append(c.all[p.account][key], claimed{seq: c.seq, by: p})
	return true
}
