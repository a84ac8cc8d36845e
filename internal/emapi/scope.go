// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// Scope is a restore scope as the server lists it. The server does not return the reference that was sent. Scopes of
// one account can share an ID, so that only ID, root, type and name together identify a scope.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/accounts/{ID}/scopes.
type Scope struct {
	ID                  string // GUID in lower case
	Name                string
	HierarchyRootName   string // ID, unique ID or name of the hierarchy root
	Platform            string
	HierarchyObjectType string
	State               string // Unprocessed, Processed or Removing
}

// Removing reports whether the server is removing the scope.
func (s Scope) Removing() bool { return strings.EqualFold(s.State, "Removing") }

// ScopeKey identifies a listed scope within its account. The ID alone does not, because scopes can share it.
type ScopeKey struct{ ID, root, kind, name string }

// Key returns the scope's key.
func (s Scope) Key() ScopeKey {
	return ScopeKey{s.ID, s.rootKey(), strings.ToLower(s.HierarchyObjectType), nameKey(s.Name)}
}

// rootKey returns what is equal for listed names of the same root.
func (s Scope) rootKey() string { return strings.ToLower(nameKey(s.HierarchyRootName)) }

type scopeItemOut struct {
	HierarchyObjRef string `xml:"HierarchyObjRef"`
	ObjectName      string `xml:"ObjectName"`
}

type scopeItemsOut struct {
	Items []scopeItemOut `xml:"HierarchyScopeItem"`
}

type scopeCreateXML struct {
	XMLName xml.Name       `xml:"http://www.veeam.com/ent/v1.0 HierarchyScopeCreateSpec"`
	Items   []scopeItemOut `xml:"HierarchyScopeItem"`
}

func itemsOut(items []ScopeItem) []scopeItemOut {
	out := make([]scopeItemOut, len(items))
	for i, item := range items {
		out[i] = scopeItemOut{item.HierarchyObjRef.String(), item.ObjectName}
	}
	return out
}

const opListScopes = "list the restore scopes of"

// ListScopes lists the scopes of an account, including those that are being removed.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/accounts/{ID}/scopes.
func (c *Client) ListScopes(ctx context.Context, accountID string) ([]Scope, error) {
	const op = opListScopes
	id, path, err := accountPath(op, accountID)
	if err != nil {
		return nil, err
	}
	scopes, err := read(ctx, c, get(op, c.accountObject(id), path+"/scopes"), parseScopes)
	return scopes, confirmGone(err, func() (bool, error) { return c.hasAccount(ctx, id) })
}

func parseScopes(body []byte) ([]Scope, error) {
	var doc struct {
		Scopes []struct {
			Href                string    `xml:"Href,attr"`
			Links               []linkXML `xml:"Links>Link"`
			Name                string    `xml:"Name"`
			HierarchyRootName   string    `xml:"HierarchyRootName"`
			Platform            string    `xml:"Platform"`
			HierarchyObjectType string    `xml:"HierarchyObjectType"`
			State               string    `xml:"State"`
		} `xml:"EnterpriseAccountHierarchyScope"`
		Other []otherXML `xml:",any"`
	}
	if _, err := decode(body, map[string]any{"EnterpriseAccountHierarchyScopes": &doc}); err != nil {
		return nil, err
	}
	if err := checkList(len(doc.Scopes), doc.Other); err != nil {
		return nil, err
	}
	scopes := make([]Scope, 0, len(doc.Scopes))
	for _, x := range doc.Scopes {
		id, ok := entryID(x.Href, x.Links, "scopes")
		if !ok {
			return nil, fmt.Errorf("a scope in the response (%q) has no ID in its Href", clip(x.Name, 80))
		}
		scopes = append(scopes, Scope{
			ID: id, Name: x.Name,
			HierarchyRootName:   strings.TrimSpace(x.HierarchyRootName),
			Platform:            strings.TrimSpace(x.Platform),
			HierarchyObjectType: strings.TrimSpace(x.HierarchyObjectType),
			State:               strings.TrimSpace(x.State),
		})
	}
	return scopes, nil
}

// RemoveScope removes a scope from an account. It succeeds if the account does not have the scope. The server may list
// the scope as Removing for a while: see [Client.WaitScopeGone].
//
// Source: Veeam Backup Enterprise Manager REST API reference, DELETE /security/accounts/{ID}/scopes/{ScopeID}.
func (c *Client) RemoveScope(ctx context.Context, accountID, scopeID string) error {
	id, scope, r, err := c.scopeRemoval(accountID, scopeID)
	if err != nil {
		return err
	}
	defer c.scopes.removed(id)
	return c.remove(ctx, r, func() (bool, error) { return c.hasScope(ctx, id, scope) })
}

// scopeRemoval checks the IDs of an account and a scope and returns them in lower case, with the request.
func (c *Client) scopeRemoval(accountID, scopeID string) (account, scope string, r *request, err error) {
	const op = "remove a restore scope from"
	account, path, err := accountPath(op, accountID)
	if err != nil {
		return "", "", nil, err
	}
	if scope, err = ParseGUID(scopeID); err != nil {
		return "", "", nil, &Error{Op: op, Object: c.accountObject(account), Err: err}
	}
	r = remove("remove restore scope "+scope+" from", c.accountObject(account), path+"/scopes/"+scope)
	return account, scope, r, nil
}

// RemoveSharedScope is like [Client.RemoveScope] for a scope whose ID other scopes of the account have, too. The server
// may remove any of them, or all. If the response is lost, it sends the request again only if s is still listed: a
// second request could remove another scope.
func (c *Client) RemoveSharedScope(ctx context.Context, accountID string, s Scope) error {
	id, _, r, err := c.scopeRemoval(accountID, s.ID)
	if err != nil {
		return err
	}
	defer c.scopes.removed(id)
	r.class = httpkit.ClassWrite
	there := func() (bool, error) {
		scopes, err := c.ListScopes(ctx, id)
		if IsNotFound(err) {
			return false, nil // the account no longer exists, and neither do its scopes
		}
		same := func(o Scope) bool { return o.Key() == s.Key() && !o.Removing() }
		return slices.ContainsFunc(scopes, same), err
	}
	_, err = c.sendVerified(ctx, verifiedWrite{
		op: r.op, object: r.object, settle: settleOthers,
		send: func() error { return c.remove(ctx, r, there) },
		look: func(wait time.Duration) (bool, error) {
			return pollUntil(ctx, wait, func() (bool, error) { is, err := there(); return !is, err })
		},
	})
	return err
}
