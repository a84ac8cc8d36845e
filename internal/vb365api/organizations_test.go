// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
)

const orgDoc = `{"id":"` + orgID + `","name":"abc.onmicrosoft.com","officeName":"ABC","type":"Hybrid",
	"region":"Worldwide"}`

var organization = Organization{ID: orgID, Name: "abc.onmicrosoft.com", OfficeName: "ABC", Type: "Hybrid"}

func TestListOrganizations_ReadsAnArrayOrPages(t *testing.T) {
	for version, query := range map[string]string{
		V6: "?extendedView=false", V7: "?extendedView=false", V8: "?extendedView=false&limit=1000&offset=0",
	} {
		for form, body := range map[string]string{
			"array": `[` + orgDoc + `,7,{"name":"no ID"},` + orgDoc + `]`,
			"page":  pageOf(orgDoc),
		} {
			t.Run(version+" "+form, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
					f.version = version
					c := f.client()
					for range 2 {
						all, err := c.ListOrganizations(t.Context())
						ok(t, err)
						if want := []Organization{organization}; !reflect.DeepEqual(all, want) {
							t.Errorf("the organizations are %+v, want %+v", all, want)
						}
					}
					one, err := c.GetOrganization(t.Context(), strings.ToUpper(orgID))
					ok(t, err)
					equal(t, "the organization", one, organization)
					f.expect("GET /Organizations"+query, 1)
					f.expect("GET", 1)
				})
			})
		}
	}
}

func TestListOrganizations_ReadsTheNextPageWithoutASetID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("offset") == "0" {
				reply(w, 200, `{"limit":1,"setId":"5","results":[`+orgDoc+`]}`)
				return
			}
			reply(w, 200, `{"limit":1,"results":[]}`)
		})
		all, err := f.client().ListOrganizations(t.Context())
		ok(t, err)
		equal(t, "the number of organizations", len(all), 1)
		f.expect("GET /Organizations?extendedView=false&limit=1000&offset=1", 1)
	})
}

func TestGetOrganization_ReadsItOnce(t *testing.T) {
	for name, tc := range map[string]struct {
		status   int
		body     string
		requests int
		says     string
	}{
		"found":      {200, orgDoc, 1, ""},
		"no ID":      {200, strings.ReplaceAll(orgDoc, `"id"`, `"other"`), 1, ""},
		"missing":    {404, `{"message":"m"}`, 1, "HTTP 404"},
		"no body":    {404, "", 2, "HTTP 404"},
		"broken":     {500, "", 2, "HTTP 500"},
		"another":    {200, strings.ReplaceAll(orgDoc, orgID, roleID), 2, "another organization"},
		"other type": {200, "{}", 2, "not an organization"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, tc.status, tc.body) })
				c := f.client()
				for range 2 {
					got, err := c.GetOrganization(t.Context(), orgID)
					equal(t, "IsNotFound", IsNotFound(err), name == "missing")
					equal(t, "IsNotOffered", IsNotOffered(err), name == "no body")
					if tc.says != "" {
						wants(t, err, "read organization "+orgID, tc.says)
						continue
					}
					ok(t, err)
					equal(t, "the organization", got, organization)
				}
				f.expect("GET /Organizations/"+orgID+"?extendedView=false", tc.requests)
			})
		})
	}
}

func TestListOrganizations_A404SaysNothingAboutAnObject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) })
		_, err := f.client().ListOrganizations(t.Context())
		wants(t, err, "list the organizations: HTTP 404")
		equal(t, "IsNotFound", IsNotFound(err), false)
		equal(t, "IsNotOffered", IsNotOffered(err), true)
	})
}
