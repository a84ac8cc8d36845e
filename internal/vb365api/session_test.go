// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// empty answers each request with an empty list.
func empty(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "[]") }

// ping sends a request that needs a token.
func ping(ctx context.Context, c *Client) error {
	return c.write(ctx, get("list", "the roles", "RbacRoles"))
}

func TestSession_GetsOneTokenForAllGoroutinesAndLogsOff(t *testing.T) {
	for version, form := range map[string]string{
		V6: "grant_type=password&password=" + password + "&username=TECH%5Cadministrator",
		V7: "disable_antiforgery_token=true&grant_type=password&password=" + password + "&username=TECH%5Cadministrator",
		V8: "disable_antiforgery_token=true&grant_type=password&password=" + password + "&username=TECH%5Cadministrator",
	} {
		t.Run(version, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, empty)
				f.version = version
				c := f.client()
				var all sync.WaitGroup
				for range 20 {
					all.Go(func() {
						if err := ping(t.Context(), c); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
				f.expect("POST /token", 1)
				equal(t, "the form", f.received("POST /token")[0].body, form)
				equal(t, "the content type", f.received("POST /token")[0].header.Get("Content-Type"),
					"application/x-www-form-urlencoded")
				equal(t, "the authorization", f.received("GET /RbacRoles")[0].header.Get("Authorization"),
					"Bearer access-token-1")
				ok(t, c.Close(t.Context()))
				ok(t, c.Close(t.Context()))
				logouts := 1
				if version == V6 {
					logouts = 0
				}
				f.expect("POST /token/logout", logouts)
				if err := ping(t.Context(), c); !errors.Is(err, ErrClosed) {
					t.Errorf("a request after Close returned %v, want ErrClosed", err)
				}
			})
		})
	}
}

func TestClose_SendsNothingWithoutAToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		ok(t, f.client().Close(t.Context()))
		f.expect("", 0)
	})
}

func TestClose_TriesAgainIfTheServerDidNotLogOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		f.logout = func(w http.ResponseWriter, _ *http.Request) { reply(w, 500, `{"message":"broken"}`) }
		c := f.client()
		ok(t, ping(t.Context(), c))
		wants(t, c.Close(t.Context()), "log off as "+username, "HTTP 500", "broken")
		f.logout = nil
		ok(t, c.Close(t.Context()))
		f.expect("POST /token/logout", 2)
	})
}

// A session goes on as long as its refresh token is valid.
func TestClose_LogsOffASessionWhoseAccessTokenHasEnded(t *testing.T) {
	for name, tc := range map[string]struct {
		expire  []string
		grants  string
		logouts int
	}{
		"the access token has ended": {[]string{"access"}, "password refresh_token", 2},
		"both tokens have ended":     {nil, "password refresh_token", 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, empty)
				c := f.client()
				ok(t, ping(t.Context(), c))
				f.expire(tc.expire...)
				ok(t, c.Close(t.Context()))
				equal(t, "the grants", f.grants(), tc.grants)
				f.expect("POST /token/logout", tc.logouts)
			})
		})
	}
}

func TestClose_LogsOffTheSessionThatALogonReplaced(t *testing.T) {
	for _, status := range []int{500, 400} { // the session has ended if the server refuses the refresh token
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, empty)
			f.lifetime = 100
			f.grant = func(w http.ResponseWriter, form url.Values) bool {
				if form.Get("grant_type") == "password" {
					return false
				}
				reply(w, status, `{"message":"m"}`)
				return true
			}
			var loggedOff []string
			f.logout = func(_ http.ResponseWriter, r *http.Request) {
				loggedOff = append(loggedOff, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer access-token-"))
			}
			c := f.client()
			ok(t, ping(t.Context(), c))
			time.Sleep(95 * time.Second)
			ok(t, ping(t.Context(), c))
			ok(t, c.Close(t.Context()))
			equal(t, "the grants", f.grants(), "password refresh_token password")
			equal(t, "the sessions", strings.Join(loggedOff, " "), map[int]string{500: "2 1", 400: "2"}[status])
		})
	}
}

func TestClose_LogsOffTheTokenOfALogonThatWasInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		f.grant = func(http.ResponseWriter, url.Values) bool { time.Sleep(time.Second); return false }
		c := f.client()
		ctx, cancel := context.WithCancel(t.Context())
		lost := make(chan error)
		go func() { lost <- ping(ctx, c) }()
		synctest.Wait()
		cancel()
		wants(t, <-lost, "waiting for the logon")
		ok(t, c.Close(t.Context()))
		f.expect("POST /token/logout", 1)
	})
}

func TestSession_IsRenewedBeforeItsEnd(t *testing.T) {
	for _, tc := range []struct {
		lifetime    int
		early, late time.Duration
	}{
		{3600, 3539 * time.Second, 3541 * time.Second},
		{100, 89 * time.Second, 91 * time.Second},
	} {
		t.Run(fmt.Sprint(tc.lifetime), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, empty)
				f.lifetime = tc.lifetime
				c := f.client()
				ok(t, ping(t.Context(), c))
				time.Sleep(tc.early)
				ok(t, ping(t.Context(), c))
				equal(t, "the grants", f.grants(), "password")
				time.Sleep(tc.late - tc.early)
				ok(t, ping(t.Context(), c))
				equal(t, "the grants", f.grants(), "password refresh_token")
				f.expect("GET /RbacRoles", 3)
				equal(t, "the form", f.received("POST /token")[1].body,
					"disable_antiforgery_token=true&grant_type=refresh_token&refresh_token=refresh-token-1")
			})
		})
	}
}

func TestSession_IsRenewedOnceAfterA401(t *testing.T) {
	for name, tc := range map[string]struct {
		expire []string
		grants string
	}{
		"with the refresh token":                    {[]string{"access"}, "password refresh_token"},
		"with the password, if that is refused too": {nil, "password refresh_token password"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, empty)
				c := f.client()
				ok(t, ping(t.Context(), c))
				f.expire(tc.expire...)
				var all sync.WaitGroup
				for range 10 {
					all.Go(func() {
						if err := c.AddEntries(t.Context(), roleID, Operators, []Object{operator}); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
				equal(t, "the grants", f.grants(), tc.grants)
				ok(t, c.Close(t.Context()))
			})
		})
	}
}

func TestSession_IsRenewedAfterEach401(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		c := f.client()
		ok(t, ping(t.Context(), c))
		for range 3 {
			f.expire("access")
			ok(t, ping(t.Context(), c))
		}
		equal(t, "the grants", f.grants(), "password refresh_token refresh_token refresh_token")
	})
}

func TestSession_ALogonThatItsCallerGaveUpIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		var logons atomic.Int32
		f.grant = func(http.ResponseWriter, url.Values) bool {
			if logons.Add(1) == 1 {
				time.Sleep(10 * time.Second)
			}
			return false
		}
		c := f.client()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := ping(ctx, c)
		wants(t, err, "log on as "+username+": waiting for the logon: context deadline exceeded")
		if again := ping(ctx, c); !errors.Is(again, err) {
			t.Errorf("the errors %v and %v are not the same", err, again)
		}
		ok(t, ping(t.Context(), c))
		equal(t, "the grants", f.grants(), "password password")
		time.Sleep(time.Minute) // until the server has given up the first logon
	})
}

func TestSession_ALogonWithoutAConnectionIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		f.grant = func(w http.ResponseWriter, _ url.Values) bool { drop(w); return true }
		c := f.client()
		err := ping(t.Context(), c)
		wants(t, err, "log on as "+username)
		equal(t, "IsLogonRefused", IsLogonRefused(err), false)
		if again := ping(t.Context(), c); !errors.Is(again, err) {
			t.Errorf("the errors %v and %v are not the same", err, again)
		}
		f.expect("POST /token", 1)
	})
}

func TestClose_ReportsWhatItCouldNotWaitFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		c := f.client()
		ok(t, ping(t.Context(), c))
		f.logout = func(w http.ResponseWriter, _ *http.Request) { drop(w) }
		wants(t, c.Close(t.Context()), "log off as "+username, "no response in 3 attempts")

		f.grant = func(http.ResponseWriter, url.Values) bool { time.Sleep(time.Second); return false }
		another := f.client()
		refused := make(chan error)
		go func() { refused <- ping(t.Context(), another) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		wants(t, another.Close(ctx), "a logon is still in progress")
		if err := <-refused; !errors.Is(err, ErrClosed) {
			t.Errorf("the request got %v, want ErrClosed", err)
		}
		f.logout = nil
		ok(t, another.Close(t.Context()))
	})
}

func TestSession_ARefusalWithoutAReasonSaysWhatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		f.grant = func(w http.ResponseWriter, _ url.Values) bool { w.WriteHeader(401); return true }
		wants(t, ping(t.Context(), f.client()), "HTTP 401 Unauthorized: the server refuses this user name or password")
	})
}

func TestSession_ASecond401IsTheError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) })
		c := f.client()
		e := failure(t, ping(t.Context(), c), "list the roles: HTTP 401 Unauthorized")
		if !IsUnauthorized(e) || IsLogonRefused(e) {
			t.Errorf("the error %v does not count as a rejected session", e)
		}
		f.expect("GET /RbacRoles", 2)
		wants(t, ping(t.Context(), c), "HTTP 401")
		equal(t, "the grants", f.grants(), "password refresh_token")
	})
}

func TestSession_TriesARefusedPasswordOnce(t *testing.T) {
	for status, body := range map[int]string{
		400: `{"error":"invalid_grant","error_description":"no, ` + password + `"}`,
		401: "no, " + password,
		403: `{"message":"no, ` + password + `"}`,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, empty)
				f.grant = func(w http.ResponseWriter, _ url.Values) bool {
					reply(w, status, body)
					return true
				}
				c := f.client()
				var logon, again *httpkit.LogonError
				err := ping(t.Context(), c)
				wants(t, err, "log on as "+username, fmt.Sprint(status), "no, REDACTED")
				if !IsLogonRefused(err) || !errors.As(err, &logon) || !errors.As(ping(t.Context(), c), &again) || logon != again {
					t.Errorf("the errors %v and %v are not the same refusal", logon, again)
				}
				equal(t, "the endpoint", logon.Endpoint, f.server.URL+"/")
				f.expect("", 1)
			})
		})
	}
}

func TestSession_IsKeptUntilItsEndIfItCannotBeRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		c := f.client()
		ok(t, ping(t.Context(), c))
		f.grant = func(w http.ResponseWriter, _ url.Values) bool { reply(w, 500, `{"message":"broken"}`); return true }
		time.Sleep(3550 * time.Second)
		ok(t, ping(t.Context(), c))
		equal(t, "the grants", f.grants(), "password refresh_token password")
		ok(t, ping(t.Context(), c))
		equal(t, "the grants", f.grants(), "password refresh_token password")
		time.Sleep(time.Minute)
		err := ping(t.Context(), c)
		wants(t, err, "log on", "broken")
		if again := ping(t.Context(), c); !errors.Is(again, err) {
			t.Errorf("the errors %v and %v are not the same", err, again)
		}
		f.grant = nil
		ok(t, ping(t.Context(), c))
	})
}

func TestSession_SaysThatSomethingElseAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		status     int
		body, says string
	}{
		"page":         {200, "<html><title>Hello</title></html>", "not a JSON object"},
		"other JSON":   {200, "{}", "no access_token"},
		"not JSON":     {200, "hello", "not a JSON object"},
		"broken token": {200, `{"access_token":"a\nb"}`, "characters that no token has"},
		"other path":   {404, "", "it has no /v8/token; the server may not offer this version"},
		"error page":   {401, "<html><title>Hello</title></html>", "Hello"},
		"redirect":     {302, "", "redirects are not followed"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, empty)
				f.grant = func(w http.ResponseWriter, _ url.Values) bool { reply(w, tc.status, tc.body); return true }
				err := ping(t.Context(), f.client())
				var wrong *httpkit.WrongServiceError
				if !errors.As(err, &wrong) || IsLogonRefused(err) || IsNotFound(err) {
					t.Errorf("got %v, want a WrongServiceError", err)
				}
				wants(t, err, tc.says)
			})
		})
	}
}

func TestSecrets_StandInNoErrorAndNoLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged strings.Builder
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			reply(w, 500, `{"message":"`+password+" "+r.Header.Get("Authorization")+` refresh-token-1"}`)
		})
		cfg := f.config()
		cfg.Log = func(_ context.Context, message string, fields map[string]any) {
			fmt.Fprintln(&logged, message, fields)
		}
		c := f.clientOf(cfg)
		err := c.RemoveEntries(t.Context(), roleID, Operators, []string{"access-token-1 " + password})
		ok(t, c.Close(t.Context()))
		for what, text := range map[string]string{
			"error": err.Error(), "log": logged.String(), "client": fmt.Sprintf("%v %+v %#v", c, c, c),
			"configuration": fmt.Sprintf("%v %+v %#v", cfg, cfg, cfg),
		} {
			for _, secret := range []string{password, "access-token", "refresh-token"} {
				if strings.Contains(text, secret) {
					t.Errorf("the %s contains %q: %s", what, secret, text)
				}
			}
		}
		if !strings.Contains(logged.String(), "log on") {
			t.Errorf("the log misses the logon: %s", logged.String())
		}
	})
}

func TestSession_AMalformedTokenResponseIsNotQuoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		f.grant = func(w http.ResponseWriter, _ url.Values) bool {
			reply(w, 200, `{"access_token":"secret-access","refresh_token":"secret-refresh"`)
			return true
		}
		if err := ping(t.Context(), f.client()); strings.Contains(err.Error(), "secret-") {
			t.Errorf("the error quotes the response: %v", err)
		}
	})
}
