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

// The response is lost, and what the server lists cannot be understood without the hierarchy roots. If the items were
// sent again, the account could have two scopes of each.
func TestAddScopes_SendsNothingAgainIfTheCheckFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: "vcdev51"}
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/hierarchyRoots"):
				reply(w, 403, errorXML(403, "not now"))
			case r.Method == http.MethodPost:
				l.serve(w, r)
				drop(w)
			default:
				l.serve(w, r)
			}
		})
		_, err := addScopes(t.Context(), f.client(), vm01)
		wants(t, err, "the response was lost", "checking the result failed", "list the hierarchy roots", "not now")
		equal(t, "uncertain", IsUncertain(err), true)
		f.expect("POST /security", 1)
	})
}

func TestAddScopes_TheErrorNamesTheItemsThatTheServerListsNevertheless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: rootID}
		posts := 0
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost {
				l.serve(w, r)
				return
			}
			if posts++; posts > 1 {
				reply(w, 403, errorXML(403, "no license"))
				return
			}
			l.scopes = []listedScope{{scopeID, "VM01", rootID, "Vm", "Processed"}}
			l.at = []time.Time{{}}
			drop(w)
		})
		_, err := addScopes(t.Context(), f.client(), vm01, named("VM02"))
		wants(t, err, "of the scopes sent, the server now lists VM01", scopeID, "no license")
		f.expect("POST /security", 2)
	})
}
