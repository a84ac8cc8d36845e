// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestWait_ANewScopeThatIsBeingRemovedIsNotTheOneThatWasAdded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: rootID, delay: 30 * time.Second}
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost { // another process adds a scope of that name, and removes it
				l.scopes = append(l.scopes, listedScope{scopeID, "VM01", rootID, "Vm", "removing"})
				l.at = append(l.at, time.Time{})
			}
			l.serve(w, r)
		})
		p, err := addScopes(t.Context(), f.client(), vm01)
		ok(t, err)
		scopes, err := p.Wait(within(t, time.Minute))
		ok(t, err)
		equal(t, "the scope", scopes[0].ID, "00000000-0000-0000-0000-000000000001")
	})
}

func TestFindCreated_IgnoresScopesThatAreBeingRemoved(t *testing.T) {
	for state, want := range map[string]AccountMatch{"Processed": {Differs: "the restore scopes"}, "Removing": {}} {
		t.Run(state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.commit("")
				s.scopes = []listedScope{
					{scopeID, vm01.ObjectName, rootID, "Vm", "Processed"}, {scopeID, "VM02", rootID, "Vm", state},
				}
				asked := spec
				asked.Scopes = []ScopeItem{vm01}
				_, match, err := newFake(t, s.serve).client().FindCreated(t.Context(), asked)
				ok(t, err)
				equal(t, "the match", match, want)
			})
		})
	}
}
