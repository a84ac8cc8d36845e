// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"fmt"
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

func (s *Server) listAccounts(c *call) response {
	var kids []element
	for _, a := range s.store.accounts {
		if c.wantsEntities() {
			kids = append(kids, s.accountEntity(s.opts.entryName("EnterpriseAccount"), a))
		} else {
			kids = append(kids, s.accountRef("Ref", a))
		}
	}
	return s.collection(c, "EnterpriseAccounts", kids)
}

// entryName returns the name of an entity in a collection. In the XML schema, that of accounts and roles differs from
// the name of the same entity on its own.
func (o *Options) entryName(single string) string {
	if o.ShortEntityNames {
		return single
	}
	return single + "Entity"
}

func (s *Server) getAccount(c *call) response {
	a := s.store.Account(c.vars[0])
	switch {
	case a == nil:
		return notFound("Account", c.vars[0])
	case c.wantsEntity():
		return entity(s.accountEntity("EnterpriseAccount", a))
	}
	return entity(s.accountRef("EntityRef", a))
}

func accountUID(a *Account) string { return "urn:veeam:EnterpriseAccount:" + a.ID }

func (s *Server) accountRef(name string, a *Account) element {
	return s.reference(name, "EnterpriseAccount", accountUID(a), s.opts.shownName(a.Name), "/security/accounts/"+a.ID)
}

func (s *Server) accountEntity(name string, a *Account) element {
	href := s.href("/security/accounts/" + a.ID)
	kids := []element{
		links(
			link("Alternate", "EnterpriseAccountReference", href),
			link("Down", "EnterpriseAccountInRoleList", href+"/roles"),
			link("Create", "EnterpriseAccountInRole", href+"/roles"),
			link("Down", "EnterpriseAccountHierarchyScopeList", href+"/scopes"),
			link("Create", "EnterpriseAccountHierarchyScope", href+"/scopes"),
			link("Delete", "", href),
			link("ToggleRestoreScopesEnabled", "", href),
		),
		leaf("AccountType", a.Type),
	}
	if s.opts.InlineRoles {
		kids = append(kids, listOf("Roles", "EnterpriseRoles", s.rolesOf(a)))
	}
	if a.Type != OddAccountType {
		kids = append(kids, leaf("AllowRestoreAllVms", a.AllowRestoreAllVms))
	}
	if !s.opts.OmitSettings && a.Type != OddAccountType {
		extensions := s.opts.Extensions.form(a.FlrExtensions)
		kids = append(kids,
			el("FlrSettings", leaf("FlrInplaceOnly", a.FlrInplaceOnly), leaf("FlrExtentionRestrictions", extensions)),
			el("SqlSettings", leaf("DenyInPlaceRestore", a.DenyInPlaceRestore)))
	}
	return el(name, kids...).attr("Type", "EnterpriseAccount").
		attr("Name", s.opts.shownName(a.Name)).attr("Href", href+"?format=Entity").attr("UID", accountUID(a))
}

// postAccounts creates an account, or starts a rebuild if the query contains that action.
func (s *Server) postAccounts(c *call) response {
	switch action := c.query.Get("action"); action {
	case "":
		return s.createAccount(c)
	case "rebuildScope":
		return s.rebuildScopes(c)
	default:
		return fail(http.StatusBadRequest, "Action %q is not supported.", action)
	}
}

func (s *Server) createAccount(c *call) response {
	spec, err := c.parseBody(accountShape)
	if err != nil {
		return fail(http.StatusBadRequest, "%s", err)
	}
	a, items, err := s.store.accountFromSpec(spec)
	if err != nil {
		return fail(http.StatusBadRequest, "%s", err)
	}
	if s.opts.NoScopeLicense && len(items) > 0 {
		return fail(http.StatusForbidden, "%s", noScopeLicense)
	}
	if s.store.hasAccount(a.Type, a.Name) {
		return fail(s.opts.DuplicateAccountStatus, "Account %s of type %s already exists.", a.Name, a.Type)
	}
	// Add the scopes before the account is in the store, so that a rejected scope leaves no account behind.
	a.ID = simkit.NewGUID()
	if err := s.store.addScopes(a, items); err != nil {
		return fail(http.StatusBadRequest, "%s", err)
	}
	s.store.AddAccount(s.opts.alter(*a))
	return s.created("/security/accounts/" + a.ID)
}

// toggleAccount flips AllowRestoreAllVms. The API has no request that sets it to a given value.
func (s *Server) toggleAccount(c *call) response {
	a := s.store.Account(c.vars[0])
	if a == nil {
		return notFound("Account", c.vars[0])
	}
	if len(c.body) > 0 {
		return fail(http.StatusBadRequest, "The request toggles AllowRestoreAllVms and takes no body.")
	}
	if a.AllowRestoreAllVms && s.opts.LastScope == LastScopeRefuse && a.remaining(nil) == 0 {
		return fail(http.StatusBadRequest, "%s", errNoScopes)
	}
	if s.opts.AllVMs != AllVMsFixed {
		s.store.Toggle(a.ID)
	}
	return bare(http.StatusNoContent)
}

func (s *Server) deleteAccount(c *call) response {
	if !s.store.RemoveAccount(c.vars[0]) {
		return notFound("Account", c.vars[0])
	}
	return bare(http.StatusNoContent)
}

// created returns a response with status 201 and no body.
func (s *Server) created(path string) response {
	return s.located(bare(http.StatusCreated), path)
}

// located adds the Location of the created object, unless OmitLocation is set.
func (s *Server) located(r response, path string) response {
	if s.opts.OmitLocation {
		return r
	}
	return r.with("Location", s.href(path))
}

// reference returns a reference element: a Ref in a collection, or a single EntityRef. up are its links to what the
// object belongs to.
func (s *Server) reference(name, entityType, uid, entityName, path string, up ...element) element {
	href := s.href(path)
	return el(name, links(append(up, link("Alternate", entityType, href+"?format=Entity"))...)).
		attr("UID", uid).attr("Name", entityName).attr("Href", href).attr("Type", entityType+"Reference")
}

// href returns a URL with the host name that the server uses for itself.
func (s *Server) href(path string) string {
	return fmt.Sprintf("https://%s/api%s", s.opts.HostName, path)
}
