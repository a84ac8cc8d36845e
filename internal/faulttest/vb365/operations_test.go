// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"net/http"
	"slices"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// operation is a row of the matrix.
type operation = faultkit.Operation[*acctest.VB365, vb365sim.Options]

// Paths of requests in any version of the API.
const (
	tokenPath      = "/v?/token"
	orgsPath       = "/v?/Organizations"
	orgPath        = orgsPath + "/*"
	createPath     = orgPath + "/RbacRoles"
	rolePath       = "/v?/RbacRoles/*"
	creating       = "create a role"
	logOn          = "log on"
	refreshing     = "refresh the token"
	logOff         = "log off"
	listRoles      = "list the organization's roles"
	readChange     = "read a role, in a change"
	removeSelected = "remove an entry (selected_items)"
	addSelected    = "add an entry (selected_items)"
)

var (
	helpdesk    = role{}
	described   = role{description: "changed"}
	withAdmin   = role{operators: []reference{byName(operator), byName(admin)}}
	withBoard   = role{selected: []reference{byName(user3), byID(abc), byName(board)}}
	withoutABC  = role{selected: []reference{byName(user3)}}
	excluding   = role{excluded: []reference{byID(shared)}}
	whole       = role{entire: true}
	wholeBut    = role{entire: true, excluded: []reference{byName(user3)}}
	selecting   = func(r reference) role { return role{selected: []reference{byName(user3), byID(abc), r}} }
	renewalTime = vb365sim.Options{TokenLife: 10 * time.Second, Latency: 3100 * time.Millisecond}
)

// addUnmanaged adds an entry that a reference cannot express to a list of the role, so that its other entries are
// changed one by one.
func addUnmanaged(list vb365sim.List) func(*acctest.VB365) {
	return func(vb *acctest.VB365) {
		vb.Mutate(func(s *vb365sim.Store) { s.AddOdd(s.FindRole(cloud, "Helpdesk"), list, "PersonalSites") })
	}
}

var operations = slices.Concat(sessions, reads, lookups, writes, []operation{{
	Name: logOff, Says: "log off", Method: http.MethodPost, Paths: []string{tokenPath + "/logout"},
	After: blocks(helpdesk),
}})

var sessions = []operation{
	{
		Name: logOn, Says: "log on as", Method: http.MethodPost, Paths: []string{tokenPath},
		Body: "grant_type=password", After: blocks(helpdesk),
	},
	{
		Name: refreshing, Says: "renew the session", Method: http.MethodPost, Paths: []string{tokenPath},
		Body: "grant_type=refresh_token", Options: renewalTime, Before: blocks(helpdesk), After: blocks(withAdmin),
	},
}

var reads = []operation{
	{
		Name: listRoles, Says: "list the restore operator roles", Method: http.MethodGet, Paths: []string{createPath},
		After: blocks(helpdesk),
	},
	{
		Name: "read a role, in a refresh", Says: "read restore operator role",
		Method: http.MethodGet, Paths: []string{rolePath}, Before: blocks(helpdesk), After: blocks(described),
	},
	{
		Name: readChange, Says: "read restore operator role",
		Method: http.MethodGet, Paths: []string{rolePath}, Before: blocks(helpdesk), After: blocks(described), InApply: true,
	},
	{
		Name: "read a role, for a new role", Says: "read restore operator role",
		Method: http.MethodGet, Paths: []string{rolePath}, After: blocks(helpdesk),
	},
	{
		Name: "list the operators, in a refresh", Says: "list the operators of",
		Method: http.MethodGet, Paths: []string{rolePath + "/operators"}, Before: blocks(helpdesk), After: blocks(withAdmin),
	},
	{
		Name: "list the selected items, in a refresh", Says: "list the selected items of",
		Method: http.MethodGet, Paths: []string{rolePath + "/selectedItems"},
		Before: blocks(helpdesk), After: blocks(withBoard),
	},
	{
		Name: "list the excluded items, in a refresh", Says: "list the excluded items of",
		Method: http.MethodGet, Paths: []string{rolePath + "/excludedItems"},
		Before: blocks(excluding), After: blocks(helpdesk),
	},
	{
		Name: "list the selected items, in a change", Says: "list the selected items of",
		Method: http.MethodGet, Paths: []string{rolePath + "/selectedItems"},
		Before: blocks(helpdesk), After: blocks(withBoard), InApply: true,
	},
	{
		Name: "list the operators, for a new role", Says: "list the operators of",
		Method: http.MethodGet, Paths: []string{rolePath + "/operators"}, After: blocks(helpdesk),
	},
	{
		Name: "read the organization", Says: "organization " + cloud,
		Method: http.MethodGet, Paths: []string{orgPath}, After: blocks(helpdesk),
	},
	{
		Name: "list the organizations, for an import", Says: "organization",
		Method: http.MethodGet, Paths: []string{orgsPath}, Before: blocks(helpdesk), After: blocks(helpdesk),
		Import: vb365sim.OrganizationName + "/Helpdesk",
	},
	{
		Name: "list the roles, for an import", Says: "list the restore operator roles",
		Method: http.MethodGet, Paths: []string{createPath}, Before: blocks(helpdesk), After: blocks(helpdesk),
		Import: cloud + "/Helpdesk",
	},
}

var lookups = []operation{
	lookup("user by name", "find user", "/Users", "userName=", byName(shared)),
	lookup("user by ID", "read user", "/Users/*", "", byID(shared)),
	lookup("group by name", "find group", "/Groups", "groupName=", byName(group2)),
	lookup("group by ID", "read group", "/Groups/*", "", byID(nameless)),
	lookup("site by name", "find site", "/Sites", "filter=", byName(board)),
	lookup("site by ID", "read site", "/Sites/*", "", byID(board)),
	lookup(teamByName, "list the teams", "/Teams", "", byName(team)),
	lookup(teamByID, "read team", "/Teams/*", "", byID(team)),
}

const (
	teamByName = "team by name"
	teamByID   = "team by ID"
	lookingUp  = "look up a "
	siteByName = lookingUp + "site by name"
)

// lookup returns the operation that looks up an object, which a change adds to the selected items.
func lookup(what, says, path, query string, r reference) operation {
	return operation{
		Name: lookingUp + what, Says: says, Method: http.MethodGet, Paths: []string{orgPath + path}, Query: query,
		Before: blocks(helpdesk), After: blocks(selecting(r)),
	}
}

var writes = []operation{
	{
		Name: creating, Says: "create restore operator role", Method: http.MethodPost, Paths: []string{createPath},
		After: blocks(helpdesk),
	},
	{
		Name: "change a role", Says: "update restore operator role", Method: http.MethodPut, Paths: []string{rolePath},
		Before: blocks(helpdesk), After: blocks(role{name: "Renamed", description: "changed"}),
	},
	{
		Name: "change the lists", Says: "update restore operator role", Method: http.MethodPut, Paths: []string{rolePath},
		Before: blocks(excluding), After: blocks(role{
			operators: []reference{byName(admin)}, selected: []reference{byID(shared), byName(site)},
			excluded: []reference{byName(abc)},
		}),
	},
	{
		Name: "change to EntireOrganization", Says: "update restore operator role",
		Method: http.MethodPut, Paths: []string{rolePath}, Before: blocks(helpdesk), After: blocks(wholeBut),
	},
	{
		Name: "change to SpecificObjects", Says: "update restore operator role",
		Method: http.MethodPut, Paths: []string{rolePath}, Before: blocks(whole), After: blocks(helpdesk),
	},
	{
		Name: "add an entry (operators)", Says: "add to the operators of",
		Method: http.MethodPost, Paths: []string{rolePath + "/operators"},
		Before: blocks(helpdesk), Prepare: addUnmanaged(vb365sim.Operators), After: blocks(withAdmin),
	},
	{
		Name: addSelected, Says: "add to the selected items of",
		Method: http.MethodPost, Paths: []string{rolePath + "/selectedItems"},
		Before: blocks(helpdesk), Prepare: addUnmanaged(vb365sim.SelectedItems), After: blocks(withBoard),
	},
	{
		Name: "add an entry (excluded_items)", Says: "add to the excluded items of",
		Method: http.MethodPost, Paths: []string{rolePath + "/excludedItems"},
		Before: blocks(helpdesk), Prepare: addUnmanaged(vb365sim.ExcludedItems), After: blocks(excluding),
	},
	{
		Name: "remove an entry (operators)", Says: "remove from the operators of",
		Method: http.MethodDelete, Paths: []string{rolePath + "/operators"}, Query: "ids=",
		Before: blocks(withAdmin), Prepare: addUnmanaged(vb365sim.Operators), After: blocks(helpdesk),
	},
	{
		Name: removeSelected, Says: "remove from the selected items of",
		Method: http.MethodDelete, Paths: []string{rolePath + "/selectedItems"}, Query: "ids=",
		Before: blocks(helpdesk), Prepare: addUnmanaged(vb365sim.SelectedItems), After: blocks(withoutABC),
	},
	{
		Name: "remove an entry (excluded_items)", Says: "remove from the excluded items of",
		Method: http.MethodDelete, Paths: []string{rolePath + "/excludedItems"}, Query: "ids=",
		Before: blocks(excluding), Prepare: addUnmanaged(vb365sim.ExcludedItems), After: blocks(helpdesk),
	},
	{
		Name: "delete a role", Says: "delete restore operator role", Method: http.MethodDelete, Paths: []string{rolePath},
		Before: blocks(helpdesk),
	},
}
