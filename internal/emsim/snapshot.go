// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"cmp"
	"slices"
)

// AccountSnapshot is an independent copy of an account: later changes of the account do not affect it.
type AccountSnapshot struct {
	ID, Type, Name     string
	Roles              []string // role IDs, sorted
	AllowRestoreAllVms bool
	Scopes             []ScopeSnapshot // without deleted scopes; sorted by Ref, Name, ID
	FlrInplaceOnly     bool
	FlrExtensions      string
	DenyInPlaceRestore bool
}

// ScopeSnapshot is an independent copy of a scope.
type ScopeSnapshot struct{ ID, Ref, Name string }

// Snapshot copies every account, sorted by type and name. Two snapshots of the same state are reflect.DeepEqual. It
// includes scopes that are not listed yet and excludes deleted scopes.
func (s *Server) Snapshot() []AccountSnapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.settle()
	return s.store.Snapshot()
}

// OpenSessionIDs returns the IDs of the sessions that OpenSessions counts.
func (s *Server) OpenSessionIDs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropIdle()
	ids := make([]string, 0, len(s.sessions))
	for _, open := range s.sessions {
		ids = append(ids, open.id)
	}
	return ids
}

// Snapshot is Server.Snapshot for use inside Server.Mutate.
func (s *Store) Snapshot() []AccountSnapshot {
	out := make([]AccountSnapshot, 0, len(s.accounts))
	for _, a := range s.accounts {
		out = append(out, a.snapshot())
	}
	slices.SortFunc(out, func(a, b AccountSnapshot) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func (a *Account) snapshot() AccountSnapshot {
	copied := AccountSnapshot{
		ID: a.ID, Type: a.Type, Name: a.Name,
		Roles: slices.Sorted(slices.Values(a.Roles)), AllowRestoreAllVms: a.AllowRestoreAllVms,
		FlrInplaceOnly: a.FlrInplaceOnly, FlrExtensions: a.FlrExtensions, DenyInPlaceRestore: a.DenyInPlaceRestore,
	}
	for _, sc := range a.Scopes {
		if !sc.removing() {
			copied.Scopes = append(copied.Scopes, ScopeSnapshot{ID: sc.ID, Ref: sc.Ref, Name: sc.Name})
		}
	}
	slices.SortFunc(copied.Scopes, func(a, b ScopeSnapshot) int {
		return cmp.Or(cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return copied
}

// WithoutIDs copies snapshots without the IDs that the server generated, so that the states of different servers can be
// compared.
func WithoutIDs(accounts []AccountSnapshot) []AccountSnapshot {
	out := slices.Clone(accounts)
	for i := range out {
		out[i].ID = ""
		out[i].Scopes = slices.Clone(out[i].Scopes)
		for j := range out[i].Scopes {
			out[i].Scopes[j].ID = ""
		}
	}
	return out
}
