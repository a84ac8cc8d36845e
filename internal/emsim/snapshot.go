// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"cmp"
	"slices"
)

// AccountSnapshot is a copy of an account that does not change any more.
type AccountSnapshot struct {
	ID, Type, Name     string
	Roles              []string // role IDs, sorted
	AllowRestoreAllVms bool
	Scopes             []ScopeSnapshot // without deleted ones, sorted by Ref, Name, ID
	FlrInplaceOnly     bool
	FlrExtensions      string
	DenyInPlaceRestore bool
}

// ScopeSnapshot is a copy of a scope that does not change any more.
type ScopeSnapshot struct{ ID, Ref, Name string }

// Snapshot copies every account, sorted by type and name: two snapshots of
// the same state are reflect.DeepEqual. Scopes that are not listed yet are in
// it, deleted ones are not.
func (s *Server) Snapshot() []AccountSnapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.settle()
	return s.store.Snapshot()
}

// OpenSessionIDs lists the IDs of the sessions that OpenSessions counts.
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

// Snapshot is the same inside Mutate.
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
		ID: a.ID, Type: a.Type, Name: a.Name, Roles: slices.Sorted(slices.Values(a.Roles)), AllowRestoreAllVms: a.AllowRestoreAllVms,
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

// WithoutIDs copies snapshots without the IDs that the server made up, so that
// states of different servers can be compared.
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
