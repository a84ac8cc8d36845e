// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

const togglePath = "POST /security/accounts/" + accountID

// A toggle whose response was lost is sent again only if the server is not busy with it, and after ten seconds.
func TestSetAllowRestoreAllVMs_AfterALostResponseDoesNotToggleTwice(t *testing.T) {
	eachFault(t, func(t *testing.T, s *store, f *fake, lost lostResponse) {
		err := f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false)
		if lost.gateway && !lost.after {
			wants(t, err, "HTTP 504", "the server may still carry out the change", "AllowRestoreAllVms is now true, not false")
			equal(t, "uncertain", IsUncertain(err), true)
			f.expect(togglePath, 1)
			return
		}
		ok(t, err)
		equal(t, "the server's value", s.allowsAll(), false)
		f.expect(togglePath, lost.writes())
		if toggles := f.received(togglePath); len(toggles) > 1 {
			equal(t, "the second toggle follows after 10 s", toggles[1].at.Sub(toggles[0].at) >= 10*time.Second, true)
		}
	})
}

// The server carries out the toggle two and a half minutes after the request. If it were sent again, the first one
// would undo the second one after the call has succeeded.
func TestSetAllowRestoreAllVMs_AToggleThatMayBePendingIsNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				time.Sleep(150 * time.Second)
			}
			s.serve(w, r)
		})
		err := f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false)
		time.Sleep(time.Hour)
		wants(t, err, timedOut, "the server may still carry out the change", "AllowRestoreAllVms is now true, not false")
		equal(t, "the server's value", s.allowsAll(), false)
		f.expect(togglePath, 1)
	})
}

// The server carries out both the lost toggle and the repeated one, the lost one last.
func TestSetAllowRestoreAllVMs_NoticesALostToggleThatIsCarriedOutLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.fault = func(n int, w http.ResponseWriter, _ *http.Request, commit func()) bool {
			if n > 1 {
				return false
			}
			time.AfterFunc(24*time.Second, func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				commit()
			})
			drop(w)
			return true
		}
		f := newFake(t, s.serve)
		ok(t, f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false))
		time.Sleep(time.Hour)
		equal(t, "the server's value", s.allowsAll(), false)
		f.expect(togglePath, 3)
	})
}

func TestSetAllowRestoreAllVMs_IsDoneASecondAfterAToggle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := newFake(t, s.serve)
		took := stopwatch(t)
		ok(t, f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false))
		took(time.Second, time.Second)
		f.expect(togglePath, 1)
		f.expect("GET ", 3)
	})
}

// Another client on this server may take as long from its read to its toggle.
func TestSetAllowRestoreAllVMs_WaitsLongerOnASlowServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(1500 * time.Millisecond)
			s.serve(w, r)
		})
		ok(t, f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false))
		reads, toggles := f.received("GET "), f.received(togglePath)
		equal(t, "the number of toggles", len(toggles), 1)
		quiet := reads[len(reads)-1].at.Sub(toggles[0].at.Add(3 * time.Second)) // the toggle and the first read after it
		equal(t, "the value was the same for 6 s", quiet >= 6*time.Second, true)
	})
}

func TestSetAllowRestoreAllVMs_TogglesOnceForConcurrentCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := newFake(t, s.serve)
		c := f.client()
		for _, err := range parallel(5, func(int) error {
			return c.SetAllowRestoreAllVMs(t.Context(), accountID, false)
		}) {
			ok(t, err)
		}
		equal(t, "the server's value", s.allowsAll(), false)
		f.expect(togglePath, 1)
	})
}

// Two other clients toggle the value: the first one just before the call, and the second one three seconds later.
func TestSetAllowRestoreAllVMs_WatchesAValueThatAnotherClientHasJustToggled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := newFake(t, s.serve)
		s.all = false
		time.AfterFunc(3*time.Second, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.all = true
		})
		ok(t, f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false))
		equal(t, "the server's value", s.allowsAll(), false)
		f.expect(togglePath, 1)
	})
}

func TestSetAllowRestoreAllVMs_GivesUpAfterAFewFailures(t *testing.T) {
	for name, tc := range map[string]struct {
		fault   http.HandlerFunc
		toggles int
		says    string
	}{
		"not accepted":   {status(429), 3, "HTTP 429"},
		"lost":           {status(503), 1 + maxLostToggles, "HTTP 503"},
		"server error":   {status(500), 1, "HTTP 500"},
		"timeout":        {status(504), 1, "HTTP 504"},
		"refused by 403": {status(403), 1, "HTTP 403"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.fault = func(_ int, w http.ResponseWriter, r *http.Request, _ func()) bool { tc.fault(w, r); return true }
				f := newFake(t, s.serve)
				err := f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false)
				wants(t, err, tc.says)
				if !IsForbidden(err) {
					wants(t, err, "AllowRestoreAllVms is now true, not false")
				}
				f.expect(togglePath, tc.toggles)
			})
		})
	}
}

func TestSetAllowRestoreAllVMs_SendsNothingIfTheValueIsAsWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := newFake(t, s.serve)
		ok(t, f.client().SetAllowRestoreAllVMs(t.Context(), accountID, true))
		f.expect("POST /security", 0)
	})
}

// Each toggle of the client is followed by one of another client, which then gives up.
func TestSetAllowRestoreAllVMs_TogglesAgainIfAnotherClientUndoesIt(t *testing.T) {
	for name, after := range map[string]time.Duration{"immediately": 0, "later": 900 * time.Millisecond} {
		for _, undone := range []int{1, maxToggles - 1, maxToggles} {
			t.Run(fmt.Sprint(name, ", times: ", undone), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStore()
					s.fault = func(n int, _ http.ResponseWriter, _ *http.Request, commit func()) bool {
						commit()
						if n <= undone {
							time.AfterFunc(after, func() {
								s.mu.Lock()
								defer s.mu.Unlock()
								s.all = !s.all
							})
						}
						return false
					}
					f := newFake(t, s.serve)
					err := f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false)
					f.expect(togglePath, min(undone+1, maxToggles))
					equal(t, "the server's value", s.allowsAll(), undone == maxToggles)
					if undone < maxToggles {
						ok(t, err)
					} else {
						wants(t, err, "another client undid it", "AllowRestoreAllVms is now true, not false")
					}
				})
			})
		}
	}
}

// The value that the decision is based on may be outdated after a pause, so that a retry begins with a read.
func TestSetAllowRestoreAllVMs_ReadsTheValueBeforeEveryToggle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.fault = func(n int, w http.ResponseWriter, _ *http.Request, _ func()) bool {
			if n == 1 {
				s.all = false // another client
				w.Header().Set("Retry-After", "30")
				w.WriteHeader(http.StatusTooManyRequests)
			}
			return n == 1
		}
		f := newFake(t, s.serve)
		ok(t, f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false))
		equal(t, "the server's value", s.allowsAll(), false)
		f.expect(togglePath, 1)
	})
}

func TestSetAllowRestoreAllVMs_FailsIfTheChangeDoesNotTakeEffect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, _ func()) bool { w.WriteHeader(204); return true }
		f := newFake(t, s.serve)
		wants(t, f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false),
			"it did not take effect", "AllowRestoreAllVms is now true, not false")
		f.expect(togglePath, maxToggles)
	})
}

func TestSetAllowRestoreAllVMs_FailsIfTheValueKeepsChanging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		reads := 0
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				if reads++; reads > 1 {
					s.all = !s.all
				}
			}
			s.serve(w, r)
		})
		wants(t, f.client().SetAllowRestoreAllVMs(t.Context(), accountID, false), "another client keeps changing it",
			"AllowRestoreAllVms is now")
		f.expect(togglePath, 1)
	})
}
