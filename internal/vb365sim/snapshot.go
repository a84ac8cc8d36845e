// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"cmp"
	"slices"
	"strings"
)

// RoleSnapshot is an independent copy of a role: later changes of the role do not affect it.
type RoleSnapshot struct {
	ID, OrganizationID, Name, Description, RoleType string

	Operators, SelectedItems, ExcludedItems []EntrySnapshot // without removed entries; sorted by Type, ObjectID, EntryID
}

// EntrySnapshot is an independent copy of an entry. ObjectID is in lower case.
type EntrySnapshot struct{ Type, ObjectID, EntryID string }

// Snapshot copies every role, sorted by organization, name and ID. Two snapshots of the same state are
// reflect.DeepEqual. It includes entries that are not listed yet and excludes removed ones.
func (s *Server) Snapshot() []RoleSnapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.settle()
	return s.store.Snapshot()
}

// Snapshot is Server.Snapshot for use inside Server.Mutate.
func (s *Store) Snapshot() []RoleSnapshot {
	out := make([]RoleSnapshot, 0, len(s.roles))
	for _, r := range s.roles {
		out = append(out, RoleSnapshot{
			ID: r.ID, OrganizationID: r.OrganizationID, Name: r.Name, Description: r.Description, RoleType: r.RoleType,
			Operators: r.snapshot(Operators), SelectedItems: r.snapshot(SelectedItems), ExcludedItems: r.snapshot(ExcludedItems),
		})
	}
	slices.SortFunc(out, func(a, b RoleSnapshot) int {
		return cmp.Or(cmp.Compare(a.OrganizationID, b.OrganizationID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func (r *Role) snapshot(list List) []EntrySnapshot {
	var out []EntrySnapshot
	for _, e := range r.Entries(list) {
		out = append(out, EntrySnapshot{Type: e.Type, ObjectID: strings.ToLower(e.ObjectID), EntryID: e.ID})
	}
	slices.SortFunc(out, func(a, b EntrySnapshot) int {
		return cmp.Or(
			cmp.Compare(a.Type, b.Type), cmp.Compare(a.ObjectID, b.ObjectID), cmp.Compare(a.EntryID, b.EntryID))
	})
	return out
}

// WithoutIDs copies snapshots without the IDs that the server generated, so that the states of different servers can be
// compared.
func WithoutIDs(roles []RoleSnapshot) []RoleSnapshot {
	out := slices.Clone(roles)
	for i := range out {
		out[i].ID = ""
		for _, list := range []*[]EntrySnapshot{&out[i].Operators, &out[i].SelectedItems, &out[i].ExcludedItems} {
			*list = slices.Clone(*list)
			for j := range *list {
				(*list)[j].EntryID = ""
			}
		}
	}
	return out
}
