// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The types of roles.
const (
	entireOrganization = "EntireOrganization"
	specificObjects    = "SpecificObjects"
)

// The types of organizations.
const (
	organizationCloud      = "Office365"
	organizationHybrid     = "Hybrid"
	organizationOnPremises = "OnPremises"
)

// parseRole decodes the body of a request that creates or changes a role.
func (c *call) parseRole() (object, error) {
	value, err := c.parse()
	if err != nil {
		return nil, err
	}
	if err := roleShape.check(value, c.version); err != nil {
		return nil, err
	}
	body, _ := value.(map[string]any)
	return body, nil
}

// apply changes the role as the body says. A property that the body does not have keeps its value, or gets its empty
// value if replace is true. The caller drops the role if apply returns an error.
func (s *Server) apply(r *Role, body object, replace bool) error {
	before := *r
	applyText(&r.Name, body["name"], replace)
	if description := body["description"]; description != "" || !s.opts.KeepsEmptyDescription {
		applyText(&r.Description, description, replace)
	}
	applyText(&r.RoleType, body["roleType"], replace)
	if _, has := body[string(SelectedItems)]; has && r.RoleType == entireOrganization {
		return errors.New("selectedItems cannot be specified for a role of type EntireOrganization")
	}
	for _, list := range []List{Operators, SelectedItems, ExcludedItems} {
		items, has := body[string(list)].([]any)
		if !has && !replace || has && len(items) == 0 && s.opts.KeepsEmptyLists {
			continue
		}
		if err := s.replaceEntries(r, list, items); err != nil {
			return err
		}
	}
	if r.RoleType == entireOrganization && before.RoleType == specificObjects && !s.opts.KeepsSelectedItems {
		s.remove(r.Entries(SelectedItems))
	}
	if s.opts.RefuseDuplicateNames && s.isTaken(r) {
		return fmt.Errorf("a role with the name %q already exists", r.Name)
	}
	return s.check(r)
}

// isTaken reports whether another role of the organization has the name of the role.
func (s *Server) isTaken(r *Role) bool {
	return slices.ContainsFunc(s.store.roles, func(other *Role) bool {
		return other.ID != r.ID && strings.EqualFold(other.OrganizationID, r.OrganizationID) && other.Name == r.Name
	})
}

// applyText sets the value if the body has one. It treats null like a missing property.
func applyText(to *string, value any, replace bool) {
	switch value := value.(type) {
	case string:
		*to = value
	case nil:
		if replace {
			*to = ""
		}
	}
}

// check returns an error if the server refuses a role like this.
func (s *Server) check(r *Role) error {
	organization := s.store.Organization(r.OrganizationID)
	switch {
	case organization == nil:
		return errors.New("the organization does not exist")
	case organization.Type == organizationOnPremises:
		return errors.New("an on-premises organization cannot have restore operator roles")
	case strings.TrimSpace(r.Name) == "":
		return errors.New("the name must not be empty")
	case r.RoleType == "":
		return errors.New("the role type must be specified")
	case len(r.Entries(Operators)) == 0:
		return errors.New("a role must have at least one operator")
	case r.RoleType == specificObjects && len(r.Entries(SelectedItems)) == 0:
		return errors.New("a role of type SpecificObjects must have selected items")
	}
	if r.RoleType != specificObjects {
		return nil
	}
	for _, e := range r.Entries(SelectedItems) {
		excluded := func(x *Entry) bool { return x.sameObject(e.Type, e.ObjectID) }
		if slices.ContainsFunc(r.Entries(ExcludedItems), excluded) {
			return fmt.Errorf("the %s %s is both selected and excluded", strings.ToLower(e.Type), e.ObjectID)
		}
	}
	return nil
}

// replaceEntries makes the list consist of the items. Entries of objects that stay keep their IDs, unless the options
// say otherwise.
func (s *Server) replaceEntries(r *Role, list List, items []any) error {
	before := r.Entries(list)
	var kept []*Entry
	for _, item := range items {
		added, err := s.newEntry(r, item)
		if err != nil {
			return err
		}
		same := func(e *Entry) bool { return e.sameObject(added.Type, added.ObjectID) }
		if slices.ContainsFunc(kept, same) {
			skip, err := s.duplicate(added)
			if err != nil {
				return err
			}
			if skip {
				continue
			}
		}
		if i := slices.IndexFunc(before, same); i >= 0 && s.opts.EntryIDs != EntryIDsFresh {
			before[i].nested = added.nested
			kept = append(kept, before[i])
			before = slices.Delete(before, i, i+1)
			continue
		}
		kept = append(kept, s.store.addEntry(r, list, added))
	}
	s.remove(before)
	return nil
}

// appendEntries adds the items to the list.
func (s *Server) appendEntries(r *Role, list List, items []any) error {
	for _, item := range items {
		added, err := s.newEntry(r, item)
		if err != nil {
			return err
		}
		same := func(e *Entry) bool { return e.sameObject(added.Type, added.ObjectID) }
		if slices.ContainsFunc(r.Entries(list), same) {
			skip, err := s.duplicate(added)
			if err != nil {
				return err
			}
			if skip {
				continue
			}
		}
		s.store.addEntry(r, list, added)
	}
	return s.check(r)
}

// duplicate reports whether an object that the list already has is skipped.
func (s *Server) duplicate(e Entry) (skip bool, err error) {
	if s.opts.DuplicateEntries == DuplicateEntriesRefuse {
		return false, fmt.Errorf("the list already has the %s %s", strings.ToLower(e.Type), e.ObjectID)
	}
	return s.opts.DuplicateEntries == DuplicateEntriesSame, nil
}

// newEntry returns the entry that an item of a request stands for, without an ID.
func (s *Server) newEntry(r *Role, item any) (Entry, error) {
	of, _ := item.(map[string]any)
	itemType, _ := of["type"].(string)
	nested, _ := of[nestedName(itemType)].(map[string]any)
	id, _ := nested["id"].(string)
	if organization := s.store.Organization(r.OrganizationID); organization != nil {
		known := organization.Object(itemType, id)
		switch {
		case known == nil && s.opts.RefuseUnknownObjects:
			return Entry{}, fmt.Errorf("the %s %s was not found", strings.ToLower(itemType), id)
		case known != nil && known.Location == organizationOnPremises:
			return Entry{}, fmt.Errorf("the %s %s is not a Microsoft 365 object", strings.ToLower(itemType), id)
		}
	}
	return Entry{
		Type: itemType, ObjectID: id, nested: nested, ListedAt: time.Now().Add(s.opts.EntryDelay),
	}, nil
}

// remove removes the entries, which stay in their list until the next request or as long as the options say.
func (s *Server) remove(entries []*Entry) {
	for _, e := range entries {
		e.RemovingUntil = time.Now().Add(s.opts.RemovingDelay)
	}
}
