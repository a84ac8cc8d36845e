// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
)

// ListAccountRoles lists the roles of an account.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/accounts/{ID}/roles.
func (c *Client) ListAccountRoles(ctx context.Context, accountID string) ([]Role, error) {
	const op = "list the roles of"
	id, path, err := accountPath(op, accountID)
	if err != nil {
		return nil, err
	}
	roles, err := read(ctx, c, get(op, c.accountObject(id), path+"/roles"), parseAccountRoles)
	return roles, confirmGone(err, func() (bool, error) { return c.hasAccount(ctx, id) })
}

// RolesOf returns the roles of an account. It sends a request only if the account was read without them.
func (c *Client) RolesOf(ctx context.Context, a Account) ([]Role, error) {
	if a.Roles != nil {
		return slices.Clone(a.Roles), nil
	}
	return c.ListAccountRoles(ctx, a.ID)
}

// ListsRolesApart reports whether the server does not show the roles in an account, as far as it has shown one.
func (c *Client) ListsRolesApart() bool { return c.rolesApart.Load() }

// parseAccountRoles takes the ID of each role from its Href, because no other element contains it.
func parseAccountRoles(body []byte) ([]Role, error) {
	var doc struct {
		Roles []struct {
			Href     string    `xml:"Href,attr"`
			Links    []linkXML `xml:"Links>Link"`
			RoleName string    `xml:"RoleName"`
		} `xml:"EnterpriseAccountInRole"`
		Other []otherXML `xml:",any"`
	}
	if _, err := decode(body, map[string]any{"EnterpriseAccountInRoleList": &doc}); err != nil {
		return nil, err
	}
	if err := checkList(len(doc.Roles), doc.Other); err != nil {
		return nil, err
	}
	roles := make([]Role, 0, len(doc.Roles))
	for _, x := range doc.Roles {
		id, ok := entryID(x.Href, x.Links, "roles")
		if !ok {
			return nil, fmt.Errorf("a role in the response (%q) has no ID in its Href", clip(x.RoleName, 80))
		}
		roles = append(roles, Role{ID: id, Name: x.RoleName})
	}
	return roles, nil
}

type accountRoleXML struct {
	XMLName xml.Name `xml:"http://www.veeam.com/ent/v1.0 EnterpriseAccountInRoleCreateSpec"`
	UID     string   `xml:"EnterpriseRoleUid"`
}

// AddAccountRole adds a role to an account. It does nothing if the account already has the role.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /security/accounts/{ID}/roles.
func (c *Client) AddAccountRole(ctx context.Context, accountID, roleUID string) error {
	const op = "add a role to"
	id, path, err := accountPath(op, accountID)
	if err != nil {
		return err
	}
	object := c.accountObject(id)
	roleID, ok := guidOfUID(roleUID)
	if !ok {
		return &Error{Op: op, Object: object, Err: errors.New(clip(roleUID, 80) + " is not the UID of a role")}
	}
	// Concurrent calls must not both send the role: the API reference does not say what a second POST does.
	unlock, err := c.changing.Lock(ctx, changeKey("roles", id))
	if err != nil {
		return &Error{Op: op, Object: object, Err: err}
	}
	defer unlock()
	reached := func() (bool, error) { return c.hasRole(ctx, id, roleID) }
	if done, err := reached(); done || err != nil {
		return err
	}
	return c.writeAndVerify(ctx, post(op, object, path+"/roles", accountRoleXML{UID: Role{ID: roleID}.UID()}), reached)
}

// RemoveAccountRole removes a role from an account. It succeeds if the account does not have the role. The server
// refuses to remove the last role.
//
// Source: Veeam Backup Enterprise Manager REST API reference, DELETE /security/accounts/{ID}/roles/{RoleID}.
func (c *Client) RemoveAccountRole(ctx context.Context, accountID, roleID string) error {
	const op = "remove a role from"
	id, path, err := accountPath(op, accountID)
	if err != nil {
		return err
	}
	role, err := ParseGUID(roleID)
	if err != nil {
		return &Error{Op: op, Object: c.accountObject(id), Err: err}
	}
	r := remove("remove role "+role+" from", c.accountObject(id), path+"/roles/"+role)
	return c.remove(ctx, r, func() (bool, error) { return c.hasRole(ctx, id, role) })
}
