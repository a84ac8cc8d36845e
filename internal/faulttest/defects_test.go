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

// What an earlier soak has found, each with the faults that it takes.

// The name stands for two objects: if the state forgot the scope it would be sent again, and the first one would stay for good.
func TestUpdate_AScopeThatWasAddedIsRememberedThoughTheAccountCannotBeReadAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		w := workspace(em)
		must(t, w, blocks(fox))
		w.BeforeApply = func() {
			em.Inject(emsim.Fault{Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, Method: http.MethodGet, PathPattern: onePath})
		}
		changed := blocks(account{scope: []object{dupA}}.block()) // adds one, removes one
		if out := w.Apply(changed...); len(out.Errors) != 1 {
			t.Fatalf("errors %q, want one", out.Errors)
		}
		em.ClearFaults()
		w.BeforeApply = nil
		must(t, w, changed)
		holdsExactly(t, em, w, changed)
		must(t, w, blocks(fox))
		holdsExactly(t, em, w, blocks(fox))
	})
}

// The server has made the account and did not say its ID, and the account cannot be looked for: the next refresh finds it.
func TestCreate_AnAccountWhoseIDCouldNotBeFoundOutIsFoundByTheNextApply(t *testing.T) {
	for name, made := range map[string]func(*emsim.Fault){
		"no Location":     nil,
		"the answer lost": func(f *emsim.Fault) { f.Kind = emsim.FaultDropAfterCommit },
		"not made at all": func(f *emsim.Fault) { f.Kind = emsim.FaultDropBeforeCommit },
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{OmitLocation: true})
			w := workspace(em)
			w.BeforeApply = func() {
				em.Inject(emsim.Fault{Kind: emsim.FaultGarbage, Method: http.MethodGet, PathPattern: accountsPath, Skip: 1})
				if made != nil {
					f := emsim.Fault{Method: http.MethodPost, PathPattern: accountsPath}
					made(&f)
					em.Inject(f)
				}
			}
			if out := w.Apply(fox); len(out.Errors) != 1 {
				t.Fatalf("errors %q, want one", out.Errors)
			}
			em.ClearFaults()
			w.BeforeApply = nil
			must(t, w, blocks(fox))
			holdsExactly(t, em, w, blocks(fox))
			if lost := orphans(em, w); len(lost) > 0 {
				t.Errorf("accounts that the state does not know: %q", lost)
			}
		})
	}
}

// An administrator has made an account of that name in the meantime: it is neither taken over nor replaced.
func TestCreate_AnAccountThatIsNotWhatWasAskedForIsNotTakenForTheOneThatWasLost(t *testing.T) {
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
			s.AddAccount(emsim.Account{Type: "User", Name: `TECH\william.fox`, Roles: []string{emsim.RoleSQLRestoreOperator}, AllowRestoreAllVms: true})
		})
		before := em.Holds()
		if out := w.Apply(fox); len(out.Errors) != 1 || !strings.Contains(out.Errors[0], "The account exists already") {
			t.Errorf("errors %q, want one that says that the account exists", out.Errors)
		}
		if got := em.Holds(); !reflect.DeepEqual(got, before) {
			t.Errorf("the server holds\n  %+v\nbefore\n  %+v", got, before)
		}
	})
}
