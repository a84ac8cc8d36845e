// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// Store is the state of the server: organizations with their objects, and roles. Use it only inside Server.Mutate,
// which holds the lock. Its methods return pointers into the live state: do not keep them after Mutate returns.
type Store struct {
	opts          *Options
	organizations []*Organization
	roles         []*Role
}

// Organization is an organization whose backups the server manages.
type Organization struct {
	ID, Name, OfficeName string
	Type                 string // Office365, Hybrid or OnPremises
	Objects              []*Object
}

// The types of objects, of references to them in requests, and of entries.
const (
	typeUser  = "User"
	typeGroup = "Group"
	typeSite  = "Site"
	typeTeam  = "Team"
)

// Object is a user, a group, a site or a team of an organization.
type Object struct {
	Type string // User, Group, Site or Team
	ID   string // as in the nested object of an entry
	// Name is the UPN of a user, the mail of a group or a team, and the URL of a site. A group can have none.
	Name        string
	DisplayName string // the title of a site
	// Kind is the type of a user (User, Shared or Public) or of a group (Office365, Security, ...).
	Kind     string
	Location string // Cloud, Hybrid or OnPremises

	OnPremisesSID string
	Description   string // of a team; empty: the directory does not show one
	ParentURL     string // of a site
	Personal      bool   // whether a site is the personal site of a user
}

// List is one of the three lists of a role. Its value is the name in the API.
type List string

// The lists of a role.
const (
	Operators     List = "operators"
	SelectedItems List = "selectedItems"
	ExcludedItems List = "excludedItems"
)

// Role is a restore operator role.
type Role struct {
	ID, OrganizationID, Name, Description string
	RoleType                              string // EntireOrganization or SpecificObjects
	// ListedAt is when the role appears in the lists of roles.
	ListedAt time.Time

	entries map[List][]*Entry
	idOf    map[List]string // for EntryIDsList
}

// Entry is an element of a list of a role.
type Entry struct {
	ID string
	// Type is User, Group, Site or Team, or a type that the REST API does not have, such as PersonalSites.
	Type string
	// ObjectID is the ID of the nested object. Empty: the entry has no nested object.
	ObjectID string
	// ListedAt is when the entry appears in the list.
	ListedAt time.Time
	// RemovingUntil is when a removed entry disappears from the list. Zero: the entry is not removed.
	RemovingUntil time.Time

	nested object
}

// settle applies everything that is due by now: it drops removed entries.
func (s *Store) settle() {
	now := time.Now()
	for _, r := range s.roles {
		for list, entries := range r.entries {
			r.entries[list] = slices.DeleteFunc(entries, func(e *Entry) bool {
				return e.removing() && !now.Before(e.RemovingUntil)
			})
		}
	}
}

// Organization returns the organization with that ID, or nil if it does not exist.
func (s *Store) Organization(id string) *Organization {
	for _, o := range s.organizations {
		if strings.EqualFold(o.ID, id) {
			return o
		}
	}
	return nil
}

// AddOrganization adds a copy of the organization and returns the copy. An empty ID is generated.
func (s *Store) AddOrganization(o Organization) *Organization {
	if o.ID == "" {
		o.ID = simkit.NewGUID()
	}
	s.organizations = append(s.organizations, &o)
	return &o
}

// RemoveOrganization removes the organization with its roles and reports whether it existed.
func (s *Store) RemoveOrganization(id string) bool {
	before := len(s.organizations)
	s.organizations = slices.DeleteFunc(s.organizations, func(o *Organization) bool { return strings.EqualFold(o.ID, id) })
	s.roles = slices.DeleteFunc(s.roles, func(r *Role) bool { return strings.EqualFold(r.OrganizationID, id) })
	return len(s.organizations) < before
}

// Add adds a copy of the object and returns the copy.
func (o *Organization) Add(added Object) *Object {
	o.Objects = append(o.Objects, &added)
	return &added
}

// Object returns the object of that type and ID, or nil if it does not exist.
func (o *Organization) Object(objectType, id string) *Object {
	for _, found := range o.Objects {
		if found.Type == objectType && strings.EqualFold(found.ID, id) {
			return found
		}
	}
	return nil
}

// Find returns the first object of that type and name, or nil if it does not exist. Letter case does not matter.
func (o *Organization) Find(objectType, name string) *Object {
	for _, found := range o.Objects {
		if found.Type == objectType && strings.EqualFold(found.Name, name) {
			return found
		}
	}
	return nil
}

// Remove removes the object from the directory and reports whether it existed. Entries of roles that refer to it stay.
func (o *Organization) Remove(objectType, id string) bool {
	before := len(o.Objects)
	o.Objects = slices.DeleteFunc(o.Objects, func(found *Object) bool {
		return found.Type == objectType && strings.EqualFold(found.ID, id)
	})
	return len(o.Objects) < before
}

// Roles returns all roles in the order of their creation.
func (s *Store) Roles() []*Role { return slices.Clone(s.roles) }

// Role returns the role with that ID, or nil if it does not exist.
func (s *Store) Role(id string) *Role {
	for _, r := range s.roles {
		if strings.EqualFold(r.ID, id) {
			return r
		}
	}
	return nil
}

// FindRole returns the first role of that name in the organization, or nil if it does not exist.
func (s *Store) FindRole(organizationID, name string) *Role {
	for _, r := range s.roles {
		if strings.EqualFold(r.OrganizationID, organizationID) && r.Name == name {
			return r
		}
	}
	return nil
}

// AddRole adds a copy of the role without entries, without the server's checks, and returns the copy. An empty ID is
// generated.
func (s *Store) AddRole(r Role) *Role {
	if r.ID == "" {
		r.ID = simkit.NewGUID()
	}
	r.entries, r.idOf = map[List][]*Entry{}, map[List]string{}
	s.roles = append(s.roles, &r)
	return &r
}

// SaveRoles copies all roles. The function that it returns restores them, inside another Mutate.
func (s *Store) SaveRoles() (restore func()) {
	saved := s.roles
	copies := func() []*Role {
		out := make([]*Role, len(saved))
		for i, r := range saved {
			out[i] = r.clone()
		}
		return out
	}
	saved = copies()
	return func() { s.roles = copies() }
}

// RemoveRole removes the role with that ID and reports whether it existed.
func (s *Store) RemoveRole(id string) bool {
	before := len(s.roles)
	s.roles = slices.DeleteFunc(s.roles, func(r *Role) bool { return strings.EqualFold(r.ID, id) })
	return len(s.roles) < before
}

// Entries returns the entries of the list, including those that are not listed yet, without removed ones.
func (r *Role) Entries(list List) []*Entry {
	return slices.DeleteFunc(slices.Clone(r.entries[list]), (*Entry).removing)
}

// AddObject adds an entry for the object that is listed immediately, without the server's checks.
func (s *Store) AddObject(r *Role, list List, o *Object) *Entry {
	return s.addEntry(r, list, Entry{Type: o.Type, ObjectID: o.ID, nested: o.nested()})
}

// AddOdd adds an entry without a nested object that is listed immediately. The type can be one that the REST API does
// not have.
func (s *Store) AddOdd(r *Role, list List, entryType string) *Entry {
	return s.addEntry(r, list, Entry{Type: entryType})
}

// RemoveEntry removes the entry with that ID immediately and reports whether it existed.
func (r *Role) RemoveEntry(list List, entryID string) bool {
	before := len(r.entries[list])
	r.entries[list] = slices.DeleteFunc(r.entries[list], func(e *Entry) bool { return strings.EqualFold(e.ID, entryID) })
	return len(r.entries[list]) < before
}

// addEntry adds a copy of the entry. An empty ID is generated.
func (s *Store) addEntry(r *Role, list List, e Entry) *Entry {
	if e.ID == "" {
		e.ID = s.newEntryID(r, list, e.ObjectID)
	}
	r.entries[list] = append(r.entries[list], &e)
	return &e
}

// newEntryID returns the ID of a new entry for the object.
func (s *Store) newEntryID(r *Role, list List, objectID string) string {
	switch s.opts.EntryIDs {
	case EntryIDsPlain:
		return simkit.NewGUID()
	case EntryIDsList:
		if r.idOf[list] == "" {
			r.idOf[list] = simkit.NewGUID()
		}
		return r.idOf[list] + objectID
	}
	return simkit.NewGUID() + objectID
}

// removing reports whether the entry has been removed but is still listed.
func (e *Entry) removing() bool { return !e.RemovingUntil.IsZero() }

// sameObject reports whether the entry stands for the object. Letter case does not matter.
func (e *Entry) sameObject(objectType, id string) bool {
	return e.Type == objectType && e.ObjectID != "" && strings.EqualFold(e.ObjectID, id)
}

// clone returns an independent copy of the role.
func (r *Role) clone() *Role {
	copied := *r
	copied.entries, copied.idOf = map[List][]*Entry{}, maps.Clone(r.idOf)
	for list, entries := range r.entries {
		for _, e := range entries {
			entry := *e
			copied.entries[list] = append(copied.entries[list], &entry)
		}
	}
	return &copied
}
