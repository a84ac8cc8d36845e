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

// OnPremises is the type of an organization that cannot have restore operator roles. The others are Office365 and
// Hybrid.
const OnPremises = "OnPremises"

// Organization is an organization that the server backs up.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /Organizations/{organizationId}.
type Organization struct {
	ID         string // GUID in lower case
	Name       string
	OfficeName string
	Type       string // Office365, OnPremises or Hybrid
}

const organizationsPath = "Organizations"

// brief excludes what the server would have to ask a proxy for.
func brief() url.Values { return url.Values{"extendedView": {"false"}} }

// ListOrganizations lists the organizations. Each client reads the list only once.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /Organizations.
func (c *Client) ListOrganizations(ctx context.Context) ([]Organization, error) {
	r := get("list", "the organizations", organizationsPath)
	r.query, r.whole = brief(), true
	kind := noPages
	if c.version == V8 {
		kind = plainPage
	}
	all, err := c.known.allOrganizations.Get(ctx, func(ctx context.Context) ([]Organization, error) {
		docs, err := c.pages(ctx, r, kind)
		if err != nil {
			return nil, err
		}
		return parseOrganizations(docs), nil
	})
	if err != nil {
		return nil, callerError(ctx, r, err)
	}
	for _, o := range all {
		c.known.organizations.Put(o.ID, answer[Organization]{val: o})
	}
	return slices.Clone(all), nil
}

// GetOrganization reads an organization. Each client reads an organization only once.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /Organizations/{organizationId}.
func (c *Client) GetOrganization(ctx context.Context, id string) (Organization, error) {
	id = strings.ToLower(id)
	r := get("read", "organization "+id, pathOf(organizationsPath, id))
	r.query = brief()
	return readOnce(ctx, c, &c.known.organizations, id, r, func(body []byte) (Organization, error) {
		o, err := parseOrganization(body)
		switch {
		case err == nil && o.ID == "":
			o.ID = id
		case err == nil && o.ID != id:
			err = errors.New("the response describes another organization than the one that was asked for")
		}
		return o, err
	})
}

type organizationJSON struct {
	ID         text `json:"id"`
	Name       text `json:"name"`
	OfficeName text `json:"officeName"`
	Type       text `json:"type"`
}

func (x organizationJSON) organization() Organization {
	return Organization{
		ID: strings.ToLower(string(x.ID)), Name: string(x.Name), OfficeName: string(x.OfficeName), Type: string(x.Type),
	}
}

// parseOrganization reads one organization, whose ID may be empty.
func parseOrganization(body []byte) (Organization, error) {
	var doc organizationJSON
	if err := decode(body, '{', &doc); err != nil {
		return Organization{}, err
	}
	if doc.ID == "" && doc.Name == "" {
		return Organization{}, errors.New("the response is not an organization")
	}
	return doc.organization(), nil
}

// parseOrganizations omits what is not an organization with an ID, and repeated entries.
func parseOrganizations(docs []json.RawMessage) []Organization {
	seen := map[string]bool{}
	all := make([]Organization, 0, len(docs))
	for _, doc := range docs {
		var x organizationJSON
		if json.Unmarshal(doc, &x) != nil || x.ID == "" {
			continue
		}
		if o := x.organization(); !seen[o.ID] {
			seen[o.ID] = true
			all = append(all, o)
		}
	}
	return all
}
