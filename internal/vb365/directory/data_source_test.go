// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package directory_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

const (
	user  = "veeam_vb365_user"
	group = "veeam_vb365_group"
	site  = "veeam_vb365_site"
	team  = "veeam_vb365_team"

	personalURL = "https://abc-my.sharepoint.com/personal/user3_abc_onmicrosoft_com"
)

var versions = []string{"v6", "v7", "v8"}

// start starts a server of which the provider uses one version of the API.
func start(t *testing.T, version string, options vb365sim.Options) *acctest.VB365 {
	t.Helper()
	options.Versions = []string{version}
	return acctest.StartVB365(t, options)
}

// object is an object of the simulated server, as a data source returns it.
type object struct {
	dataSource string
	keys       []string // the attributes by which it can be found
	attributes map[string]any
}

func objects() map[string]object {
	return map[string]object{
		"user": {user, []string{"id", "name", "display_name"}, map[string]any{
			"id": vb365sim.User3ID, "name": vb365sim.User3Name, "display_name": "User3",
			"type": "User", "location_type": "Cloud",
		}},
		"shared mailbox": {user, []string{"id", "name", "display_name"}, map[string]any{
			"id": vb365sim.SharedID, "name": vb365sim.SharedName, "display_name": "Information",
			"type": "Shared", "location_type": "Cloud",
		}},
		"public mailbox": {user, []string{"name"}, map[string]any{
			"id": vb365sim.PublicID, "name": vb365sim.PublicName, "display_name": "Public Folders",
			"type": "Public", "location_type": "Cloud",
		}},
		"group": {group, []string{"id", "name", "display_name"}, map[string]any{
			"id": vb365sim.ExcludedGroupID, "name": vb365sim.ExcludedGroupName, "display_name": "Excluded Objects",
			"type": "Security", "location_type": "Cloud",
		}},
		"nameless group": {group, []string{"id", "display_name"}, map[string]any{
			"id": vb365sim.NamelessGroupID, "name": nil, "display_name": vb365sim.NamelessDisplayName,
			"type": "Security", "location_type": "Cloud",
		}},
		"site": {site, []string{"id", "url", "title"}, map[string]any{
			"id": vb365sim.BoardSiteID, "url": vb365sim.BoardSiteURL, "title": "Board",
			"parent_url": "https://abc.sharepoint.com", "is_cloud": true, "is_personal": false,
		}},
		"personal site": {site, []string{"id", "url", "title"}, map[string]any{
			"id": vb365sim.PersonalSiteID, "url": personalURL, "title": "User3",
			"parent_url": nil, "is_cloud": true, "is_personal": true,
		}},
		"team": {team, []string{"id", "mail", "display_name"}, map[string]any{
			"id": vb365sim.SalesTeamID, "mail": vb365sim.SalesTeamMail, "display_name": "Sales",
			"description": "Everybody who sells",
		}},
		"team without a description": {team, []string{"id", "mail", "display_name"}, map[string]any{
			"id": vb365sim.BoardTeamID, "mail": vb365sim.BoardTeamMail, "display_name": "Board", "description": nil,
		}},
	}
}

// read reads a data source of the first organization by one attribute.
func read(p *tfrun.Protocol, dataSource, key, value string) (map[string]any, []string) {
	return p.ReadData(dataSource, map[string]any{"organization_id": vb365sim.OrganizationID, key: value})
}

// says checks that there is one error, and that it contains the words.
func says(t *testing.T, got []string, words ...string) {
	t.Helper()
	if len(got) != 1 || !strings.HasPrefix(got[0], "error: ") {
		t.Fatalf("says %q, want one error", got)
	}
	for _, word := range words {
		if !strings.Contains(got[0], word) {
			t.Errorf("does not say %q: %s", word, got[0])
		}
	}
}

func TestObjects_AreFoundByEachAttributeAndKeepTheConfiguredSpelling(t *testing.T) {
	for server, options := range map[string]vb365sim.Options{
		"a new server":                          {},
		"filters contain, short pages":          {Filters: vb365sim.FiltersContain, ShortPages: true},
		"filters ignored, small pages, no link": {Filters: vb365sim.FiltersIgnored, MaxPage: 50, OmitPageLinks: true},
		"no names, another status for an ID":    {OmitGroupNames: true, GoneStatus: 400, OmitErrorCode: true},
	} {
		for _, version := range versions {
			t.Run(server+" "+version, func(t *testing.T) {
				t.Parallel()
				vb := start(t, version, options)
				p := vb.Protocol()
				for name, o := range objects() {
					for _, key := range o.keys {
						exact, _ := o.attributes[key].(string)
						for _, value := range []string{exact, strings.ToUpper(exact), strings.ToLower(exact)} {
							want := map[string]any{"organization_id": vb365sim.OrganizationID}
							for a, v := range o.attributes {
								want[a] = v
							}
							want[key] = value
							got, said := read(p, o.dataSource, key, value)
							if len(said) > 0 || !reflect.DeepEqual(got, want) {
								t.Errorf("%s by %s %q: got %v, %q, want %v", name, key, value, got, said, want)
							}
						}
					}
				}
				if got := vb.Writes(); len(got) > 0 {
					t.Errorf("reading sent %v", got)
				}
			})
		}
	}
}

func TestSite_ASlashAtTheEndOfTheURLDoesNotMatter(t *testing.T) {
	for _, version := range versions {
		p := start(t, version, vb365sim.Options{}).Protocol()
		got, said := read(p, site, "url", vb365sim.BoardSiteURL+"/")
		if len(said) > 0 || got["id"] != vb365sim.BoardSiteID || got["url"] != vb365sim.BoardSiteURL+"/" {
			t.Errorf("%s: %v, %q", version, got, said)
		}
	}
}

func TestUser_OfAHybridOrganizationHasItsLocation(t *testing.T) {
	p := acctest.StartVB365(t, vb365sim.Options{}).Protocol()
	for name, location := range map[string]string{
		vb365sim.HybridUserName: "Hybrid", vb365sim.HybridOnPremUserName: "OnPremises",
	} {
		got, said := p.ReadData(user, map[string]any{
			"organization_id": strings.ToUpper(vb365sim.HybridOrganizationID), "name": name,
		})
		if len(said) > 0 || got["location_type"] != location ||
			got["organization_id"] != strings.ToUpper(vb365sim.HybridOrganizationID) {
			t.Errorf("%s: %v, %q, want the location %s", name, got, said, location)
		}
	}
}

func TestObjects_WildcardsAreOrdinaryCharacters(t *testing.T) {
	p := acctest.StartVB365(t, vb365sim.Options{}).Protocol()
	for _, c := range []struct{ dataSource, key, value string }{
		{user, "name", "*"},
		{user, "name", "user?" + "@abc.onmicrosoft.com"},
		{user, "display_name", "User*"},
		{group, "name", "abc?@abc.onmicrosoft.com"},
		{group, "display_name", "*"},
		{site, "url", "https://abc.sharepoint.com/sites/boar?"},
		{site, "title", "Boar*"},
		{team, "mail", "sales@*"},
		{team, "display_name", "Sale?"},
	} {
		_, said := read(p, c.dataSource, c.key, c.value)
		noun := strings.TrimPrefix(c.dataSource, "veeam_vb365_")
		says(t, said, "error: The server has no such "+noun+": ",
			fmt.Sprintf("Veeam Backup for Microsoft 365 has no %s with the %s %q. Its %[1]ss are:\n", noun, c.key, c.value))
	}
}

func TestObjects_AnErrorListsTenCandidatesWithTheClosestFirst(t *testing.T) {
	for _, version := range versions {
		p := start(t, version, vb365sim.Options{}).Protocol()
		for _, c := range []struct{ dataSource, key, value, first string }{
			{
				user, "name", "user4@abc.onmicrosoft.com",
				vb365sim.User3Name + ` (display_name "User3", id ` + vb365sim.User3ID + ")",
			},
			{
				group, "display_name", "Restore Approver",
				`no name (display_name "Restore Approvers", id ` + vb365sim.NamelessGroupID + ")",
			},
			{
				site, "url", "https://abc.sharepoint.com/sites/boards",
				vb365sim.BoardSiteURL + ` (title "Board", id ` + vb365sim.BoardSiteID + ")",
			},
			{
				team, "mail", "sale@abc.onmicrosoft.com",
				vb365sim.SalesTeamMail + ` (display_name "Sales", id ` + vb365sim.SalesTeamID + ")",
			},
			{
				team, "id", vb365sim.SalesTeamID[:35] + "0",
				vb365sim.SalesTeamMail + ` (display_name "Sales", id ` + vb365sim.SalesTeamID + ")",
			},
		} {
			_, said := read(p, c.dataSource, c.key, c.value)
			says(t, said, ":\n\n  - "+c.first+"\n", " more")
			if n := strings.Count(said[0], "\n  - "); n != 10 {
				t.Errorf("%s %s %q: %d candidates, want 10", version, c.key, c.value, n)
			}
		}
	}
}

func TestUser_SeveralOfOneDisplayNameAreAnErrorThatListsThem(t *testing.T) {
	for _, version := range versions {
		vb := start(t, version, vb365sim.Options{})
		_, said := read(vb.Protocol(), user, "display_name", strings.ToUpper(vb365sim.TwinDisplayName))
		says(t, said, "error: Several users match: ", `2 users with the display_name "ALEX NOVAK". Set id instead:`,
			`  - alex.novak2@abc.onmicrosoft.com (display_name "Alex Novak", id b3e5d7f9-`,
			`  - alex.novak@abc.onmicrosoft.com (display_name "Alex Novak", id a2f4c6e8-`)
		if got := requests(vb); len(got) != 1 {
			t.Errorf("%s: sent %q, want one request", version, got)
		}
	}
}

// requests returns the requests to the server except those for tokens, as "path?query".
func requests(vb *acctest.VB365) []string {
	var out []string
	for _, r := range vb.Journal() {
		if !strings.HasSuffix(r.Path, "/token") {
			out = append(out, r.Path+"?"+r.Query)
		}
	}
	return out
}

func TestObjects_AreNotEnumeratedIfTheServerCanSelectThem(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			vb := start(t, version, vb365sim.Options{})
			p := vb.Protocol()
			for _, o := range objects() {
				for _, key := range o.keys {
					enumerates := key == "mail" || version == "v6" && (key == "url" || key == "title")
					if value, _ := o.attributes[key].(string); !enumerates {
						if _, said := read(p, o.dataSource, key, value); len(said) > 0 {
							t.Error(said)
						}
					}
				}
			}
			for _, r := range requests(vb) {
				path, query, _ := strings.Cut(r, "?")
				list := slices.Contains([]string{"Users", "Groups", "Sites", "Teams"}, path[strings.LastIndex(path, "/")+1:])
				if list && !strings.Contains(query, "Name=") && !strings.Contains(query, "filter=") {
					t.Errorf("enumerated: %s", r)
				}
			}
		})
	}
}

func TestObjects_AskTheServerOnceForTheSameObjectInOneRun(t *testing.T) {
	vb := acctest.StartVB365(t, vb365sim.Options{})
	p := vb.Protocol()
	for range 3 {
		for _, key := range []string{"id", "name"} {
			value := map[string]string{"id": vb365sim.User3ID, "name": vb365sim.User3Name}[key]
			if _, said := read(p, user, key, value); len(said) > 0 {
				t.Error(said)
			}
		}
	}
	if got := requests(vb); len(got) != 2 {
		t.Errorf("six data sources sent %q, want one request for each attribute", got)
	}
}

func TestObjects_AnUnknownOrganizationIsAnErrorThatListsOrganizations(t *testing.T) {
	const unknown = "e60dfb9c-ac58-4463-879f-9855ac355760"
	for _, options := range []vb365sim.Options{{}, {GoneStatus: http.StatusInternalServerError, OmitErrorCode: true}} {
		for _, version := range versions {
			p := start(t, version, options).Protocol()
			for _, o := range objects() {
				for _, key := range o.keys {
					_, said := p.ReadData(o.dataSource, map[string]any{"organization_id": unknown, key: o.attributes[key]})
					says(t, said, "error: The server has no such organization: ",
						`has no organization with the id "`+unknown+`". Its organizations are:`,
						"\n  - abc.onmicrosoft.com (id "+vb365sim.OrganizationID+")\n")
				}
			}
		}
	}
}

func TestObjects_WithoutCandidatesTheErrorSaysSo(t *testing.T) {
	p := acctest.StartVB365(t, vb365sim.Options{}).Protocol()
	_, said := p.ReadData(group, map[string]any{"organization_id": vb365sim.OnPremOrganizationID, "name": "x"})
	says(t, said, `has no group with the name "x". Its groups are: none`)
}

func TestUser_TheNewNameIsFoundAfterARename(t *testing.T) {
	vb := acctest.StartVB365(t, vb365sim.Options{})
	vb.Mutate(func(s *vb365sim.Store) {
		renamed := s.Organization(vb365sim.OrganizationID).Object("User", vb365sim.User3ID)
		renamed.Name, renamed.DisplayName = "new@abc.onmicrosoft.com", "New"
	})
	p := vb.Protocol()
	const name = "new@abc.onmicrosoft.com"
	for key, value := range map[string]string{"id": vb365sim.User3ID, "name": name, "display_name": "New"} {
		got, said := read(p, user, key, value)
		if len(said) > 0 || got["id"] != vb365sim.User3ID || got["name"] != name || got["display_name"] != "New" {
			t.Errorf("by %s: %v, %q", key, got, said)
		}
	}
	_, said := read(p, user, "name", vb365sim.User3Name)
	says(t, said, "The server has no such user")
}

func TestObjects_AServerThatFailsIsAnErrorThatNamesTheObject(t *testing.T) {
	filtered := func(r vb365sim.Request) bool { return strings.Contains(r.Query, "userName=") }
	enumerated := func(r vb365sim.Request) bool { return strings.HasSuffix(r.Path, "/Users") && !filtered(r) }
	for name, c := range map[string]struct {
		fault      vb365sim.Fault
		key, value string
		cause      string
	}{
		"everything, by ID": {
			vb365sim.Fault{PathPattern: "/v8/Organizations/**"}, "id", vb365sim.User3ID, "read user " + vb365sim.User3ID,
		},
		"everything, by name": {
			vb365sim.Fault{PathPattern: "/v8/Organizations/**"}, "name", vb365sim.User3Name, "find user " + vb365sim.User3Name,
		},
		"the search":                {vb365sim.Fault{Match: filtered}, "name", vb365sim.User3Name, "find user"},
		"the list of candidates":    {vb365sim.Fault{Match: enumerated}, "name", "nobody", "list the users"},
		"the list, by ID of nobody": {vb365sim.Fault{Match: enumerated}, "id", "nobody", "read user nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			vb := acctest.StartVB365(t, vb365sim.Options{})
			c.fault.Status = http.StatusInternalServerError
			vb.Inject(c.fault)
			_, said := read(vb.Protocol(), user, c.key, c.value)
			says(t, said, fmt.Sprintf("error: Could not look up the user with the %s %q: ", c.key, c.value), c.cause)
		})
	}
}

func TestObjects_AreSearchedOnceIfTheServerDoesNotAllowIt(t *testing.T) {
	for key, value := range map[string]string{"id": vb365sim.User3ID, "name": vb365sim.User3Name} {
		vb := acctest.StartVB365(t, vb365sim.Options{})
		vb.Inject(vb365sim.Fault{PathPattern: "/v8/Organizations/**", Status: http.StatusForbidden})
		_, said := read(vb.Protocol(), user, key, value)
		says(t, said, fmt.Sprintf("error: Could not look up the user with the %s %q: ", key, value), "403")
		if got := requests(vb); len(got) != 1 {
			t.Errorf("by %s: sent %q, want one request", key, got)
		}
	}
}

func TestUser_IsFoundInTheListIfTheServerDoesNotReadItByItsID(t *testing.T) {
	for _, status := range []int{404, 500} {
		vb := acctest.StartVB365(t, vb365sim.Options{})
		vb.Inject(vb365sim.Fault{PathPattern: "/v8/Organizations/*/Users/*", Status: status})
		got, said := read(vb.Protocol(), user, "id", vb365sim.User3ID)
		if len(said) > 0 || got["name"] != vb365sim.User3Name {
			t.Errorf("%d: %v, %q", status, got, said)
		}
	}
}

func TestObjects_TheConfigurationNeedsOneKeyAndAGUID(t *testing.T) {
	vb := acctest.StartVB365(t, vb365sim.Options{})
	p := vb.Protocol()
	const organization = vb365sim.OrganizationID
	for dataSource, keys := range map[string][]string{
		user: {"id", "name", "display_name"}, group: {"id", "name", "display_name"},
		site: {"id", "url", "title"}, team: {"id", "mail", "display_name"},
	} {
		for _, key := range keys {
			for _, value := range []any{"x", tfrun.Unknown} {
				said := p.ValidateData(dataSource, map[string]any{"organization_id": organization, key: value})
				if len(said) > 0 {
					t.Errorf("%s with %s %v: %q", dataSource, key, value, said)
				}
			}
			says(t, p.ValidateData(dataSource, map[string]any{"organization_id": organization, key: ""}), key)
			says(t, p.ValidateData(dataSource, map[string]any{"organization_id": "abc", key: "x"}), `"abc" is not a GUID`)
		}
		says(t, p.ValidateData(dataSource, map[string]any{"organization_id": organization}), strings.Join(keys, ","))
		two := map[string]any{"organization_id": organization, keys[0]: "x", keys[2]: "x"}
		says(t, p.ValidateData(dataSource, two), strings.Join(keys, ","))
		said := p.ValidateData(dataSource, map[string]any{"organization_id": tfrun.Unknown, keys[1]: tfrun.Unknown})
		if len(said) > 0 {
			t.Errorf("%s with unknown values: %q", dataSource, said)
		}
	}
	if got := vb.Journal(); len(got) > 0 {
		t.Errorf("validating sent %v", got)
	}
}
