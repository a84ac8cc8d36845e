// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"net/http"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// access is the permission that a route requires.
type access int

const (
	accessPublic  access = iota
	accessSession        // any session
	accessPortal         // Portal Administrator or Portal User
	accessAdmin          // Portal Administrator
)

type route struct {
	method  string
	pattern []string // below /api, for simkit.MatchPath
	access  access
	handle  func(*Server, *call) response
}

var routes = []route{
	at(http.MethodGet, "", accessPublic, (*Server).describe),
	at(http.MethodPost, "sessionMngr", accessPublic, (*Server).logOn),
	at(http.MethodGet, "logonSessions", accessSession, (*Server).listSessions),
	at(http.MethodGet, "logonSessions/*", accessSession, (*Server).getSession),
	at(http.MethodDelete, "logonSessions/*", accessSession, (*Server).logOff),

	at(http.MethodGet, "security", accessAdmin, (*Server).describeSecurity),
	at(http.MethodGet, "security/roles", accessAdmin, (*Server).listRoles),
	at(http.MethodGet, "security/roles/*", accessAdmin, (*Server).getRole),
	at(http.MethodGet, "security/accounts", accessAdmin, (*Server).listAccounts),
	at(http.MethodPost, "security/accounts", accessAdmin, (*Server).postAccounts),
	at(http.MethodGet, "security/accounts/*", accessAdmin, (*Server).getAccount),
	at(http.MethodPost, "security/accounts/*", accessAdmin, (*Server).toggleAccount),
	at(http.MethodDelete, "security/accounts/*", accessAdmin, (*Server).deleteAccount),
	at(http.MethodGet, "security/accounts/*/roles", accessAdmin, (*Server).listAccountRoles),
	at(http.MethodPost, "security/accounts/*/roles", accessAdmin, (*Server).addAccountRole),
	at(http.MethodGet, "security/accounts/*/roles/*", accessAdmin, (*Server).getAccountRole),
	at(http.MethodDelete, "security/accounts/*/roles/*", accessAdmin, (*Server).removeAccountRole),
	at(http.MethodGet, "security/accounts/*/scopes", accessAdmin, (*Server).listScopes),
	at(http.MethodPost, "security/accounts/*/scopes", accessAdmin, (*Server).addAccountScopes),
	at(http.MethodGet, "security/accounts/*/scopes/*", accessAdmin, (*Server).getScope),
	at(http.MethodDelete, "security/accounts/*/scopes/*", accessAdmin, (*Server).removeAccountScope),

	at(http.MethodGet, "tasks", accessSession, (*Server).listTasks),
	at(http.MethodGet, "tasks/*", accessSession, (*Server).getTask),
	at(http.MethodDelete, "tasks/*", accessSession, (*Server).deleteTask),
	at(http.MethodGet, "hierarchyRoots", accessPortal, (*Server).listRoots),
	at(http.MethodGet, "hierarchyRoots/*", accessPortal, (*Server).getRoot),
	at(http.MethodGet, "lookup", accessPortal, (*Server).lookup),
	at(http.MethodGet, "nas/fileServers", accessPortal, (*Server).listFileServers),
	at(http.MethodGet, "nas/fileServers/*", accessPortal, (*Server).getFileServer),
}

func at(method, pattern string, needs access, handle func(*Server, *call) response) route {
	return route{method: method, pattern: simkit.Segments(pattern), access: needs, handle: handle}
}

// Routes returns the method and the path of every route, for example "GET /api/security/accounts/*".
func Routes() []string {
	out := make([]string, len(routes))
	for i, r := range routes {
		out[i] = r.method + " /api/" + strings.Join(r.pattern, "/")
	}
	return out
}

// findRoute returns the route of the request. If the path exists with other methods only, it returns these as allowed.
func findRoute(method, path string) (found *route, vars, allowed []string) {
	below, ok := belowAPI(path)
	if !ok {
		return nil, nil, nil
	}
	for i := range routes {
		v, ok := simkit.MatchPath(routes[i].pattern, simkit.Segments(below))
		if !ok {
			continue
		}
		if routes[i].method == method {
			return &routes[i], v, nil
		}
		allowed = append(allowed, routes[i].method)
	}
	return nil, nil, slices.Compact(allowed)
}

// belowAPI returns the part of a path that follows /api, in whatever case that is written.
func belowAPI(path string) (below string, ok bool) {
	const api = "/api"
	if len(path) < len(api) || !strings.EqualFold(path[:len(api)], api) {
		return "", false
	}
	below = path[len(api):]
	return below, below == "" || below[0] == '/'
}

// allows reports whether the caller may use the route.
func (a access) allows(c *call) bool {
	switch a {
	case accessAdmin:
		return c.hasRole(RolePortalAdministrator)
	case accessPortal:
		return c.hasRole(RolePortalAdministrator) || c.hasRole(RolePortalUser)
	}
	return true
}

func (s *Server) describeSecurity(*call) response {
	return entity(el("EnterpriseSecuritySettings", links(
		link("Down", "EnterpriseRoleReferenceList", s.href("/security/roles")),
		link("Down", "EnterpriseAccountReferenceList", s.href("/security/accounts")),
		link("Create", "EnterpriseAccount", s.href("/security/accounts")),
	)).attr("Type", "EnterpriseSecuritySettings").attr("Href", s.href("/security")))
}
