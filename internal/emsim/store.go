// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// Store is the state of the server: accounts, the virtual infrastructure and tasks. Use it only inside Server.Mutate,
// which holds the lock. Its methods return pointers into the live state: do not keep them after Mutate returns.
type Store struct {
	opts        *Options
	accounts    []*Account
	roots       []*HierarchyRoot
	fileServers []*FileServer
	objects     []*Object
	tasks       []*task
	tasksRun    int
	scopesIn    int // number of scopes added so far, for RootNamesMixed
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
	// RemovingUntil is when a deleted scope disappears from the list. Zero: the scope is not deleted.
	RemovingUntil time.Time
	// Processed reports whether a rebuild has processed the scope.
	Processed bool

	processedAt time.Time // zero: only a rebuild processes the scope
	rootNames   RootNames // the form of HierarchyRootName
}

// settle applies everything that is due by now: it completes tasks and removes deleted scopes.
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

// Account returns the account with that ID, or nil if it does not exist.
func (s *Store) Account(id string) *Account {
	for _, a := range s.accounts {
		if strings.EqualFold(a.ID, id) {
			return a
		}
	}
	return nil
}

// FindAccount returns the account of that type and name, or nil if it does not exist. Names are compared without regard
// to case.
func (s *Store) FindAccount(accountType, name string) *Account {
	for _, a := range s.accounts {
		if a.Type == accountType && strings.EqualFold(a.Name, name) {
			return a
		}
	}
	return nil
}

// AddAccount adds a copy of the account, without the server's checks, and returns the copy. An empty ID is generated.
func (s *Store) AddAccount(a Account) *Account {
	if a.ID == "" {
		a.ID = simkit.NewGUID()
	}
	a.ID = strings.ToLower(a.ID)
	a.Roles = slices.Clone(a.Roles)
	a.Scopes = slices.Clone(a.Scopes)
	s.accounts = append(s.accounts, &a)
	return &a
}

// RemoveAccount removes the account with that ID and reports whether it existed.
func (s *Store) RemoveAccount(id string) bool {
	before := len(s.accounts)
	s.accounts = slices.DeleteFunc(s.accounts, func(a *Account) bool { return strings.EqualFold(a.ID, id) })
	return len(s.accounts) < before
}

// AddScope adds a scope that is listed immediately. It returns nil if the account does not exist.
func (s *Store) AddScope(accountID, ref, name string) *Scope {
	a := s.Account(accountID)
	if a == nil {
		return nil
	}
	return s.addScope(a, ref, name, 0)
}

// RemoveScope immediately removes every scope with that ID and reports whether there was one.
func (s *Store) RemoveScope(accountID, scopeID string) bool {
	a := s.Account(accountID)
	if a == nil {
		return false
	}
	before := len(a.Scopes)
	a.Scopes = slices.DeleteFunc(a.Scopes, func(sc *Scope) bool { return strings.EqualFold(sc.ID, scopeID) })
	return len(a.Scopes) < before
}

// SetRoles replaces the roles of the account and reports whether the account exists.
func (s *Store) SetRoles(accountID string, roleIDs ...string) bool {
	a := s.Account(accountID)
	if a == nil {
		return false
	}
	a.Roles = slices.Clone(roleIDs)
	return true
}

// AddRole adds a role to the account and reports whether that changed anything.
func (s *Store) AddRole(accountID, roleID string) bool {
	a := s.Account(accountID)
	if a == nil || a.hasRole(roleID) {
		return false
	}
	a.Roles = append(a.Roles, strings.ToLower(roleID))
	return true
}

// RemoveRole removes a role from the account, even the last one, and reports whether that changed anything.
func (s *Store) RemoveRole(accountID, roleID string) bool {
	a := s.Account(accountID)
	if a == nil || !a.hasRole(roleID) {
		return false
	}
	a.Roles = slices.DeleteFunc(a.Roles, func(id string) bool { return strings.EqualFold(id, roleID) })
	return true
}

// Toggle flips AllowRestoreAllVms and reports whether the account exists.
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

// removing reports whether the scope has been deleted but is still in the list.
func (sc *Scope) removing() bool { return !sc.RemovingUntil.IsZero() }

// listed reports whether the scope has appeared in the list.
func (sc *Scope) listed(now time.Time) bool { return !now.Before(sc.ListedAt) }

// state returns the State that the list shows.
func (sc *Scope) state(now time.Time) string {
	switch {
	case sc.removing():
		return "Removing"
	case sc.Processed || !sc.processedAt.IsZero() && !now.Before(sc.processedAt):
		return "Processed"
	}
	return "Unprocessed"
}

// applyCase returns the name in the given letter case.
func applyCase(c Case, name string) string {
	switch c {
	case CaseUpper:
		return strings.ToUpper(name)
	case CaseLower:
		return strings.ToLower(name)
	}
	return name
}
