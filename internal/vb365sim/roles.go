// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

func (s *Server) listRoles(c *call) response {
	return s.rolesOf(c, func(*Role) bool { return true })
}

func (s *Server) listOrganizationRoles(c *call) response {
	o := s.store.Organization(c.vars[0])
	if o == nil {
		return s.notFound(c, "Organization", c.vars[0])
	}
	return s.rolesOf(c, func(r *Role) bool { return strings.EqualFold(r.OrganizationID, o.ID) })
}

func (s *Server) rolesOf(c *call, include func(*Role) bool) response {
	all := []object{}
	for _, r := range s.store.roles {
		if include(r) && !time.Now().Before(r.ListedAt) {
			all = append(all, s.role(c, r))
		}
	}
	s.arrange(all)
	return document(all)
}

func (s *Server) getRole(c *call) response {
	r := s.store.Role(c.vars[0])
	if r == nil {
		return s.notFound(c, "Restore operator role", c.vars[0])
	}
	return document(s.role(c, r))
}

// role returns a role as the API shows it, without its lists.
func (s *Server) role(c *call, r *Role) object {
	self := c.href("rbacRoles/" + r.ID)
	return object{
		"id": s.opts.IDCase.of(r.ID), "organizationId": s.opts.IDCase.of(r.OrganizationID),
		"name": r.Name, "description": r.Description, "roleType": r.RoleType,
		"_links": links(map[string]string{
			"self": self, "organization": c.href("organizations/" + r.OrganizationID),
			"operators": self + "/operators", "selectedItem": self + "/selectedItems", "excludedItems": self + "/excludedItems",
		}),
	}
}

func (s *Server) createRole(c *call) response {
	o := s.store.Organization(c.vars[0])
	if o == nil {
		return s.notFound(c, "Organization", c.vars[0])
	}
	body, err := c.parseRole()
	if err != nil {
		return s.invalid(c, err)
	}
	created := s.store.AddRole(Role{OrganizationID: o.ID, ListedAt: time.Now().Add(s.opts.RoleDelay)})
	if err := s.apply(created, body, true); err != nil {
		s.store.RemoveRole(created.ID)
		return s.invalid(c, err)
	}
	status := s.opts.CreateStatus
	if status == 0 {
		status = http.StatusOK
		if c.version >= 8 {
			status = http.StatusCreated
		}
	}
	return response{status: status, body: s.role(c, created)}
}

func (s *Server) updateRole(c *call) response {
	body, err := c.parseRole()
	if err != nil {
		return s.invalid(c, err)
	}
	return s.change(c, func(r *Role) error { return s.apply(r, body, s.opts.Update == UpdateReplaces) })
}

// change changes a copy of the role, which takes the place of the role if there is no error.
func (s *Server) change(c *call, change func(*Role) error) response {
	i := slices.IndexFunc(s.store.roles, func(r *Role) bool { return strings.EqualFold(r.ID, c.vars[0]) })
	if i < 0 {
		return s.notFound(c, "Restore operator role", c.vars[0])
	}
	changed := s.store.roles[i].clone()
	err := change(changed)
	if unknown := new(unknownEntryError); errors.As(err, unknown) {
		return s.notFound(c, "Entry", string(*unknown))
	}
	if err != nil {
		return s.invalid(c, err)
	}
	s.store.roles[i] = changed
	return s.written()
}

func (s *Server) deleteRole(c *call) response {
	if !s.store.RemoveRole(c.vars[0]) {
		return s.notFound(c, "Restore operator role", c.vars[0])
	}
	return s.written()
}

func (s *Server) listEntries(c *call, list List) response {
	r := s.store.Role(c.vars[0])
	if r == nil {
		return s.notFound(c, "Restore operator role", c.vars[0])
	}
	all := []object{}
	for _, e := range r.entries[list] {
		if s.shows(c, r, e) {
			all = append(all, s.entry(c, r, list, e))
		}
	}
	s.arrange(all)
	return document(all)
}

// shows reports whether the list shows the entry.
func (s *Server) shows(c *call, r *Role, e *Entry) bool {
	if time.Now().Before(e.ListedAt) || c.version < 7 && e.Type == typeTeam && s.opts.OldTeams == OldTeamsHidden {
		return false
	}
	o := s.store.Organization(r.OrganizationID)
	gone := o != nil && e.ObjectID != "" && o.Object(e.Type, e.ObjectID) == nil
	return !gone || s.opts.DeletedObjects != DeletedObjectsGone
}

func (s *Server) entry(c *call, r *Role, list List, e *Entry) object {
	out := object{
		"type": e.Type, "id": s.opts.IDCase.of(e.ID),
		"_links": links(map[string]string{
			"self": c.href(fmt.Sprintf("rbacRoles/%s/%s/%s", r.ID, list, e.ID)), "rbacRole": c.href("rbacRoles/" + r.ID),
		}),
	}
	if nested := s.store.nestedOf(r, e, c.version); nested != nil {
		out[nestedName(e.Type)] = nested
	}
	return out
}

func (s *Server) addEntries(c *call, list List) response {
	value, err := c.parse()
	if err == nil {
		err = checkItems(value, c.version, list == Operators)
	}
	if err != nil {
		return s.invalid(c, err)
	}
	items, _ := value.([]any)
	return s.change(c, func(r *Role) error {
		if list == SelectedItems && r.RoleType == entireOrganization {
			return errors.New("a role of type EntireOrganization has no selected items")
		}
		return s.appendEntries(r, list, items)
	})
}

// unknownEntryError is the ID of an entry that the list does not have.
type unknownEntryError string

// Error implements error.
func (e unknownEntryError) Error() string { return "the entry " + string(e) + " does not exist" }

func (s *Server) removeEntries(c *call, list List) response {
	if c.query.Get("ids") == "" {
		return s.invalid(c, errors.New("the parameter ids is missing"))
	}
	return s.change(c, func(r *Role) error {
		var gone []*Entry
		for _, id := range strings.Split(c.query.Get("ids"), ",") {
			i := slices.IndexFunc(r.Entries(list), func(e *Entry) bool { return strings.EqualFold(e.ID, id) })
			switch {
			case i >= 0:
				gone = append(gone, r.Entries(list)[i])
			case s.opts.RefuseUnknownEntries:
				return unknownEntryError(id)
			}
		}
		s.remove(gone)
		if s.opts.AllowLastEntry {
			return nil
		}
		return s.check(r)
	})
}
