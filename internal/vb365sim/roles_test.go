// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim_test

import (
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

func TestRole_LivesInEachVersionAsItsDocumentSays(t *testing.T) {
	for _, version := range []string{"v6", "v7", "v8"} {
		f := start(t, version, vb365sim.Options{})
		role := f.create(specific("a", user3, group))
		want := map[string]int{"v6": 200, "v7": 200, "v8": 201}[version]
		if got := f.Journal()[0].Status; got != want {
			t.Errorf("%s: create responds with %d, want %d", version, got, want)
		}
		got := f.get(role).want(t, http.StatusOK).object()
		if got["name"] != "a" || got["roleType"] != "SpecificObjects" || got["organizationId"] != vb365sim.OrganizationID {
			t.Errorf("%s: %v", version, got)
		}
		f.put(role, `{"name":"b"}`).want(t, http.StatusNoContent)
		f.post(role+"/excludedItems", "["+site+"]").want(t, http.StatusNoContent)
		for list, want := range map[string]string{
			"operators": "User", "selectedItems": "User Group", "excludedItems": "Site",
		} {
			if got := f.types(role + "/" + list); got != want {
				t.Errorf("%s: %s %q, want %q", version, list, got, want)
			}
		}
		entry, _ := f.get(role + "/selectedItems").list()[0]["id"].(string)
		f.delete(role+"/selectedItems?ids="+entry).want(t, http.StatusNoContent)
		if got := f.types(role + "/selectedItems"); got != "Group" {
			t.Errorf("%s: selected items %q", version, got)
		}
		for path, want := range map[string]int{"/RbacRoles": 1, rolesPath: 1} {
			if got := len(f.get(path).want(t, http.StatusOK).list()); got != want {
				t.Errorf("%s: %s has %d roles", version, path, got)
			}
		}
		f.delete(role).want(t, http.StatusNoContent)
		f.get(role).want(t, http.StatusNotFound)
		f.delete(role).want(t, http.StatusNotFound)
	}
}

// The bodies on the page of the reference lack their last brace.
func TestUpdate_TakesTheExamplesOfTheReference(t *testing.T) {
	f := start(t, "v6", vb365sim.Options{WriteStatus: http.StatusOK})
	role := f.create(specific("a", user3))
	for i, want := range []vb365sim.RoleSnapshot{
		{
			Name: "Restore Operator Role", Description: "edited role", RoleType: "EntireOrganization",
			Operators:     []vb365sim.EntrySnapshot{{Type: "User", ObjectID: vb365sim.RestoreOperatorID}},
			ExcludedItems: []vb365sim.EntrySnapshot{{Type: "Group", ObjectID: vb365sim.ExcludedGroupID}},
		},
		{
			Name: "Restore Operator Role", Description: "edited role", RoleType: "SpecificObjects",
			Operators: []vb365sim.EntrySnapshot{{Type: "User", ObjectID: vb365sim.RestoreOperatorID}},
			SelectedItems: []vb365sim.EntrySnapshot{
				{Type: "Group", ObjectID: vb365sim.ABCGroupID},
				{Type: "Site", ObjectID: vb365sim.ABCSiteID},
				{Type: "User", ObjectID: vb365sim.User3ID},
			},
			ExcludedItems: []vb365sim.EntrySnapshot{{Type: "User", ObjectID: vb365sim.AdminID}},
		},
	} {
		body, err := os.ReadFile(fmt.Sprintf("testdata/put_example_%d.json", i+1))
		if err != nil {
			t.Fatal(err)
		}
		f.unchecked(http.MethodPut, role, string(body)).want(t, http.StatusOK)
		want.OrganizationID = vb365sim.OrganizationID
		if got := vb365sim.WithoutIDs(f.Snapshot()); !reflect.DeepEqual(got, []vb365sim.RoleSnapshot{want}) {
			t.Errorf("example %d:\n%+v\nwant\n%+v", i+1, got, want)
		}
	}
}

func TestUpdate_MergesOrReplaces(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	role := f.create(specific("a", user3))
	before := f.Snapshot()
	f.put(role, `{}`).want(t, http.StatusNoContent)
	if got := f.Snapshot(); !reflect.DeepEqual(got, before) {
		t.Errorf("an empty body changed the role to %+v", got)
	}
	f.Configure(func(o *vb365sim.Options) { o.Update = vb365sim.UpdateReplaces })
	f.put(role, `{"name":"b"}`).want(t, http.StatusBadRequest)
	f.put(role, entire("b")).want(t, http.StatusNoContent)
	if got := f.Snapshot()[0]; got.Description != "" || got.SelectedItems != nil {
		t.Errorf("what the body does not contain stayed: %+v", got)
	}
}

func TestUpdate_OfEmptyValuesAndOfTheType(t *testing.T) {
	for _, keeps := range []bool{false, true} {
		f := start(t, "v8", vb365sim.Options{
			KeepsEmptyLists: keeps, KeepsEmptyDescription: keeps, KeepsSelectedItems: keeps,
		})
		role := f.create(specific("a", user3))
		f.put(role, `{"excludedItems":[`+group+`]}`).want(t, http.StatusNoContent)
		f.put(role, `{"excludedItems":[],"description":""}`).want(t, http.StatusNoContent)
		f.put(role, `{"roleType":"EntireOrganization"}`).want(t, http.StatusNoContent)
		got := f.Snapshot()[0]
		for what, kept := range map[string]bool{
			"excluded items": len(got.ExcludedItems) == 1, "description": got.Description == "d",
			"selected items": len(got.SelectedItems) == 1,
		} {
			if kept != keeps {
				t.Errorf("%s: kept %t, want %t", what, kept, keeps)
			}
		}
	}
}

func TestRole_IsRefusedLikeThis(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	hybridRoles := "/Organizations/" + vb365sim.HybridOrganizationID + "/RbacRoles"
	onPremises := strings.ReplaceAll(entire("a"), vb365sim.RestoreOperatorID, vb365sim.HybridOnPremUserID)
	selectedInEntire := strings.Replace(specific("a", user3), "SpecificObjects", "EntireOrganization", 1)
	for name, c := range map[string]struct{ path, body string }{
		"no name":             {rolesPath, strings.Replace(entire("a"), `"a"`, `" "`, 1)},
		"no type":             {rolesPath, `{"name":"a","operators":[` + operator + `]}`},
		"no operator":         {rolesPath, `{"name":"a","roleType":"EntireOrganization","operators":[]}`},
		"nothing selected":    {rolesPath, specific("a")},
		"selected in entire":  {rolesPath, selectedInEntire},
		"selected + excluded": {rolesPath, strings.Replace(specific("a", user3), `s":[]`, `s":[`+user3+`]`, 1)},
		"on-premises":         {"/Organizations/" + vb365sim.OnPremOrganizationID + "/RbacRoles", entire("a")},
		"on-premises object":  {hybridRoles, onPremises},
		"two objects": {
			rolesPath, strings.Replace(entire("a"), `"type":"User",`, `"type":"User","group":`+group[24:len(group)-1]+`,`, 1),
		},
		"no object": {rolesPath, strings.Replace(entire("a"), operator, `{"type":"User"}`, 1)},
	} {
		a := f.post(c.path, c.body)
		if a.status != http.StatusBadRequest || a.object()["errorCode"] != "ParameterValidationFailure" {
			t.Errorf("%s: response %d %s", name, a.status, a.body)
		}
	}
	if got := f.Snapshot(); len(got) != 0 {
		t.Errorf("refused, but created: %+v", got)
	}
	role := f.create(specific("a", user3))
	before := f.Snapshot()
	for _, list := range []string{"operators", "selectedItems"} {
		entry, _ := f.get(role + "/" + list).list()[0]["id"].(string)
		f.delete(role+"/"+list+"?ids="+entry).want(t, http.StatusBadRequest)
	}
	f.post(role+"/excludedItems", "["+user3+"]").want(t, http.StatusBadRequest)
	f.put(role, `{"name":"b","excludedItems":[`+user3+`]}`).want(t, http.StatusBadRequest)
	if got := f.Snapshot(); !reflect.DeepEqual(got, before) {
		t.Errorf("a refused change left %+v", got)
	}
	f.Configure(func(o *vb365sim.Options) { o.AllowLastEntry = true })
	entry, _ := f.get(role + "/operators").list()[0]["id"].(string)
	f.delete(role+"/operators?ids="+entry).want(t, http.StatusNoContent)
}

func TestCreate_OfASecondRoleOfTheSameName(t *testing.T) {
	for refuse, want := range map[bool]int{false: http.StatusCreated, true: http.StatusBadRequest} {
		f := start(t, "v8", vb365sim.Options{RefuseDuplicateNames: refuse})
		role := f.create(entire("a"))
		f.post(rolesPath, entire("a")).want(t, want)
		f.create(entire("A"))
		f.put(role, entire("a")).want(t, http.StatusNoContent)
	}
}

func TestEntries_OfUnknownObjects(t *testing.T) {
	unknown := strings.ReplaceAll(operator, vb365sim.RestoreOperatorID, "unknown")
	for refuse, want := range map[bool]int{false: http.StatusNoContent, true: http.StatusBadRequest} {
		f := start(t, "v8", vb365sim.Options{RefuseUnknownObjects: refuse})
		f.post(f.create(entire("a"))+"/operators", "["+unknown+"]").want(t, want)
	}
}

func TestEntries_OfUnknownIDs(t *testing.T) {
	for refuse, want := range map[bool]int{false: http.StatusNoContent, true: http.StatusNotFound} {
		f := start(t, "v8", vb365sim.Options{RefuseUnknownEntries: refuse})
		f.delete(f.create(entire("a"))+"/operators?ids=unknown").want(t, want)
	}
}

func TestEntries_AddedTwice(t *testing.T) {
	for duplicates, want := range map[vb365sim.DuplicateEntries]struct {
		status int
		types  string
	}{
		vb365sim.DuplicateEntriesSame:   {http.StatusNoContent, "User"},
		vb365sim.DuplicateEntriesAdd:    {http.StatusNoContent, "User User"},
		vb365sim.DuplicateEntriesRefuse: {http.StatusBadRequest, "User"},
	} {
		f := start(t, "v8", vb365sim.Options{DuplicateEntries: duplicates})
		role := f.create(entire("a"))
		f.post(role+"/operators", "["+strings.ReplaceAll(operator, vb365sim.RestoreOperatorID,
			strings.ToUpper(vb365sim.RestoreOperatorID))+"]").want(t, want.status)
		if got := f.types(role + "/operators"); got != want.types {
			t.Errorf("%q: %q", duplicates, got)
		}
		f.put(role, `{"operators":[`+operator+`,`+operator+`]}`).want(t, want.status)
		if got := f.types(role + "/operators"); got != want.types {
			t.Errorf("%q after PUT: %q", duplicates, got)
		}
	}
}

func TestEntryIDs_HaveTheChosenForm(t *testing.T) {
	for form, want := range map[vb365sim.EntryIDs]struct {
		long, samePrefix, keptByPut bool
	}{
		vb365sim.EntryIDsEach:  {true, false, true},
		vb365sim.EntryIDsList:  {true, true, true},
		vb365sim.EntryIDsFresh: {true, false, false},
		vb365sim.EntryIDsPlain: {false, false, true},
	} {
		f := start(t, "v8", vb365sim.Options{EntryIDs: form})
		role := f.create(specific("a", user3, group))
		ids := func() (one, two string) {
			entries := f.get(role + "/selectedItems").list()
			one, _ = entries[0]["id"].(string)
			two, _ = entries[1]["id"].(string)
			return one, two
		}
		one, two := ids()
		if got := len(one) == 108; got != want.long {
			t.Errorf("%q: ID %s", form, one)
		}
		if got := one[:36] == two[:36]; got != want.samePrefix {
			t.Errorf("%q: IDs %s and %s", form, one, two)
		}
		f.put(role, `{"selectedItems":[`+user3+`,`+group+`]}`).want(t, http.StatusNoContent)
		if again, _ := ids(); (again == one) != want.keptByPut {
			t.Errorf("%q: ID %s became %s", form, one, again)
		}
	}
}

func TestIDCase_AppliesToRolesAndTheirEntries(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{IDCase: vb365sim.CaseUpper})
	role := f.create(specific("a", team))
	got := f.get(role).object()
	entry := f.get(role + "/selectedItems").list()[0]
	nested, _ := entry["team"].(map[string]any)
	for _, id := range []any{got["id"], got["organizationId"], entry["id"], nested["id"]} {
		if id == "" || id != strings.ToUpper(fmt.Sprint(id)) {
			t.Errorf("ID %v", id)
		}
	}
	f.post(role+"/selectedItems", "["+user3+"]").want(t, http.StatusNoContent)
	id, _ := entry["id"].(string)
	f.delete(role+"/selectedItems?ids="+id).want(t, http.StatusNoContent)
	if got := f.types(role + "/selectedItems"); got != "User" {
		t.Errorf("selected items %q", got)
	}
}

func TestEntries_FollowTheDirectoryIfTheOptionsSaySo(t *testing.T) {
	for _, follow := range []bool{false, true} {
		f := start(t, "v8", vb365sim.Options{NamesFollowRename: follow})
		role := f.create(specific("a", site))
		f.Mutate(func(s *vb365sim.Store) {
			s.Organization(vb365sim.OrganizationID).Object("Site", vb365sim.ABCSiteID).Name = "https://abc.sharepoint.com/new"
		})
		nested, _ := f.get(role + "/selectedItems").list()[0]["site"].(map[string]any)
		if got := nested["url"] == "https://abc.sharepoint.com/new"; got != follow {
			t.Errorf("follow %t: %v", follow, nested)
		}
	}
}

func TestEntries_OfDeletedObjects(t *testing.T) {
	for deleted, want := range map[vb365sim.DeletedObjects]string{
		vb365sim.DeletedObjectsKept: "User with it",
		vb365sim.DeletedObjectsBare: "User without it",
		vb365sim.DeletedObjectsGone: "",
	} {
		f := start(t, "v8", vb365sim.Options{DeletedObjects: deleted})
		role := f.create(specific("a", user3))
		f.Mutate(func(s *vb365sim.Store) { s.Organization(vb365sim.OrganizationID).Remove("User", vb365sim.User3ID) })
		got := ""
		for _, e := range f.get(role + "/selectedItems").list() {
			got = fmt.Sprint(e["type"], " without it")
			if e["user"] != nil {
				got = fmt.Sprint(e["type"], " with it")
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", deleted, got, want)
		}
	}
}

func TestEntries_OfTypesThatTheSchemaDoesNotHave(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	role := f.create(specific("a", user3))
	id := strings.TrimPrefix(role, "/RbacRoles/")
	f.Mutate(func(s *vb365sim.Store) { s.AddOdd(s.Role(id), vb365sim.SelectedItems, "PersonalSites") })
	got := f.unchecked(http.MethodGet, role+"/selectedItems", "").list()
	if len(got) != 2 || got[1]["type"] != "PersonalSites" || got[1]["id"] == "" || len(got[1]) != 3 {
		t.Errorf("selected items %v", got)
	}
	f.put(role, `{"name":"b"}`).want(t, http.StatusNoContent)
	if got := len(f.Snapshot()[0].SelectedItems); got != 2 {
		t.Errorf("%d selected items after a PUT without them", got)
	}
	f.put(role, `{"selectedItems":[`+user3+`]}`).want(t, http.StatusNoContent)
	if got := len(f.Snapshot()[0].SelectedItems); got != 1 {
		t.Errorf("%d selected items after a PUT that replaces them", got)
	}
}

func TestOldTeams_AreShownByVersion6AsTheOptionsSay(t *testing.T) {
	for teams, want := range map[vb365sim.OldTeams]int{
		vb365sim.OldTeamsBare: 3, vb365sim.OldTeamsFull: 4, vb365sim.OldTeamsHidden: 0,
	} {
		f := start(t, "v8", vb365sim.Options{OldTeams: teams})
		role := f.create(specific("a", team))
		if got := f.types(role + "/selectedItems"); got != "Team" {
			t.Errorf("v8: %q", got)
		}
		f.version = "v6"
		entries := f.unchecked(http.MethodGet, role+"/selectedItems", "").list()
		got := 0
		if len(entries) > 0 {
			got = len(entries[0])
		}
		if got != want {
			t.Errorf("%q: %v", teams, entries)
		}
	}
}

func TestDelays_OfRolesAndEntries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, "v8", vb365sim.Options{
			RoleDelay: time.Second, EntryDelay: 2 * time.Second, RemovingDelay: 3 * time.Second,
		})
		role := f.create(entire("a"))
		f.get(role).want(t, http.StatusOK)
		listed := func(path string) int { return len(f.get(path).want(t, http.StatusOK).list()) }
		for _, step := range []struct{ roles, operators int }{{0, 0}, {1, 0}, {1, 1}} {
			if r, o := listed(rolesPath), listed(role+"/operators"); r != step.roles || o != step.operators {
				t.Errorf("%d roles and %d operators, want %+v", r, o, step)
			}
			time.Sleep(time.Second)
		}
		f.put(role, `{"operators":[`+user3+`]}`).want(t, http.StatusNoContent)
		for i, want := range []int{1, 1, 2, 1} {
			if got := listed(role + "/operators"); got != want {
				t.Errorf("%d operators after %d s, want %d", got, i, want)
			}
			time.Sleep(time.Second)
		}
		if got := len(f.Snapshot()[0].Operators); got != 1 {
			t.Errorf("%d operators in the snapshot", got)
		}
	})
}

func TestErrors_HaveTheFormOfTheVersion(t *testing.T) {
	for version, want := range map[string]int{"v6": 1, "v7": 2, "v8": 3} {
		f := start(t, version, vb365sim.Options{})
		got := f.get("/RbacRoles/"+vb365sim.OrganizationID).want(t, http.StatusNotFound).object()
		if len(got) != want || got["message"] == "" || version == "v8" && got["errorCode"] != "ResourceNotFound" {
			t.Errorf("%s: %v", version, got)
		}
		f.Configure(func(o *vb365sim.Options) { o.GoneStatus, o.OmitErrorCode = http.StatusInternalServerError, true })
		got = f.get("/RbacRoles/"+vb365sim.OrganizationID).want(t, http.StatusInternalServerError).object()
		if got["errorCode"] != nil {
			t.Errorf("%s: %v", version, got)
		}
	}
}

func TestListOrder_AppliesToRolesAndEntries(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{ListOrder: simkit.ListNewestFirst})
	role := f.create(specific("a", user3, site))
	f.create(entire("b"))
	if got := f.types(role + "/selectedItems"); got != "Site User" {
		t.Errorf("entries %q", got)
	}
	if got := f.get("/RbacRoles").list()[0]["name"]; got != "b" {
		t.Errorf("first role %v", got)
	}
}

func TestLinks_HaveTheSpellingOfTheReference(t *testing.T) {
	f := start(t, "v6", vb365sim.Options{})
	role := f.create(entire("a"))
	links, _ := f.get(role).object()["_links"].(map[string]any)
	self := "/v6/rbacRoles/" + strings.TrimPrefix(role, "/RbacRoles/")
	for name, want := range map[string]string{
		"self": self, "organization": "/v6/organizations/" + vb365sim.OrganizationID, "operators": self + "/operators",
		"selectedItem": self + "/selectedItems", "excludedItems": self + "/excludedItems",
	} {
		if got := fmt.Sprint(links[name]); got != "map[href:"+want+"]" {
			t.Errorf("%s: %s", name, got)
		}
	}
	f.version = "V6"
	f.unchecked(http.MethodGet, "/rbacroles/"+strings.ToUpper(strings.TrimPrefix(role, "/RbacRoles/")), "").
		want(t, http.StatusOK)
}

func TestIDs_ThatDoNotExistAreNotFound(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	const unknown = "/RbacRoles/" + vb365sim.HybridOrganizationID
	organization := "/Organizations/" + vb365sim.User3ID[:36]
	for _, c := range []struct{ method, path, body string }{
		{http.MethodPut, unknown, `{}`},
		{http.MethodGet, unknown + "/operators", ""},
		{http.MethodPost, unknown + "/operators", "[" + operator + "]"},
		{http.MethodDelete, unknown + "/operators?ids=1", ""},
		{http.MethodGet, organization, ""},
		{http.MethodGet, organization + "/RbacRoles", ""},
		{http.MethodPost, organization + "/RbacRoles", entire("a")},
		{http.MethodGet, organization + "/Users", ""},
		{http.MethodGet, organization + "/Users/1", ""},
	} {
		a := f.do(c.method, c.path, c.body)
		if a.status != http.StatusNotFound || a.object()["errorCode"] != "ResourceNotFound" {
			t.Errorf("%s %s: response %d %s", c.method, c.path, a.status, a.body)
		}
	}
}

// The documents check what the version shows of each object.
func TestEntries_ShowTheObjectOfTheDirectory(t *testing.T) {
	for _, version := range []string{"v6", "v7", "v8"} {
		f := start(t, version, vb365sim.Options{})
		id := strings.TrimPrefix(f.create(entire("a")), "/RbacRoles/")
		f.Mutate(func(s *vb365sim.Store) {
			abc, hybrid := s.Organization(vb365sim.OrganizationID), s.Organization(vb365sim.HybridOrganizationID)
			for _, o := range []*vb365sim.Object{
				hybrid.Object("User", vb365sim.HybridUserID), abc.Object("User", vb365sim.SharedID),
				abc.Object("Group", vb365sim.NamelessGroupID), abc.Object("Site", vb365sim.BoardSiteID),
			} {
				s.AddObject(s.Role(id), vb365sim.ExcludedItems, o)
			}
		})
		got := f.get("/RbacRoles/"+id+"/excludedItems").want(t, http.StatusOK).list()
		nested := func(i int, name string) map[string]any { o, _ := got[i][name].(map[string]any); return o }
		if _, has := nested(0, "user")["onPremisesSid"]; has == (version == "v6") {
			t.Errorf("%s: %v", version, got[0])
		}
		if user := nested(1, "user"); user["type"] != "SharedMailbox" || user["name"] != vb365sim.SharedName {
			t.Errorf("%s: %v", version, user)
		}
		if group := nested(2, "group"); group["type"] != "Security" || (group["name"] == nil) != (version == "v8") {
			t.Errorf("%s: %v", version, group)
		}
		site := nested(3, "site")
		if site["url"] != vb365sim.BoardSiteURL || site["parentUrl"] == "" || site["isCloud"] != true {
			t.Errorf("%s: %v", version, site)
		}
	}
}

func TestEntries_OfAPutShowWhatItSent(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	role := f.create(entire("a"))
	f.put(role, `{"operators":[`+strings.Replace(operator, "Restore Operator", "Other", 1)+`]}`).
		want(t, http.StatusNoContent)
	user, _ := f.get(role + "/operators").list()[0]["user"].(map[string]any)
	if user["displayName"] != "Other" {
		t.Errorf("operator %v", user)
	}
}

func TestSelectedItems_CannotBeAddedToAnEntireOrganization(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	f.post(f.create(entire("a"))+"/selectedItems", "["+user3+"]").want(t, http.StatusBadRequest)
}

func TestEntireOrganization_CanExcludeWhatItHasOnceSelected(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{KeepsSelectedItems: true})
	role := f.create(specific("a", user3))
	f.put(role, `{"roleType":"EntireOrganization","excludedItems":[`+user3+`]}`).want(t, http.StatusNoContent)
	f.put(role, `{"roleType":"SpecificObjects"}`).want(t, http.StatusBadRequest)
}
