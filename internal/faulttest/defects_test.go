// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// Defects that the soak found earlier. Each test has the faults that reproduce one.

// Two objects have this name. If the state lost the scope, the next apply would add it again and never remove the
// first.
func TestUpdate_AnAddedScopeIsRecordedEvenIfTheAccountCannotBeReadAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		w := workspace(em)
		mustApply(t, w, blocks(fox))
		w.BeforeApply = func() {
			em.Inject(emsim.Fault{
				Kind: emsim.FaultStatus, Status: http.StatusInternalServerError,
				Method: http.MethodGet, PathPattern: onePath,
			})
		}
		changed := blocks(account{scope: []object{dupA}}.block()) // adds one scope and removes one
		if out := w.Apply(changed...); len(out.Errors) != 1 {
			t.Fatalf("errors %q, want one", out.Errors)
		}
		em.ClearFaults()
		w.BeforeApply = nil
		mustApply(t, w, changed)
		holdsExactly(t, em, w, changed)
		mustApply(t, w, blocks(fox))
		holdsExactly(t, em, w, blocks(fox))
	})
}

// The answer to the create does not contain the account's ID, and listing the accounts fails. The next refresh finds
// the account.
func TestCreate_AnAccountWhoseIDIsUnknownIsFoundByTheNextApply(t *testing.T) {
	for name, breakCreate := range map[string]func(*emsim.Fault){
		"no Location":    nil,
		"answer lost":    func(f *emsim.Fault) { f.Kind = emsim.FaultDropAfterCommit },
		"never executed": func(f *emsim.Fault) { f.Kind = emsim.FaultDropBeforeCommit },
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{OmitLocation: true})
			w := workspace(em)
			w.BeforeApply = func() {
				em.Inject(emsim.Fault{
					Kind: emsim.FaultGarbage, Method: http.MethodGet, PathPattern: accountsPath, Skip: 1,
				})
				if breakCreate != nil {
					f := emsim.Fault{Method: http.MethodPost, PathPattern: accountsPath}
					breakCreate(&f)
					em.Inject(f)
				}
			}
			if out := w.Apply(fox); len(out.Errors) != 1 {
				t.Fatalf("errors %q, want one", out.Errors)
			}
			em.ClearFaults()
			w.BeforeApply = nil
			mustApply(t, w, blocks(fox))
			holdsExactly(t, em, w, blocks(fox))
			if lost := orphans(em, w); len(lost) > 0 {
				t.Errorf("orphaned accounts, which are missing from the state: %q", lost)
			}
		})
	}
}

// An administrator creates an account with the same name after the failed create. It is neither adopted nor replaced.
func TestCreate_AnAccountThatDiffersFromTheLostOneIsNotAdopted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		w := workspace(em)
		em.Inject(emsim.Fault{Kind: emsim.FaultGarbage, Method: http.MethodGet, PathPattern: accountsPath, Skip: 1})
		em.Inject(emsim.Fault{Kind: emsim.FaultDropBeforeCommit, Method: http.MethodPost, PathPattern: accountsPath})
		if out := w.Apply(fox); len(out.Errors) != 1 {
			t.Fatalf("errors %q, want one", out.Errors)
		}
		em.ClearFaults()
		em.Mutate(func(s *emsim.Store) {
			s.AddAccount(emsim.Account{
				Type: "User", Name: `TECH\william.fox`,
				Roles: []string{emsim.RoleSQLRestoreOperator}, AllowRestoreAllVms: true,
			})
		})
		before := em.Holds()
		if out := w.Apply(fox); len(out.Errors) != 1 || !strings.Contains(out.Errors[0], "The account already exists") {
			t.Errorf("errors %q, want one that says that the account exists", out.Errors)
		}
		if got := em.Holds(); !reflect.DeepEqual(got, before) {
			t.Errorf("the server holds\n  %+v\nand before held\n  %+v", got, before)
		}
	})
}
