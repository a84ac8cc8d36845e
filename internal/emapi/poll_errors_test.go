// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// If the list of scopes cannot be read, nothing is known about them: they are neither gone nor still there.
func TestScopePolls_ReturnTheErrorOfAListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, status(403))
		c := f.client()
		err := c.PollScopes(t.Context(), accountID, func([]Scope) (bool, error) { return true, nil })
		wants(t, err, opListScopes, "403")
		err = c.WaitScopeGone(within(t, time.Minute), accountID, Scope{ID: scopeID, Name: "VM01"})
		wants(t, err, "wait for the removal", "403")
		if strings.Contains(err.Error(), "still lists") {
			t.Errorf("the error says what is not known: %v", err)
		}
		_, err = c.AwaitAccountScopes(accountID, []ScopeItem{vm01}).Wait(within(t, time.Minute))
		wants(t, err, opWaitScopes, "403")
		if strings.Contains(err.Error(), "does not list") {
			t.Errorf("the error says what is not known: %v", err)
		}
	})
}

func TestPollScopes_ReturnsTheErrorOfItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newFake(t, newStore().serve).client()
		mine := errors.New("mine")
		err := c.PollScopes(t.Context(), accountID, func([]Scope) (bool, error) { return false, mine })
		if !errors.Is(err, mine) {
			t.Errorf("the error is %v", err)
		}
	})
}

func TestScopePolls_CheckTheIDOfTheAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		c := f.client()
		err := c.PollScopes(t.Context(), "../roles", func([]Scope) (bool, error) { return true, nil })
		wants(t, err, opListScopes)
		wants(t, c.WaitScopeGone(t.Context(), "../roles", Scope{ID: scopeID}), "wait for the removal")
		f.expect("", 0)
	})
}
