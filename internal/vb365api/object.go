// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// ObjectType is the type of an object of an organization.
type ObjectType string

// The types of objects.
const (
	User  ObjectType = "User"
	Group ObjectType = "Group"
	Site  ObjectType = "Site"
	Team  ObjectType = "Team"
)

var objectTypes = []ObjectType{User, Group, Site, Team}

// Object is a user, group, site or team of an organization.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /Organizations/{organizationId}/Users, /Groups, /Sites
// and /Teams.
type Object struct {
	Type        ObjectType
	ID          string // in the spelling of the server; the form depends on the type
	Name        string // of a user or group; may be empty for a group. URL of a site, mail address of a team
	DisplayName string // the title of a site

	Kind          string // of a user: User, Shared, Public; of a group: Office365, Security or another; may be empty
	LocationType  string // of a user or group: Cloud, OnPremises, Hybrid; empty in the entries of a role
	OnPremisesSID string // of a user or group; may be empty
	ParentURL     string // of a site; may be empty
	IsCloud       *bool  // of a site; nil if the server does not say
	IsPersonal    *bool  // of a site; nil if the server does not say
	Description   string // of a team
}

// Key identifies an object within its organization.
type Key struct {
	Type ObjectType
	Text string // an ID or a name, in the form in which they are compared
}

// Key returns what is equal for two objects that are the same.
func (o Object) Key() Key { return IDKey(o.Type, o.ID) }

// IDKey returns the key of the object with this ID. Case does not matter.
func IDKey(kind ObjectType, id string) Key { return Key{kind, fold(id)} }

// NameKey returns what is equal for two names of objects that are the same, see Object.Name: case does not matter, and
// neither does a slash at the end of the URL of a site.
func NameKey(kind ObjectType, name string) Key {
	if kind == Site {
		name = strings.TrimRight(name, "/")
	}
	return Key{kind, fold(name)}
}

func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// kinds are the kinds of users whose names differ between the directory and the entries of a role.
var kinds = []struct{ directory, role string }{{"Shared", "SharedMailbox"}, {"Public", "PublicMailbox"}}

// directoryKind returns the name of a kind in the directory.
func directoryKind(kind string) string {
	for _, k := range kinds {
		if strings.EqualFold(kind, k.role) {
			return k.directory
		}
	}
	return kind
}

// roleKind returns the name of a kind in the entries of a role.
func roleKind(kind string) string {
	for _, k := range kinds {
		if strings.EqualFold(kind, k.directory) {
			return k.role
		}
	}
	return kind
}

// objectJSON is an object in a response: in the directory, or nested in an entry of a role.
type objectJSON struct {
	ID            text  `json:"id"`
	DisplayName   text  `json:"displayName"`
	Name          text  `json:"name"`
	Type          text  `json:"type"`
	LocationType  text  `json:"locationType"`
	OnPremisesSID text  `json:"onPremisesSid"`
	URL           text  `json:"url"`
	Title         text  `json:"title"`
	ParentURL     text  `json:"parentUrl"`
	IsCloud       truth `json:"isCloud"`
	IsPersonal    truth `json:"isPersonal"`
	Mail          text  `json:"mail"`
	Description   text  `json:"description"`
}

// truth is a boolean. Any other value is read as if it were absent.
type truth struct{ value *bool }

func (t *truth) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &t.value) != nil {
		t.value = nil
	}
	return nil
}

func (x objectJSON) object(kind ObjectType) Object {
	o := Object{Type: kind, ID: strings.TrimSpace(string(x.ID)), DisplayName: string(x.DisplayName)}
	switch kind {
	case User, Group:
		o.Name, o.Kind, o.LocationType = string(x.Name), directoryKind(string(x.Type)), string(x.LocationType)
		o.OnPremisesSID = string(x.OnPremisesSID)
	case Site:
		o.Name, o.DisplayName, o.ParentURL = string(x.URL), string(x.Title), string(x.ParentURL)
		o.IsCloud, o.IsPersonal = x.IsCloud.value, x.IsPersonal.value
	case Team:
		o.Name, o.Description = string(x.Mail), string(x.Description)
	}
	return o
}

// The objects in the entries of a request. A property without omitempty is required by the schema.
type (
	memberJSON struct { // a user or a group
		ID            string  `json:"id"`
		DisplayName   string  `json:"displayName"`
		Name          *string `json:"name"`
		Type          *string `json:"type"`
		OnPremisesSID string  `json:"onPremisesSid,omitempty"`
	}
	siteJSON struct {
		ID         string `json:"id"`
		URL        string `json:"url"`
		Title      string `json:"title"`
		ParentURL  string `json:"parentUrl,omitempty"`
		IsCloud    *bool  `json:"isCloud"`
		IsPersonal *bool  `json:"isPersonal"`
	}
	teamJSON struct {
		ID          string `json:"id"`
		Description string `json:"description"`
		DisplayName string `json:"displayName"`
		Mail        string `json:"mail"`
	}
	entryJSON struct {
		Type  ObjectType  `json:"type"`
		User  *memberJSON `json:"user,omitempty"`
		Group *memberJSON `json:"group,omitempty"`
		Site  *siteJSON   `json:"site,omitempty"`
		Team  *teamJSON   `json:"team,omitempty"`
	}
)

// entry returns the object as an entry in a request, as the schema of the version defines it.
func (c *Client) entry(o Object) (entryJSON, error) {
	x := entryJSON{Type: o.Type}
	switch {
	case o.ID == "":
		return x, fmt.Errorf("the %s %s has no ID", o.Type, c.clip(o.Name, 120))
	case !slices.Contains(c.types(), o.Type):
		return x, fmt.Errorf("an object of type %s cannot be part of a role in version %s of the API", o.Type, c.version)
	}
	switch o.Type {
	case User:
		x.User = c.member(o)
	case Group:
		x.Group = c.member(o)
	case Site:
		x.Site = &siteJSON{o.ID, o.Name, o.DisplayName, o.ParentURL, o.IsCloud, o.IsPersonal}
	case Team:
		x.Team = &teamJSON{o.ID, o.Description, o.DisplayName, o.Name}
	}
	return x, nil
}

func (c *Client) member(o Object) *memberJSON {
	x := &memberJSON{ID: o.ID, DisplayName: o.DisplayName, Name: &o.Name}
	if kind := roleKind(o.Kind); kind != "" {
		x.Type = &kind
	}
	if c.version != V6 {
		x.OnPremisesSID = o.OnPremisesSID
	}
	if o.Type == Group && o.Name == "" && c.version == V8 {
		x.Name = nil // older versions do not allow null
	}
	return x
}

// types returns the types of objects that can be part of a role.
func (c *Client) types() []ObjectType {
	if c.version == V6 {
		return []ObjectType{User, Group, Site}
	}
	return objectTypes
}
