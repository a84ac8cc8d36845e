// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"maps"
	"strings"
)

// nestedName returns the name of the property that contains the object of an entry, or "" for types that the API does
// not have.
func nestedName(entryType string) string {
	switch entryType {
	case typeUser, typeGroup, typeSite, typeTeam:
		return strings.ToLower(entryType)
	}
	return ""
}

// rbacUserTypes are the types of users in roles, by their names in the directory.
var rbacUserTypes = map[string]string{"User": "User", "Shared": "SharedMailbox", "Public": "PublicMailbox"}

// nested returns the object as the entries of roles contain it.
func (o *Object) nested() object {
	out := object{"id": o.ID}
	if o.Type == typeSite {
		out["url"], out["title"] = o.Name, o.DisplayName
		out["isCloud"], out["isPersonal"] = o.Location != "OnPremises", o.Personal
		if o.ParentURL != "" {
			out["parentUrl"] = o.ParentURL
		}
		return out
	}
	out["displayName"] = o.DisplayName
	switch o.Type {
	case typeUser:
		out["name"], out["type"] = o.Name, rbacUserTypes[o.Kind]
	case typeGroup:
		out["type"], out["name"] = o.Kind, any(o.Name)
		if o.Name == "" {
			out["name"] = nil
		}
	case typeTeam:
		out["mail"], out["description"] = o.Name, o.Description
	}
	if o.OnPremisesSID != "" {
		out["onPremisesSid"] = o.OnPremisesSID
	}
	return out
}

// nestedOf returns the object of an entry as a version shows it, or nil if it shows none.
func (s *Store) nestedOf(r *Role, e *Entry, version int) object {
	if e.nested == nil || version < 7 && e.Type == typeTeam && s.opts.OldTeams != OldTeamsFull {
		return nil
	}
	shown := maps.Clone(e.nested)
	if organization := s.Organization(r.OrganizationID); organization != nil {
		current := organization.Object(e.Type, e.ObjectID)
		switch {
		case current == nil && s.opts.DeletedObjects == DeletedObjectsBare:
			return nil
		case current != nil && s.opts.NamesFollowRename:
			shown = current.nested()
		}
	}
	shown["id"] = s.opts.IDCase.of(e.ObjectID)
	if name, has := shown["name"]; has && name == nil && version < 8 {
		shown["name"] = "" // cannot be null before v8
	}
	if version < 7 {
		delete(shown, "onPremisesSid")
	}
	return shown
}

// of returns an ID in this case.
func (c Case) of(id string) string {
	switch c {
	case CaseUpper:
		return strings.ToUpper(id)
	case CaseLower:
		return strings.ToLower(id)
	}
	return id
}
