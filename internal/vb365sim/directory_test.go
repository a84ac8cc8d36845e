// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

const organizationPath = "/Organizations/" + vb365sim.OrganizationID

// names returns the display names or titles of the objects that a request lists.
func (f *fixture) names(path string) []any {
	f.t.Helper()
	var names []any
	results, _ := f.get(path).want(f.t, http.StatusOK).object()["results"].([]any)
	for _, result := range results {
		o, _ := result.(map[string]any)
		if o["title"] != nil {
			names = append(names, o["title"])
		} else {
			names = append(names, o["displayName"])
		}
	}
	return names
}

func TestOrganizations_ArePagesSinceVersion8(t *testing.T) {
	for _, version := range []string{"v6", "v7"} {
		f := start(t, version, vb365sim.Options{})
		if got := f.get("/Organizations?extendedView=false").want(t, http.StatusOK).list(); len(got) != 3 {
			t.Errorf("%s: %v", version, got)
		}
	}
	f := start(t, "v8", vb365sim.Options{})
	types := ""
	for offset := range 3 {
		page := f.get(fmt.Sprintf("/Organizations?limit=1&offset=%d", offset)).want(t, http.StatusOK).object()
		results, _ := page["results"].([]any)
		o, _ := results[0].(map[string]any)
		types += fmt.Sprint(o["type"], " ")
		if _, has := page["_links"].(map[string]any)["next"]; has == (offset == 2) {
			t.Errorf("page %d has the links %v", offset, page["_links"])
		}
	}
	if types != "Office365 Hybrid OnPremises " {
		t.Errorf("types %s", types)
	}
	got := f.get("/Organizations/"+vb365sim.HybridOrganizationID).want(t, http.StatusOK).object()
	if got["name"] != vb365sim.HybridOrganizationName || got["type"] != "Hybrid" {
		t.Errorf("organization %v", got)
	}
	f.get("/Organizations/"+vb365sim.User3ID[:36]).want(t, http.StatusNotFound)
}

func TestDirectory_EveryObjectOfEveryOrganizationIsAsTheDocumentsSay(t *testing.T) {
	organizations := map[string]map[string]int{
		vb365sim.OrganizationID:       {"Users": 207, "Groups": 45, "Sites": 42, "Teams": 42},
		vb365sim.HybridOrganizationID: {"Users": 202, "Groups": 40, "Sites": 40, "Teams": 40},
		vb365sim.OnPremOrganizationID: {"Users": 200, "Groups": 0, "Sites": 0, "Teams": 0},
	}
	for _, version := range []string{"v6", "v7", "v8"} {
		f := start(t, version, vb365sim.Options{})
		for organization, collections := range organizations {
			for collection, want := range collections {
				path := "/Organizations/" + organization + "/" + collection
				page := f.get(path+"?limit=10000").want(t, http.StatusOK).object()
				results, _ := page["results"].([]any)
				if len(results) != want || version != "v8" && page["totalCount"] != float64(want) {
					t.Errorf("%s: %s has %d objects", version, path, len(results))
				}
				if want == 0 {
					continue
				}
				first, _ := results[0].(map[string]any)
				id, _ := first["id"].(string)
				if got := f.get(path+"/"+id).want(t, http.StatusOK).object(); got["id"] != id {
					t.Errorf("%s: %v", version, got)
				}
				f.get(path+"/unknown").want(t, http.StatusNotFound)
			}
		}
	}
}

func TestPages_ShowEachObjectOnce(t *testing.T) {
	for name, c := range map[string]struct {
		options vb365sim.Options
		size    int
	}{
		"default":     {vb365sim.Options{}, 30},
		"shuffled":    {vb365sim.Options{ListOrder: simkit.ListShuffled}, 30},
		"short":       {vb365sim.Options{ShortPages: true}, 15},
		"small":       {vb365sim.Options{MaxPage: 7}, 7},
		"no links":    {vb365sim.Options{OmitPageLinks: true}, 30},
		"never short": {vb365sim.Options{OmitPageLinks: true, ShortPages: true}, 30},
	} {
		f := start(t, "v8", c.options)
		seen, setID := map[any]bool{}, ""
		for offset := 0; ; {
			path := fmt.Sprintf("%s/Users?offset=%d", organizationPath, offset)
			if setID != "" {
				path += "&setId=" + setID
			}
			page := f.get(path).want(t, http.StatusOK).object()
			setID, _ = page["setId"].(string)
			results, _ := page["results"].([]any)
			if len(results) == 0 {
				break
			}
			if offset == 0 && len(results) != c.size {
				t.Errorf("%s: the first page has %d results", name, len(results))
			}
			if c.options.MaxPage > 0 && page["limit"] != float64(c.options.MaxPage) {
				t.Errorf("%s: limit %v", name, page["limit"])
			}
			if _, has := page["_links"]; has == c.options.OmitPageLinks {
				t.Errorf("%s: links %v", name, page["_links"])
			}
			for _, result := range results {
				o, _ := result.(map[string]any)
				seen[o["id"]] = true
			}
			offset += len(results)
		}
		if len(seen) != 207 {
			t.Errorf("%s: %d users", name, len(seen))
		}
	}
}

func TestFilters_LetThroughWhatTheOptionsSay(t *testing.T) {
	for filters, want := range map[vb365sim.Filters][3]int{
		vb365sim.FiltersEqual: {1, 0, 1}, vb365sim.FiltersContain: {1, 10, 1}, vb365sim.FiltersIgnored: {207, 207, 207},
	} {
		f := start(t, "v8", vb365sim.Options{Filters: filters})
		for i, query := range []string{"userName=USER3@abc.onmicrosoft.com", "userName=ember00", "displayName=User?"} {
			path := organizationPath + "/Users?limit=1000&" + query
			if got := f.names(path); len(got) != want[i] {
				t.Errorf("%q: %s finds %v", filters, query, got)
			}
		}
	}
	f := start(t, "v8", vb365sim.Options{})
	for path, want := range map[string]string{
		"/Users?displayName=Alex*":                          "[Alex Novak Alex Novak]",
		"/Users?displayName=Alex+[N]ovak":                   "[]",
		"/Groups?groupName=abc1@abc.onmicrosoft.com":        "[ABC]",
		"/Groups?displayName=restore+approvers":             "[Restore Approvers]",
		"/Teams?displayName=s*s":                            "[Sales]",
		"/Sites?filter=SITES/BOARD":                         "[Board]",
		"/Sites?filter=user3":                               "[]",
		"/Sites?filter=user3&includePersonalSites=true":     "[User3]",
		"/Users?locationFilter=OnPremises":                  "[]",
		"/Users?locationFilter=CloudOrHybrid&userName=none": "[]",
	} {
		if got := fmt.Sprint(f.names(organizationPath + path)); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	hybrid := "/Organizations/" + vb365sim.HybridOrganizationID + "/Users?locationFilter="
	for location, want := range map[string]int{"OnPremises": 1, "Hybrid": 30, "OnPremisesOrHybrid": 30, "Cloud": 0} {
		if got := f.names(hybrid + location); len(got) != want {
			t.Errorf("%s: %v", location, got)
		}
	}
}

func TestDirectory_HasOddObjects(t *testing.T) {
	for version, want := range map[string]any{"v6": "", "v7": "", "v8": nil} {
		f := start(t, version, vb365sim.Options{})
		path := organizationPath + "/Groups/" + vb365sim.NamelessGroupID
		if got, has := f.get(path).object()["name"]; !has || got != want {
			t.Errorf("%s: the group without a name has the name %v", version, got)
		}
		f.Configure(func(o *vb365sim.Options) { o.OmitGroupNames = true })
		if _, has := f.get(path).object()["name"]; has == (version != "v8") {
			t.Errorf("%s: the name is there: %t", version, has)
		}
		if _, has := f.get(organizationPath + "/Teams/" + vb365sim.BoardTeamID).object()["description"]; has {
			t.Errorf("%s: the team has a description", version)
		}
		hybrid := "/Organizations/" + vb365sim.HybridOrganizationID + "/Users/" + vb365sim.HybridUserID
		if _, has := f.get(hybrid).object()["onPremisesSid"]; has == (version == "v6") {
			t.Errorf("%s: the user has a SID: %t", version, has)
		}
		for id, want := range map[string]string{vb365sim.SharedID: "Shared", vb365sim.PublicID: "Public"} {
			if got := f.get(organizationPath + "/Users/" + id).object()["type"]; got != want {
				t.Errorf("%s: type %v, want %s", version, got, want)
			}
		}
	}
}

func TestDirectory_RefusesParametersThatItDoesNotHave(t *testing.T) {
	for _, c := range []struct{ version, path string }{
		{"v6", "/Organizations"},
		{"v6", organizationPath},
		{"v6", organizationPath + "/Users?dataSource=Production"},
		{"v6", organizationPath + "/Sites?filter=a"},
		{"v8", "/Organizations?setId=" + vb365sim.OrganizationID},
		{"v8", "/Organizations?name=abc"},
		{"v8", organizationPath + "/Users?limit=0"},
		{"v8", organizationPath + "/Users?limit=10001"},
		{"v8", organizationPath + "/Users?offset=-1"},
		{"v8", organizationPath + "/Users?setId=" + vb365sim.OrganizationID},
		{"v8", organizationPath + "/Users?locationFilter=Moon"},
		{"v8", organizationPath + "/Users?dataSource=Cache"},
		{"v8", organizationPath + "/Sites?includePersonalSites=yes"},
		{"v8", organizationPath + "/Teams?locationFilter=Cloud"},
	} {
		f := start(t, c.version, vb365sim.Options{})
		f.unchecked(http.MethodGet, c.path, "").want(t, http.StatusBadRequest)
	}
}

func TestDirectory_FindsIDsThatAreEscaped(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	const id = "a/b c%"
	f.Mutate(func(s *vb365sim.Store) {
		s.Organization(vb365sim.OrganizationID).Add(vb365sim.Object{Type: "User", ID: id, Kind: "User", Location: "Cloud"})
	})
	got := f.unchecked(http.MethodGet, organizationPath+"/Users/"+url.PathEscape(id), "").want(t, http.StatusOK).object()
	if got["id"] != id {
		t.Errorf("user %v", got)
	}
}

func TestPages_LinkToTheirNeighbors(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	links := func(path string) string {
		page := f.get(path).want(t, http.StatusOK).object()
		text := fmt.Sprint(page["_links"])
		if setID, _ := page["setId"].(string); path != "/Organizations?limit=1&offset=1" {
			text = strings.ReplaceAll(text, setID, "SET")
		}
		return text
	}
	const teams = "/v8/organizations/" + vb365sim.OrganizationID + "/teams"
	for path, want := range map[string]string{
		organizationPath + "/Teams?limit=10": "map[" +
			"first:map[href:" + teams + "?limit=10&offset=0&setId=SET] " +
			"next:map[href:" + teams + "?limit=10&offset=10&setId=SET]]",
		organizationPath + "/Teams?limit=30&offset=40": "map[" +
			"first:map[href:" + teams + "?limit=30&offset=0&setId=SET] " +
			"prev:map[href:" + teams + "?limit=30&offset=10&setId=SET]]",
		"/Organizations?limit=1&offset=1": "map[" +
			"first:map[href:/v8/organizations?limit=1&offset=0] " +
			"next:map[href:/v8/organizations?limit=1&offset=2] " +
			"prev:map[href:/v8/organizations?limit=1&offset=0]]",
	} {
		if got := links(path); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", path, got, want)
		}
	}
}

func TestPages_OfASetAreForgottenAfterAThousandOthers(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	page := organizationPath + "/Teams?limit=1"
	setID, _ := f.get(page).object()["setId"].(string)
	for range 999 {
		f.unchecked(http.MethodGet, page, "").want(t, http.StatusOK)
	}
	f.get(page+"&setId="+setID).want(t, http.StatusOK)
	f.get(page).want(t, http.StatusOK)
	f.get(page+"&setId="+setID).want(t, http.StatusBadRequest)
}

func TestOrganizations_SayWhatTheyConsistOf(t *testing.T) {
	for id, want := range map[string]string{
		vb365sim.OrganizationID:       "<nil> true Worldwide",
		vb365sim.HybridOrganizationID: "true true Worldwide",
		vb365sim.OnPremOrganizationID: "true <nil> <nil>",
	} {
		f := start(t, "v7", vb365sim.Options{})
		o := f.get("/Organizations/"+id).want(t, http.StatusOK).object()
		if got := fmt.Sprintf("%v %v %v", o["isExchange"], o["isExchangeOnline"], o["region"]); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
		if _, has := o["description"]; !has {
			t.Errorf("%s: no description, which the schema has since v7", id)
		}
	}
}

func TestListOrder_AppliesToTheDirectory(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{ListOrder: simkit.ListNewestFirst})
	if got := fmt.Sprint(f.names(organizationPath + "/Teams?limit=1")); got != "[Team 39]" {
		t.Errorf("teams %s", got)
	}
	first, _ := f.get("/Organizations?limit=1").object()["results"].([]any)
	if o, _ := first[0].(map[string]any); o["id"] != vb365sim.OnPremOrganizationID {
		t.Errorf("organizations %v", first)
	}
}

func TestServer_ServesConcurrentRequests(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if a := f.post(rolesPath, entire(fmt.Sprint(i))); a.status != http.StatusCreated {
				t.Errorf("status %d", a.status)
			}
			if a := f.get(organizationPath + "/Users"); a.status != http.StatusOK {
				t.Errorf("status %d", a.status)
			}
		})
	}
	all.Wait()
	if got := len(f.Snapshot()); got != 20 {
		t.Errorf("%d roles", got)
	}
}
