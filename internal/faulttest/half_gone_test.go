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

// notFound is the server's own answer that it does not find a part of an account.
func notFound(part string) emsim.Fault {
	return emsim.Fault{
		Kind: emsim.FaultStatus, Status: http.StatusNotFound, Method: http.MethodGet, PathPattern: onePath + part,
		Body: `<Error xmlns="http://www.veeam.com/ent/v1.0" StatusCode="404" Message="Not here."/>`,
	}
}

// A server that is being updated may not find the roles or the scopes of an account that it still has. If that counted
// as a deleted account, the account would leave the state and keep its access.
func TestRefresh_A404ForAPartOfAnAccountIsAnError(t *testing.T) {
	for owner, parts := range map[string][]string{
		"restore_scope": {"/roles", "/scopes"}, "single scopes": {"/scopes"}, "exclusive list": {"/scopes"},
	} {
		for _, part := range parts {
			inBubble(t, owner+part, func(t *testing.T) {
				em := acctest.StartEMWithoutTLS(t, emsim.Options{})
				w := workspace(em)
				config := owners[owner](vm01, web01)
				mustApply(t, w, config)
				em.Inject(notFound(part))
				em.ResetJournal()
				if out := w.Apply(config...); len(out.Errors) == 0 || !strings.Contains(out.Errors[0], "Not here.") {
					t.Errorf("errors %q, want the message of the server", out.Errors)
				}
				if sent := em.Writes(); len(sent) > 0 {
					t.Errorf("sent %q", sent)
				}
				em.ClearFaults()
				holdsExactly(t, em, w, config)
			})
		}
	}
}

func TestScope_A404ForTheScopesOfAnAccountIsAnErrorOfTheRemoval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := workspace(em)
		config := owners["single scopes"](vm01, web01)
		mustApply(t, w, config)
		w.BeforeApply = func() { em.Inject(notFound("/scopes")) }
		if out := w.Apply(foxAllNoScope); len(out.Errors) != 2 || !strings.Contains(out.Errors[0], "Not here.") {
			t.Errorf("errors %q, want the message of the server for each scope", out.Errors)
		}
		em.ClearFaults()
		w.BeforeApply = nil
		holdsExactly(t, em, w, config)
	})
}

func TestScopes_AreAddedAgainIfTheAccountWasDeletedOutsideTerraform(t *testing.T) {
	for owner, config := range owners {
		inBubble(t, owner, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := workspace(em)
			mustApply(t, w, config(vm01, web01))
			em.Mutate(func(s *emsim.Store) { s.RemoveAccount(s.FindAccount("User", `TECH\william.fox`).ID) })
			mustApply(t, w, config(vm01, web01))
			holdsExactly(t, em, w, config(vm01, web01))
		})
	}
}

// The server lists roots by name, and the names cannot be read. Whether the account has the scope is then not known.
func TestScopes_NothingIsAddedIfTheListedOnesCannotBeCompared(t *testing.T) {
	for owner, config := range owners {
		inBubble(t, owner, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{RootNames: emsim.RootNamesName})
			w := workspace(em)
			mustApply(t, w, config(vm01))
			w.BeforeApply = func() {
				addWebOutside(em)
				em.Inject(emsim.Fault{
					Kind: emsim.FaultStatus, Status: http.StatusForbidden,
					Method: http.MethodGet, PathPattern: "/api/hierarchyRoots",
				})
				em.ResetJournal()
			}
			if out := w.Apply(config(vm01, web01)...); len(out.Errors) == 0 ||
				!strings.Contains(out.Errors[0], "list the hierarchy roots") {
				t.Errorf("errors %q, want some about the hierarchy roots", out.Errors)
			}
			if sent := em.Writes(); len(sent) > 0 {
				t.Errorf("sent %q", sent)
			}
			em.ClearFaults()
			w.BeforeApply = nil
			mustApply(t, w, config(vm01, web01))
			holdsExactly(t, em, w, config(vm01, web01))
		})
	}
}
