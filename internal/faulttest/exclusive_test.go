// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// The list removes other scopes before it adds missing ones, so that the account never has more access than before or
// after. Only if an object has the name of another one, its scope is added first: then a failure removes nothing.
func TestExclusive_ReportsAnItemThatCannotBeAdded(t *testing.T) {
	list := func(objects ...object) []tfrun.Block { return blocks(foxAllNoScope, exclusive("fox", objects...)) }
	for name, c := range map[string]struct {
		before, after, left []tfrun.Block
		sent                []string
	}{
		"other names":   {list(vm01), list(web01), list(), []string{"DELETE", "POST"}},
		"the same name": {list(dupA), list(dupB), list(dupA), []string{"POST"}},
	} {
		for _, status := range []int{http.StatusForbidden, http.StatusInternalServerError} {
			inBubble(t, fmt.Sprint(name, ", ", status), func(t *testing.T) {
				em := acctest.StartEMWithoutTLS(t, emsim.Options{})
				w := workspace(em)
				mustApply(t, w, c.before)
				em.Inject(emsim.Fault{
					Kind: emsim.FaultStatus, Status: status, Method: http.MethodPost, PathPattern: scopesPath,
				})
				em.ResetJournal()
				if out := w.Apply(c.after...); len(out.Errors) != 1 || !strings.Contains(out.Errors[0], fmt.Sprint(status)) {
					t.Errorf("errors %q, want one with the status", out.Errors)
				}
				var sent []string
				for _, request := range em.Writes() {
					method, _, _ := strings.Cut(request, " ")
					sent = append(sent, method)
				}
				if !slices.Equal(sent, c.sent) {
					t.Errorf("sent %q, want %q", sent, c.sent)
				}
				em.ClearFaults()
				holdsExactly(t, em, w, c.left)
				mustApply(t, w, c.after)
				holdsExactly(t, em, w, c.after)
			})
		}
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
