// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"net/http"
	"strings"
)

// The IDs of the seven roles of Enterprise Manager.
const (
	RolePortalAdministrator     = "5f37a46b-9ce2-40f4-8a62-b45b079257fc"
	RolePortalUser              = "d19a3d33-cb77-4ffe-94e6-001432483a4e"
	RoleVMRestoreOperator       = "c11c0c38-ba8b-49c7-bf70-fc2058fff1e2"
	RoleFileRestoreOperator     = "f84a8b62-49b8-4d0c-b25b-92321b52bab6"
	RoleExchangeRestoreOperator = "f83e4c81-0815-452f-9377-9d573dd9d481"
	RoleOracleRestoreOperator   = "e9d90e66-b6d4-49dc-8986-73cf33489623"
	RoleSQLRestoreOperator      = "f78a92b8-9f06-4f1e-b522-4f0927cabd0f"
)

const roleUIDPrefix = "urn:veeam:EnterpriseRole:"

// RoleUID returns the UID of a role, the form that create specs contain.
func RoleUID(roleID string) string { return roleUIDPrefix + roleID }

type role struct{ id, name string }

var roles = []role{
	{RolePortalAdministrator, "Portal Administrator"},
	{RolePortalUser, "Portal User"},
	{RoleVMRestoreOperator, "VM Restore Operator"},
	{RoleFileRestoreOperator, "File Restore Operator"},
	{RoleExchangeRestoreOperator, "Exchange Restore Operator"},
	{RoleOracleRestoreOperator, "Oracle Restore Operator"},
	{RoleSQLRestoreOperator, "SQL Restore Operator"},
}

func findRole(id string) (role, bool) {
	for _, r := range roles {
		if strings.EqualFold(r.id, id) {
			return r, true
		}
	}
	return role{}, false
}

// roleOfUID returns the role with that UID.
func roleOfUID(uid string) (role, bool) {
	id, found := strings.CutPrefix(uid, roleUIDPrefix)
	if !found {
		return role{}, false
	}
	return findRole(id)
}

func (s *Server) listRoles(c *call) response {
	var kids []element
	for _, r := range roles {
		if c.wantsEntities() {
			kids = append(kids, s.roleEntity(s.opts.entryName("EnterpriseRole"), r))
		} else {
			kids = append(kids, s.roleRef("Ref", r))
		}
	}
	return s.collection(c, "EnterpriseRoles", kids)
}

func (s *Server) getRole(c *call) response {
	r, ok := findRole(c.vars[0])
	if !ok {
		return notFound("Enterprise role", c.vars[0])
	}
	if c.wantsEntity() {
		return entity(s.roleEntity("EnterpriseRole", r))
	}
	return entity(s.roleRef("EntityRef", r))
}

func (s *Server) roleRef(name string, r role) element {
	return s.reference(name, "EnterpriseRole", RoleUID(r.id), r.name, "/security/roles/"+r.id)
}

func (s *Server) roleEntity(name string, r role) element {
	href := s.href("/security/roles/" + r.id)
	return el(name, links(link("Alternate", "EnterpriseRoleReference", href))).
		attr("Type", "EnterpriseRole").attr("Name", r.name).attr("UID", RoleUID(r.id)).attr("Href", href+"?format=Entity")
}

// rolesOf returns the roles that an account shows.
func (s *Server) rolesOf(a *Account) []element {
	kids := make([]element, 0, len(a.Roles))
	for _, id := range a.Roles {
		if r, ok := findRole(id); ok {
			kids = append(kids, s.roleEntity("EnterpriseRoleEntity", r))
		}
	}
	return kids
}

func (s *Server) listAccountRoles(c *call) response {
	a := s.store.Account(c.vars[0])
	if a == nil {
		return notFound("Account", c.vars[0])
	}
	kids := make([]element, 0, len(a.Roles))
	for _, id := range a.Roles {
		kids = append(kids, s.accountInRole(a, id))
	}
	return entity(s.listOf(c, "EnterpriseAccountInRoleList", "EnterpriseAccountInRoles", kids))
}

func (s *Server) getAccountRole(c *call) response {
	a := s.store.Account(c.vars[0])
	if a == nil {
		return notFound("Account", c.vars[0])
	}
	if !a.hasRole(c.vars[1]) {
		return notFound("Role of the account", c.vars[1])
	}
	return entity(s.accountInRole(a, strings.ToLower(c.vars[1])))
}

// accountInRole returns a role assignment. As on the server, only its Href contains the role's ID.
func (s *Server) accountInRole(a *Account, roleID string) element {
	r, _ := findRole(roleID)
	href := s.href("/security/accounts/" + a.ID + "/roles/" + roleID)
	return el("EnterpriseAccountInRole", links(link("Delete", "", href)), leaf("RoleName", r.name)).attr("Href", href)
}

func (s *Server) addAccountRole(c *call) response {
	a := s.store.Account(c.vars[0])
	if a == nil {
		return notFound("Account", c.vars[0])
	}
	spec, err := c.parseBody(roleShape)
	if err != nil {
		return fail(http.StatusBadRequest, "%s", err)
	}
	r, ok := roleOfUID(spec.textOf("EnterpriseRoleUid"))
	if !ok {
		return fail(http.StatusBadRequest, "Role %q does not exist.", spec.textOf("EnterpriseRoleUid"))
	}
	if r.id == s.opts.DroppedRole {
		return fail(http.StatusBadRequest, "The role %q cannot be assigned.", r.name)
	}
	if !s.store.AddRole(a.ID, r.id) && s.opts.RefuseDuplicateRole {
		return fail(http.StatusBadRequest, "The account already has the role %q.", r.name)
	}
	return s.created("/security/accounts/" + a.ID + "/roles/" + r.id)
}

func (s *Server) removeAccountRole(c *call) response {
	a := s.store.Account(c.vars[0])
	if a == nil {
		return notFound("Account", c.vars[0])
	}
	if !a.hasRole(c.vars[1]) {
		return notFound("Role of the account", c.vars[1])
	}
	if len(a.Roles) == 1 {
		return fail(http.StatusBadRequest, "The last role of an account cannot be removed.")
	}
	s.store.RemoveRole(a.ID, c.vars[1])
	return bare(http.StatusNoContent)
}
