// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"cmp"
	"context"
	"slices"
)

// Role is a security role. The API shows nothing but its ID and name.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/roles/{ID}.
type Role struct {
	ID   string // GUID in lower case
	Name string // the ID if the server shows no name
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

// parseRoles omits a role without an ID, which no account can be given, if there are others. The XML schema calls the
// entries EnterpriseRoleEntity.
func parseRoles(body []byte) ([]Role, error) {
	var refs refsXML
	var entities struct {
		Entities []refXML   `xml:"EnterpriseRoleEntity"`
		Roles    []refXML   `xml:"EnterpriseRole"`
		Other    []otherXML `xml:",any"`
	}
	root, err := decode(body, map[string]any{"EntityReferences": &refs, "EnterpriseRoles": &entities})
	if err != nil {
		return nil, err
	}
	entries, other := refs.Refs, refs.Other
	if root == "EnterpriseRoles" {
		entries, other = append(entities.Entities, entities.Roles...), entities.Other
	}
	if err := checkList(len(entries), other); err != nil {
		return nil, err
	}
	roles := make([]Role, 0, len(entries))
	var omitted error
	for _, entry := range entries {
		id, err := entry.id("roles")
		if err != nil {
			omitted = err
			continue
		}
		roles = append(roles, Role{ID: id, Name: cmp.Or(entry.Name, id)})
	}
	if len(roles) == 0 && omitted != nil {
		return nil, omitted
	}
	return roles, nil
}
