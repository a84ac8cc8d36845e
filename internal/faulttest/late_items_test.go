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

// What the soak has found about scopes whose fate an apply did not learn.

// The server refused to add web01. A later change drops it, and then a resource of its own adds it: that scope is not the account's.
func TestUpdate_AnItemThatWasDroppedIsNotTakenFromTheResourceThatAddsItLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := em.NewWorkspace()
		must(t, w, blocks(fox))
		em.Inject(emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, Method: http.MethodPost, PathPattern: onePath + "/scopes",
		})
		if out := w.Apply(foxWeb); len(out.Errors) != 1 {
			t.Fatalf("errors %q, want one", out.Errors)
		}
		em.ClearFaults()
		changed := account{scope: []object{vm01, sql}}.block()
		must(t, w, blocks(changed))
		config := blocks(changed, scope("web", "fox", web01))
		must(t, w, config)
		holdsExactly(t, em, w, config)
	})
}

// The list gets one of two objects of one name, and then the other. The second one is added, and the first one cannot be removed.
func TestExclusive_AnItemThatWasAddedIsRememberedThoughTheListFailed(t *testing.T) {
	for _, again := range []emsim.DuplicateScopes{emsim.DuplicateScopesAdd, emsim.DuplicateScopesSame, emsim.DuplicateScopesRefuse} {
		t.Run(string(again), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEMWithoutTLS(t, emsim.Options{DuplicateScopes: again})
				w := em.NewWorkspace()
				must(t, w, blocks(foxAllNoScope, exclusive("fox", dupA)))
				config := blocks(foxAllNoScope, exclusive("fox", dupB))
				em.Inject(emsim.Fault{Kind: emsim.FaultGarbage, Method: http.MethodDelete, PathPattern: onePath + "/scopes/*"})
				if out := w.Apply(config...); len(out.Errors) != 1 {
					t.Fatalf("errors %q, want one", out.Errors)
				}
				em.ClearFaults()
				em.ResetJournal()
				must(t, w, config)
				holdsExactly(t, em, w, config)
				for _, sent := range em.Journal() {
					if sent.Method == http.MethodPost && sent.IsWrite() {
						t.Errorf("sent %s %s again", sent.Method, sent.Path)
					}
				}
			})
		})
	}
}

// The list gets the other one of two objects of one name, and the removal of the first one succeeds although it looks failed. Then the
// list gets the first one back: the scope that is there is not its own.
func TestExclusive_AScopeIsNotTakenForThatOfAnotherItemOfItsName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := em.NewWorkspace()
		w.Provider = map[string]any{"max_retries": int64(0)}
		config := blocks(foxAllNoScope, exclusive("fox", dupA))
		must(t, w, config)
		em.Inject(emsim.Fault{Kind: emsim.FaultDropAfterCommit, Method: http.MethodDelete, PathPattern: onePath + "/scopes/*"})
		if out := w.Apply(foxAllNoScope, exclusive("fox", dupB)); len(out.Errors) != 1 {
			t.Fatalf("errors %q, want one", out.Errors)
		}
		em.ClearFaults()
		must(t, w, config)
		holdsExactly(t, em, w, config)
	})
}
