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
	"testing"
	"testing/synctest"
	"time"
)

// slowly returns a server that takes a second for each request, so that concurrent calls overlap.
func slowly(t *testing.T, s *store) *fake {
	return newFake(t, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Second)
		s.serve(w, r)
	})
}

// A second toggle would undo the first one.
func TestSetAllowRestoreAllVMs_ConcurrentCallsToggleOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := slowly(t, s)
		c := f.client()
		for _, err := range parallel(3, func(int) error {
			return c.SetAllowRestoreAllVMs(t.Context(), accountID, false)
		}) {
			ok(t, err)
		}
		equal(t, "the server's value", s.allowsAll(), false)
		f.expect("POST /security/accounts/"+accountID, 1)
	})
}

func TestAddAccountRole_ConcurrentCallsSendTheRoleOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := slowly(t, s)
		c := f.client()
		for _, err := range parallel(3, func(int) error {
			return c.AddAccountRole(t.Context(), accountID, Role{ID: otherRole}.UID())
		}) {
			ok(t, err)
		}
		equal(t, "the server's roles", strings.Join(s.roles, " "), roleID+" "+otherRole)
		f.expect("POST /security/accounts/"+accountID, 1)
	})
}

// The calls spell the name differently. If the response to one request is lost, the account that the other call created
// must not be taken for its own.
func TestCreateAccount_OfConcurrentCallsOneCreatesTheAccountAndTheOtherReportsIt(t *testing.T) {
	for name, lost := range map[string]bool{"no response is lost": false, "the first request is lost": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.location = true
				s.fault = func(n int, w http.ResponseWriter, _ *http.Request, _ func()) bool {
					if lost && n == 1 {
						drop(w)
						return true
					}
					return false
				}
				f := slowly(t, s)
				c := f.client()
				ids := make([]string, 2)
				errs := parallel(2, func(i int) (err error) {
					asked := spec
					asked.Name = []string{`TECH\william.fox`, `tech\William.Fox`}[i]
					ids[i], err = c.CreateAccount(t.Context(), asked)
					return err
				})
				slices.Sort(ids)
				equal(t, "the IDs", strings.Join(ids, " "), " "+accountID)
				refused := slices.DeleteFunc(errs, func(err error) bool { return err == nil })
				var exists *AccountExistsError
				if len(refused) != 1 || !errors.As(refused[0], &exists) || exists.ID != accountID {
					t.Errorf("the errors are %v, want one AccountExistsError", refused)
				}
				f.expect("POST /security/accounts", map[bool]int{false: 1, true: 2}[lost])
			})
		})
	}
}

// A call that gives up while another one changes the account must not look like one that has made its change.
func TestChanges_FailIfTheContextEndsWhileAnotherCallIsBusy(t *testing.T) {
	create := changes["toggle"]
	create.do = func(ctx context.Context, c *Client) error {
		_, err := c.CreateAccount(ctx, spec)
		return err
	}
	all := maps.Clone(changes)
	all["create"] = create
	for name, change := range all {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := slowly(t, newStore())
				c := f.client()
				done := make(chan error)
				go func() { done <- change.do(t.Context(), c) }()
				time.Sleep(1500 * time.Millisecond) // the other call holds the lock
				took := stopwatch(t)
				err := change.do(within(t, time.Second), c)
				took(time.Second, time.Second)
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("the error is %v", err)
				}
				ok(t, <-done)
				f.expect("POST /security/accounts", 1)
			})
		})
	}
}
