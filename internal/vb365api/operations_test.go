// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365spec"
)

// answerAsDocumented answers each request with a response that the version of the API allows.
func answerAsDocumented(version string) http.HandlerFunc {
	lists := map[string]string{
		"Users":  `{"id":"u","displayName":"U","name":"u@abc.com","type":"Public","locationType":"Cloud"}`,
		"Groups": `{"id":"g","displayName":"G","type":"Office365","locationType":"Cloud"}`,
		"Sites":  `{"id":"s","url":"https://abc/s","title":"S","isCloud":true,"isPersonal":false}`,
		"Teams":  `{"id":"` + team.ID + `","displayName":"T","mail":"t@abc.com"}`,
	}
	role := `{"id":"` + roleID + `","organizationId":"` + orgID + `","name":"New","roleType":"SpecificObjects"}`
	return func(w http.ResponseWriter, r *http.Request) {
		segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
		last := segments[len(segments)-1]
		doc := lists[segments[max(0, len(segments)-2)]]
		switch {
		case r.Method == http.MethodPost && last == "RbacRoles" && version == V8:
			reply(w, 201, role)
		case r.Method == http.MethodPost && last == "RbacRoles":
			reply(w, 200, role)
		case r.Method != http.MethodGet:
			w.WriteHeader(http.StatusNoContent)
		case last == "Organizations" && version != V8:
			reply(w, 200, "["+orgDoc+"]")
		case last == "Organizations":
			reply(w, 200, pageOfSet(orgDoc))
		case last == orgID:
			reply(w, 200, orgDoc)
		case last == roleID:
			reply(w, 200, role)
		case lists[last] != "":
			reply(w, 200, pageOfSet(lists[last]))
		case doc != "":
			reply(w, 200, doc)
		case last == "operators":
			reply(w, 200, `[{"id":"e","type":"User",
				"user":{"id":"u","displayName":"U","name":"u@abc.com","type":"SharedMailbox"}}]`)
		case last == "selectedItems":
			reply(w, 200, `[{"id":"e","type":"Site","site":`+lists["Sites"]+`}]`)
		default:
			reply(w, 200, "[]")
		}
	}
}

const otherID = "5b7b13ba-a04e-4e05-8eab-0084ae5410a0"

func pageOfSet(results string) string {
	return `{"offset":0,"limit":1000,"setId":"` + roleID + `","results":[` + results + `]}`
}

func TestOperations_AreThoseOfEachVersion(t *testing.T) {
	for _, version := range []string{V6, V7, V8} {
		t.Run(version, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, answerAsDocumented(version))
				f.version = version
				f.server.Config.Handler = vb365spec.Handler(t, f)
				if version == V7 {
					f.logout = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }
				}
				callEverything(t, f.client())
			})
		})
	}
}

func callEverything(t *testing.T, c *Client) {
	t.Helper()
	ctx := t.Context()
	organizations, err := c.ListOrganizations(ctx)
	ok(t, err)
	equal(t, "the number of organizations", len(organizations), 1)
	spec := RoleSpec{
		Name: "New", RoleType: SpecificObjects, Operators: []Object{operator, excluded}, ExcludedItems: []Object{},
	}
	for _, kind := range objectTypes {
		for _, by := range []Property{ByName, ByDisplayName} {
			_, err := c.FindObjects(ctx, orgID, kind, by, "x")
			ok(t, err)
		}
		all, err := c.ListObjects(ctx, orgID, kind)
		ok(t, err)
		equal(t, "the number of objects of type "+string(kind), len(all), 1)
		id := "another"
		if kind == Team {
			id = otherID
		}
		_, err = c.GetObject(ctx, orgID, kind, id)
		wants(t, err, "describes another object")
		if kind != Team || c.Version() != V6 {
			spec.SelectedItems = append(spec.SelectedItems, all...)
		}
	}
	created, err := c.CreateRole(ctx, orgID, spec)
	ok(t, err)
	equal(t, "the ID of the role", created.Role.ID, roleID)
	_, err = c.GetRole(ctx, orgID, roleID)
	ok(t, err)
	_, err = c.ListRoles(ctx)
	ok(t, err)
	ok(t, c.UpdateRole(ctx, orgID, roleID, spec))
	spec.RoleType = EntireOrganization
	ok(t, c.UpdateRole(ctx, orgID, roleID, spec))
	for list, count := range map[List]int{Operators: 1, SelectedItems: 1, ExcludedItems: 0} {
		entries, err := c.ListEntries(ctx, roleID, list)
		ok(t, err)
		equal(t, "the number of "+string(list), len(entries), count)
		objects := spec.SelectedItems
		if list == Operators {
			objects = spec.Operators
		}
		ok(t, c.AddEntries(ctx, roleID, list, objects))
		ok(t, c.RemoveEntries(ctx, roleID, list, []string{"e", "f"}))
	}
	ok(t, c.DeleteRole(ctx, orgID, roleID))
	ok(t, c.Close(ctx))
}
