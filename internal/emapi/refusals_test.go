// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// changes are the changes that writeAndVerify makes.
var changes = map[string]struct {
	path string // that shows the effect
	do   func(ctx context.Context, c *Client) error
}{
	"toggle": {"/accounts/" + accountID, func(ctx context.Context, c *Client) error {
		return c.SetAllowRestoreAllVMs(ctx, accountID, false)
	}},
	"add a role": {"/roles", func(ctx context.Context, c *Client) error {
		return c.AddAccountRole(ctx, accountID, Role{ID: otherRole}.UID())
	}},
}

// posted returns how many POST requests the server has received.
func (s *store) posted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posts
}

func TestChanges_AreNotMadeIfTheServerRefusesThem(t *testing.T) {
	for name, change := range changes {
		for _, code := range []int{400, 403, 409} {
			t.Run(name+" "+http.StatusText(code), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStore()
					s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, _ func()) bool {
						reply(w, code, errorXML(code, "not allowed"))
						return true
					}
					f := newFake(t, s.serve)
					wants(t, change.do(t.Context(), f.client()), "not allowed")
					f.expect("POST /security/accounts/"+accountID, 1)
				})
			})
		}
	}
}

func TestChanges_FailIfTheirEffectCannotBeRead(t *testing.T) {
	for name, change := range changes {
		for when, posts := range map[string]int{"before": 0, "after": 1} {
			t.Run(name+", "+when, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStore()
					f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
						if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, change.path) && s.posted() == posts {
							reply(w, 403, errorXML(403, "not now"))
							return
						}
						s.serve(w, r)
					})
					wants(t, change.do(t.Context(), f.client()), "not now")
					f.expect("POST /security/accounts/"+accountID, posts)
				})
			})
		}
	}
}

// A 404 without a body may come from a proxy. If the list cannot be read either, the role or scope may still be there.
func TestRemovals_FailIfA404HasNoBodyAndTheListCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			reply(w, 403, errorXML(403, "not now"))
		}).client()
		wants(t, c.RemoveAccountRole(t.Context(), accountID, roleID), "remove role", "404", "not now")
		wants(t, c.RemoveScope(t.Context(), accountID, scopeID), "remove restore scope", "404", "not now")
	})
}

func TestCreateAccount_SendsNothingThatTheServerCannotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, newStore().serve)
		c := f.client()
		for what, change := range map[string]func(*AccountSpec){
			"an extension":     func(s *AccountSpec) { s.FLR = &FLRSettings{ExtensionRestrictions: []string{"doc", "p\x01f"}} },
			"has no reference": func(s *AccountSpec) { s.Scopes = []ScopeItem{vm01, {ObjectName: "VM02"}} },
			"is empty":         func(s *AccountSpec) { s.Scopes = []ScopeItem{{HierarchyObjRef: vm01.HierarchyObjRef}} },
		} {
			asked := spec
			change(&asked)
			_, err := c.CreateAccount(t.Context(), asked)
			wants(t, err, "create User account", what)
		}
		f.expect("", 0)
	})
}

// The server accepts the request and does not say which account it created.
func TestCreateAccount_WithoutAnIDFailsAndIsUncertain(t *testing.T) {
	for name, c := range map[string]struct {
		listed time.Duration // after the request; the caller gives up after a second
		id     string
	}{
		"listed in time": {2 * time.Second, accountID}, "listed too late": {time.Minute, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, commit func()) bool {
					time.AfterFunc(c.listed, func() {
						s.mu.Lock()
						defer s.mu.Unlock()
						commit()
					})
					w.WriteHeader(http.StatusCreated)
					return true
				}
				id, err := newFake(t, s.serve).client().CreateAccount(within(t, time.Second), spec)
				wants(t, err, "the server created the account but did not return its ID")
				equal(t, "the ID", id, c.id)
				equal(t, "uncertain", IsUncertain(err), true)
				equal(t, "timed out", errors.Is(err, context.DeadlineExceeded), true)
				time.Sleep(c.listed) // the timer of the server ends
			})
		})
	}
}

func TestCreateAccount_FailsIfTheCreatedAccountCannotBeFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && s.posted() > 0 {
				reply(w, 403, errorXML(403, "not now"))
				return
			}
			s.serve(w, r)
		})
		id, err := f.client().CreateAccount(t.Context(), spec)
		wants(t, err, "the server created the account but did not return its ID", "not now")
		equal(t, "the ID", id, "")
		equal(t, "uncertain", IsUncertain(err), true)
	})
}
