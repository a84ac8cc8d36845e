// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

const timedOut = "no complete response within 1m0s, the time limit of one attempt"

// The shortest and the longest pause before the first retry, and the sum of those before the first and second retry.
const (
	pauseMin, pauseMax   = 250 * time.Millisecond, 500 * time.Millisecond
	pausesMin, pausesMax = 750 * time.Millisecond, 1500 * time.Millisecond
)

func TestHalfOpenConnection_AReadTimesOutAndIsRetriedOnANewConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		f.network.Vanish()
		took := stopwatch(t)
		_, err = c.ListAccounts(t.Context())
		ok(t, err)
		took(60*time.Second+pauseMin, 60*time.Second+pauseMax)
		f.expect("GET ", 2) // the request that was sent between these two got lost
		f.expectConnections(2)
		f.expect("POST /sessionMngr/", 1)
	})
}

func TestHalfOpenConnection_IsNotReusedAfter80IdleSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		f.network.Vanish()
		time.Sleep(80 * time.Second)
		synctest.Wait()
		took := stopwatch(t)
		_, err = c.ListAccounts(t.Context())
		ok(t, err)
		took(0, 0)
	})
}

func TestHalfOpenConnection_AWriteIsNotRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		f.network.Vanish()
		took := stopwatch(t)
		_, err = c.write(t.Context(), post("change", "x", "security/accounts/x", nil))
		took(60*time.Second, 60*time.Second)
		wants(t, err, "change x", timedOut, "not known")
		equal(t, "uncertain", IsUncertain(err), true)
		f.expect("POST /security", 0)
	})
}

func TestHalfOpenConnection_ACreateChecksTheServerBeforeItSendsAgain(t *testing.T) {
	t.Run("the request got lost", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newStore()
			f := newFake(t, s.serve)
			cfg := f.config()
			var once sync.Once
			cfg.Log = func(_ context.Context, _ string, fields map[string]any) {
				if fields["op"] == "list" {
					once.Do(f.network.Vanish) // after the account was not found, before the POST
				}
			}
			took := stopwatch(t)
			id, err := f.clientOf(cfg).CreateAccount(t.Context(), spec)
			ok(t, err)
			equal(t, "the ID", id, accountID)
			equal(t, "the number of accounts", len(s.accounts), 1)
			f.expect("POST /security", 1)
			// The time limit of the request, and checks for as long again; the last check is up to one pause of 2 s later.
			took(120*time.Second, 122*time.Second)
			checks := f.received("POST /security")[0].at.Sub(f.received("GET ")[1].at)
			equal(t, "the client checks for at least a minute", checks >= time.Minute, true)
		})
	})
	t.Run("the response got lost", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newStore()
			f := newFake(t, s.serve)
			s.fault = func(_ int, _ http.ResponseWriter, _ *http.Request, commit func()) bool {
				commit()
				f.network.Vanish()
				return true
			}
			took := stopwatch(t)
			id, err := f.client().CreateAccount(t.Context(), spec)
			ok(t, err)
			equal(t, "the ID", id, accountID)
			equal(t, "the number of accounts", len(s.accounts), 1)
			f.expect("POST /security", 1)
			took(60*time.Second, 60*time.Second) // the first check finds the account
		})
	})
}

func TestHalfOpenConnection_ScopesAreNotAddedAgainIfTheResponseGotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: rootID, delay: 65 * time.Second} // 5 s longer than the time limit of the request
		var f *fake
		f = newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				f.network.Vanish()
			}
			l.serve(w, r)
		})
		took := stopwatch(t)
		p, err := addScopes(t.Context(), f.client(), vm01, vm01)
		ok(t, err)
		took(65*time.Second, 67*time.Second)
		_, err = p.Wait(within(t, time.Minute))
		ok(t, err)
		equal(t, "the number of scopes", len(l.scopes), 2)
		f.expect("POST /security", 1)
	})
}

func TestHalfOpenConnection_CloseEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		f.network.Vanish()
		took := stopwatch(t)
		wants(t, c.Close(within(t, 5*time.Second)), "log off", "deadline exceeded")
		took(5*time.Second, 5*time.Second)
		ok(t, c.Close(t.Context())) // on a new connection
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestServerDown_ARequestFailsAfterItsRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		ok(t, f.network.Close())
		f.network.Reset()
		synctest.Wait() // until the client has seen the reset
		for what, call := range map[string]func() error{
			"read":   func() error { _, err := c.ListAccounts(t.Context()); return err },
			"delete": func() error { return c.DeleteAccount(t.Context(), accountID) },
			"create": func() error { _, err := c.CreateAccount(t.Context(), spec); return err },
			"write":  func() error { _, err := c.RebuildScopes(t.Context(), "all"); return err },
		} {
			took := stopwatch(t)
			err := call()
			wants(t, err, "connection refused", "no response in 3 attempts")
			equal(t, what+" returns ECONNREFUSED", errors.Is(err, syscall.ECONNREFUSED), true)
			equal(t, what+" is uncertain", IsUncertain(err), false)
			took(pausesMin, pausesMax)
		}
		wants(t, c.Close(t.Context()), "log off", "connection refused")
		f.expect("GET ", 1)
	})
}

func TestServerDown_TheFirstLogonFailsAfterItsRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		f.network.Refuse(true)
		c := f.client()
		took := stopwatch(t)
		_, err := c.ListAccounts(t.Context())
		took(pausesMin, pausesMax)
		wants(t, err, "log on", "connection refused", "no response in 3 attempts")
		equal(t, "IsLogonRefused", IsLogonRefused(err), false)
		f.expect("", 0)
		ok(t, c.Close(t.Context()))
	})
}

func TestServerDown_ARequestSucceedsIfTheServerIsBackBeforeTheLastRetry(t *testing.T) {
	for _, idle := range []bool{false, true} {
		t.Run(map[bool]string{false: "before the logon", true: "with a session"}[idle], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				f := newFake(t, s.serve)
				c := f.client()
				if idle {
					_, err := c.ListAccounts(t.Context())
					ok(t, err)
				}
				f.network.Refuse(true)
				f.restart()
				synctest.Wait()
				time.AfterFunc(pausesMin, func() { f.network.Refuse(false) })
				took := stopwatch(t)
				id, err := c.CreateAccount(t.Context(), spec)
				ok(t, err)
				equal(t, "the ID", id, accountID)
				took(pausesMin, pausesMax)
				f.expect("POST /security", 1)
				ok(t, c.Close(t.Context()))
				equal(t, "the number of sessions left", f.openSessions(), 0)
			})
		})
	}
}

func TestServerDown_CloseCanBeCalledAgainOnceTheServerIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		_, err := c.ListAccounts(t.Context())
		ok(t, err)
		f.network.Refuse(true)
		f.network.Reset()
		synctest.Wait()
		wants(t, c.Close(t.Context()), "log off", "connection refused")
		f.network.Refuse(false)
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestServerRestart_ReadsInProgressAreRetriedAfterOneLogon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		restarted := make(chan struct{})
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-restarted:
				listsNoAccounts(w, r)
			case <-r.Context().Done():
			}
		})
		c := f.client()
		time.AfterFunc(10*time.Second, func() {
			f.restart()
			close(restarted)
		})
		took := stopwatch(t)
		for _, err := range parallel(50, func(int) error { _, err := c.ListAccounts(t.Context()); return err }) {
			ok(t, err)
		}
		took(10*time.Second, 10*time.Second+pauseMax)
		f.expect("POST /sessionMngr/", 2)
		ok(t, c.Close(t.Context()))
		equal(t, "the number of sessions left", f.openSessions(), 0)
	})
}

func TestServerRestart_ACreateInProgressCreatesOneAccount(t *testing.T) {
	for _, after := range []bool{false, true} {
		t.Run(map[bool]string{false: "before the commit", true: "after the commit"}[after], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				f := newFake(t, s.serve)
				s.fault = func(n int, _ http.ResponseWriter, _ *http.Request, commit func()) bool {
					if n > 1 {
						return false
					}
					if after {
						commit()
					}
					f.restart()
					return true
				}
				c := f.client()
				id, err := c.CreateAccount(t.Context(), spec)
				ok(t, err)
				equal(t, "the ID", id, accountID)
				equal(t, "the number of accounts", len(s.accounts), 1)
				f.expect("POST /security", lostResponse{after: after}.writes())
				f.expect("POST /sessionMngr/", 2)
				ok(t, c.Close(t.Context()))
				equal(t, "the number of sessions left", f.openSessions(), 0)
			})
		})
	}
}

func TestServerRestart_AWaitForScopesContinuesInANewSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: rootID, delay: time.Minute}
		f := newFake(t, l.serve)
		c := f.client()
		p, err := addScopes(t.Context(), c, vm01)
		ok(t, err)
		time.AfterFunc(30*time.Second, f.restart)
		took := stopwatch(t)
		scopes, err := p.Wait(within(t, 5*time.Minute))
		ok(t, err)
		took(time.Minute, time.Minute+httpkit.PollMax)
		equal(t, "the scope", scopes[0].ID, "00000000-0000-0000-0000-000000000001")
		f.expect("POST /security", 1)
		f.expect("POST /sessionMngr/", 2)
	})
}

// The server carries out the write half a minute after the request timed out. If the client sent it again before that,
// a toggle would be undone and a scope would be added twice.
func TestSlowServer_AWriteThatIsCarriedOutAfterTheTimeLimitIsNotSentAgain(t *testing.T) {
	for name, write := range map[string]func(*testing.T, *Client) error{
		"create": func(t *testing.T, c *Client) error {
			_, err := c.CreateAccount(t.Context(), spec)
			return err
		},
		"toggle": func(t *testing.T, c *Client) error {
			return c.SetAllowRestoreAllVMs(t.Context(), accountID, false)
		},
		"add a role": func(t *testing.T, c *Client) error {
			return c.AddAccountRole(t.Context(), accountID, Role{ID: otherRole}.UID())
		},
		"add a scope": func(t *testing.T, c *Client) error {
			p, err := addScopes(t.Context(), c, vm01)
			if err == nil {
				_, err = p.Wait(t.Context())
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodPost {
						time.Sleep(90 * time.Second)
					}
					s.serve(w, r)
				})
				took := stopwatch(t)
				ok(t, write(t, f.client()))
				if name == "toggle" { // the value must not change until the server cannot be busy with the toggle any longer
					took(120*time.Second, 122*time.Second)
				} else {
					took(90*time.Second, 92*time.Second)
				}
				f.expect("POST /security", 1)
				equal(t, "the number of scopes", len(s.scopes), map[bool]int{true: 1}[name == "add a scope"])
			})
		})
	}
}

// Goroutines share one read of the hierarchy roots, but each has its own deadline. The error of a goroutine that stops
// waiting contains the outcome of the last attempt.
func TestSharedRequest_TheErrorOfADeadlineContainsTheOutcomeOfTheLastAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusTooManyRequests)
		})
		c := f.client()
		_, err := c.HierarchyRoots(within(t, 45*time.Second))
		wants(t, err, "list the hierarchy roots", "deadline exceeded", "HTTP 429")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want DeadlineExceeded", err)
		}
	})
}

// The check lists the scopes and then reads the hierarchy roots, which takes 90 s. By then the list is out of date.
func TestSlowServer_ACheckThatTakesLongIsFollowedByAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: "vcdev51", delay: time.Second}
		roots := 0
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/hierarchyRoots"):
				if roots++; roots <= 3 {
					w.Header().Set("Retry-After", "30")
					w.WriteHeader(http.StatusTooManyRequests)
					return
				}
				reply(w, 200, twoRoots)
			case r.Method == http.MethodPost:
				l.serve(w, r)
				l.mu.Lock()
				l.at[0] = time.Time{} // listed immediately, so that the check needs the roots
				l.scopes[0].name = "VM02"
				l.mu.Unlock()
				drop(w)
			default:
				l.serve(w, r)
			}
		})
		cfg := f.config()
		cfg.MaxRetries = 4
		p, err := addScopes(t.Context(), f.clientOf(cfg), named("VM02"), vm01)
		ok(t, err)
		_, err = p.Wait(t.Context())
		ok(t, err)
		f.expect("POST /security", 1)
	})
}
