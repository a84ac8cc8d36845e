// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// List is one of the three lists of a role, as in the path of a request.
type List string

// The lists of a role.
const (
	Operators     List = "operators"
	SelectedItems List = "selectedItems"
	ExcludedItems List = "excludedItems"
)

// of names the list of a role in an error.
func (l List) of(roleID string) string {
	names := map[List]string{
		Operators: "the operators", SelectedItems: "the selected items", ExcludedItems: "the excluded items",
	}
	return names[l] + " of " + roleObject + roleID
}

// Entry is an entry of a list of a role.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /RbacRoles/{roleId}/selectedItems.
type Entry struct {
	ID   string // of the entry, for [Client.RemoveEntries]; differs from the ID of the object
	Type string // as the server calls it
	// Object is nil if the entry has another type than the API version defines for the list, or if the server does not
	// show its object with an ID.
	Object *Object
}

// ListEntries lists the entries of a role.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /RbacRoles/{roleId}/operators, /selectedItems and
// /excludedItems.
func (c *Client) ListEntries(ctx context.Context, roleID string, list List) ([]Entry, error) {
	types := c.types()
	if list == Operators {
		types = []ObjectType{User, Group}
	}
	return read(ctx, c, get("list", list.of(roleID), pathOf(rolesPath, roleID, string(list))),
		func(body []byte) ([]Entry, error) { return parseEntries(body, types) })
}

// AddEntries adds objects to a list of a role. The request is retried only if the server cannot have accepted it.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, POST /RbacRoles/{roleId}/operators, /selectedItems and
// /excludedItems.
func (c *Client) AddEntries(ctx context.Context, roleID string, list List, objects []Object) error {
	if len(objects) == 0 {
		return nil
	}
	r := post("add to", list.of(roleID), pathOf(rolesPath, roleID, string(list)), nil)
	entries, err := c.entries(objects)
	if err != nil {
		return r.fail(err)
	}
	r.body = entries
	return c.write(ctx, r)
}

// maxIDs is the number of entries that one request removes. Their IDs are part of its URL, and long.
const maxIDs = 20

// RemoveEntries removes entries from a list of a role. Entries that do not exist do not matter.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, DELETE /RbacRoles/{roleId}/operators, /selectedItems and
// /excludedItems.
func (c *Client) RemoveEntries(ctx context.Context, roleID string, list List, entryIDs []string) error {
	for ids := range slices.Chunk(entryIDs, maxIDs) {
		err := c.removeEntries(ctx, roleID, list, ids)
		if IsNotFound(err) {
			err = c.removeListed(ctx, roleID, list, ids, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) removeEntries(ctx context.Context, roleID string, list List, ids []string) error {
	r := remove("remove from", list.of(roleID), pathOf(rolesPath, roleID, string(list)))
	if slices.ContainsFunc(ids, func(id string) bool { return id == "" || strings.Contains(id, ",") }) {
		return r.fail(errors.New("the ID of an entry is empty or contains a comma"))
	}
	r.query = url.Values{"ids": {strings.Join(ids, ",")}}
	return c.write(ctx, r)
}

// removeListed removes those of the entries that are still listed, after the server responded to their removal that
// something does not exist: it may have removed none of them.
func (c *Client) removeListed(ctx context.Context, roleID string, list List, ids []string, notFound error) error {
	entries, err := c.ListEntries(ctx, roleID, list)
	if IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	var left []string
	for _, e := range entries {
		if slices.ContainsFunc(ids, func(id string) bool { return strings.EqualFold(id, e.ID) }) {
			left = append(left, e.ID)
		}
	}
	switch len(left) {
	case 0:
		return nil
	case len(ids):
		return notFound
	}
	return c.removeEntries(ctx, roleID, list, left)
}

type entryResponse struct {
	ID    text            `json:"id"`
	Type  text            `json:"type"`
	User  json.RawMessage `json:"user"`
	Group json.RawMessage `json:"group"`
	Site  json.RawMessage `json:"site"`
	Team  json.RawMessage `json:"team"`
}

// parseEntries reads a list of entries. No entry makes it fail, because the other entries would be lost with it.
func parseEntries(body []byte, types []ObjectType) ([]Entry, error) {
	var docs []json.RawMessage
	if err := decode(body, '[', &docs); err != nil {
		return nil, err
	}
	entries := make([]Entry, len(docs))
	for i, doc := range docs {
		var x entryResponse
		if json.Unmarshal(doc, &x) == nil {
			entries[i] = x.entry(types)
		}
	}
	return entries, nil
}

func (x entryResponse) entry(types []ObjectType) Entry {
	e := Entry{ID: string(x.ID), Type: string(x.Type)}
	nested := map[ObjectType]json.RawMessage{User: x.User, Group: x.Group, Site: x.Site, Team: x.Team}
	for _, kind := range types {
		// The schema does not require the type of an entry.
		if !strings.EqualFold(e.Type, string(kind)) && (e.Type != "" || len(nested[kind]) == 0) {
			continue
		}
		var object objectJSON
		if json.Unmarshal(nested[kind], &object) != nil {
			continue
		}
		if found := object.object(kind); found.ID != "" {
			e.Type, e.Object = string(kind), &found
			break
		}
	}
	return e
}
