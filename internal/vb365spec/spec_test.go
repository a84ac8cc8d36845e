// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365spec_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365spec"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"

	organization = "/Organizations/e60dfb9c-ac58-4463-879f-9855ac35576b"
	role         = "/RbacRoles/97edf1c9-74a1-480d-8b60-29b9ef331bd9"

	user = `{"type":"User","user":{"id":"6c6d2495","displayName":"Fox","name":"fox@abc.com","type":"User"}}`
	team = `{"type":"Team","team":{"id":"97edf1c9-74a1-480d-8b60-29b9ef331bd9","displayName":"Sales",` +
		`"mail":"sales@abc.com","description":""}}`
)

func check(t *testing.T, method, path, contentType, body string, status int, response string) error {
	t.Helper()
	version, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	document, err := vb365spec.Load(version)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, "https://127.0.0.1:4443"+path, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return document.Check(vb365spec.Exchange{
		Request: r, RequestBody: []byte(body),
		Status: status, Header: http.Header{"Content-Type": {jsonType + "; charset=utf-8"}}, Body: []byte(response),
	})
}

func TestCheck_AllowsWhatTheAPIHas(t *testing.T) {
	const tokens = `{"access_token":"a","refresh_token":"r","token_type":"bearer","expires_in":3600,` +
		`".issued":"2026-01-01T00:00:00Z",".expires":"2026-01-01T01:00:00Z","userName":"fox"}`
	for _, c := range []struct {
		method, path, contentType, body string
		status                          int
		response                        string
	}{
		{"POST", "/v6/token", formType, "grant_type=password&username=a&password=b", 200, tokens},
		{"POST", "/v8/token", formType, "grant_type=refresh_token&disable_antiforgery_token=true", 200, tokens},
		{"POST", "/v7/token/logout", "", "", 200, ""},
		{"POST", "/v8/token/logout", "", "", 204, ""},
		{"GET", "/v6/Organizations?extendedView=false", "", "", 200, `[]`},
		{"GET", "/v8/Organizations?extendedView=false&limit=5", "", "", 200, `{"offset":0,"limit":5,"results":[]}`},
		{"GET", "/v8" + organization + "/Users?userName=a", "", "", 200, `{"offset":0,"limit":30,"results":[]}`},
		{"POST", "/v6" + organization + "/RbacRoles", jsonType, `{"name":"a","operators":[` + user + `]}`, 200, `{}`},
		{"POST", "/v8" + organization + "/RbacRoles", jsonType, `{"name":"a","selectedItems":[` + team + `]}`, 201, `{}`},
		{"PUT", "/v8" + role, jsonType, `{"description":"","excludedItems":[]}`, 204, ""},
		{"POST", "/v7" + role + "/excludedItems", jsonType, `[` + team + `]`, 204, ""},
		{"DELETE", "/v8" + role + "/operators?ids=a,b", "", "", 204, ""},
		{"GET", "/v8" + role, "", "", 404, `{"message":"no","errorCode":"ResourceNotFound","stackTrace":null}`},
		{"GET", "/v8" + role, "", "", 401, ""},
	} {
		if err := check(t, c.method, c.path, c.contentType, c.body, c.status, c.response); err != nil {
			t.Errorf("%s", err)
		}
	}
}

func TestCheck_RefusesWhatTheAPIDoesNotHave(t *testing.T) {
	for name, c := range map[string]struct {
		method, path, contentType, body string
		status                          int
		response                        string
	}{
		"path":                {"GET", "/v8/Roles", "", "", 200, `[]`},
		"method":              {"PATCH", "/v8" + role, jsonType, `{}`, 204, ""},
		"logout of v6":        {"POST", "/v6/token/logout", "", "", 204, ""},
		"antiforgery of v6":   {"POST", "/v6/token", formType, "grant_type=password&disable_antiforgery_token=true", 401, ""},
		"grant":               {"POST", "/v8/token", formType, "grant_type=integration", 401, ""},
		"form as JSON":        {"POST", "/v8/token", jsonType, `{"grant_type":"password"}`, 401, ""},
		"role ID":             {"GET", "/v8/RbacRoles/1", "", "", 404, ""},
		"missing query":       {"DELETE", "/v8" + role + "/operators", "", "", 204, ""},
		"missing view of v6":  {"GET", "/v6/Organizations", "", "", 200, `[]`},
		"unknown query":       {"GET", "/v8/Organizations?setId=97edf1c9-74a1-480d-8b60-29b9ef331bd9", "", "", 401, ""},
		"unknown query of v6": {"GET", "/v6" + organization + "/Users?dataSource=Production", "", "", 401, ""},
		"query twice":         {"GET", "/v8" + organization + "/Users?limit=1&limit=2", "", "", 401, ""},
		"body of a logout":    {"POST", "/v8/token/logout", jsonType, `{}`, 204, ""},
		"property":            {"PUT", "/v8" + role, jsonType, `{"title":"a"}`, 204, ""},
		"links":               {"PUT", "/v8" + role, jsonType, `{"_links":{}}`, 204, ""},
		"team of v6":          {"POST", "/v6" + role + "/selectedItems", jsonType, `[` + team + `]`, 204, ""},
		"team as operator":    {"POST", "/v8" + role + "/operators", jsonType, `[` + team + `]`, 204, ""},
		"not an array":        {"POST", "/v8" + role + "/operators", jsonType, user, 204, ""},
		"enumeration":         {"PUT", "/v8" + role, jsonType, `{"roleType":"Everything"}`, 204, ""},
		"user type": {
			"POST", "/v8" + role + "/operators", jsonType, strings.Replace("["+user+"]", `"User"}}`, `"Shared"}}`, 1), 204, "",
		},
		"team without description": {
			"POST", "/v8" + role + "/selectedItems", jsonType,
			`[` + strings.Replace(team, `,"description":""`, "", 1) + `]`, 204, "",
		},
		"status of another version": {"PUT", "/v8" + role, jsonType, `{}`, 200, ""},
		"body of a write":           {"PUT", "/v8" + role, jsonType, `{}`, 204, `{}`},
		"no body":                   {"GET", "/v8" + role, "", "", 200, ""},
		"page for an array":         {"GET", "/v7/Organizations", "", "", 200, `{"offset":0,"limit":5,"results":[]}`},
		"total of v8": {
			"GET", "/v8" + organization + "/Users", "", "", 200, `{"offset":0,"limit":30,"results":[],"totalCount":0}`,
		},
		"code of v7": {"GET", "/v7" + role, "", "", 404, `{"errorCode":"ResourceNotFound"}`},
		"error":      {"GET", "/v8" + role, "", "", 404, `{"error":"gone"}`},
	} {
		if err := check(t, c.method, c.path, c.contentType, c.body, c.status, c.response); err == nil {
			t.Errorf("%s: %s %s %s was allowed, with response %d %s", name, c.method, c.path, c.body, c.status, c.response)
		}
	}
}
