// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"slices"
	"strings"
	"time"
)

// Store is what the server keeps: accounts, the virtual infrastructure and
// tasks. It is to be used inside Server.Mutate, which holds the lock; what it
// hands out is live and not to be kept beyond that.
type Store struct {
	opts     *Options
	accounts []*Account
	roots    []*HierarchyRoot
	objects  []*Object
	tasks    []*task
	tasksRun int
	scopesIn int // counts scopes, for the mixed forms of HierarchyRootName
}

// Account is an account of Enterprise Manager.
type Account struct {
	ID, Type, Name     string
	Roles              []string // role IDs
	AllowRestoreAllVms bool
	Scopes             []*Scope
	FlrInplaceOnly     bool
	FlrExtensions      string // separated by commas, as sent
	DenyInPlaceRestore bool
}

// Scope is a restore scope of an account.
type Scope struct {
	ID, Ref, Name string
	// ListedAt is when the scope appears in the list.
	ListedAt time.Time
	// RemovingUntil is when a deleted scope disappears from the list; zero: it was not deleted.
	RemovingUntil time.Time
	// Processed says that a rebuild has been over the scope.
	Processed bool

	processedAt time.Time // zero: never by itself
	rootNames   RootNames // the form of HierarchyRootName
}

// settle lets happen what time has brought: tasks end, deleted scopes go.
func (s *Store) settle() {
	now := time.Now()
	for _, t := range s.tasks {
		t.settle(s, now)
	}
	for _, a := range s.accounts {
		a.Scopes = slices.DeleteFunc(a.Scopes, func(sc *Scope) bool {
			return sc.removing() && !now.Before(sc.RemovingUntil)
		})
	}
}

// Accounts returns all accounts in the order of their creation.
func (s *Store) Accounts() []*Account { return slices.Clone(s.accounts) }

// Account returns the account of that ID, nil if there is none.
func (s *Store) Account(id string) *Account {
	for _, a := range s.accounts {
		if strings.EqualFold(a.ID, id) {
			return a
		}
	}
	return nil
}

// FindAccount returns the account of that type and name, compared without
// regard to case, nil if there is none.
func (s *Store) FindAccount(accountType, name string) *Account {
	for _, a := range s.accounts {
		if a.Type == accountType && strings.EqualFold(a.Name, name) {
			return a
		}
	}
	return nil
}

// AddAccount adds an account as it is, without the server's checks; an empty
// ID is filled in. It returns the account of the store.
func (s *Store) AddAccount(a Account) *Account {
	if a.ID == "" {
		a.ID = newGUID()
	}
	a.ID = strings.ToLower(a.ID)
	a.Roles = slices.Clone(a.Roles)
	a.Scopes = slices.Clone(a.Scopes)
	s.accounts = append(s.accounts, &a)
	return &a
}

// RemoveAccount removes the account of that ID and says whether there was one.
func (s *Store) RemoveAccount(id string) bool {
	before := len(s.accounts)
	s.accounts = slices.DeleteFunc(s.accounts, func(a *Account) bool { return strings.EqualFold(a.ID, id) })
	return len(s.accounts) < before
}

// AddScope adds a scope that is listed at once. It returns nil where there is no such account.
func (s *Store) AddScope(accountID, ref, name string) *Scope {
	a := s.Account(accountID)
	if a == nil {
		return nil
	}
	return s.addScope(a, ref, name, 0)
}

// RemoveScope removes every scope of that ID at once and says whether there was one.
func (s *Store) RemoveScope(accountID, scopeID string) bool {
	a := s.Account(accountID)
	if a == nil {
		return false
	}
	before := len(a.Scopes)
	a.Scopes = slices.DeleteFunc(a.Scopes, func(sc *Scope) bool { return strings.EqualFold(sc.ID, scopeID) })
	return len(a.Scopes) < before
}

// SetRoles replaces the roles of the account and says whether there is such an account.
func (s *Store) SetRoles(accountID string, roleIDs ...string) bool {
	a := s.Account(accountID)
	if a == nil {
		return false
	}
	a.Roles = slices.Clone(roleIDs)
	return true
}

// AddRole adds a role to the account and says whether that changed anything.
func (s *Store) AddRole(accountID, roleID string) bool {
	a := s.Account(accountID)
	if a == nil || a.hasRole(roleID) {
		return false
	}
	a.Roles = append(a.Roles, strings.ToLower(roleID))
	return true
}

// RemoveRole takes a role from the account, the last one too, and says whether that changed anything.
func (s *Store) RemoveRole(accountID, roleID string) bool {
	a := s.Account(accountID)
	if a == nil || !a.hasRole(roleID) {
		return false
	}
	a.Roles = slices.DeleteFunc(a.Roles, func(id string) bool { return strings.EqualFold(id, roleID) })
	return true
}

// Toggle flips AllowRestoreAllVms and says whether there is such an account.
func (s *Store) Toggle(accountID string) bool {
	a := s.Account(accountID)
	if a == nil {
		return false
	}
	a.AllowRestoreAllVms = !a.AllowRestoreAllVms
	return true
}

func (a *Account) hasRole(roleID string) bool {
	return slices.ContainsFunc(a.Roles, func(id string) bool { return strings.EqualFold(id, roleID) })
}

// removing says whether the scope was deleted and waits to disappear.
func (sc *Scope) removing() bool { return !sc.RemovingUntil.IsZero() }

// listed says whether the scope is in the list.
func (sc *Scope) listed(now time.Time) bool { return !now.Before(sc.ListedAt) }

// state is the State that the list shows.
func (sc *Scope) state(now time.Time) string {
	switch {
	case sc.removing():
		return "Removing"
	case sc.Processed || !sc.processedAt.IsZero() && !now.Before(sc.processedAt):
		return "Processed"
	}
	return "Unprocessed"
}

// applyCase gives a name back in the case of the option.
func applyCase(c Case, name string) string {
	switch c {
	case CaseUpper:
		return strings.ToUpper(name)
	case CaseLower:
		return strings.ToLower(name)
	}
	return name
}
