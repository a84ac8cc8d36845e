// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// server is a simulated server with a token.
type server struct {
	*vb365sim.Server
	t       *testing.T
	version string
	token   string
}

func newServer(t *testing.T, version string) *server {
	t.Helper()
	s := &server{Server: vb365sim.New(vb365sim.Options{}), t: t, version: version}
	form := url.Values{
		"grant_type": {"password"}, "username": {vb365sim.DefaultUser}, "password": {vb365sim.DefaultPassword},
	}
	if version != "v6" {
		form.Set("disable_antiforgery_token", "true")
	}
	status, answer := s.send("POST", "token", "application/x-www-form-urlencoded", form.Encode())
	var doc struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(answer), &doc); err != nil || status != http.StatusOK {
		t.Fatalf("no token: %d %s", status, answer)
	}
	s.token = doc.Token
	return s
}

// send sends a request and returns the response. The server is called in the goroutine of the test.
func (s *server) send(method, path, contentType, body string) (status int, answer string) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, "/"+s.version+"/"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", "Bearer "+s.token)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// body is the body of a request for a role. Empty fields have valid values.
type body struct{ organization, name, roleType, operators, selected, excluded string }

func entry(kind, id string) string {
	nested := fmt.Sprintf(`{"id":%q,"displayName":"D","name":"n","type":null}`, id)
	switch kind {
	case "Site":
		nested = fmt.Sprintf(`{"id":%q,"url":"https://x","title":"T","isCloud":true,"isPersonal":false}`, id)
	case "Team":
		nested = fmt.Sprintf(`{"id":%q,"displayName":"D","mail":"t@x","description":""}`, id)
	}
	return fmt.Sprintf(`{"type":%q,%q:%s}`, kind, strings.ToLower(kind), nested)
}

func (b body) create(s *server) (status int, answer string) {
	or := func(given, otherwise string) string {
		if given == "" {
			return otherwise
		}
		return given
	}
	text := fmt.Sprintf(`{"name":%q,"description":"","roleType":%q,"operators":[%s],"excludedItems":[%s]`,
		or(b.name, "Helpdesk"), or(b.roleType, "EntireOrganization"),
		strings.Trim(or(b.operators, entry("User", vb365sim.AdminID)), "-"), b.excluded)
	if b.selected != "" {
		text += `,"selectedItems":[` + strings.Trim(b.selected, "-") + "]"
	}
	path := "Organizations/" + or(b.organization, vb365sim.OrganizationID) + "/RbacRoles"
	return s.send("POST", path, "application/json", text+"}")
}

func TestParity_TheServerRefusesWhatTheRulesRefuseUnlessTheyAreStricter(t *testing.T) {
	const specific, none = "SpecificObjects", "-"
	user, nobody := entry("User", vb365sim.User3ID), entry("User", "nobody")
	for name, c := range map[string]struct {
		body     body
		version  string // "" means v8
		stricter bool   // the rule is stricter, and the server accepts the request
	}{
		"valid":                {body{roleType: specific, selected: user}, "", true},
		"rule 20, none":        {body{roleType: specific}, "", false},
		"rule 20, empty":       {body{roleType: specific, selected: none}, "", false},
		"rule 20, some":        {body{selected: user}, "", false},
		"rule 21, no operator": {body{operators: none}, "", false},
		"rule 21, site":        {body{operators: entry("Site", vb365sim.ABCSiteID)}, "", false},
		"rule 21, team":        {body{operators: entry("Team", vb365sim.SalesTeamID)}, "", false},
		"rule 21, both": {
			body{roleType: specific, selected: user, excluded: strings.Replace(user, "9bdd", "9BDD", 1)}, "", false,
		},
		"rule 22, type":              {body{excluded: entry("Mailbox", "1")}, "", false},
		"rule 22, no object":         {body{excluded: `{"type":"User"}`}, "", false},
		"rule 22, space in the name": {body{excluded: strings.Replace(user, `"n"`, `" n"`, 1)}, "", true},
		"rule 23":                    {body{excluded: entry("Team", vb365sim.SalesTeamID)}, "v6", false},
		"rule 23, v7":                {body{excluded: entry("Team", vb365sim.SalesTeamID)}, "v7", true},
		"rule 24":                    {body{excluded: user + "," + user}, "", true},
		"rule 25":                    {body{excluded: nobody}, "", true},
		"rule 26, no GUID":           {body{organization: "abc"}, "", false},
		"rule 26, no organization":   {body{organization: "00000000-0000-4000-8000-000000000000"}, "", false},
		"rule 26, on the premises":   {body{organization: vb365sim.OnPremOrganizationID}, "", false},
		"rule 27":                    {body{roleType: "Some"}, "", false},
		"rule 27, case":              {body{roleType: "entireorganization"}, "", false},
		"rule 28, blank":             {body{name: " "}, "", false},
		"rule 28, space":             {body{name: " a"}, "", true},
		"rule 28, control character": {body{name: "a\tb"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			version := c.version
			if version == "" {
				version = "v8"
			}
			s := newServer(t, version)
			status, answer := c.body.create(s)
			switch accepted := status < http.StatusMultipleChoices; {
			case c.stricter && !accepted:
				t.Errorf("the server answers %d %s, so the rule is not stricter", status, answer)
			case !c.stricter && accepted:
				t.Errorf("the server answers %d %s, so the rule is stricter and its comment must say so", status, answer)
			case !c.stricter && status != http.StatusBadRequest && status != http.StatusNotFound:
				t.Errorf("the server answers %d %s", status, answer)
			case !c.stricter && len(s.Snapshot()) > 0:
				t.Errorf("the server has %v", s.Snapshot())
			}
		})
	}
}
