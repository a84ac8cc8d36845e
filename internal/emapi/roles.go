// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"fmt"
	"slices"
)

// Role is a security role. The API shows nothing but its ID and name.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/roles/{ID}.
type Role struct {
	ID   string // GUID in lower case
	Name string
}

// UID returns the form in which requests name the role.
func (r Role) UID() string { return RoleUID.Of(r.ID) }

// ListRoles lists the security roles. Each client reads the list only once, because no request of the API changes it.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/roles.
func (c *Client) ListRoles(ctx context.Context) ([]Role, error) {
	const op, object = "list", "the roles"
	roles, err := c.roles.Get(ctx, func(ctx context.Context) ([]Role, error) {
		return read(ctx, c, get(op, object, "security/roles"), parseRoles)
	})
	if err != nil {
		return nil, c.callerError(ctx, op, object, err)
	}
	return slices.Clone(roles), nil
}

func parseRoles(body []byte) ([]Role, error) {
	var refs refsXML
	var entities struct {
		Roles []refXML   `xml:"EnterpriseRole"`
		Other []otherXML `xml:",any"`
	}
	root, err := decode(body, map[string]any{"EntityReferences": &refs, "EnterpriseRoles": &entities})
	if err != nil {
		return nil, err
	}
	entries, other := refs.Refs, refs.Other
	if root == "EnterpriseRoles" {
		entries, other = entities.Roles, entities.Other
	}
	if err := checkKnownEntries(len(entries), other); err != nil {
		return nil, err
	}
	roles := make([]Role, 0, len(entries))
	for _, entry := range entries {
		role, err := entry.role()
		if err != nil {
			return nil, err
		}
		roles = append(roles, role)
	}
	return roles, nil
}

func (r refXML) role() (Role, error) {
	id, err := r.id("roles")
	if err != nil {
		return Role{}, err
	}
	if r.Name == "" {
		return Role{}, fmt.Errorf("the role %s in the response has no name", id)
	}
	return Role{ID: id, Name: r.Name}, nil
}
