// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// maxListAge is how old the list of accounts may be that creates share. On a server with 20,000 accounts, the list has
// 8 MB. The server itself refuses an account that the list lacks, because another client has created it since. The age
// matters only if the response to a create is lost: then an account that another client created with the same settings
// since the list was requested looks like the own one.
const maxListAge = 10 * time.Second

// accountIndex contains accounts, by their names and their IDs.
type accountIndex struct {
	byName map[string][]Account
	names  map[string]string // keys in byName, by ID
}

func newAccountIndex(accounts ...Account) *accountIndex {
	l := &accountIndex{byName: map[string][]Account{}, names: map[string]string{}}
	for _, a := range accounts {
		l.add(a)
	}
	return l
}

func (l *accountIndex) add(a Account) {
	key := accountKey(a.Name)
	l.byName[key], l.names[a.ID] = append(l.byName[key], a), key
}

func (l *accountIndex) remove(id string) {
	key := l.names[id]
	l.byName[key] = slices.DeleteFunc(l.byName[key], func(a Account) bool { return a.ID == id })
	delete(l.names, id)
}

func (l *accountIndex) has(a Account) bool { _, ok := l.names[a.ID]; return ok }

// accountKey returns what is equal for names that the server does not distinguish. It may have removed white space.
func accountKey(name string) string { return foldKey(strings.TrimSpace(name)) }

// sharedAccounts is the list of accounts that creates and look-ups by name share, and what this client has created
// since. Its zero value is ready for use.
type sharedAccounts struct {
	listed httpkit.Recent[struct{}, *accountIndex]
	mu     sync.Mutex
	own    *accountIndex
}

// accountsSince returns a list that was requested after the time asked.
func (c *Client) accountsSince(ctx context.Context, asked time.Time) (httpkit.Reading[*accountIndex], error) {
	list, err := c.accounts.listed.Get(ctx, struct{}{}, asked, func(ctx context.Context) (*accountIndex, error) {
		accounts, err := c.ListAccountNames(ctx)
		return newAccountIndex(accounts...), err
	})
	return list, c.callerError(ctx, opListAccounts, accountsObject, err)
}

// AccountsNamed returns the accounts of a name, as [Client.ListAccountNames] does. Names are compared without regard to
// case. An account that another client created or deleted in the last 10 seconds may be missing, or still be there: the
// caller reads the accounts. If there is none, the server has listed none after the call.
func (c *Client) AccountsNamed(ctx context.Context, name string) ([]Account, error) {
	now := time.Now()
	list, err := c.accountsSince(ctx, now.Add(-maxListAge))
	if err != nil {
		return nil, err
	}
	if found := c.accounts.named(list.Value, name); len(found) > 0 || !list.Started.Before(now) {
		return found, nil
	}
	if list, err = c.accountsSince(ctx, now); err != nil {
		return nil, err
	}
	return c.accounts.named(list.Value, name), nil
}

// named returns the accounts of a name in a list, and those that this client has created since.
func (s *sharedAccounts) named(list *accountIndex, name string) []Account {
	key := accountKey(name)
	found := slices.Clone(list.byName[key])
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.made().byName[key] {
		if !list.has(a) {
			found = append(found, a)
		}
	}
	return found
}

// added returns the accounts of now that are not in list, and that this client has not created.
func (s *sharedAccounts) added(list *accountIndex, now []Account) []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := s.made()
	return slices.DeleteFunc(slices.Clone(now), func(a Account) bool { return list.has(a) || own.has(a) })
}

func (s *sharedAccounts) created(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made().add(a)
}

func (s *sharedAccounts) deleted(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made().remove(id)
}

// made returns the accounts that this client has created. The caller holds the lock.
func (s *sharedAccounts) made() *accountIndex {
	if s.own == nil {
		s.own = newAccountIndex()
	}
	return s.own
}
