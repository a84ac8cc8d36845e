// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// tokens takes the tokens of a response to a token request.
func (f *fixture) tokens(a answer) (access, refresh string) {
	f.t.Helper()
	got := a.want(f.t, http.StatusOK).object()
	access, _ = got["access_token"].(string)
	refresh, _ = got["refresh_token"].(string)
	return access, refresh
}

func refreshForm(token string) string {
	return "grant_type=refresh_token&disable_antiforgery_token=true&refresh_token=" + token
}

func TestToken_IsRefreshedAndLoggedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, "v8", vb365sim.Options{TokenLife: time.Minute, RefreshLife: time.Hour})
		answer := f.logOn(vb365sim.DefaultUser, vb365sim.DefaultPassword)
		if got := answer.object()["expires_in"]; got != float64(60) {
			t.Errorf("expires in %v", got)
		}
		access, refresh := f.tokens(answer)
		f.token = access
		time.Sleep(time.Minute - time.Nanosecond)
		f.get("/RbacRoles").want(t, http.StatusOK)
		time.Sleep(time.Nanosecond)
		if got := f.get("/RbacRoles").want(t, http.StatusUnauthorized).body; got != "" {
			t.Errorf("body %q", got)
		}
		f.token, _ = f.tokens(f.post("/token", refreshForm(refresh)))
		f.get("/RbacRoles").want(t, http.StatusOK)
		f.post("/token", refreshForm(refresh)).want(t, http.StatusBadRequest)
		if got := f.OpenSessions(); got != 2 {
			t.Errorf("%d sessions", got)
		}
		f.post("/token/logout", "").want(t, http.StatusNoContent)
		f.get("/RbacRoles").want(t, http.StatusUnauthorized)
		time.Sleep(time.Hour)
		if got := f.OpenSessions(); got != 0 {
			t.Errorf("%d sessions after their end", got)
		}
	})
}

func TestLogout_DiffersFromVersionToVersion(t *testing.T) {
	f := start(t, "v7", vb365sim.Options{})
	if got := f.OpenSessions(); got != 1 {
		t.Errorf("%d sessions before the logout", got)
	}
	f.post("/token/logout", "").want(t, http.StatusOK)
	if got := f.OpenSessions(); got != 0 {
		t.Errorf("%d sessions", got)
	}
	f = start(t, "v6", vb365sim.Options{})
	f.unchecked(http.MethodPost, "/token/logout", "").want(t, http.StatusNotFound)
	if got := f.OpenSessions(); got != 0 {
		t.Errorf("a session of v6 counts, although it cannot be logged out: %d", got)
	}
}

func TestToken_NeedsACookieUnlessAntiforgeryIsDisabled(t *testing.T) {
	const form = "grant_type=password&username=" + vb365sim.DefaultUser + "&password=" + vb365sim.DefaultPassword
	for version, want := range map[string]int{
		"v6": http.StatusOK, "v7": http.StatusUnauthorized, "v8": http.StatusUnauthorized,
	} {
		f := start(t, version, vb365sim.Options{})
		f.token, _ = f.tokens(f.post("/token", strings.ReplaceAll(form, `\`, "%5C")))
		f.get("/RbacRoles").want(t, want)
	}
	f := start(t, "v6", vb365sim.Options{})
	f.unchecked(http.MethodPost, "/token", "grant_type=password&disable_antiforgery_token=true").
		want(t, http.StatusBadRequest)
}

func TestToken_IsRefused(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	for _, c := range []struct{ user, password, message string }{
		{vb365sim.DefaultUser, "wrong", "The user name or password is incorrect."},
		{"nobody", vb365sim.DefaultPassword, "The user name or password is incorrect."},
		{vb365sim.MFAUser, vb365sim.MFAPassword, "Multi-factor authentication is not supported for REST API connections."},
	} {
		got := f.logOn(c.user, c.password).want(t, http.StatusBadRequest).object()
		if got["message"] != c.message {
			t.Errorf("%s: %v", c.user, got)
		}
	}
	f.Configure(func(o *vb365sim.Options) { o.OAuthErrors, o.RefusedTokenStatus = true, http.StatusUnauthorized })
	const form = "grant_type=password&username=nobody"
	got := f.unchecked(http.MethodPost, "/token", form).want(t, http.StatusUnauthorized).object()
	if got["error"] != "invalid_grant" || got["error_description"] == "" {
		t.Errorf("error %v", got)
	}
}

func TestRights_AreThoseOfAnAdministrator(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	f.token, _ = f.tokens(f.logOn(vb365sim.OperatorUser, vb365sim.OperatorPassword))
	got := f.get("/RbacRoles").want(t, http.StatusForbidden).object()
	if got["errorCode"] != "ResourceAccessDenied" {
		t.Errorf("error %v", got)
	}
	f.post("/token/logout", "").want(t, http.StatusNoContent)
	f = start(t, "v8", vb365sim.Options{})
	f.Configure(func(o *vb365sim.Options) { o.OperatorsOnly = true })
	f.get("/RbacRoles").want(t, http.StatusForbidden)
	f.logOn(vb365sim.DefaultUser, vb365sim.DefaultPassword).want(t, http.StatusForbidden)
}

func TestUnauthorized_CanHaveABody(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{UnauthorizedBody: true})
	f.ExpireAccessTokens()
	if got := f.get("/RbacRoles").want(t, http.StatusUnauthorized).object(); got["message"] == "" {
		t.Errorf("error %v", got)
	}
	f.token = ""
	f.get("/RbacRoles").want(t, http.StatusUnauthorized)
}

func TestVersions_ThatAreNotServedAreNotFound(t *testing.T) {
	f := start(t, "v6", vb365sim.Options{Versions: []string{"v6"}})
	f.version = "v7"
	f.unchecked(http.MethodGet, "/RbacRoles", "").want(t, http.StatusNotFound)
	f.version = "v6"
	f.unchecked(http.MethodGet, "/Roles", "").want(t, http.StatusNotFound)
	a := f.unchecked(http.MethodPatch, "/RbacRoles/"+vb365sim.OrganizationID, `{}`).want(t, http.StatusMethodNotAllowed)
	if got := a.header.Get("Allow"); got != "GET, PUT, DELETE" {
		t.Errorf("Allow %q", got)
	}
}

func TestJournal_ContainsNoSecrets(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	access, refresh := f.tokens(f.logOn(vb365sim.DefaultUser, vb365sim.DefaultPassword))
	newAccess, newRefresh := f.tokens(f.post("/token", refreshForm(refresh)))
	f.token = newAccess
	f.unchecked(http.MethodPost, "/TOKEN", "grant_type=password&pass%ZZ="+vb365sim.DefaultPassword)
	f.get("/RbacRoles")
	text, err := json.Marshal(f.Journal())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{vb365sim.DefaultPassword, access, refresh, newAccess, newRefresh} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%s is in %s", secret, text)
		}
	}
	first, last := f.Journal()[0], f.Journal()[3]
	if !strings.Contains(first.Body, "grant_type=password") || first.IsWrite() || first.User != vb365sim.DefaultUser {
		t.Errorf("entry %+v", first)
	}
	if last.User != vb365sim.DefaultUser || last.SessionID == "" {
		t.Errorf("entry %+v", last)
	}
}

func TestFaults_ReachTheSimulator(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	role := f.create(entire("a"))
	f.Inject(vb365sim.Fault{Kind: simkit.FaultStatus, Status: http.StatusServiceUnavailable, AfterCommit: true, Times: 1})
	f.unchecked(http.MethodDelete, role, "").want(t, http.StatusServiceUnavailable)
	f.get(role).want(t, http.StatusNotFound)
	f.Inject(vb365sim.Fault{Kind: simkit.FaultWrongNamespace, Times: 1})
	if got := f.unchecked(http.MethodGet, "/RbacRoles", "").body; got != `{"response":[]}` {
		t.Errorf("body %s", got)
	}
	access, refresh := f.tokens(f.logOn(vb365sim.DefaultUser, vb365sim.DefaultPassword))
	f.Inject(vb365sim.Fault{Kind: simkit.FaultExpireSession, Times: 1})
	f.get("/RbacRoles").want(t, http.StatusUnauthorized)
	f.token = access // the fault has ended the other session only
	f.get("/RbacRoles").want(t, http.StatusOK)
	f.Inject(vb365sim.Fault{Kind: simkit.FaultExpireSession, AfterCommit: true, Times: 1})
	f.get("/RbacRoles").want(t, http.StatusOK)
	f.get("/RbacRoles").want(t, http.StatusUnauthorized)
	f.ExpireSessions()
	f.post("/token", refreshForm(refresh)).want(t, http.StatusBadRequest)
}

func TestToken_RefusesBodiesThatAreNotItsForm(t *testing.T) {
	credentials := "grant_type=password&username=TECH%5Cvb365admin&password=" + vb365sim.DefaultPassword
	for name, c := range map[string]struct{ version, body string }{
		"JSON":              {"v8", `{"grant_type":"password"}`},
		"unknown field":     {"v8", credentials + "&scope=all"},
		"broken escape":     {"v8", credentials + "&disable_antiforgery_token=%ZZ"},
		"antiforgery in v6": {"v6", credentials + "&disable_antiforgery_token=true"},
		"grant of others":   {"v8", "grant_type=operator"},
		"nothing":           {"v8", ""},
	} {
		f := start(t, c.version, vb365sim.Options{})
		f.unchecked(http.MethodPost, "/token", c.body).want(t, http.StatusBadRequest)
		if len(f.Journal()) != 1 || f.Journal()[0].User != vb365sim.DefaultUser {
			t.Errorf("%s: journal %+v", name, f.Journal())
		}
	}
}

func TestConfigure_KeepsTheDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, "v8", vb365sim.Options{})
		f.Configure(func(o *vb365sim.Options) { *o = vb365sim.Options{Latency: time.Second} })
		started := time.Now()
		f.logOn(vb365sim.DefaultUser, vb365sim.DefaultPassword).want(t, http.StatusOK)
		if took := time.Since(started); took != time.Second {
			t.Errorf("a response took %s", took)
		}
	})
}

func TestOnRequest_IsCalledAfterEachRequest(t *testing.T) {
	var seen []vb365sim.Request
	f := start(t, "v8", vb365sim.Options{OnRequest: func(r vb365sim.Request) { seen = append(seen, r) }})
	f.get("/RbacRoles")
	if len(seen) != 2 || seen[1].Path != "/v8/RbacRoles" || seen[1].Status != http.StatusOK {
		t.Errorf("requests %+v", seen)
	}
}
