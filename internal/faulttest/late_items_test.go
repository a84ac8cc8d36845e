// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// Defects that the soak found with scopes after an apply that could not determine whether the server had changed them.

// The server refused to add web01. A later change removes it from the configuration, and then a separate resource adds
// it. That scope does not belong to the account.
func TestUpdate_AnItemThatWasRemovedIsNotTakenFromTheResourceThatAddsItLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := em.NewWorkspace()
		mustApply(t, w, blocks(fox))
		em.Inject(emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusInternalServerError,
			Method: http.MethodPost, PathPattern: onePath + "/scopes",
		})
		if out := w.Apply(foxWeb); len(out.Errors) != 1 {
			t.Fatalf("errors %q, want one", out.Errors)
		}
		em.ClearFaults()
		changed := account{scope: []object{vm01, sql}}.block()
		mustApply(t, w, blocks(changed))
		config := blocks(changed, scope("web", "fox", web01))
		mustApply(t, w, config)
		holdsExactly(t, em, w, config)
	})
}

// The list contains one of two objects with the same name, and then the other. The second one is added, but removing
// the first one fails.
func TestExclusive_AnAddedItemIsRecordedEvenIfTheApplyFails(t *testing.T) {
	for _, duplicates := range []emsim.DuplicateScopes{
		emsim.DuplicateScopesAdd, emsim.DuplicateScopesSame, emsim.DuplicateScopesRefuse,
	} {
		t.Run(string(duplicates), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEMWithoutTLS(t, emsim.Options{DuplicateScopes: duplicates})
				w := em.NewWorkspace()
				mustApply(t, w, blocks(foxAllNoScope, exclusive("fox", dupA)))
				config := blocks(foxAllNoScope, exclusive("fox", dupB))
				em.Inject(emsim.Fault{
					Kind: emsim.FaultGarbage, Method: http.MethodDelete, PathPattern: onePath + "/scopes/*",
				})
				if out := w.Apply(config...); len(out.Errors) != 1 {
					t.Fatalf("errors %q, want one", out.Errors)
				}
				em.ClearFaults()
				em.ResetJournal()
				mustApply(t, w, config)
				holdsExactly(t, em, w, config)
				for _, sent := range em.Journal() {
					if sent.Method == http.MethodPost && sent.IsWrite() {
						t.Errorf("the apply sent %s %s again", sent.Method, sent.Path)
					}
				}
			})
		})
	}
}

// The list changes to the other of two objects with the same name, and removing the first one succeeds although it
// appears to fail. Then the list changes back to the first one: the existing scope is not that of the first one.
func TestExclusive_AScopeIsNotMistakenForThatOfAnotherItemOfTheSameName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := em.NewWorkspace()
		w.Provider = map[string]any{"max_retries": int64(0)}
		config := blocks(foxAllNoScope, exclusive("fox", dupA))
		mustApply(t, w, config)
		em.Inject(emsim.Fault{
			Kind: emsim.FaultDropAfterCommit, Method: http.MethodDelete, PathPattern: onePath + "/scopes/*",
		})
		if out := w.Apply(foxAllNoScope, exclusive("fox", dupB)); len(out.Errors) != 1 {
			t.Fatalf("errors %q, want one", out.Errors)
		}
		em.ClearFaults()
		mustApply(t, w, config)
		holdsExactly(t, em, w, config)
	})
}
