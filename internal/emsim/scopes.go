// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

const noScopeLicense = "The license does not allow customizing the restore scope."

// scopeItem is a validated object of a spec.
type scopeItem struct{ ref, name string }

// scopeItems returns the HierarchyScopeItem children, or an error if a reference is not valid.
func (s *Store) scopeItems(list *node) ([]scopeItem, error) {
	items := make([]scopeItem, 0, len(list.kids))
	for _, kid := range list.kids {
		text := kid.textOf("HierarchyObjRef")
		ref, err := parseRef(text)
		if err != nil {
			return nil, fmt.Errorf("HierarchyObjRef %q is not valid: %w", text, err)
		}
		if s.opts.RefuseUnknownObjects && s.Object(text) == nil {
			return nil, fmt.Errorf("object %q was not found in the hierarchy", text)
		}
		items = append(items, scopeItem{ref: ref.String(), name: kid.textOf("ObjectName")})
	}
	return items, nil
}

// addScopes adds all items, or none of them if one is rejected.
func (s *Store) addScopes(a *Account, items []scopeItem) error {
	if s.opts.DuplicateScopes == DuplicateScopesRefuse {
		seen := map[string]bool{}
		for _, item := range items {
			if seen[item.ref] || a.sameScope(item.ref) != nil {
				return fmt.Errorf("object %s is already a restore scope of the account", item.ref)
			}
			seen[item.ref] = true
		}
	}
	delay := s.opts.ScopeDelay
	for _, item := range items {
		if s.opts.DuplicateScopes == DuplicateScopesSame && a.sameScope(item.ref) != nil {
			continue
		}
		s.addScope(a, item.ref, item.name, delay)
		delay += s.opts.ScopeStagger
	}
	return nil
}

func (s *Server) listScopes(c *call) response {
	a := s.store.Account(c.vars[0])
	if a == nil {
		return notFound("Account", c.vars[0])
	}
	now := time.Now()
	var kids []element
	for _, sc := range a.Scopes {
		if sc.listed(now) {
			kids = append(kids, s.scopeEntity(a, sc, now))
		}
	}
	return entity(s.listOf(c, "EnterpriseAccountHierarchyScopes", "EnterpriseAccountHierarchyScopes", kids))
}

func (s *Server) getScope(c *call) response {
	a := s.store.Account(c.vars[0])
	if a == nil {
		return notFound("Account", c.vars[0])
	}
	now := time.Now()
	found := a.scopesOf(c.vars[1], now)
	if len(found) == 0 {
		return notFound("Restore scope", c.vars[1])
	}
	return entity(s.scopeEntity(a, found[0], now))
}

// scopeEntity returns a scope without the reference that was sent, because the server does not return it either.
func (s *Server) scopeEntity(a *Account, sc *Scope, now time.Time) element {
	href := s.href("/security/accounts/" + a.ID + "/scopes/" + sc.ID)
	ref, err := parseRef(sc.Ref)
	if err != nil {
		ref = reference{platform: "Unknown", objectType: "Unknown", rootID: sc.Ref}
	}
	return el("EnterpriseAccountHierarchyScope",
		links(link("Delete", "EnterpriseAccountHierarchyScope", href)),
		leaf("Name", s.opts.NameForm.of(sc.Name)),
		leaf("HierarchyRootName", s.store.rootName(sc, ref)),
		leaf("Platform", ref.platform),
		leaf("HierarchyObjectType", applyCase(s.opts.ObjectTypeCase, ref.objectType)),
		leaf("State", sc.state(now)),
	).attr("Href", href)
}

func (s *Server) addAccountScopes(c *call) response {
	a := s.store.Account(c.vars[0])
	if a == nil {
		return notFound("Account", c.vars[0])
	}
	spec, err := c.parseBody(scopesShape)
	if err != nil {
		return fail(http.StatusBadRequest, "%s", err)
	}
	if s.opts.NoScopeLicense {
		return fail(http.StatusForbidden, "%s", noScopeLicense)
	}
	before := len(a.Scopes)
	items, err := s.store.scopeItems(spec)
	if err == nil && s.opts.ScopeFailure != "" {
		return s.failedTask(s.opts.ScopeStatus, "AddHierarchyScopes", s.opts.ScopeFailure)
	}
	if err == nil {
		err = s.store.addScopes(a, items)
	}
	if err != nil {
		return fail(http.StatusBadRequest, "%s", err)
	}
	answer := bare(s.opts.ScopeStatus)
	if added := len(a.Scopes) - before; s.opts.ScopeLocation && len(items) == 1 && added == 1 {
		return answer.with("Location", s.href("/security/accounts/"+a.ID+"/scopes/"+a.Scopes[before].ID))
	}
	return answer
}

var errLastScope = errors.New("the last restore scope of an account that may not restore all VMs cannot be removed")

func (s *Server) removeAccountScope(c *call) response {
	a := s.store.Account(c.vars[0])
	if a == nil {
		return notFound("Account", c.vars[0])
	}
	gone := a.scopesOf(c.vars[1], time.Now())
	if len(gone) == 0 {
		return notFound("Restore scope", c.vars[1])
	}
	if s.opts.SharedDelete == SharedDeleteFirst {
		gone = firstToGo(gone)
	}
	if s.opts.LastScope == LastScopeRefuse && !a.AllowRestoreAllVms && a.remaining(gone) == 0 {
		return fail(http.StatusBadRequest, "%s", errLastScope)
	}
	s.store.takeScopes(a, gone)
	return bare(http.StatusNoContent)
}

// firstToGo returns the first scope that has not been deleted yet, or the first scope if all have been deleted.
func firstToGo(scopes []*Scope) []*Scope {
	for _, sc := range scopes {
		if !sc.removing() {
			return []*Scope{sc}
		}
	}
	return scopes[:1]
}
