// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const (
	logonPath    = "/api/sessionMngr"
	sessionsPath = "/api/logonSessions"
)

// unreadable are faults after which the client has the token of a session but not the body of the logon.
var unreadable = map[string]emsim.Fault{
	"page of a proxy":   {Kind: emsim.FaultHTML, Status: http.StatusCreated, AfterCommit: true, KeepHeader: true},
	"error page":        {Kind: emsim.FaultHTML, Status: http.StatusNotFound, AfterCommit: true, KeepHeader: true},
	"garbage":           {Kind: emsim.FaultGarbage, AfterCommit: true, KeepHeader: true},
	"wrong namespace":   {Kind: emsim.FaultWrongNamespace},
	"broken connection": {Kind: emsim.FaultTruncated},
	"cut body": {
		Kind: emsim.FaultStatus, Status: http.StatusCreated, AfterCommit: true, KeepHeader: true,
		Body: `<LogonSession xmlns="http://www.veeam.com/ent/v1.0"><UserName>TECH\admin`,
	},
	"no SessionId": {
		Kind: emsim.FaultStatus, Status: http.StatusCreated, AfterCommit: true, KeepHeader: true,
		Body: `<LogonSession xmlns="http://www.veeam.com/ent/v1.0"><UserName>TECH\administrator</UserName></LogonSession>`,
	},
}

const lockedDatabase = `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="The configuration database is locked."/>`

func inBubble(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

func breakLogon(em *acctest.EM, f emsim.Fault) {
	f.Method, f.PathPattern = http.MethodPost, logonPath
	em.Inject(f)
}

// logonFails checks that a request fails because of the logon, and returns the error.
func logonFails(t *testing.T, c *emapi.Client) string {
	t.Helper()
	_, err := c.ListRoles(t.Context())
	if err == nil || !strings.Contains(err.Error(), `log on as TECH\administrator`) {
		t.Fatalf("the request returned %v", err)
	}
	return err.Error()
}

// sentExactly checks the requests in the journal. A star stands for the ID of a session.
func sentExactly(t *testing.T, em *acctest.EM, want ...string) {
	t.Helper()
	var got []string
	for _, r := range em.Journal() {
		path := r.Path
		if id, ok := strings.CutPrefix(path, sessionsPath+"/"); ok {
			path = strings.TrimSuffix(path, id) + "*"
		}
		got = append(got, r.Method+" "+path)
	}
	if !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func TestLogon_ASessionWhoseLogonCannotBeReadIsLoggedOff(t *testing.T) {
	for name, fault := range unreadable {
		for _, location := range []bool{true, false} {
			if !location {
				name += ", no Location"
			}
			inBubble(t, name, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{OmitLocation: !location})
				viewer := em.Client(func(c *emapi.Config) {
					c.Username, c.Password = emsim.ViewerUser, emsim.ViewerPassword
				})
				if _, err := viewer.LogonNames(t.Context()); err != nil {
					t.Fatal(err)
				}
				others := em.OpenSessionIDs()
				em.ResetJournal()
				breakLogon(em, fault)
				said := logonFails(t, em.Client(nil))
				if strings.Contains(said, "stays open") {
					t.Errorf("the error says %q", said)
				}
				if got := em.OpenSessionIDs(); !slices.Equal(got, others) {
					t.Errorf("the sessions %q are open, want %q", got, others)
				}
				want := []string{"POST " + logonPath + "/", "GET " + sessionsPath, "DELETE " + sessionsPath + "/*"}
				if location {
					want = slices.Delete(want, 1, 2)
				}
				sentExactly(t, em, want...)
			})
		}
	}
}

func TestLogon_OfTwoSessionsOfTheUserNoneIsLoggedOff(t *testing.T) {
	for name, shown := range map[string]string{"as configured": "", "in another spelling": "administrator@tech.local"} {
		inBubble(t, name, func(t *testing.T) {
			user := emsim.DefaultUsers(emsim.PlatformWindows)[0]
			user.UserName = shown
			em := acctest.StartEM(t, emsim.Options{OmitLocation: true, Users: []emsim.User{user}})
			other, c := em.Client(nil), em.Client(nil)
			if _, err := other.LogonNames(t.Context()); err != nil {
				t.Fatal(err)
			}
			em.ResetJournal()
			breakLogon(em, unreadable["garbage"])
			said := logonFails(t, c)
			for _, part := range []string{
				"the session that the server opened stays open until it has been idle for 15 minutes",
				"the server lists 2 sessions that may be this one",
			} {
				if !strings.Contains(said, part) {
					t.Errorf("the error does not say %q: %s", part, said)
				}
			}
			sentExactly(t, em, "POST "+logonPath+"/", "GET "+sessionsPath)
			if n := em.OpenSessions(); n != 2 {
				t.Errorf("%d sessions are open, want 2", n)
			}
			if err := c.Close(t.Context()); err == nil || em.OpenSessions() != 2 {
				t.Errorf("Close returned %v and left %d sessions open, want both", err, em.OpenSessions())
			}
			if err := other.Close(t.Context()); err != nil {
				t.Error(err)
			}
			if err := c.Close(t.Context()); err != nil || em.OpenSessions() != 0 {
				t.Errorf("Close returned %v and left %d sessions open, want none", err, em.OpenSessions())
			}
		})
	}
}

func TestLogon_ASessionThatMayBeAnotherUsersIsNotLoggedOff(t *testing.T) {
	for name, shown := range map[string][2]string{ // the user name that the own session shows, and the other one
		"a name in another domain":             {"Backup service", `CORP\administrator`},
		"the same user in another domain, too": {`CORP\administrator`, emsim.DefaultUser},
		"no name":                              {" ", emsim.DefaultUser},
	} {
		inBubble(t, name, func(t *testing.T) {
			users := emsim.DefaultUsers(emsim.PlatformWindows)
			users[0].UserName, users[1].UserName = shown[0], shown[1]
			em := acctest.StartEM(t, emsim.Options{OmitLocation: true, Users: users})
			viewer := em.Client(func(c *emapi.Config) { c.Username, c.Password = emsim.ViewerUser, emsim.ViewerPassword })
			if _, err := viewer.LogonNames(t.Context()); err != nil {
				t.Fatal(err)
			}
			em.ResetJournal()
			breakLogon(em, unreadable["garbage"])
			if said := logonFails(t, em.Client(nil)); !strings.Contains(said, "stays open") {
				t.Errorf("the error says %q", said)
			}
			sentExactly(t, em, "POST "+logonPath+"/", "GET "+sessionsPath)
			em.ExpireSessions()
		})
	}
}

func TestLogon_TheClientsOtherSessionsAreNotMistakenForTheNewOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{OmitLocation: true})
		c := em.Client(nil)
		if _, err := c.LogonNames(t.Context()); err != nil {
			t.Fatal(err)
		}
		first := em.OpenSessionIDs()
		breakLogon(em, unreadable["garbage"])
		em.Inject(emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, PathPattern: "/api/security/roles", Times: 1,
		})
		em.ResetJournal()
		if _, err := c.ListRoles(t.Context()); err == nil {
			t.Error("the request succeeded")
		}
		sentExactly(t, em, "GET /api/security/roles", "POST "+logonPath+"/", "GET "+sessionsPath, "DELETE "+sessionsPath+"/*")
		if got := em.OpenSessionIDs(); !slices.Equal(got, first) {
			t.Errorf("the sessions %q are open, want %q", got, first)
		}
	})
}

func TestLogon_ASessionThatCannotBeLoggedOffAtOnceIsLoggedOffAtTheEnd(t *testing.T) {
	for name, f := range map[string]emsim.Fault{
		"logoff": {Method: http.MethodDelete, PathPattern: sessionsPath + "/*"},
		"list":   {Method: http.MethodGet, PathPattern: sessionsPath},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{OmitLocation: name == "list"})
			c := em.Client(nil)
			breakLogon(em, unreadable["garbage"])
			f.Kind, f.Status, f.Body = emsim.FaultStatus, http.StatusInternalServerError, lockedDatabase
			em.Inject(f)
			said := logonFails(t, c)
			if !strings.Contains(said, "stays open") || !strings.Contains(said, "The configuration database is locked.") {
				t.Errorf("the error says %q", said)
			}
			if err := c.Close(t.Context()); err == nil || em.OpenSessions() != 1 {
				t.Errorf("Close returned %v and left %d sessions open, want one", err, em.OpenSessions())
			}
			em.ClearFaults()
			if err := c.Close(t.Context()); err != nil || em.OpenSessions() != 0 {
				t.Errorf("Close returned %v and left %d sessions open, want none", err, em.OpenSessions())
			}
		})
	}
}
