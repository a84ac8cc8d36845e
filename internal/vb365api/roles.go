// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// The types of roles.
const (
	EntireOrganization = "EntireOrganization"
	SpecificObjects    = "SpecificObjects"
)

// Role is a restore operator role, without its lists.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /RbacRoles/{roleId}.
type Role struct {
	ID             string // GUID in lower case
	OrganizationID string // GUID in lower case; may be empty
	Name           string
	Description    string
	RoleType       string // EntireOrganization or SpecificObjects
}

// RoleSpec is the wanted state of a role. A request does not contain the lists that are nil, and SelectedItems only if
// the type is SpecificObjects.
type RoleSpec struct {
	Name, Description, RoleType             string
	Operators, SelectedItems, ExcludedItems []Object
}

const (
	rolesPath  = "RbacRoles"
	roleObject = "restore operator role "
)

// ListRoles lists the roles of all organizations.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /RbacRoles.
func (c *Client) ListRoles(ctx context.Context) ([]Role, error) {
	r := get("list", "the restore operator roles", rolesPath)
	r.whole = true
	return read(ctx, c, r, parseRoles)
}

// ListOrganizationRoles lists the roles of an organization. [IsNotFound] means that the organization does not exist.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /Organizations/{organizationId}/RbacRoles.
func (c *Client) ListOrganizationRoles(ctx context.Context, organizationID string) ([]Role, error) {
	path := pathOf("Organizations", organizationID, rolesPath)
	roles, err := read(ctx, c, get("list", "the restore operator roles of organization "+organizationID, path), parseRoles)
	for i := range roles {
		if roles[i].OrganizationID == "" {
			roles[i].OrganizationID = strings.ToLower(organizationID)
		}
	}
	return roles, err
}

// GetRole reads a role. If the server responds with an error, the role counts as not found if the list of roles does
// not contain it. That is the list of the organization or, if organizationID is empty, of all organizations.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, GET /RbacRoles/{roleId}.
func (c *Client) GetRole(ctx context.Context, organizationID, id string) (Role, error) {
	r := get("read", roleObject+id, pathOf(rolesPath, id))
	role, err := read(ctx, c, r, func(body []byte) (Role, error) {
		role, err := parseRole(body)
		switch {
		case err == nil && role.ID == "":
			role.ID = strings.ToLower(id)
		case err == nil && !strings.EqualFold(role.ID, id):
			err = errors.New("the response describes another role than the one that was asked for")
		}
		return role, err
	})
	var e *Error
	if err == nil || IsNotFound(err) || !errors.As(err, &e) || e.Status < 400 {
		return role, err
	}
	listed, listErr := c.rolesOf(ctx, organizationID)
	if listErr == nil && !slices.ContainsFunc(listed, func(r Role) bool { return strings.EqualFold(r.ID, id) }) {
		gone := &Error{Op: e.Op, Object: e.Object, Status: e.Status, ErrorCode: CodeNotFound, Message: e.Message}
		gone.Err = errors.New("the server no longer lists it")
		return Role{}, gone
	}
	return Role{}, err
}

func (c *Client) rolesOf(ctx context.Context, organizationID string) ([]Role, error) {
	if organizationID == "" {
		return c.ListRoles(ctx)
	}
	return c.ListOrganizationRoles(ctx, organizationID)
}

// UpdateRole changes a role. The response says nothing about the result. Changes to one name in an organization are
// made one after the other.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, PUT /RbacRoles/{roleId}.
func (c *Client) UpdateRole(ctx context.Context, organizationID, id string, spec RoleSpec) error {
	r := put("update", roleObject+id, pathOf(rolesPath, id), nil)
	unlock, err := c.naming.Lock(ctx, nameLock(organizationID, spec.Name))
	if err != nil {
		return r.fail(err)
	}
	defer unlock()
	if r.body, err = c.roleBody(spec); err != nil {
		return r.fail(err)
	}
	return c.write(ctx, r)
}

// DeleteRole deletes a role. It succeeds if the role does not exist, which [Client.GetRole] finds out if the server
// responds with another error.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, DELETE /RbacRoles/{roleId}.
func (c *Client) DeleteRole(ctx context.Context, organizationID, id string) error {
	err := c.write(ctx, remove("delete", roleObject+id, pathOf(rolesPath, id)))
	var e *Error
	if err == nil || IsNotFound(err) {
		return nil
	}
	if errors.As(err, &e) && e.Status >= 400 {
		if _, getErr := c.GetRole(ctx, organizationID, id); IsNotFound(getErr) {
			return nil
		}
	}
	return err
}

// nameLock returns the key of the lock that is held while a role gets a name.
func nameLock(organizationID, name string) httpkit.Key {
	return httpkit.Key{Name: strings.ToLower(organizationID) + "/" + name}
}

type roleJSON struct {
	Name          string       `json:"name"`
	Description   string       `json:"description"`
	RoleType      string       `json:"roleType"`
	Operators     *[]entryJSON `json:"operators,omitempty"`
	SelectedItems *[]entryJSON `json:"selectedItems,omitempty"`
	ExcludedItems *[]entryJSON `json:"excludedItems,omitempty"`
}

func (c *Client) roleBody(spec RoleSpec) (roleJSON, error) {
	body := roleJSON{Name: spec.Name, Description: spec.Description, RoleType: spec.RoleType}
	if spec.RoleType != SpecificObjects {
		spec.SelectedItems = nil
	}
	for _, list := range []struct {
		objects []Object
		target  **[]entryJSON
	}{
		{spec.Operators, &body.Operators},
		{spec.SelectedItems, &body.SelectedItems},
		{spec.ExcludedItems, &body.ExcludedItems},
	} {
		if list.objects == nil {
			continue
		}
		entries, err := c.entries(list.objects)
		if err != nil {
			return body, err
		}
		*list.target = &entries
	}
	return body, nil
}

func (c *Client) entries(objects []Object) ([]entryJSON, error) {
	entries := make([]entryJSON, len(objects))
	for i, o := range objects {
		var err error
		if entries[i], err = c.entry(o); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// roleResponse is a role in a response.
type roleResponse struct {
	ID             text `json:"id"`
	OrganizationID text `json:"organizationId"`
	Name           text `json:"name"`
	Description    text `json:"description"`
	RoleType       text `json:"roleType"`
}

func (x roleResponse) role() Role {
	r := Role{
		ID: strings.ToLower(string(x.ID)), OrganizationID: strings.ToLower(string(x.OrganizationID)),
		Name: string(x.Name), Description: string(x.Description), RoleType: string(x.RoleType),
	}
	for _, known := range []string{EntireOrganization, SpecificObjects} {
		if strings.EqualFold(r.RoleType, known) {
			r.RoleType = known
		}
	}
	return r
}

// parseRole reads one role, whose ID may be empty.
func parseRole(body []byte) (Role, error) {
	var doc roleResponse
	if err := decode(body, '{', &doc); err != nil {
		return Role{}, err
	}
	if doc.ID == "" && doc.Name == "" {
		return Role{}, errors.New("the response is not a role")
	}
	return doc.role(), nil
}

// parseRoles reads a list of roles. It omits what is not a role with an ID, if there are others.
func parseRoles(body []byte) ([]Role, error) {
	var docs []json.RawMessage
	if err := decode(body, '[', &docs); err != nil {
		return nil, err
	}
	roles := make([]Role, 0, len(docs))
	for _, doc := range docs {
		var x roleResponse
		if json.Unmarshal(doc, &x) == nil && x.ID != "" {
			roles = append(roles, x.role())
		}
	}
	if len(roles) == 0 && len(docs) > 0 {
		return nil, errors.New("no entry of the list in the response is a role with an ID")
	}
	return roles, nil
}
