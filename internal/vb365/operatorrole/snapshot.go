// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// snapshot is what the server has of a role.
type snapshot struct {
	role    vb365api.Role
	entries map[vb365api.List][]vb365api.Entry // without the selected items of a role for the entire organization
}

// read reads a role. organizationID may be empty if it is not known.
func read(ctx context.Context, client *vb365api.Client, organizationID, id string) (*snapshot, error) {
	role, err := client.GetRole(ctx, organizationID, id)
	if err != nil {
		return nil, err
	}
	return withLists(ctx, client, role)
}

// withLists reads the lists of a role. The role counts as not found only if it no longer exists, and not if one of its
// lists is not found.
func withLists(ctx context.Context, client *vb365api.Client, role vb365api.Role) (*snapshot, error) {
	entries, err := listsOf(ctx, client, role)
	if vb365api.IsNotFound(err) {
		if _, gone := client.GetRole(ctx, role.OrganizationID, role.ID); gone != nil {
			return nil, gone
		}
		return nil, fmt.Errorf("the role exists, but not one of its lists: %s", err.Error())
	}
	if err != nil {
		return nil, err
	}
	return &snapshot{role: role, entries: entries}, nil
}

// objects returns the objects in a list. One that the list has twice counts once.
func (s *snapshot) objects(l vb365api.List) []vb365api.Object {
	var out []vb365api.Object
	for _, e := range s.entries[l] {
		if e.Object != nil && !contains(out, e.Object.Key()) {
			out = append(out, *e.Object)
		}
	}
	return out
}

// find returns an object from the lists of the role.
func (s *snapshot) find(key vb365api.Key) (vb365api.Object, bool) {
	for _, l := range lists {
		for _, e := range s.entries[l] {
			if e.Object != nil && e.Object.Key() == key {
				return *e.Object, true
			}
		}
	}
	return vb365api.Object{}, false
}

// unmanaged returns the entries that a reference cannot express, in an order that does not depend on the server's.
func (s *snapshot) unmanaged() []unmanaged {
	var out []unmanaged
	for _, l := range lists {
		first := len(out)
		for _, e := range s.entries[l] {
			if e.Object == nil {
				out = append(out, unmanaged{l, e.Type, e.ID})
			}
		}
		slices.SortFunc(out[first:], func(a, b unmanaged) int {
			return cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.id, b.id))
		})
	}
	return out
}

// hasUnmanaged reports whether a list has entries that a reference cannot express.
func (s *snapshot) hasUnmanaged(l vb365api.List) bool {
	return slices.ContainsFunc(s.entries[l], func(e vb365api.Entry) bool { return e.Object == nil })
}

// missing returns the wanted objects that a list does not have.
func (s *snapshot) missing(l vb365api.List, wanted []vb365api.Object) []vb365api.Object {
	have := s.objects(l)
	return slices.DeleteFunc(slices.Clone(wanted), func(o vb365api.Object) bool { return contains(have, o.Key()) })
}

// surplus returns the entries of a list whose objects are not wanted.
func (s *snapshot) surplus(l vb365api.List, wanted []vb365api.Object) []vb365api.Entry {
	return slices.DeleteFunc(slices.Clone(s.entries[l]), func(e vb365api.Entry) bool {
		return e.Object == nil || contains(wanted, e.Object.Key())
	})
}

func contains(objects []vb365api.Object, key vb365api.Key) bool {
	return slices.ContainsFunc(objects, func(o vb365api.Object) bool { return o.Key() == key })
}
