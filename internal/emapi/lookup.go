// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"time"
)

// HierarchyItem is an object of the virtual infrastructure.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /lookup.
type HierarchyItem struct {
	ObjectRef  string // reference, see [ParseObjRef]
	ObjectType string
	ObjectName string
}

// Lookup finds objects by name under one hierarchy root. The name "*" matches any name, and an empty objectType matches
// every type.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /lookup.
func (c *Client) Lookup(ctx context.Context, rootID, name, objectType string) ([]HierarchyItem, error) {
	root, err := ParseGUID(rootID)
	if err != nil {
		return nil, &Error{Op: "look up", Object: "under a hierarchy root", Err: err}
	}
	query := url.Values{"host": {HierarchyRootUID.Of(root)}, "name": {name}}
	if objectType != "" {
		query.Set("type", objectType)
	}
	items, err := c.lookup(ctx, objectType+" "+clip(name, 120)+" under hierarchy root "+root, query)
	return items, confirmGone(err, func() (bool, error) {
		roots, err := c.hierarchyRoots(ctx)
		return slices.ContainsFunc(roots, func(r HierarchyRoot) bool { return r.ID == root }), err
	})
}

// maxLookupAge is how old the response of the lookup service may be that [Client.RecentLookup] returns.
const maxLookupAge = 10 * time.Second

// lookedUp are the arguments of [Client.Lookup].
type lookedUp struct{ rootID, name, objectType string }

// RecentLookup is [Client.Lookup], but the response can be up to 10 seconds old. The plan of a restore scope and its
// create ask about the same object, and so do those of other accounts.
func (c *Client) RecentLookup(ctx context.Context, rootID, name, objectType string) ([]HierarchyItem, error) {
	key, oldest := lookedUp{rootID, name, objectType}, time.Now().Add(-maxLookupAge)
	found, err := c.objects.Get(ctx, key, oldest, func(ctx context.Context) ([]HierarchyItem, error) {
		return c.Lookup(ctx, rootID, name, objectType)
	})
	return slices.Clone(found.Value), c.callerError(ctx, "look up", objectType+" "+clip(name, 120), err)
}

// LookupRef finds the object that a reference denotes.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /lookup.
func (c *Client) LookupRef(ctx context.Context, ref string) ([]HierarchyItem, error) {
	if _, err := ParseObjRef(ref); err != nil {
		return nil, &Error{Op: "look up", Object: "a hierarchy reference", Err: err}
	}
	return c.lookup(ctx, clip(ref, 160), url.Values{"hierarchyRef": {ref}})
}

func (c *Client) lookup(ctx context.Context, object string, query url.Values) ([]HierarchyItem, error) {
	r := get("look up", object, "lookup")
	r.query = query
	return read(ctx, c, r, parseItems)
}

func parseItems(body []byte) ([]HierarchyItem, error) {
	var doc struct {
		Items []struct {
			ObjectRef  string `xml:"ObjectRef"`
			ObjectType string `xml:"ObjectType"`
			ObjectName string `xml:"ObjectName"`
		} `xml:"HierarchyItem"`
		Other []otherXML `xml:",any"`
	}
	if _, err := decode(body, map[string]any{"HierarchyItems": &doc}); err != nil {
		return nil, err
	}
	if err := checkList(len(doc.Items), doc.Other); err != nil {
		return nil, err
	}
	items := make([]HierarchyItem, 0, len(doc.Items))
	for _, x := range doc.Items {
		if x.ObjectRef == "" {
			return nil, errors.New("an item in the response has no ObjectRef")
		}
		items = append(items, HierarchyItem(x))
	}
	return items, nil
}
