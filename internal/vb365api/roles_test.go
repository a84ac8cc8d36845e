// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
)

const (
	zeros   = "00000000-0000-0000-0000-000000000000"
	roleDoc = `{"id":"97EDF1C9-74a1-480d-8b60-29b9ef331bd9","organizationId":"` + orgID + `","name":"Helpdesk",
		"description":"d","roleType":"SpecificObjects","_links":{"self":{"href":"/v8/rbacRoles/x"}},"new":[1]}`
)

var (
	yes, no  = true, false
	operator = Object{
		Type: User, ID: "6c6d2495-ca27-4b4a-8c93-956bacb8b4b4" + zeros, DisplayName: "Restore Operator",
		Name: "restore_operator@abc.onmicrosoft.com", Kind: "User",
	}
	excluded = Object{
		Type: Group, ID: "acbf8c6c-dd8b-4a4c-8256-dd9a63077fa9" + zeros, DisplayName: "Excluded Objects",
		Name: "excluded@abc.onmicrosoft.com", Kind: "Security",
	}
	site = Object{
		Type: Site, ID: "5359c4b5-5e3f-4fbb-a97f-a916bcba00a1ea863003-4637-4414-ad37-1757dd8f85cc",
		Name: "https://abc.sharepoint.com/sites/ABC_site", DisplayName: "ABC_site", IsCloud: &yes, IsPersonal: &no,
	}
	team = Object{
		Type: Team, ID: "b5b4b4ff-4a3e-4d8e-9a4e-000000000001", DisplayName: "Sales", Name: "sales@abc.onmicrosoft.com",
	}
)

// sameJSON fails the test unless two JSON documents are equal.
func sameJSON(t *testing.T, what, got, want string) {
	t.Helper()
	var g, w any
	ok(t, json.Unmarshal([]byte(got), &g))
	ok(t, json.Unmarshal([]byte(want), &w))
	if !reflect.DeepEqual(g, w) {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

func TestUpdateRole_SendsTheBodiesOfTheReference(t *testing.T) {
	for name, tc := range map[string]struct {
		spec RoleSpec
		want string
	}{
		"first example": {
			RoleSpec{
				Name: "Restore Operator Role", Description: "edited role", RoleType: EntireOrganization,
				Operators: []Object{operator}, SelectedItems: []Object{}, ExcludedItems: []Object{excluded},
			}, `{ "name": "Restore Operator Role", "description": "edited role", "roleType": "EntireOrganization",
				"operators": [ { "type": "User", "user": { "id": "6c6d2495-ca27-4b4a-8c93-956bacb8b4b4` + zeros + `",
					"displayName": "Restore Operator", "name": "restore_operator@abc.onmicrosoft.com", "type": "User" } } ],
				"excludedItems": [ { "type":"Group", "group": { "id": "acbf8c6c-dd8b-4a4c-8256-dd9a63077fa9` + zeros + `",
					"displayName": "Excluded Objects", "name": "excluded@abc.onmicrosoft.com", "type": "Security" } } ] }`,
		},
		"site, empty lists and lists that are left out": {
			RoleSpec{Name: "n", RoleType: SpecificObjects, SelectedItems: []Object{site}, ExcludedItems: []Object{}},
			`{"name":"n","description":"","roleType":"SpecificObjects","selectedItems":[ { "type": "Site", "site": {
				"id": "5359c4b5-5e3f-4fbb-a97f-a916bcba00a1ea863003-4637-4414-ad37-1757dd8f85cc",
				"url": "https://abc.sharepoint.com/sites/ABC_site", "title": "ABC_site", "isCloud": true, "isPersonal": false
			} } ],"excludedItems":[]}`,
		},
		"team without a description": {
			RoleSpec{Name: "n", RoleType: SpecificObjects, SelectedItems: []Object{team}},
			`{"name":"n","description":"","roleType":"SpecificObjects","selectedItems":[{"type":"Team","team":{
				"id":"b5b4b4ff-4a3e-4d8e-9a4e-000000000001","displayName":"Sales","mail":"sales@abc.onmicrosoft.com",
				"description":""}}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
				ok(t, f.client().UpdateRole(t.Context(), orgID, roleID, tc.spec))
				f.expect("PUT /RbacRoles/"+roleID, 1)
				sent := f.received("PUT")[0]
				sameJSON(t, "the body", sent.body, tc.want)
				equal(t, "the content type", sent.header.Get("Content-Type"), "application/json")
			})
		})
	}
}

func TestEntries_HaveOnlyWhatTheVersionDefines(t *testing.T) {
	shared := Object{Type: User, ID: "u", DisplayName: "U", Name: "u@x", Kind: "Shared", OnPremisesSID: "S-1"}
	nameless := Object{Type: Group, ID: "g", DisplayName: "G"}
	for name, tc := range map[string]struct {
		version string
		object  Object
		want    string // "" means that the object is refused
	}{
		"v6 user": {V6, shared, `{"type":"User","user":{"id":"u","displayName":"U","name":"u@x","type":"SharedMailbox"}}`},
		"v7 user": {V7, shared, `{"type":"User","user":{"id":"u","displayName":"U","name":"u@x","type":"SharedMailbox",
			"onPremisesSid":"S-1"}}`},
		"v6 group":     {V6, nameless, `{"type":"Group","group":{"id":"g","displayName":"G","name":"","type":null}}`},
		"v7 group":     {V7, nameless, `{"type":"Group","group":{"id":"g","displayName":"G","name":"","type":null}}`},
		"v8 group":     {V8, nameless, `{"type":"Group","group":{"id":"g","displayName":"G","name":null,"type":null}}`},
		"v6 team":      {V6, team, ""},
		"no ID":        {V8, Object{Type: User, Name: "u"}, ""},
		"unknown type": {V8, Object{Type: "PersonalSites", ID: "p"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
				f.version = tc.version
				err := f.client().AddEntries(t.Context(), roleID, SelectedItems, []Object{tc.object})
				if tc.want == "" {
					wants(t, err, "add to the selected items of restore operator role "+roleID)
					f.expect("", 0)
					return
				}
				ok(t, err)
				sameJSON(t, "the body", f.received("POST /RbacRoles/" + roleID + "/selectedItems")[0].body, "["+tc.want+"]")
			})
		})
	}
}

func TestListEntries_KeepsEntriesThatItDoesNotKnow(t *testing.T) {
	const doc = `[
		{"id":"e1","type":"user","user":{"id":"u","displayName":"U","name":"u@x","type":"PublicMailbox","new":1},"_links":{}},
		{"id":"e2","type":"Group","group":{"id":"g","displayName":null,"name":null,"type":null,"onPremisesSid":"S-1"}},
		{"id":"e3","type":"Site","site":{"id":"s","url":"https://x","title":"T","parentUrl":"https://p","isCloud":true}},
		{"id":"e4","type":"Team","team":{"id":"t","displayName":"D","mail":"t@x","description":"d"}},
		{"id":"e5","type":"PersonalSites"},
		{"id":"e6","type":"User","user":null},
		{"id":"e7","type":"User","user":{"displayName":"no ID"}},
		{"id":"e8","user":{"id":"u8","displayName":"U8","name":"u8@x","type":"User"}},
		{"id":"e9","type":"User","user":"odd"},
		null, "odd"]`
	user := Entry{ID: "e1", Type: "User", Object: &Object{
		Type: User, ID: "u", DisplayName: "U", Name: "u@x", Kind: "Public",
	}}
	group := Entry{ID: "e2", Type: "Group", Object: &Object{Type: Group, ID: "g", OnPremisesSID: "S-1"}}
	aSite := Entry{ID: "e3", Type: "Site", Object: &Object{
		Type: Site, ID: "s", Name: "https://x", DisplayName: "T", ParentURL: "https://p", IsCloud: &yes,
	}}
	aTeam := Entry{ID: "e4", Type: "Team", Object: &Object{
		Type: Team, ID: "t", DisplayName: "D", Name: "t@x", Description: "d",
	}}
	untyped := Object{Type: User, ID: "u8", DisplayName: "U8", Name: "u8@x", Kind: "User"}
	rest := []Entry{
		{ID: "e5", Type: "PersonalSites"},
		{ID: "e6", Type: "User"},
		{ID: "e7", Type: "User"},
		{ID: "e8", Type: "User", Object: &untyped},
		{ID: "e9", Type: "User"},
		{},
		{},
	}
	for name, tc := range map[string]struct {
		version string
		list    List
		want    []Entry
	}{
		"v8": {V8, ExcludedItems, append([]Entry{user, group, aSite, aTeam}, rest...)},
		"v6": {V6, ExcludedItems, append([]Entry{user, group, aSite, {ID: "e4", Type: "Team"}}, rest...)},
		"operators": {V8, Operators, append([]Entry{
			user, group, {ID: "e3", Type: "Site"}, {ID: "e4", Type: "Team"},
		}, rest...)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, doc) })
				f.version = tc.version
				got, err := f.client().ListEntries(t.Context(), roleID, tc.list)
				ok(t, err)
				if !reflect.DeepEqual(got, tc.want) {
					t.Errorf("the entries are %+v, want %+v", got, tc.want)
				}
				f.expect("GET /RbacRoles/"+roleID+"/"+string(tc.list), 1)
			})
		})
	}
}

func TestLists_AreNeverReadFromAnotherResponse(t *testing.T) {
	for _, body := range []string{"", "null", "{}", `{"results":[]}`, "<html/>", `[{"id":`, `["odd"]`, `[{"name":"n"}]`} {
		t.Run(body, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
				c := f.client()
				_, err := c.ListRoles(t.Context())
				wants(t, err, "list the restore operator roles: HTTP 200")
				if strings.HasPrefix(body, "[") && json.Valid([]byte(body)) {
					return
				}
				_, err = c.ListEntries(t.Context(), roleID, Operators)
				wants(t, err, "list the operators of restore operator role "+roleID+": HTTP 200")
			})
		})
	}
}

func TestListRoles_OmitsWhatIsNoRole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 200, `[`+roleDoc+`,{"id":null,"name":"x"},7,{"ID":"b","roleType":"entireOrganization"}]`)
		})
		roles, err := f.client().ListOrganizationRoles(t.Context(), strings.ToUpper(orgID))
		ok(t, err)
		want := []Role{
			{ID: roleID, OrganizationID: orgID, Name: "Helpdesk", Description: "d", RoleType: SpecificObjects},
			{ID: "b", OrganizationID: orgID, RoleType: EntireOrganization},
		}
		if !reflect.DeepEqual(roles, want) {
			t.Errorf("the roles are %+v, want %+v", roles, want)
		}
	})
}

func TestGetRole_CountsARoleAsGoneThatIsNotListed(t *testing.T) {
	for name, tc := range map[string]struct {
		status     int
		body, list string // of the role and of the list; an empty list means that it cannot be read
		gone       bool
		says       string
	}{
		"found":           {200, roleDoc, "", false, ""},
		"without an ID":   {200, `{"name":"Helpdesk"}`, "", false, ""},
		"something else":  {200, `{}`, "", false, "not a role"},
		"redirect":        {302, "", "[]", false, "redirects are not followed"},
		"another role":    {200, `{"id":"x","name":"Helpdesk"}`, "", false, "another role than the one"},
		"404":             {404, `{"message":"m"}`, "", true, "HTTP 404 Not Found: m"},
		"404, no body":    {404, "", `[` + roleDoc + `]`, false, "HTTP 404"},
		"and not listed":  {404, "", `[]`, true, "the server no longer lists it"},
		"and no list":     {404, "", "", false, "HTTP 404"},
		"not found":       {500, `{"errorCode":"ResourceNotFound"}`, "", true, "HTTP 500"},
		"500, not listed": {500, `{"message":"m"}`, `[]`, true, "m: the server no longer lists it"},
		"500, listed":     {500, `{"message":"m"}`, `[` + roleDoc + `]`, false, "HTTP 500 Internal Server Error: m"},
		"500, no list":    {500, `{"message":"m"}`, "", false, "HTTP 500 Internal Server Error: m"},
		"page of a proxy": {404, "<html>x</html>", `[` + roleDoc + `]`, false, "HTTP 404"},
	} {
		for _, organization := range []string{orgID, ""} {
			t.Run(name+organization, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
						switch {
						case strings.HasSuffix(r.URL.Path, roleID):
							reply(w, tc.status, tc.body)
						case tc.list == "":
							reply(w, 500, "")
						default:
							reply(w, 200, tc.list)
						}
					})
					role, err := f.client().GetRole(t.Context(), organization, roleID)
					equal(t, "IsNotFound", IsNotFound(err), tc.gone)
					if tc.says == "" {
						ok(t, err)
						equal(t, "the ID", role.ID, roleID)
						equal(t, "the name", role.Name, "Helpdesk")
						return
					}
					wants(t, err, "read restore operator role "+roleID, tc.says)
				})
			})
		}
	}
}

func TestDeleteRole_SucceedsIfTheRoleIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, body, roles := 204, "", "[]"
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, roleID) {
				reply(w, status, body)
				return
			}
			reply(w, 200, roles)
		})
		c := f.client()
		for _, status = range []int{204, 200} {
			ok(t, c.DeleteRole(t.Context(), orgID, roleID))
		}
		status, body = 404, `{"message":"m"}`
		ok(t, c.DeleteRole(t.Context(), orgID, roleID))
		f.expect("GET", 0)
		body = ""
		for _, status = range []int{404, 500} {
			ok(t, c.DeleteRole(t.Context(), orgID, roleID))
		}
		roles = "[" + roleDoc + "]"
		for _, status = range []int{404, 500} {
			err := c.DeleteRole(t.Context(), orgID, roleID)
			wants(t, err, "delete restore operator role "+roleID+": HTTP "+fmt.Sprint(status))
		}
	})
}

// A page in place of the server's response does not say that the server has deleted or changed the role.
func TestWrites_AreNotCarriedOutIfTheResponseIsAPage(t *testing.T) {
	for _, body := range []string{"", "null", "{}", `"<done>"`, "OK", "<html>x</html>", "a\xff"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
			c := f.client()
			for name, err := range map[string]error{
				"delete": c.DeleteRole(t.Context(), orgID, roleID), "update": c.UpdateRole(t.Context(), orgID, roleID, helpdesk),
				"add": c.AddEntries(t.Context(), roleID, Operators, []Object{operator}),
			} {
				switch {
				case !strings.HasPrefix(body, "<") && !strings.HasPrefix(body, "a"):
					ok(t, err)
				default:
					wants(t, err, name, "HTTP 200", "the response is neither JSON nor text")
					equal(t, "IsUncertain", IsUncertain(err), name == "add")
				}
			}
		})
	}
}

func TestRemoveEntries_SendsTwentyIDsAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
		var ids []string
		for i := range 45 {
			ids = append(ids, fmt.Sprint("e", i))
		}
		ok(t, f.client().RemoveEntries(t.Context(), roleID, Operators, ids))
		path := "DELETE /RbacRoles/" + roleID + "/operators?ids="
		f.expect(path, 3)
		equal(t, "the last request", f.received(path)[2].String(), path+"e40%2Ce41%2Ce42%2Ce43%2Ce44")
	})
}

func TestRemoveEntries_RemovesTheOtherEntriesIfOneDoesNotExist(t *testing.T) {
	for name, tc := range map[string]struct {
		listed, second, says string
	}{
		"one is left":      {`[{"id":"B"},{"id":"c"}]`, "ids=B", ""},
		"none is left":     {`[{"id":"c"}]`, "", ""},
		"all are left":     {`[{"id":"a"},{"id":"b"}]`, "", "HTTP 404"},
		"the role is gone": {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.Method == http.MethodDelete && r.URL.RawQuery == tc.second:
						w.WriteHeader(204)
					case r.Method == http.MethodDelete || tc.listed == "":
						reply(w, 404, `{"message":"m"}`)
					default:
						reply(w, 200, tc.listed)
					}
				})
				err := f.client().RemoveEntries(t.Context(), roleID, Operators, []string{"a", "b"})
				if tc.says == "" {
					ok(t, err)
				} else {
					wants(t, err, tc.says)
				}
				f.expect("DELETE", 1+min(1, len(tc.second)))
			})
		})
	}
}
