// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// If an error looked like a missing account, the caller would forget an account that it has created.
func TestFindCreated_FailsIfTheServerCannotBeAsked(t *testing.T) {
	for path, op := range map[string]string{
		"/accounts": "list the accounts", "/roles": "list the roles", "/scopes": "list the restore scopes",
		"/hierarchyRoots": "list the hierarchy roots",
	} {
		t.Run(op, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.commit("")
				s.scopes = []listedScope{{scopeID, "VM01", "vcdev51", "Vm", "Processed"}}
				asked := spec
				asked.Scopes = []ScopeItem{vm01}
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, path) {
						reply(w, 403, errorXML(403, "not now"))
						return
					}
					s.serve(w, r)
				})
				_, _, err := f.client().FindCreated(t.Context(), asked)
				wants(t, err, op, "not now")
				others := f.received("GET /security/accounts/")
				f.expect("GET /security/accounts", 1+len(others))
			})
		})
	}
}

func TestFindCreated_FailsIfTheServerDoesNotShowTheSettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.accounts[accountID] = accountEntityDoc(accountID, "User", spec.Name, "")
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, accountID) {
				reply(w, 200, strings.Replace(s.accounts[accountID], "Entity ", "Entity "+ns+" ", 1))
				return
			}
			s.serve(w, r)
		})
		asked := spec
		asked.AllowRestoreAllVMs = false
		_, _, err := f.client().FindCreated(t.Context(), asked)
		wants(t, err, `read account TECH\william.fox`, "AllowRestoreAllVms")
	})
}

func TestFindCreated_ReturnsNilIfTheAccountIsDeletedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.commit("")
		asked := spec
		asked.Scopes = []ScopeItem{vm01} // which the server does not list
		time.AfterFunc(10*time.Second, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			clear(s.accounts)
		})
		found, match, err := newFake(t, s.serve).client().FindCreated(t.Context(), asked)
		ok(t, err)
		if found != nil || !match.Exact() {
			t.Errorf("found %+v, %+v", found, match)
		}
	})
}
