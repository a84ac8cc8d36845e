// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestLogon_TokenAndSessionIDDiffer(t *testing.T) {
	f := start(t, emsim.Options{})
	a := f.logOn(strings.ToLower(emsim.DefaultUser), emsim.DefaultPassword).want(t, http.StatusCreated)
	token, id := a.header.Get("X-RestSvcSessionId"), a.idOf(t)
	if token == "" || token == id {
		t.Fatalf("token %q, ID %q", token, id)
	}
	if got, want := a.header.Get("Set-Cookie"), "X-RestSvcSessionId="+token+"; Path=/api;"; got != want {
		t.Errorf("Set-Cookie: %s, want %s", got, want)
	}
	href := apiURL + "/logonSessions/" + id
	a.want(t, http.StatusCreated, `<LogonSession `+ns+` Type="LogonSession" Href="`+href+`"><Links>`,
		`<Link Rel="Delete" Href="`+href+`" /></Links><UserName>TECH\administrator</UserName><SessionId>`+id+
			`</SessionId></LogonSession>`)
	f.token = id
	f.get("/security/roles").want(t, http.StatusUnauthorized)
}

func TestLogon_RejectsWrongCredentialsAndRequestsBasicAuthentication(t *testing.T) {
	f := start(t, emsim.Options{})
	for _, a := range []answer{
		f.logOn(emsim.DefaultUser, "wrong"),
		f.logOn("unknown", emsim.DefaultPassword),
		f.post("/sessionMngr/?v=latest", ""), // without credentials
	} {
		a.want(t, http.StatusUnauthorized)
		if got := a.header.Get("WWW-Authenticate"); got != "Basic Realm=RestSvc" {
			t.Errorf("WWW-Authenticate: %q", got)
		}
	}
	if n := f.OpenSessions(); n != 1 {
		t.Errorf("%d sessions, want 1", n)
	}
}

func TestLogon_RejectsAnUnknownVersion(t *testing.T) {
	f := start(t, emsim.Options{})
	logOn := func(version string) answer {
		return f.post("/sessionMngr/?v="+version, "", func(r *http.Request) {
			r.SetBasicAuth(emsim.DefaultUser, emsim.DefaultPassword)
		})
	}
	logOn("v1_7").want(t, http.StatusCreated)
	logOn("v9_9").want(t, http.StatusBadRequest, "v9_9")
}

func TestDescription_NeedsNoSessionAndListsTheVersions(t *testing.T) {
	f := start(t, emsim.Options{})
	f.token = ""
	for _, path := range []string{"", "/"} {
		f.get(path).want(t, http.StatusOK, "/api/sessionMngr/?v=latest", `Name="v1_5"`, `Name="v1_6"`, `Name="v1_7"`)
	}
}

func TestSession_IsRequiredForEverythingElse(t *testing.T) {
	f := start(t, emsim.Options{})
	f.token = ""
	for _, path := range []string{
		"/security/accounts", "/hierarchyRoots", "/lookup", "/tasks", "/logonSessions", "/unknown",
	} {
		f.get(path).want(t, http.StatusUnauthorized)
	}
	f.Configure(func(o *emsim.Options) { o.UnknownSessionStatus = http.StatusInternalServerError })
	f.get("/security/accounts").want(t, http.StatusInternalServerError, `StatusCode="500"`)
}

func TestSession_ExpiresAfterFifteenIdleMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{})
		for range 3 {
			time.Sleep(15*time.Minute - time.Second)
			f.get("/security/roles").want(t, http.StatusOK) // each request restarts the idle time
		}
		if n := f.OpenSessions(); n != 1 {
			t.Errorf("%d sessions, want 1", n)
		}
		time.Sleep(15 * time.Minute)
		f.get("/security/roles").want(t, http.StatusUnauthorized)
		if n := f.OpenSessions(); n != 0 {
			t.Errorf("%d sessions, want 0", n)
		}
	})
}

func TestSession_CookieTakesPrecedenceOverTheHeader(t *testing.T) {
	f := start(t, emsim.Options{})
	cookie := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "X-RestSvcSessionId", Value: value}) }
	}
	f.get("/security/roles", cookie("stale")).want(t, http.StatusUnauthorized)
	stale := func(r *http.Request) { r.Header.Set("X-RestSvcSessionId", "stale") }
	f.get("/security/roles", cookie(f.token), stale).want(t, http.StatusOK)
}

func TestSession_EndsAtLogoff(t *testing.T) {
	f := start(t, emsim.Options{})
	id := f.logOn(emsim.DefaultUser, emsim.DefaultPassword).idOf(t)
	f.get("/logonSessions").want(t, http.StatusOK, "<SessionId>"+id+"</SessionId>")
	f.delete("/logonSessions/"+id).want(t, http.StatusNoContent)
	f.delete("/logonSessions/"+id).want(t, http.StatusNotFound)
	if n := f.OpenSessions(); n != 1 {
		t.Errorf("%d sessions, want 1", n)
	}
	f.ExpireSessions()
	f.get("/logonSessions").want(t, http.StatusUnauthorized)
}

func TestRights_PortalUserReadsTheInfrastructureButNotSecurity(t *testing.T) {
	f := start(t, emsim.Options{Demo: true})
	admin := f.logOn(emsim.DefaultUser, emsim.DefaultPassword).idOf(t)
	f.token = f.logOn(emsim.ViewerUser, emsim.ViewerPassword).header.Get("X-RestSvcSessionId")
	before := f.Snapshot()
	for _, path := range []string{"/security/roles", "/security/accounts", "/security/accounts/" + emsim.DemoUserID} {
		f.get(path).want(t, http.StatusForbidden)
	}
	f.post("/security/accounts", spec("User", `TECH\fox`, allVMs)).want(t, http.StatusForbidden)
	f.post("/security/accounts/"+emsim.DemoUserID, "").want(t, http.StatusForbidden)
	f.delete("/security/accounts/"+emsim.DemoUserID).want(t, http.StatusForbidden)
	wantSame(t, before, f.Snapshot())
	f.get("/hierarchyRoots").want(t, http.StatusOK)
	f.get("/lookup?hierarchyRef="+emsim.VM01Ref).want(t, http.StatusOK)
	f.delete("/logonSessions/"+admin).want(t, http.StatusNotFound)
}

func TestRights_FollowTheRolesOfTheAccount(t *testing.T) {
	f := start(t, emsim.Options{})
	f.Mutate(func(s *emsim.Store) {
		s.SetRoles(s.FindAccount("User", emsim.DefaultUser).ID, emsim.RoleVMRestoreOperator)
	})
	f.get("/security/roles").want(t, http.StatusForbidden)
	f.get("/hierarchyRoots").want(t, http.StatusForbidden)
	f.get("/tasks").want(t, http.StatusOK)
	f.Mutate(func(s *emsim.Store) { s.RemoveAccount(s.FindAccount("User", emsim.DefaultUser).ID) })
	f.get("/security/roles").want(t, http.StatusForbidden)
	f.logOn(emsim.DefaultUser, emsim.DefaultPassword).want(t, http.StatusUnauthorized)
}

func TestLogon_AUserCanHaveAnAccountOfAnotherSpelling(t *testing.T) {
	f := start(t, emsim.Options{Users: []emsim.User{{
		Name: "administrator@tech.local", Password: emsim.DefaultPassword, Roles: []string{emsim.RolePortalAdministrator},
		Account: `TECH\administrator`, UserName: `tech.local\administrator`,
	}}})
	a := f.logOn("administrator@tech.local", emsim.DefaultPassword).
		want(t, http.StatusCreated, `<UserName>tech.local\administrator</UserName>`)
	f.token = a.header.Get("X-RestSvcSessionId")
	f.get("/security/accounts").want(t, http.StatusOK, `Name="TECH\administrator"`)
	f.Mutate(func(s *emsim.Store) { s.RemoveAccount(s.FindAccount("User", `TECH\administrator`).ID) })
	f.get("/security/accounts").want(t, http.StatusForbidden)
	f.logOn("administrator@tech.local", emsim.DefaultPassword).want(t, http.StatusUnauthorized)
}

func TestRights_OfAGroupAreThoseOfItsMembers(t *testing.T) {
	for _, accountType := range []string{"Group", "ExternalGroup"} {
		f := start(t, emsim.Options{Users: []emsim.User{
			{Name: emsim.DefaultUser, Password: emsim.DefaultPassword, Groups: []string{`TECH\Admins`, `TECH\Others`}},
		}})
		f.logOn(emsim.DefaultUser, emsim.DefaultPassword).want(t, http.StatusUnauthorized)
		var group string
		f.Mutate(func(s *emsim.Store) {
			if n := len(s.Accounts()); n != 0 {
				t.Errorf("the server starts with %d accounts, want none", n)
			}
			group = s.AddAccount(emsim.Account{
				Type: accountType, Name: `tech\admins`, Roles: []string{emsim.RolePortalAdministrator},
			}).ID
		})
		a := f.logOn(emsim.DefaultUser, emsim.DefaultPassword).want(t, http.StatusCreated)
		f.token = a.header.Get("X-RestSvcSessionId")
		f.get("/security/accounts").want(t, http.StatusOK)
		f.Mutate(func(s *emsim.Store) { s.SetRoles(group, emsim.RolePortalUser) })
		f.get("/security/accounts").want(t, http.StatusForbidden)
		f.get("/hierarchyRoots").want(t, http.StatusOK)
		f.delete("/logonSessions/"+a.idOf(t)).want(t, http.StatusNoContent)
	}
}

func TestGet_ReturnsASessionByIDAndTheLinksOfSecurity(t *testing.T) {
	f := start(t, emsim.Options{})
	id := f.logOn(emsim.ViewerUser, emsim.ViewerPassword).idOf(t)
	f.get("/logonSessions/"+id).want(t, http.StatusOK, `<UserName>TECH\viewer</UserName>`)
	f.get("/logonSessions/"+emsim.VCenterID).want(t, http.StatusNotFound)
	f.get("/security").want(t, http.StatusOK, "/api/security/roles", "/api/security/accounts")
}
