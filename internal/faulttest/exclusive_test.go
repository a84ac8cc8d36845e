// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// The list adds missing items before it removes others. If adding fails, removing would leave the account without
// access.
func TestExclusive_RemovesNothingIfAnItemCannotBeAdded(t *testing.T) {
	for status, message := range map[int]string{http.StatusForbidden: "403", http.StatusInternalServerError: "500"} {
		inBubble(t, message, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := workspace(em)
			before, after := blocks(foxAllNoScope, exclusive("fox", vm01)), blocks(foxAllNoScope, exclusive("fox", web01))
			mustApply(t, w, before)
			em.Inject(emsim.Fault{
				Kind: emsim.FaultStatus, Status: status, Method: http.MethodPost, PathPattern: scopesPath,
			})
			em.ResetJournal()
			if out := w.Apply(after...); len(out.Errors) != 1 || !strings.Contains(out.Errors[0], message) {
				t.Errorf("errors %q, want one with the status", out.Errors)
			}
			if sent := em.Writes(); len(sent) != 1 || !strings.HasPrefix(sent[0], "POST ") {
				t.Errorf("sent %q, want one request to add a scope", sent)
			}
			em.ClearFaults()
			holdsExactly(t, em, w, before)
			mustApply(t, w, after)
			holdsExactly(t, em, w, after)
		})
	}
}

// Two objects have the name. While the apply begins, an administrator removes the scope of one and adds one for the
// other, which must not pass for the configured one.
func TestExclusive_AnItemThatLosesItsScopeBeforeTheApplyIsAddedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := workspace(em)
		mustApply(t, w, blocks(foxAllNoScope, exclusive("fox", dupA)))
		w.BeforeApply = func() { replaceOutside(em, dupA, dupB) }
		config := blocks(foxAllNoScope, exclusive("fox", dupA, db01))
		mustApply(t, w, config)
		w.BeforeApply = nil
		holdsExactly(t, em, w, config)
	})
}
