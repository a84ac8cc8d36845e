// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

func listsNoAccounts(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, accountList())
}

// parallel calls run n times in parallel and returns the errors.
func parallel(n int, run func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = run(i) })
	}
	all.Wait()
	return errs
}

func TestNew_SendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		ok(t, c.Close(t.Context()))
		f.expect("", 0)
		_, err := c.ListAccounts(t.Context())
		if !errors.Is(err, ErrClosed) {
			t.Errorf("a request after Close returned %v, want ErrClosed", err)
		}
		wants(t, err, "list the accounts")
		f.expect("", 0)
	})
}

// A logon can begin after another one has ended, or after Close.
func TestLogonOnce_LogsOnOnlyIfASessionIsStillNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		first, err := c.session(t.Context(), nil)
		ok(t, err)
		again, err := c.logonOnce(t.Context(), nil)
		ok(t, err)
		equal(t, "the session", again, first)
		f.expect("POST /sessionMngr/", 1)
		ok(t, c.Close(t.Context()))
		_, err = c.logonOnce(t.Context(), nil)
		equal(t, "the error after Close", err, ErrClosed)
		f.expect("POST /sessionMngr/", 1)

		f.logon = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }
		c = f.client()
		_, refused := c.session(t.Context(), nil)
		_, err = c.logonOnce(t.Context(), nil)
		equal(t, "the second error", err, refused)
		f.expect("POST /sessionMngr/", 2)
	})
}

func TestSession_ALogonIsNotRetriedOnceItIsAbandoned(t *testing.T) {
	for name, abandon := range map[string]func(c *Client, cancel func()){
		"the caller gives up":  func(_ *Client, cancel func()) { cancel() },
		"the client is closed": func(c *Client, _ func()) { go func() { _ = c.Close(context.Background()) }() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, listsNoAccounts)
				release := make(chan struct{})
				f.logon = func(w http.ResponseWriter, _ *http.Request) { <-release; reply(w, 503, "") }
				c := f.client()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				go func() { _, _ = c.ListAccounts(ctx) }()
				synctest.Wait()
				abandon(c, cancel)
				synctest.Wait()
				close(release)
				time.Sleep(time.Minute)
				f.expect("POST /sessionMngr/", 1)
			})
		})
	}
}

func TestSessionError_KeepsTheReasonOfALogonThatFailsWhileTheCallerGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newFake(t, listsNoAccounts).client()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var failed error = &LogonError{Err: errors.New("refused")}
		equal(t, "the error", c.sessionError(ctx, "read", "x", failed), failed)
	})
}

func TestSession_TheServerMayAnswerALogonWith200(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		f.logon = func(w http.ResponseWriter, _ *http.Request) {
			f.mu.Lock()
			f.open["t"] = scopeID
			f.mu.Unlock()
			w.Header().Set(tokenHeader, "t")
			reply(w, 200, "<LogonSession "+ns+"><UserName>u</UserName><SessionId>"+scopeID+"</SessionId></LogonSession>")
		}
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		ok(t, c.Close(t.Context()))
		f.expect("DELETE /logonSessions/"+scopeID, 1)
	})
}

func TestSession_FiftyGoroutinesLogOnOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		for _, err := range parallel(50, func(int) error { _, err := c.ListAccounts(t.Context()); return err }) {
			ok(t, err)
		}
		f.expect("POST /sessionMngr/?v=latest", 1)
		f.expect("GET ", 50)
		names, err := c.LogonNames(t.Context())
		ok(t, err)
		equal(t, "the user names", strings.Join(names, " "), `SRV12\Administrator`)
		for _, r := range f.received("") {
			if r.header.Get("Cookie") != "" {
				t.Errorf("%s has the cookie %q", r, r.header.Get("Cookie"))
			}
		}
		ok(t, c.Close(t.Context()))
		ok(t, c.Close(t.Context()))
		f.expect("DELETE /logonSessions/", 1)
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestSession_AnExpiredSessionIsReplacedOnceForAllRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		for round := 2; round <= 3; round++ {
			f.expire()
			for _, err := range parallel(50, func(int) error { _, err := c.ListAccounts(t.Context()); return err }) {
				ok(t, err)
			}
			f.expect("POST /sessionMngr/", round)
		}
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestSession_AWriteIsSentAgainAfterA401(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var posts atomic.Int32
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			posts.Add(1)
			w.Header().Set("Location", "https://elsewhere/api/security/accounts/"+accountID)
			reply(w, http.StatusCreated, "")
		})
		c := f.client()
		_, err := c.LogonNames(t.Context())
		ok(t, err)
		f.expire()
		_, err = c.write(t.Context(), post("create", "x", "security/accounts", nil))
		ok(t, err)
		equal(t, "the number of writes that the server carried out", posts.Load(), 1)
		f.expect("POST /security/accounts", 2)
	})
}

func TestSession_AWrongPasswordIsTriedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		cfg := f.config()
		cfg.Password = "not-the-password"
		c := f.clientOf(cfg)
		errs := parallel(20, func(int) error { _, err := c.ListAccounts(t.Context()); return err })
		_, later := c.ListAccounts(t.Context())
		_, names := c.LogonNames(t.Context())
		for _, err := range append(errs, later, names) {
			if err == nil || err != errs[0] { //nolint:errorlint // the test is about the identity of the error
				t.Fatalf("got %v, want the identical error %v", err, errs[0])
			}
		}
		if !IsUnauthorized(later) {
			t.Errorf("IsUnauthorized is false for %v", later)
		}
		wants(t, later, "log on as SRV12\\Administrator", "401", "refuses this user name or password")
		f.expect("", 1)
		ok(t, c.Close(t.Context()))
		f.expect("", 1)
	})
}

func TestSession_AFailedFirstLogonIsNotTriedAgain(t *testing.T) {
	for name, logon := range map[string]http.HandlerFunc{
		"403":               func(w http.ResponseWriter, _ *http.Request) { reply(w, 403, errorXML(403, "no license")) },
		"lost response":     func(w http.ResponseWriter, _ *http.Request) { drop(w) },
		"no token":          func(w http.ResponseWriter, _ *http.Request) { reply(w, 201, "<LogonSession "+ns+"/>") },
		"page of a proxy":   func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "<html>hello</html>") },
		"404 of the server": func(w http.ResponseWriter, _ *http.Request) { reply(w, 404, errorXML(404, "nothing here")) },
		"500":               func(w http.ResponseWriter, _ *http.Request) { reply(w, 500, errorXML(500, "broken")) },
		"invalid SessionId": logonWith("no-guid"),
		"empty SessionId":   logonWith(""),
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://127.0.0.1:1/", http.StatusFound)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, listsNoAccounts)
				f.logon = logon
				c := f.client()
				_, first := c.GetAccount(t.Context(), accountID)
				_, second := c.GetAccount(t.Context(), accountID)
				if first == nil || first != second { //nolint:errorlint // the test is about the identity of the error
					t.Fatalf("got %v and %v, want the identical error twice", first, second)
				}
				if IsNotFound(first) {
					t.Errorf("IsNotFound is true for the failed logon %v", first)
				}
				f.expect("POST ", 1)
			})
		})
	}
}

func TestSession_ALogonThatAnotherServiceAnswersIsAnErrorOfItsOwn(t *testing.T) {
	const page = "<html><head><title>Welcome</title></head></html>"
	for name, c := range map[string]struct {
		status  int
		body    string
		foreign bool
	}{
		"404 page":              {404, page, true},
		"404 without a body":    {404, "", true},
		"405 page":              {405, page, true},
		"405 without a body":    {405, "", true},
		"400 text":              {400, "Client sent an HTTP request to an HTTPS server.", true},
		"403 page of a proxy":   {403, page, true},
		"404 JSON":              {404, `{"errorCode":"NotFound","message":"no route"}`, true},
		"500 page":              {500, page, true},
		"502 page of a proxy":   {502, page, true},
		"200 page":              {200, page, true},
		"200 without a body":    {200, "", true},
		"200 JSON":              {200, `{"ok":true}`, true},
		"redirect":              {302, "", true},
		"401 page":              {401, page, false},
		"401":                   {401, "", false},
		"400 of the server":     {400, errorXML(400, "bad version"), false},
		"403 of the server":     {403, errorXML(403, "no license"), false},
		"404 of the server":     {404, errorXML(404, "nothing here"), false},
		"500 of the server":     {500, errorXML(500, "broken"), false},
		"503 without a body":    {503, "", false},
		"a logon with no token": {201, "<LogonSession " + ns + "/>", false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, listsNoAccounts)
				f.logon = func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Server", "other/1.0 "+password)
					w.Header().Set("Location", "https://em.example/login")
					reply(w, c.status, c.body)
				}
				_, err := f.client().ListAccounts(t.Context())
				var wrong *httpkit.WrongServiceError
				equal(t, "a WrongServiceError", errors.As(err, &wrong), c.foreign)
				if c.foreign {
					wants(t, err, "does not come from Enterprise Manager", `(its Server header is "other/1.0 REDACTED")`)
				}
				if c.status == 302 {
					wants(t, err, "redirects are not followed; this one leads to https://em.example/login")
				}
				equal(t, "IsLogonRefused", IsLogonRefused(err), c.status == 401)
			})
		})
	}
}

// opensUnreadable returns a handler that opens a session and responds to the logon with this body.
func (f *fake) opensUnreadable(header http.Header, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		f.mu.Lock()
		f.open["token-not-read"] = scopeID
		f.mu.Unlock()
		maps.Copy(w.Header(), header)
		w.Header().Set(tokenHeader, "token-not-read")
		reply(w, 201, body)
	}
}

func TestSession_TheIDOfASessionWhoseLogonCannotBeReadIsInTheLocationOrTheHref(t *testing.T) {
	const sessions = "https://srv12:9398/api/logonSessions/"
	href := func(id string) string { return "<LogonSession " + ns + ` Href="` + sessions + id + `"><UserName>` }
	location := http.Header{"Location": {sessions + scopeID}}
	for name, c := range map[string]struct {
		header http.Header
		body   string
	}{
		"Location":                   {location, "<html>token-not-read</html>"},
		"Href of a cut body":         {nil, href(scopeID) + "token-not-read"},
		"Location and another Href":  {location, href(accountID)},
		"an empty body and Location": {location, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, listsNoAccounts)
				f.logon = f.opensUnreadable(c.header, c.body)
				client := f.client()
				_, err := client.ListAccounts(t.Context())
				wants(t, err, "log on as SRV12\\Administrator: HTTP 201")
				for _, part := range []string{"token-not-read", "stays open"} {
					if strings.Contains(err.Error(), part) {
						t.Errorf("the error contains %q: %v", part, err)
					}
				}
				f.expect("DELETE /logonSessions/"+scopeID, 1)
				equal(t, "the number of sessions left", f.openSessions(), 0)
				ok(t, client.Close(t.Context()))
				f.expect("", 2)
			})
		})
	}
}

func TestSession_ALogonThatIsAbandonedWhileItsBodyIsReadIsLoggedOff(t *testing.T) {
	for when, pause := range map[string]time.Duration{"during Close": 0, "before Close": 2 * time.Second} {
		t.Run(when, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, listsNoAccounts)
				opens := f.opensUnreadable(http.Header{"Location": {"/api/logonSessions/" + scopeID}}, "<LogonSession")
				f.logon = func(w http.ResponseWriter, r *http.Request) {
					opens(w, r)
					_ = http.NewResponseController(w).Flush()
					<-r.Context().Done()
				}
				c := f.client()
				took := stopwatch(t)
				_, err := c.ListAccounts(within(t, time.Second))
				took(time.Second, time.Second)
				wants(t, err, "waiting for the logon")
				time.Sleep(pause)
				synctest.Wait()
				equal(t, "logged off before Close", f.openSessions() == 0, pause > 0)
				ok(t, c.Close(t.Context()))
				took(3*time.Second, 3*time.Second) // the logon has two more seconds
				f.expect("DELETE ", 1)
				equal(t, "the number of sessions left", f.openSessions(), 0)
			})
		})
	}
}

func TestSession_StaysOpenIfTheListThatShouldShowItCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		status     int // 0 means that there is no response
		body, says string
	}{
		"no response":   {0, "", "find the session of"},
		"403":           {403, errorXML(403, "no"), "403 Forbidden: no"},
		"a page":        {200, "<html/>", "unexpected type"},
		"an empty list": {200, "<LogonSessions " + ns + "/>", "0 sessions"},
		"a session of another user": {
			200, "<LogonSessions " + ns + `><LogonSession><UserName>TECH\fox</UserName><SessionId>` + scopeID +
				"</SessionId></LogonSession></LogonSessions>", "0 sessions",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
					if c.status == 0 {
						drop(w)
						return
					}
					reply(w, c.status, c.body)
				})
				f.logon = f.opensUnreadable(nil, "")
				client := f.client()
				_, err := client.ListAccounts(t.Context())
				wants(t, err, "log on", "stays open until it has been idle for 15 minutes", c.says)
				wants(t, client.Close(t.Context()), c.says)
				f.expect("DELETE ", 0)
				f.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }
				ok(t, client.Close(t.Context())) // the server no longer knows the session
				f.expect("DELETE ", 0)
			})
		})
	}
}

func TestSession_LoggingOffAfterAFailedLogonTakesAtMost10Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		f.logon = f.opensUnreadable(http.Header{"Location": {"/api/logonSessions/" + scopeID}}, "")
		var ready atomic.Bool
		f.logoff = func(w http.ResponseWriter, r *http.Request) {
			if !ready.Load() {
				<-r.Context().Done()
				return
			}
			f.expire()
			w.WriteHeader(http.StatusNoContent)
		}
		c := f.client()
		took := stopwatch(t)
		_, err := c.ListAccounts(t.Context())
		took(10*time.Second, 10*time.Second)
		wants(t, err, "log on", "HTTP 201", "stays open until it has been idle for 15 minutes", "deadline exceeded")
		_, again := c.ListAccounts(t.Context())
		equal(t, "the error of the next request", again, err)
		f.expect("", 2)
		ready.Store(true)
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestSession_AReasonWhyASessionStaysOpenIsNotAReasonOfTheLogon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		f.logon = f.opensUnreadable(http.Header{"Location": {"/api/logonSessions/" + scopeID}}, "")
		f.logoff = func(w http.ResponseWriter, _ *http.Request) { reply(w, 403, errorXML(403, "not yours")) }
		_, err := f.client().ListAccounts(t.Context())
		wants(t, err, "stays open", "not yours")
		equal(t, "IsForbidden", IsForbidden(err), false)
	})
}

// logonWith returns a handler that responds to a logon with this SessionId.
func logonWith(id string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(tokenHeader, "t")
		reply(w, 201, "<LogonSession "+ns+"><UserName>u</UserName><SessionId>"+id+"</SessionId></LogonSession>")
	}
}

func TestSession_ALogonIsRetriedAfter503And429(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		var n atomic.Int32
		f.logon = func(w http.ResponseWriter, r *http.Request) {
			switch n.Add(1) {
			case 1:
				reply(w, 503, "")
			case 2:
				reply(w, 429, "")
			default:
				f.logOn(w, r)
			}
		}
		_, err := f.client().ListAccounts(t.Context())
		ok(t, err)
		f.expect("POST /sessionMngr/", 3)
	})
}

func TestSession_AnAbandonedLogonIsLoggedOffAndDoesNotFailTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		arrived, release := make(chan struct{}, 9), make(chan struct{})
		f.logon = func(w http.ResponseWriter, r *http.Request) {
			arrived <- struct{}{}
			<-release
			f.logOn(w, r)
		}
		c := f.client()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { _, err := c.ListAccounts(ctx); done <- err }()
		<-arrived
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want context.Canceled", err)
		}
		close(release)
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestSession_AnAbandonedLogonThatEndsAfterAnotherOneLeavesNoSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		var logons atomic.Int32
		release := make(chan struct{})
		f.logon = func(w http.ResponseWriter, r *http.Request) {
			if logons.Add(1) == 1 {
				<-release
			}
			f.logOn(w, r)
		}
		c := f.client()
		ctx, cancel := context.WithCancel(t.Context())
		go func() { _, _ = c.ListAccounts(ctx) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		second, err := c.session(t.Context(), nil)
		ok(t, err)
		close(release)
		synctest.Wait()
		equal(t, "the number of sessions", f.openSessions(), 2)
		current, err := c.session(t.Context(), nil)
		ok(t, err)
		equal(t, "the session", current, second)
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestSession_AHangingLogonIsCanceled2SecondsAfterTheLastCallerStopsWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		f.logon = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		c := f.client()
		took := stopwatch(t)
		errs := parallel(3, func(i int) error {
			_, err := c.ListAccounts(within(t, time.Duration(i+1)*time.Second))
			return err
		})
		took(3*time.Second, 3*time.Second)
		for _, err := range errs {
			wants(t, err, "waiting for the logon", "deadline exceeded")
			equal(t, "the error of every object", err, errs[0])
		}
		ok(t, c.Close(t.Context()))
		took(5*time.Second, 5*time.Second)
		f.expect("", 1)
	})
}

func TestSession_ASecondLogonIsTriedAgainAfterA500ButNotAfterA401(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		f.expire()
		f.logon = func(w http.ResponseWriter, _ *http.Request) { reply(w, 500, errorXML(500, "starting")) }
		_, err = c.ListAccounts(t.Context())
		wants(t, err, "log on", "starting")
		f.logon = nil
		_, err = c.ListAccounts(t.Context())
		ok(t, err)
		f.expire()
		f.logon = func(w http.ResponseWriter, _ *http.Request) { reply(w, 401, "") }
		_, err = c.ListAccounts(t.Context())
		wants(t, err, "log on", "401")
		f.logon = nil
		_, again := c.ListAccounts(t.Context())
		if again != err { //nolint:errorlint // the test is about the identity of the error
			t.Errorf("got %v, want the identical error %v", again, err)
		}
		f.expect("POST /sessionMngr/", 4)
	})
}

// A report that points to another one must not point to one of another failure.
func TestSession_AFailureHasOneErrorUntilAnotherFailureOrALogon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		fails := func(message string) error {
			t.Helper()
			f.expire()
			f.logon = func(w http.ResponseWriter, _ *http.Request) { reply(w, 500, errorXML(500, message)) }
			_, err := c.ListAccounts(t.Context())
			wants(t, err, "log on", message)
			return err
		}
		succeeds := func() {
			t.Helper()
			f.logon = nil
			_, err := c.ListAccounts(t.Context())
			ok(t, err)
		}
		succeeds()
		starting := fails("starting")
		equal(t, "the second error", fails("starting"), starting)
		down := fails("database is down")
		different := down != starting //nolint:errorlint // the test is about the identity of the error
		equal(t, "the error of another failure is another one", different, true)
		succeeds()
		later := fails("database is down")
		different = later != down //nolint:errorlint // as above
		equal(t, "the error after a logon is another one", different, true)
	})
}

func TestLogonError_OnlyTheFirstReportIsTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		f.logon = func(w http.ResponseWriter, _ *http.Request) { reply(w, 401, "") }
		c := f.client()
		first := parallel(20, func(int) error {
			_, err := c.ListAccounts(t.Context())
			var failed *LogonError
			if !errors.As(err, &failed) {
				t.Fatalf("got %v, want a LogonError", err)
			}
			equal(t, "the endpoint", failed.Endpoint, f.server.URL+"/api/")
			if failed.FirstReport() {
				return err
			}
			return nil
		})
		equal(t, "the number of first reports", len(slices.DeleteFunc(first, func(e error) bool { return e == nil })), 1)
	})
}

func TestSession_ATokenThatIsNeverAcceptedDoesNotCauseALogonForEachRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 401, "") })
		c := f.client()
		for range 5 {
			_, err := c.ListAccounts(t.Context())
			if !IsUnauthorized(err) {
				t.Fatalf("got %v, want a 401", err)
			}
		}
		f.expect("POST /sessionMngr/", 2)
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestSession_A500ForAReadMayMeanAnUnknownSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		f.unknown = http.StatusInternalServerError
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		f.expire()
		for _, err := range parallel(20, func(int) error { _, err := c.ListAccounts(t.Context()); return err }) {
			ok(t, err)
		}
		f.expect("POST /sessionMngr/", 2)
		ok(t, c.Close(t.Context()))
		f.expect("DELETE /logonSessions/", 2)
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestSession_APersistent500IsReportedAndCausesOneLogon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, databaseIsDown)
		c := f.client()
		for range 10 {
			_, err := c.ListAccounts(t.Context())
			wants(t, err, "list the accounts", "500", "database is down")
		}
		f.expect("POST /sessionMngr/", 2)
		f.expect("GET ", 11)
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestSession_A500ForADeleteDoesNotMeanAnUnknownSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 500, errorXML(500, "the last role cannot be removed"))
		})
		err := f.client().RemoveAccountRole(t.Context(), accountID, roleID)
		wants(t, err, "the last role cannot be removed", roleID, accountID)
		f.expect("POST /sessionMngr/", 1)
		f.expect("DELETE ", 1)
	})
}

func TestSession_ASessionThatExpiredAfter15IdleMinutesIsReplacedByOneLogon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		f.idle = 15 * time.Minute
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		time.Sleep(f.idle - 1)
		_, err = c.ListAccounts(t.Context())
		ok(t, err)
		f.expect("POST /sessionMngr/", 1)
		time.Sleep(f.idle)
		took := stopwatch(t)
		for _, err := range parallel(20, func(int) error { _, err := c.ListAccounts(t.Context()); return err }) {
			ok(t, err)
		}
		took(0, 0)
		f.expect("POST /sessionMngr/", 2)
		time.Sleep(f.idle)
		ok(t, c.DeleteAccount(t.Context(), accountID))
		f.expect("POST /sessionMngr/", 3)
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func databaseIsDown(w http.ResponseWriter, _ *http.Request) {
	reply(w, 500, errorXML(500, "database is down"))
}

func TestSession_A500CausesAtMostOneLogonIn5Minutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, databaseIsDown)
		c := f.client()
		for i, step := range []struct {
			after  time.Duration
			logons int
		}{{0, 2}, {5*time.Minute - 1, 2}, {1, 3}, {5*time.Minute - 1, 3}, {1, 4}} {
			time.Sleep(step.after)
			_, err := c.ListAccounts(t.Context())
			wants(t, err, "database is down")
			if got := len(f.received("POST /sessionMngr/")); got != step.logons {
				t.Errorf("after step %d there were %d logons, want %d", i, got, step.logons)
			}
		}
	})
}

func TestSession_ARequestThatGetsA500WaitsForTheLogonThatAnotherRequestCauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		f.unknown = http.StatusInternalServerError
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		f.expire()
		s, err := c.session(t.Context(), nil)
		ok(t, err)
		equal(t, "the first 500 causes a logon", c.sessions.mayBeUnknown(s), true) // which has not begun
		_, err = c.ListAccounts(t.Context())
		ok(t, err)
		f.expect("POST /sessionMngr/", 2)
	})
}

func TestSession_AFailedLogonAfterA500DoesNotShortenTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, databaseIsDown)
		c := f.client()
		_, err := c.LogonNames(t.Context())
		ok(t, err)
		f.logon = func(w http.ResponseWriter, _ *http.Request) { reply(w, 500, errorXML(500, "no logon either")) }
		for range 5 {
			_, err := c.ListAccounts(t.Context())
			wants(t, err, "database is down")
		}
		f.expect("POST /sessionMngr/", 2)
	})
}

func TestSession_ALogonWithoutAResponseIsTriedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		f.logon = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		took := stopwatch(t)
		_, err := f.client().ListAccounts(t.Context())
		took(60*time.Second, 60*time.Second)
		wants(t, err, "log on", timedOut)
		f.expect("", 1)
	})
}

func TestClose_WaitsForALogonInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		arrived, release := make(chan struct{}, 1), make(chan struct{})
		f.logon = func(w http.ResponseWriter, r *http.Request) {
			arrived <- struct{}{}
			<-release
			f.logOn(w, r)
		}
		c := f.client()
		done := make(chan error, 1)
		go func() { _, err := c.ListAccounts(t.Context()); done <- err }()
		<-arrived
		time.AfterFunc(20*time.Second, func() { close(release) })
		took := stopwatch(t)
		ok(t, c.Close(t.Context()))
		took(20*time.Second, 20*time.Second)
		if err := <-done; !errors.Is(err, ErrClosed) {
			t.Errorf("the request that waited for the logon returned %v, want ErrClosed", err)
		}
		equal(t, "the number of sessions left", f.openSessions(), 0)
		f.expect("GET ", 0)
	})
}

func TestClose_EndsWithItsContextAndCanBeCalledAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		f.mu.Lock()
		saved := f.open
		f.open, f.unknown = map[string]string{}, 503
		f.mu.Unlock()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		took := stopwatch(t)
		if err := c.Close(ctx); err == nil {
			t.Fatal("Close returned no error although it could not log off a session")
		}
		took(50*time.Millisecond, 50*time.Millisecond)
		f.mu.Lock()
		f.open = saved
		f.mu.Unlock()
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestClose_DoesNotAcceptAPageOfAProxy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		f.logoff = func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 200, "<html><title>Log in</title></html>")
		}
		wants(t, c.Close(t.Context()), "log off", "HTTP 200", "Log in")
		f.logoff = nil
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestClose_ACallThatWaitsForAnotherEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		release := make(chan struct{})
		f.logoff = func(w http.ResponseWriter, _ *http.Request) {
			<-release
			f.expire()
			w.WriteHeader(http.StatusNoContent)
		}
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		first := make(chan error)
		go func() { first <- c.Close(t.Context()) }()
		synctest.Wait()
		took := stopwatch(t)
		err = c.Close(within(t, 5*time.Second))
		took(5*time.Second, 5*time.Second)
		wants(t, err, "log off", "another call", "deadline exceeded")
		close(release)
		ok(t, <-first)
		ok(t, c.Close(t.Context()))
		f.expect("DELETE ", 1)
	})
}

// logsOnAgain returns a client that has a session and is logging on again, because of a 500. The logon ends when the
// test closes release.
func (f *fake) logsOnAgain(release <-chan struct{}) *Client {
	f.t.Helper()
	c := f.client()
	if _, err := c.LogonNames(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	f.logon = func(w http.ResponseWriter, r *http.Request) { <-release; f.logOn(w, r) }
	go func() { _, _ = c.ListAccounts(f.t.Context()) }()
	synctest.Wait()
	return c
}

func TestSession_ARequestWaitsForALogonInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, databaseIsDown)
		release := make(chan struct{})
		c := f.logsOnAgain(release)
		go func() { _, _ = c.ListAccounts(t.Context()) }()
		synctest.Wait()
		f.expect("GET ", 1)
		close(release)
		synctest.Wait()
		f.expect("GET ", 3)
		f.expect("POST /sessionMngr/", 2)
	})
}

func TestClose_LogsOffTheSessionsThatExistWhileALogonIsInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, databaseIsDown)
		release := make(chan struct{})
		c := f.logsOnAgain(release)
		err := c.Close(within(t, time.Second))
		wants(t, err, "log off: a logon is still in progress", "deadline exceeded")
		equal(t, "the number of sessions left", f.openSessions(), 0)
		close(release)
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left in the end", f.openSessions(), 0)
		f.expect("DELETE ", 2)
	})
}

func TestClose_ReportsSessionsThatStayOpenAfterALogonInProgress(t *testing.T) {
	for when, ends := range map[string]time.Duration{"it goes on": 20 * time.Second, "it ends": time.Second} {
		t.Run(when, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, databaseIsDown)
				release := make(chan struct{})
				c := f.logsOnAgain(release)
				var ready atomic.Bool
				f.logoff = func(w http.ResponseWriter, r *http.Request) {
					if !ready.Load() {
						<-r.Context().Done()
						return
					}
					f.expire()
					w.WriteHeader(http.StatusNoContent)
				}
				time.AfterFunc(ends, func() { close(release) })
				wants(t, c.Close(within(t, 10*time.Second)), `log off SRV12\Administrator`, "deadline exceeded")
				ready.Store(true)
				ok(t, c.Close(t.Context()))
				equal(t, "the number of sessions left", f.openSessions(), 0)
			})
		})
	}
}

func TestClose_LogsOffEachSessionOnceIfALogonEndsMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, databaseIsDown)
		release := make(chan struct{})
		c := f.logsOnAgain(release)
		f.logoff = func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(10 * time.Second)
			f.mu.Lock()
			delete(f.open, r.Header.Get(tokenHeader))
			f.mu.Unlock()
			w.WriteHeader(http.StatusNoContent)
		}
		time.AfterFunc(time.Second, func() { close(release) })
		ok(t, c.Close(t.Context()))
		f.expect("DELETE ", 2)
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}
