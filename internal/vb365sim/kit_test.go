// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365spec"
)

const (
	rolesPath = "/Organizations/" + vb365sim.OrganizationID + "/RbacRoles"

	operator = `{"type":"User","user":{"id":"` + vb365sim.RestoreOperatorID + `","displayName":"Restore Operator",` +
		`"name":"` + vb365sim.RestoreOperatorName + `","type":"User"}}`
	user3 = `{"type":"User","user":{"id":"` + vb365sim.User3ID + `","displayName":"User3",` +
		`"name":"` + vb365sim.User3Name + `","type":"User"}}`
	group = `{"type":"Group","group":{"id":"` + vb365sim.ABCGroupID + `","displayName":"ABC",` +
		`"name":"` + vb365sim.ABCGroupName + `","type":"Office365"}}`
	site = `{"type":"Site","site":{"id":"` + vb365sim.ABCSiteID + `","url":"` + vb365sim.ABCSiteURL + `",` +
		`"title":"ABC_site","isCloud":true,"isPersonal":false}}`
	team = `{"type":"Team","team":{"id":"` + vb365sim.SalesTeamID + `","displayName":"Sales",` +
		`"mail":"` + vb365sim.SalesTeamMail + `","description":""}}`
)

// fixture is a server under test, with the token of an administrator. Every exchange is checked against the documents,
// except for those of unchecked.
type fixture struct {
	*vb365sim.Server
	t       *testing.T
	version string
	token   string
	checked http.Handler
}

func start(t *testing.T, version string, options vb365sim.Options) *fixture {
	t.Helper()
	f := &fixture{Server: vb365sim.New(options), t: t, version: version}
	f.checked = vb365spec.Handler(t, f.Server)
	f.token, _ = f.tokens(f.logOn(vb365sim.DefaultUser, vb365sim.DefaultPassword))
	f.ResetJournal()
	return f
}

type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// send sends a request with the fixture's token. A body that begins with { or [ is JSON, any other one is a form.
func (f *fixture) send(handler http.Handler, method, path, body string) answer {
	f.t.Helper()
	r := httptest.NewRequest(method, "/"+f.version+path, strings.NewReader(body))
	if f.token != "" {
		r.Header.Set("Authorization", "Bearer "+f.token)
	}
	switch {
	case body == "":
	case strings.ContainsAny(body[:1], "{["):
		r.Header.Set("Content-Type", "application/json")
	default:
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return answer{t: f.t, status: w.Code, header: w.Header(), body: w.Body.String()}
}

func (f *fixture) do(method, path, body string) answer {
	f.t.Helper()
	return f.send(f.checked, method, path, body)
}

// unchecked is do for what the documents do not allow.
func (f *fixture) unchecked(method, path, body string) answer {
	f.t.Helper()
	return f.send(f.Server, method, path, body)
}

func (f *fixture) get(path string) answer { f.t.Helper(); return f.do(http.MethodGet, path, "") }
func (f *fixture) post(path, body string) answer {
	f.t.Helper()
	return f.do(http.MethodPost, path, body)
}

func (f *fixture) put(path, body string) answer {
	f.t.Helper()
	return f.do(http.MethodPut, path, body)
}

func (f *fixture) delete(path string) answer { f.t.Helper(); return f.do(http.MethodDelete, path, "") }

func (f *fixture) logOn(user, password string) answer {
	f.t.Helper()
	form := url.Values{"grant_type": {"password"}, "username": {user}, "password": {password}}
	if f.version != "v6" {
		form.Set("disable_antiforgery_token", "true")
	}
	return f.post("/token", form.Encode())
}

// want fails the test unless the response has the status.
func (a answer) want(t *testing.T, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

func decode[T any](a answer) T {
	a.t.Helper()
	var v T
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		a.t.Fatalf("%v: %q", err, a.body)
	}
	return v
}

func (a answer) object() map[string]any { a.t.Helper(); return decode[map[string]any](a) }
func (a answer) list() []map[string]any { a.t.Helper(); return decode[[]map[string]any](a) }

// create creates a role and returns the path of its URL.
func (f *fixture) create(body string) string {
	f.t.Helper()
	a := f.post(rolesPath, body)
	if a.status >= http.StatusMultipleChoices {
		f.t.Fatalf("status %d: %s", a.status, a.body)
	}
	id, _ := a.object()["id"].(string)
	return "/RbacRoles/" + id
}

// specific returns the body of a role of type SpecificObjects.
func specific(name string, items ...string) string {
	return `{"name":"` + name + `","description":"d","roleType":"SpecificObjects","operators":[` + operator + `],` +
		`"selectedItems":[` + strings.Join(items, ",") + `],"excludedItems":[]}`
}

// entire returns the body of a role of type EntireOrganization.
func entire(name string, excluded ...string) string {
	return `{"name":"` + name + `","roleType":"EntireOrganization","operators":[` + operator + `],` +
		`"excludedItems":[` + strings.Join(excluded, ",") + `]}`
}

// types returns the types of the entries in a list, in their order.
func (f *fixture) types(path string) string {
	f.t.Helper()
	var types []string
	for _, e := range f.get(path).want(f.t, http.StatusOK).list() {
		entryType, _ := e["type"].(string)
		types = append(types, entryType)
	}
	return strings.Join(types, " ")
}
