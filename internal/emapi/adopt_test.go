// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/http"
	"testing"
	"testing/synctest"
)

// The response to the create is lost. An account of that name with other roles was created by another process: taken
// for the own one, it would later be changed or deleted.
func TestCreateAccount_DoesNotAdoptAnAccountWithOtherRoles(t *testing.T) {
	for name, roles := range map[string][]string{
		"another role": {otherRole}, "a further role": {roleID, otherRole}, "no role": nil,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, commit func()) bool {
					commit()
					s.roles = roles
					drop(w)
					return true
				}
				f := newFake(t, s.serve)
				id, err := f.client().CreateAccount(t.Context(), spec)
				wants(t, err, "the roles", accountID)
				equal(t, "the ID", id, "")
				f.expect("POST /security/accounts", 1)
			})
		})
	}
}
