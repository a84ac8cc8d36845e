// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

func TestErrors_NameTheAccountsThatTheClientHasCreatedOrRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.location = true
		s.accounts[otherAccount] = accountDoc(otherAccount, `TECH\viewer`, true)
		s.accounts[scopeID] = accountDoc(scopeID, "", true)
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete {
				reply(w, 403, errorXML(403, "not now"))
				return
			}
			s.serve(w, r)
		})
		c := f.client()
		_, err := c.CreateAccount(t.Context(), spec)
		ok(t, err)
		for id, name := range map[string]string{accountID: spec.Name, otherAccount: `TECH\viewer`, scopeID: scopeID} {
			wants(t, c.DeleteAccount(t.Context(), id), "delete account "+name+": HTTP 403")
		}
	})
}

func TestAccountName_ReadsTheAccountOnlyOnceAndNotAfterAFailureOfTheServer(t *testing.T) {
	wrapped := func(status int) error { return &Error{Err: &Error{Status: status}} }
	for name, c := range map[string]struct {
		id    string
		err   error
		known bool // the client has read the account
		want  string
		reads int
	}{
		"a warning":                {accountID, nil, false, `TECH\fox`, 1},
		"a refusal":                {accountID, &Error{Status: 400}, false, `TECH\fox`, 1},
		"a wrapped refusal":        {accountID, wrapped(400), false, `TECH\fox`, 1},
		"a failure of the server":  {accountID, &Error{Status: 500}, false, accountID, 0},
		"a wrapped failure":        {accountID, wrapped(503), false, accountID, 0},
		"a failure of the network": {accountID, &Error{Err: errors.New("reset")}, false, accountID, 0},
		"an error of the client":   {accountID, errors.New("canceled"), false, accountID, 0},
		"a known account":          {accountID, nil, true, `TECH\fox`, 0},
		"a failure, known account": {accountID, &Error{Status: 500}, true, `TECH\fox`, 0},
		"an ID in upper case":      {strings.ToUpper(accountID), nil, false, `TECH\fox`, 1},
		"a known ID in upper case": {strings.ToUpper(accountID), nil, true, `TECH\fox`, 0},
		"an account that is gone":  {otherAccount, nil, false, otherAccount, 1},
		"no ID of an account":      {"../roles", nil, false, "../roles", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if !strings.HasSuffix(r.URL.Path, accountID) {
						reply(w, 404, errorXML(404, "gone"))
						return
					}
					reply(w, 200, accountDoc(accountID, `TECH\fox`, true))
				})
				client := f.client()
				before := 0
				if c.known {
					_, err := client.ShowAccount(t.Context(), accountID)
					ok(t, err)
					before = 1
				}
				equal(t, "the name", client.AccountName(t.Context(), c.id, c.err), c.want)
				f.expect("GET ", before+c.reads)
			})
		})
	}
}
