// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"
)

// Property is a property of an object by which it can be found.
type Property string

// The properties, see [Object].
const (
	ByName        Property = "name"
	ByDisplayName Property = "display name"
)

// Matches reports whether the object has this name, or this display name. Case does not matter.
func (p Property) Matches(o Object, value string) bool {
	return p.of(o) == p.of(Object{Type: o.Type, Name: value, DisplayName: value})
}

func (p Property) of(o Object) Key {
	if p == ByDisplayName {
		return Key{o.Type, fold(o.DisplayName)}
	}
	return NameKey(o.Type, o.Name)
}

// collection is the collection of the objects of one type.
type collection struct {
	path, one, many string
	query           url.Values
	// filters are the parameters that let the server select objects. Without one, all objects are read.
	filters map[Property]string
}

func (c *Client) collection(kind ObjectType) (collection, error) {
	switch kind {
	case User:
		return collection{
			path: "Users", one: "user", many: "users",
			filters: map[Property]string{ByName: "userName", ByDisplayName: "displayName"},
		}, nil
	case Group:
		return collection{
			path: "Groups", one: "group", many: "groups",
			filters: map[Property]string{ByName: "groupName", ByDisplayName: "displayName"},
		}, nil
	case Site:
		sites := collection{
			path: "Sites", one: "site", many: "sites", query: url.Values{"includePersonalSites": {"true"}},
		}
		if c.version != V6 {
			sites.filters = map[Property]string{ByName: siteFilter, ByDisplayName: siteFilter}
		}
		return sites, nil
	case Team:
		return collection{
			path: "Teams", one: "team", many: "teams", filters: map[Property]string{ByDisplayName: "displayName"},
		}, nil
	}
	return collection{}, errors.New("there are no objects of this type")
}

// siteFilter is the parameter for a keyword. The API reference does not say what it is compared with.
const siteFilter = "filter"

// GetObject reads an object by its ID. Each client reads an object only once.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /Organizations/{organizationId}/Users/{userId},
// /Groups/{groupId}, /Sites/{siteId} and /Teams/{teamId}.
func (c *Client) GetObject(ctx context.Context, organizationID string, kind ObjectType, id string) (Object, error) {
	objects, err := c.collection(kind)
	r := get("read", objects.one+" "+c.clip(id, 120), pathOf(organizationsPath, organizationID, objects.path, id))
	if err != nil {
		return Object{}, r.fail(err)
	}
	key := objectKey{strings.ToLower(organizationID), IDKey(kind, id)}
	return readOnce(ctx, c, &c.known.objects, key, r, func(body []byte) (Object, error) {
		o, err := parseObject(body, kind)
		switch {
		case err == nil && o.ID == "":
			o.ID = id
		case err == nil && o.Key() != key.Key:
			err = errors.New("the response describes another object than the one that was asked for")
		}
		return o, err
	})
}

// FindObjects returns the objects that have this name, or this display name. Case does not matter. The server selects
// the objects if the API has a filter for the property; otherwise all objects are read. Each client searches for an
// object only once.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /Organizations/{organizationId}/Users, /Groups, /Sites
// and /Teams.
func (c *Client) FindObjects(
	ctx context.Context, organizationID string, kind ObjectType, by Property, value string,
) ([]Object, error) {
	objects, err := c.collection(kind)
	r := get("find", objects.one+" "+c.clip(value, 120), pathOf(organizationsPath, organizationID, objects.path))
	if err != nil {
		return nil, r.fail(err)
	}
	organization := strings.ToLower(organizationID)
	wanted := by.of(Object{Type: kind, Name: value, DisplayName: value})
	if wanted.Text == "" {
		return nil, nil
	}
	_, listed := c.known.directories.Peek(directoryKey{organization, kind})
	filter := objects.filters[by]
	if filter == "" || listed {
		return c.findListed(ctx, organizationID, by, wanted)
	}
	found, err := c.known.searches.Get(ctx, searchKey{organization, by, wanted},
		func(ctx context.Context) ([]Object, error) {
			r.query = url.Values{filter: {value}}
			if filter == siteFilter {
				r.query.Set(filter, keyword(value))
			}
			all, err := c.readObjects(ctx, organization, r, kind, objects.query)
			return slices.DeleteFunc(all, func(o Object) bool { return by.of(o) != wanted }), err
		})
	switch {
	case err != nil:
		return nil, callerError(ctx, r, err)
	case len(found) == 0 && filter == siteFilter:
		return c.findListed(ctx, organizationID, by, wanted)
	}
	return slices.Clone(found), nil
}

// findListed finds objects among all objects of their type.
func (c *Client) findListed(ctx context.Context, organizationID string, by Property, wanted Key) ([]Object, error) {
	all, err := c.ListObjects(ctx, organizationID, wanted.Type)
	return slices.DeleteFunc(all, func(o Object) bool { return by.of(o) != wanted }), err
}

// keyword returns a keyword that belongs to a site with this URL or title: the last part of the URL.
func keyword(value string) string {
	if strings.Contains(value, "://") {
		return path.Base(strings.TrimRight(value, "/"))
	}
	return value
}

// ListObjects lists all objects of one type, which may be many. Each client reads a list only once.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /Organizations/{organizationId}/Users, /Groups, /Sites
// and /Teams.
func (c *Client) ListObjects(ctx context.Context, organizationID string, kind ObjectType) ([]Object, error) {
	objects, err := c.collection(kind)
	r := get("list", "the "+objects.many+" of organization "+organizationID,
		pathOf(organizationsPath, organizationID, objects.path))
	if err != nil {
		return nil, r.fail(err)
	}
	organization := strings.ToLower(organizationID)
	all, err := c.known.directories.Get(ctx, directoryKey{organization, kind},
		func(ctx context.Context) ([]Object, error) {
			return c.readObjects(ctx, organization, r, kind, objects.query)
		})
	if err != nil {
		return nil, callerError(ctx, r, err)
	}
	return slices.Clone(all), nil
}

// readObjects reads all pages of a list and remembers the objects.
func (c *Client) readObjects(
	ctx context.Context, organization string, r *request, kind ObjectType, more url.Values,
) ([]Object, error) {
	query := url.Values{}
	for _, values := range []url.Values{r.query, more} {
		for name := range values {
			query.Set(name, values.Get(name))
		}
	}
	r.query = query
	docs, err := c.pages(ctx, r, setPage)
	if err != nil {
		return nil, err
	}
	all := parseObjects(docs, kind)
	for _, o := range all {
		c.known.objects.Put(objectKey{organization, o.Key()}, answer[Object]{val: o})
	}
	return all, nil
}

// parseObject reads one object, whose ID may be empty.
func parseObject(body []byte, kind ObjectType) (Object, error) {
	var doc objectJSON
	if err := decode(body, '{', &doc); err != nil {
		return Object{}, err
	}
	o := doc.object(kind)
	if o.ID == "" && o.Name == "" && o.DisplayName == "" {
		return o, errors.New("the response is not an object of the expected type")
	}
	return o, nil
}

// parseObjects omits what is not an object with an ID, and repeated entries.
func parseObjects(docs []json.RawMessage, kind ObjectType) []Object {
	seen := map[Key]bool{}
	all := make([]Object, 0, len(docs))
	for _, doc := range docs {
		var x objectJSON
		if json.Unmarshal(doc, &x) != nil {
			continue
		}
		if o := x.object(kind); o.ID != "" && !seen[o.Key()] {
			seen[o.Key()] = true
			all = append(all, o)
		}
	}
	return all
}
