// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// status returns a handler that responds with a status and without a body.
func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// cutShort sends a part of the response and resets the connection.
func cutShort(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, accountList())
	drop(w)
}

func TestRetries_DependOnTheClassOfTheRequest(t *testing.T) {
	dropped := func(w http.ResponseWriter, _ *http.Request) { drop(w) }
	for _, tc := range []struct {
		name                string
		fault               http.HandlerFunc
		read, remove, write int // attempts, of at most 3
		unknown             bool
	}{
		{"429", status(429), 3, 3, 3, false},
		{"502", status(502), 3, 3, 1, true},
		{"503", status(503), 3, 3, 1, true},
		{"504", status(504), 3, 3, 1, true},
		{"500", status(500), 2, 1, 1, true}, // the second read is in a new session
		{"501", status(501), 1, 1, 1, false},
		{"400", status(400), 1, 1, 1, false},
		{"403", status(403), 1, 1, 1, false},
		{"404", status(404), 1, 1, 1, false},
		{"reset", dropped, 4, 3, 1, true}, // net/http itself retries a GET once if a reused connection breaks
		{"cut short", cutShort, 3, 3, 1, true},
	} {
		for kind, r := range map[string]struct {
			request  *request
			attempts int
		}{
			"read":   {get("read", "x", "security/accounts/x"), tc.read},
			"delete": {remove("delete", "x", "security/accounts/x"), tc.remove},
			"write":  {post("change", "x", "security/accounts/x", nil), tc.write},
		} {
			t.Run(tc.name+" "+kind, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFake(t, tc.fault)
					_, err := f.client().write(t.Context(), r.request)
					if err == nil {
						t.Fatal("no error")
					}
					f.expect(r.request.method+" /security/accounts/x", r.attempts)
					equal(t, "uncertain", IsUncertain(err), tc.unknown && kind == "write")
				})
			})
		}
	}
}

func TestRetries_AReadSucceedsAfterTwoFailures(t *testing.T) {
	for name, tc := range map[string]struct {
		fault       http.HandlerFunc
		least, most time.Duration
	}{
		"503":       {status(503), pausesMin, pausesMax},
		"429":       {status(429), pausesMin, pausesMax},
		"cut short": {cutShort, pausesMin, pausesMax},
		// The first retry is that of net/http, which does not pause.
		"reset": {func(w http.ResponseWriter, _ *http.Request) { drop(w) }, pauseMin, pauseMax},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n atomic.Int32
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if n.Add(1) < 3 {
						tc.fault(w, r)
						return
					}
					reply(w, 200, accountList(accountDoc(accountID, `TECH\william.fox`, true)))
				})
				took := stopwatch(t)
				list, err := f.client().ListAccounts(t.Context())
				ok(t, err)
				equal(t, "the number of accounts", len(list), 1)
				took(tc.least, tc.most)
			})
		})
	}
}

func TestRetries_AWriteIsRetriedIfTheConnectionIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.LogonNames(t.Context())
		ok(t, err)
		c.sender.CloseIdleConnections()
		f.server.Close()
		took := stopwatch(t)
		_, err = c.write(t.Context(), post("change", "x", "security/accounts/x", nil))
		took(pausesMin, pausesMax)
		e := failure(t, err, "connection refused", "3 attempts")
		equal(t, "uncertain", IsUncertain(err), false)
		equal(t, "the status", e.Status, 0)
	})
}

func TestRetries_EachAttemptHasItsOwnTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) == 1 {
				<-r.Context().Done()
				return
			}
			reply(w, 200, accountList())
		})
		took := stopwatch(t)
		_, err := f.client().ListAccounts(t.Context())
		ok(t, err)
		f.expect("GET ", 2)
		took(60*time.Second+pauseMin, 60*time.Second+pauseMax)
	})
}

func TestRetries_HonorRetryAfterUpTo30Seconds(t *testing.T) {
	in := func(d time.Duration) func() string {
		return func() string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	}
	for name, tc := range map[string]struct {
		header func() string
		want   time.Duration
	}{
		"now":                {func() string { return "0" }, 0},
		"7 s":                {func() string { return "7" }, 7 * time.Second},
		"30 s":               {func() string { return "30" }, 30 * time.Second},
		"31 s":               {func() string { return "31" }, 30 * time.Second},
		"an hour":            {func() string { return "3600" }, 30 * time.Second},
		"a date in 30 s":     {in(30 * time.Second), 30 * time.Second},
		"a date in 1 h":      {in(time.Hour), 30 * time.Second},
		"a date in the past": {in(-time.Hour), 0},
	} {
		for _, status := range []int{429, 503} {
			t.Run(fmt.Sprint(name, ", ", status), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var n atomic.Int32
					f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
						if n.Add(1) == 1 {
							w.Header().Set("Retry-After", tc.header())
							w.WriteHeader(status)
							return
						}
						listsNoAccounts(w, r)
					})
					_, err := f.client().ListAccounts(t.Context())
					ok(t, err)
					gets := f.received("GET ")
					equal(t, "the number of requests", len(gets), 2)
					equal(t, "the pause", gets[1].at.Sub(gets[0].at), tc.want)
				})
			})
		}
	}
}

func TestRetries_AnAttemptWithoutAResponseEndsAfterExactly60Seconds(t *testing.T) {
	for name, tc := range map[string]struct {
		request  *request
		attempts int
	}{
		"read":   {get("read", "x", "security/accounts/x"), 3},
		"delete": {remove("delete", "x", "security/accounts/x"), 3},
		"write":  {post("change", "x", "security/accounts/x", nil), 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
				cfg := f.config()
				var durations []any // of the attempts, in milliseconds
				cfg.Log = func(_ context.Context, _ string, fields map[string]any) {
					if fields["op"] != opLogon {
						durations = append(durations, fields["duration_ms"])
					}
				}
				took := stopwatch(t)
				_, err := f.clientOf(cfg).write(t.Context(), tc.request)
				wants(t, err, timedOut)
				equal(t, "uncertain", IsUncertain(err), name == "write")
				want := slices.Repeat([]any{int64(60_000)}, tc.attempts)
				equal(t, "the durations", fmt.Sprint(durations), fmt.Sprint(want))
				if tc.attempts == 1 {
					took(60*time.Second, 60*time.Second)
				} else {
					took(180*time.Second+pausesMin, 180*time.Second+pausesMax)
				}
			})
		})
	}
}

func TestRetries_TheTimeLimitOfAnAttemptCanBeConfigured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		cfg := f.config()
		cfg.RequestTimeout, cfg.MaxRetries = 7*time.Second, 0
		took := stopwatch(t)
		_, err := f.clientOf(cfg).ListAccounts(t.Context())
		wants(t, err, "no complete response within 7s")
		equal(t, "it is a DeadlineExceeded", errors.Is(err, context.DeadlineExceeded), true)
		took(7*time.Second, 7*time.Second)
	})
}

func TestRetries_TheTimeLimitOfAnAttemptIncludesTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) == 1 {
				w.Header().Set("Content-Length", "1000")
				_, _ = io.WriteString(w, accountList()[:20])
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
				return
			}
			listsNoAccounts(w, r)
		})
		took := stopwatch(t)
		_, err := f.client().ListAccounts(t.Context())
		ok(t, err)
		took(60*time.Second+pauseMin, 60*time.Second+pauseMax)
		n.Store(0)
		cfg := f.config()
		cfg.MaxRetries = 0
		_, err = f.clientOf(cfg).ListAccounts(t.Context())
		wants(t, err, timedOut)
	})
}

func TestRetries_TheErrorOfTheContextDescribesThePreviousAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		_, err := f.client().ListAccounts(within(t, 90*time.Second))
		wants(t, err, "the previous attempt ended with: "+timedOut, "context deadline exceeded")
	})
}

func TestRetries_TheContextEndsAPauseImmediately(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "20")
			w.WriteHeader(503)
		})
		c := f.client()
		took := stopwatch(t)
		_, err := c.ListAccounts(within(t, 50*time.Millisecond))
		wants(t, err, "HTTP 503", "deadline exceeded")
		took(50*time.Millisecond, 50*time.Millisecond)
	})
}

func TestRedirect_IsNeverFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reached := atomic.Bool{}
		other := memnet.NewServer(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
		other.Start()
		location := strings.Replace(other.URL, "http://", "http://user:secret@", 1) + "/api/x?token=y"
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, location, http.StatusTemporaryRedirect)
		})
		_, err := f.client().ListAccounts(t.Context())
		e := failure(t, err, "307", "not followed", other.URL+"/api/x")
		equal(t, "the status", e.Status, 307)
		if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "token=") {
			t.Errorf("the error contains secrets of the location: %v", err)
		}
		if reached.Load() {
			t.Error("the client has followed the redirect")
		}
	})
}

func TestHref_IsNeverDialled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPost:
				w.Header().Set("Location", "https://other.invalid:1/api/security/accounts/"+strings.ToUpper(accountID))
				reply(w, 201, "")
			case strings.HasSuffix(r.URL.Path, "/accounts"):
				reply(w, 200, accountList())
			default:
				doc := accountDoc(accountID, "a", true)
				reply(w, 200, strings.ReplaceAll(doc, "enterprise04.tech.local:9398", "other.invalid:1"))
			}
		})
		c := f.client()
		id, err := c.CreateAccount(t.Context(), spec)
		ok(t, err)
		equal(t, "the ID", id, accountID)
		_, err = c.GetAccount(t.Context(), id)
		ok(t, err)
	})
}

func TestResponses_OfAnUnexpectedTypeAreErrorsAndNeverEmptyValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := map[string]func(context.Context, *Client) error{
			"ListAccounts":   func(ctx context.Context, c *Client) error { _, err := c.ListAccounts(ctx); return err },
			"GetAccount":     func(ctx context.Context, c *Client) error { _, err := c.GetAccount(ctx, accountID); return err },
			"ListRoles":      func(ctx context.Context, c *Client) error { _, err := c.ListRoles(ctx); return err },
			"ListScopes":     func(ctx context.Context, c *Client) error { _, err := c.ListScopes(ctx, accountID); return err },
			"HierarchyRoots": func(ctx context.Context, c *Client) error { _, err := c.HierarchyRoots(ctx); return err },
			"GetTask": func(ctx context.Context, c *Client) error {
				_, err := c.GetTask(ctx, Task{ID: "task-1"})
				return err
			},
			"DeleteAccount": func(ctx context.Context, c *Client) error { return c.DeleteAccount(ctx, accountID) },
			"Lookup": func(ctx context.Context, c *Client) error {
				_, err := c.Lookup(ctx, rootID, "*", "Vm")
				return err
			},
			"ListAccountRoles": func(ctx context.Context, c *Client) error {
				_, err := c.ListAccountRoles(ctx, accountID)
				return err
			},
		}
		bodies := map[string]string{
			"a page":          "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Hello</body></html>",
			"loose HTML":      "<html><br>Hello",
			"garbage":         "\x00\x01garbage\xff",
			"JSON":            `{"Refs":[]}`,
			"truncated":       `<EntityReferences ` + ns + `><Ref UID="urn:veeam:x:`,
			"wrong namespace": `<EntityReferences xmlns="http://example.com/"/>`,
			"no namespace":    `<EntityReferences/>`,
			"wrong type":      `<LogonSessions ` + ns + `/>`,
			"an error as 200": errorXML(500, "broken inside"),
			"two documents":   `<EntityReferences ` + ns + `/><EntityReferences ` + ns + `/>`,
		}
		for what, body := range bodies {
			f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
			for name, call := range calls {
				if name == "DeleteAccount" && (what == "wrong type" || what == "two documents") {
					continue // comes from the API, and the content of the response to a DELETE does not matter
				}
				c := f.client()
				err := call(t.Context(), c)
				if err == nil {
					t.Errorf("%s accepts %s", name, what)
					continue
				}
				e := failure(t, err)
				equal(t, name+" with "+what+": the status", e.Status, 200)
				if e.Op == "" || e.Object == "" {
					t.Errorf("%s with %s: the error %v has no operation or no object", name, what, err)
				}
				if what != "garbage" && !strings.Contains(err.Error(), clip(body, 200)) {
					t.Errorf("%s with %s: the error %v does not quote the response", name, what, err)
				}
			}
		}
		empty := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "") })
		for name, call := range calls {
			err := call(t.Context(), empty.client())
			if name == "DeleteAccount" {
				ok(t, err)
				continue
			}
			if err == nil {
				t.Errorf("%s accepts an empty response", name)
				continue
			}
			wants(t, err, "empty")
		}
	})
}

func TestResponses_AreLimitedInSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			chunk := bytes.Repeat([]byte(" "), 1<<20)
			for range 17 {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		})
		_, err := f.client().GetAccount(t.Context(), accountID)
		wants(t, err, "the response is larger than 16 MiB")
		f.expect("GET ", 1)
		_, err = f.client().FindAccount(t.Context(), "User", "fox")
		wants(t, err, "an element of the response is larger than 16 MiB")
		f.expect("GET ", 3) // references, and then entities
	})
}

// An entity is three times as large as a reference, and 14,300 entities have 16 MiB.
func TestListAccounts_ReadsListsThatAreLargerThanOtherResponses(t *testing.T) {
	const accounts = 20_000
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			list := make([]string, accounts)
			for n := range list {
				id := fmt.Sprintf("%08x%s", n, accountID[8:])
				name := fmt.Sprintf(`TECH\user%d`, n)
				list[n] = accountEntityDoc(id, "User", name, inlineRole+strings.Repeat(" ", 800)+vmsAllowed)
			}
			reply(w, 200, accountList(list...))
		})
		list, err := f.client().ListAccounts(t.Context())
		ok(t, err)
		equal(t, "the number of accounts", len(list), accounts)
		equal(t, "the last one", list[accounts-1].Name, `TECH\user19999`)
		equal(t, "what the list does not show of it", list[accounts-1].Lacks, "")
		f.expect("GET ", 1)
	})
}

func TestErrors_ContainTheMessageOfTheServerWithoutItsStackTrace(t *testing.T) {
	for name, tc := range map[string]struct {
		status  int
		body    string
		message string
		gone    bool
	}{
		"XML": {404, errorXML(404, "No such account"), "No such account", true},
		"JSON": {404, `{"FirstChanceExceptionMessage":null,"Message":"No such account",
			"StackTrace":"at Veeam.Secret.Place()","Status":null,"StatusCode":404}`, "No such account", true},
		"HTML": {
			404, "<html><head><title>404\n Not Found</title></head><body>nginx</body></html>", "404 Not Found", false,
		},
		"other JSON":    {404, `{"message":"no route matched"}`, "no route matched", false},
		"other XML":     {404, `<Error xmlns="http://other/"><Message>NoSuchKey</Message></Error>`, "NoSuchKey", false},
		"truncated XML": {404, `<Error ` + ns + ` Message="half`, `<Error ` + ns + ` Message="half`, false},
		"a long message": {
			400, errorXML(400, strings.Repeat("x", 5000)), strings.Repeat("x", httpkit.MaxMessage) + "...", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, tc.status, tc.body) })
				_, err := f.client().GetAccount(t.Context(), accountID)
				e := failure(t, err, "read account "+accountID, fmt.Sprint(tc.status))
				equal(t, "the status", e.Status, tc.status)
				equal(t, "the message", e.Message, tc.message)
				equal(t, "IsNotFound", IsNotFound(err), tc.gone)
				if strings.Contains(err.Error(), "Secret.Place") {
					t.Errorf("the error contains the stack trace: %v", err)
				}
			})
		})
	}
}

func TestErrors_SayWhatIsKnown(t *testing.T) {
	const exists = `the User account "x" already exists, with ID 1`
	cause := errors.New("the cause")
	for want, err := range map[string]error{
		"read x":                           &Error{Op: "read", Object: "x"},
		"read x: HTTP 404 Not Found":       &Error{Op: "read", Object: "x", Status: 404},
		"read x: HTTP 400 Bad Request: no": &Error{Op: "read", Object: "x", Status: 400, Message: "no"},
		"read x: no: the cause":            &Error{Op: "read", Object: "x", Message: "no", Err: cause},
		"read x: the cause (it is not known whether the server carried this out)": &Error{
			Op: "read", Object: "x", Err: cause, unknown: true,
		},
		exists: &AccountExistsError{ID: "1", Type: "User", Name: "x"},
		exists + "; it was not listed before the request: the cause": &AccountExistsError{
			ID: "1", Type: "User", Name: "x", Err: cause,
		},
		exists + "; the server may call the requested account by this name: the cause": &AccountExistsError{
			ID: "1", Type: "User", Name: "x", Err: cause, Renamed: true,
		},
	} {
		equal(t, "the text", err.Error(), want)
	}
}

func TestErrors_AreFoundAmongJoinedOnes(t *testing.T) {
	other, forbidden := errors.New("other"), &Error{Status: 403}
	equal(t, "one of them", IsForbidden(errors.Join(other, forbidden)), true)
	equal(t, "none of them", IsForbidden(errors.Join(other, &Error{Status: 404})), false)
}

func TestIsNotFound_IsFalseForAMissingCollection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 404, errorXML(404, "no")) })
		c := f.client()
		_, list := c.ListAccounts(t.Context())
		_, find := c.FindAccount(t.Context(), "User", "x")
		_, roots := c.HierarchyRoots(t.Context())
		for _, err := range []error{list, find, roots} {
			if err == nil || IsNotFound(err) {
				t.Errorf("got %v, want an error for which IsNotFound is false", err)
			}
		}
		for _, err := range []error{
			c.DeleteAccount(t.Context(), accountID), c.RemoveScope(t.Context(), accountID, scopeID),
			c.RemoveAccountRole(t.Context(), accountID, roleID), c.DeleteTask(t.Context(), Task{ID: "task-1"}),
		} {
			ok(t, err)
		}
	})
}

func TestDeleteAccount_FailsIfTheResponseIsA404OfAProxy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 404, "<html><title>Not here</title></html>")
		})
		if err := f.client().DeleteAccount(t.Context(), accountID); err == nil || IsNotFound(err) {
			t.Errorf("got %v, want an error for which IsNotFound is false", err)
		}
	})
}

func TestIDs_AreCheckedBeforeTheyBecomePartOfAPath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		ctx := t.Context()
		for _, bad := range []string{"", "1", "../roles", accountID + "/roles", accountID + "?x", "{" + accountID + "}"} {
			_, e1 := c.GetAccount(ctx, bad)
			_, e2 := c.ListScopes(ctx, bad)
			_, e3 := c.Lookup(ctx, bad, "*", "")
			_, e4 := c.GetTask(ctx, Task{ID: bad + "/"})
			_, e5 := c.AddScopes(ctx, bad, nil, nil)
			_, e6 := c.ListAccountRoles(ctx, bad)
			for _, call := range []struct {
				op  string
				err error
			}{
				{"read account", e1},
				{"list the restore scopes", e2},
				{"look up", e3},
				{"read", e4},
				{"add", e5},
				{"list the roles of", e6},
				{"delete account", c.DeleteAccount(ctx, bad)},
				{"remove a restore scope from", c.RemoveScope(ctx, accountID, bad)},
				{"remove a role from", c.RemoveAccountRole(ctx, accountID, bad)},
				{"remove a role from", c.RemoveAccountRole(ctx, bad, roleID)},
				{"add a role to", c.AddAccountRole(ctx, bad, roleID)},
				{"add a role to", c.AddAccountRole(ctx, accountID, bad)},
			} {
				wants(t, call.err, call.op)
			}
		}
		f.expect("", 0)
	})
}

// tlsClient starts a server with TLS and returns a client, whose configuration change can modify, and the server.
func tlsClient(t *testing.T, change func(*Config, *httptest.Server)) (*Client, *httptest.Server) {
	t.Helper()
	f := unstarted(t, listsNoAccounts)
	f.server.StartTLS()
	cfg := f.config()
	change(&cfg, f.server)
	return f.clientOf(cfg), f.server
}

func TestTLS_TheErrorForAnUnknownAuthorityDescribesTheCertificate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := tlsClient(t, func(*Config, *httptest.Server) {})
		_, err := c.ListAccounts(t.Context())
		var shown *CertificateError
		if !errors.As(err, &shown) {
			t.Fatalf("got %v, want a CertificateError", err)
		}
		equal(t, "the fingerprint", shown.SHA256, httpkit.Fingerprint(s.Certificate()))
		equal(t, "the subject", shown.Subject, s.Certificate().Subject.String())
		wants(t, err, shown.SHA256, shown.Subject)
	})
}

func TestTLS_ACAFromTheConfigurationIsTrusted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := tlsClient(t, func(cfg *Config, s *httptest.Server) {
			cfg.CAPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
		})
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
	})
}

func TestTLS_VerificationCanBeSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := tlsClient(t, func(cfg *Config, _ *httptest.Server) { cfg.InsecureSkipVerify = true })
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
	})
}

func TestTLS_OnlyThePinnedCertificateIsTrusted(t *testing.T) {
	for name, pin := range map[string]func(string) string{
		"as in an error": func(s string) string { return s },
		"lower case":     strings.ToLower,
		"without colons": func(s string) string { return strings.ReplaceAll(s, ":", "") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _ := tlsClient(t, func(cfg *Config, s *httptest.Server) {
					cfg.PinnedSHA256 = []string{pin(httpkit.Fingerprint(s.Certificate()))}
				})
				_, err := c.ListAccounts(t.Context())
				ok(t, err)
			})
		})
	}
	for name, change := range map[string]func(*Config, *httptest.Server){
		"without a CA": func(*Config, *httptest.Server) {},
		"with the right CA": func(cfg *Config, s *httptest.Server) {
			cfg.CAPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
		},
	} {
		t.Run("another certificate, "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, s := tlsClient(t, func(cfg *Config, s *httptest.Server) {
					cfg.PinnedSHA256 = []string{strings.Repeat("ab", 32)}
					change(cfg, s)
				})
				_, err := c.ListAccounts(t.Context())
				var shown *CertificateError
				if !errors.As(err, &shown) {
					t.Fatalf("got %v, want a CertificateError", err)
				}
				equal(t, "the fingerprint", shown.SHA256, httpkit.Fingerprint(s.Certificate()))
			})
		})
	}
}

func TestTLS_VersionsOlderThan12AreRejected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := unstarted(t, listsNoAccounts)
		f.server.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
		f.server.StartTLS()
		cfg := f.config()
		cfg.InsecureSkipVerify = true
		_, err := f.clientOf(cfg).ListAccounts(t.Context())
		wants(t, err, "protocol version")
		f.expect("", 0)
	})
}

func TestConnections_AreReused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "scopes") {
				reply(w, 403, errorXML(403, "no license"))
				return
			}
			reply(w, 200, accountList())
		})
		c := f.client()
		for range 20 {
			_, err := c.ListAccounts(t.Context())
			ok(t, err)
			_, err = c.ListScopes(t.Context(), accountID)
			wants(t, err, "no license")
			// A request that ends must not close the connections of others.
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err = c.ListAccounts(ctx)
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		f.expectConnections(1)
	})
}
