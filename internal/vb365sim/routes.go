// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// access is what a request needs.
type access int

const (
	accessAdmin  access = iota // the token of an administrator
	accessToken                // any token
	accessPublic               // nothing
)

type route struct {
	method  string
	pattern []string // below the version, for simkit.MatchPath
	access  access
	since   int      // the first version that has the route
	query   []string // the parameters of the query
	since7  []string // the parameters that v6 does not have
	handle  func(*Server, *call) response
}

var routes = slices.Concat(
	[]route{
		{method: http.MethodPost, pattern: at("token"), access: accessPublic, handle: (*Server).token},
		{method: http.MethodPost, pattern: at("token/logout"), access: accessToken, since: 7, handle: (*Server).logOut},

		{method: http.MethodGet, pattern: at("Organizations"), query: viewAndPage, handle: (*Server).listOrganizations},
		{method: http.MethodGet, pattern: at("Organizations/*"), query: viewOnly, handle: (*Server).getOrganization},
		{method: http.MethodGet, pattern: at("Organizations/*/RbacRoles"), handle: (*Server).listOrganizationRoles},
		{method: http.MethodPost, pattern: at("Organizations/*/RbacRoles"), handle: (*Server).createRole},

		{method: http.MethodGet, pattern: at("RbacRoles"), handle: (*Server).listRoles},
		{method: http.MethodGet, pattern: at("RbacRoles/*"), handle: (*Server).getRole},
		{method: http.MethodPut, pattern: at("RbacRoles/*"), handle: (*Server).updateRole},
		{method: http.MethodDelete, pattern: at("RbacRoles/*"), handle: (*Server).deleteRole},
	},
	directoryRoutes("Users", typeUser, "userName", "displayName", "locationFilter"),
	directoryRoutes("Groups", typeGroup, "groupName", "displayName", "locationFilter"),
	directoryRoutes("Sites", typeSite, "includePersonalSites", "locationFilter"),
	directoryRoutes("Teams", typeTeam, "displayName"),
	listRoutes(Operators), listRoutes(SelectedItems), listRoutes(ExcludedItems),
)

var (
	viewOnly    = []string{"extendedView"}
	viewAndPage = []string{"extendedView", "limit", "offset"}
)

func at(pattern string) []string { return simkit.Segments(pattern) }

func directoryRoutes(name, objectType string, filters ...string) []route {
	page, since7 := append([]string{"limit", "offset", "setId"}, filters...), []string{"dataSource"}
	if objectType == typeSite {
		since7 = append(since7, "filter")
	}
	return []route{
		{
			method: http.MethodGet, pattern: at("Organizations/*/" + name), query: page, since7: since7,
			handle: func(s *Server, c *call) response { return s.listObjects(c, objectType) },
		},
		{
			method: http.MethodGet, pattern: at("Organizations/*/" + name + "/*"), since7: []string{"dataSource"},
			handle: func(s *Server, c *call) response { return s.getObject(c, objectType) },
		},
	}
}

func listRoutes(list List) []route {
	pattern := at("RbacRoles/*/" + string(list))
	return []route{
		{
			method: http.MethodGet, pattern: pattern,
			handle: func(s *Server, c *call) response { return s.listEntries(c, list) },
		},
		{
			method: http.MethodPost, pattern: pattern,
			handle: func(s *Server, c *call) response { return s.addEntries(c, list) },
		},
		{
			method: http.MethodDelete, pattern: pattern, query: []string{"ids"},
			handle: func(s *Server, c *call) response { return s.removeEntries(c, list) },
		},
	}
}

// findRoute returns the route of the request. If the path exists with other methods only, it returns these as allowed.
// The path is escaped.
func findRoute(method, path string, version int) (found *route, vars, allowed []string) {
	for i := range routes {
		r := &routes[i]
		escaped, ok := simkit.MatchPath(r.pattern, simkit.Segments(path))
		if !ok || version < r.since {
			continue
		}
		if r.method != method {
			allowed = append(allowed, r.method)
			continue
		}
		for _, v := range escaped {
			unescaped, err := url.PathUnescape(v)
			if err != nil {
				return nil, nil, nil
			}
			vars = append(vars, unescaped)
		}
		return r, vars, nil
	}
	return nil, nil, allowed
}

// checkQuery refuses parameters that the route does not have in the version.
func (r *route) checkQuery(c *call) error {
	for name := range c.query {
		if !slices.Contains(r.query, name) && (c.version < 7 || !slices.Contains(r.since7, name)) {
			return fmt.Errorf("the query parameter %q is not known", name)
		}
	}
	return nil
}
