// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const restoreScopes = "restore-scopes.md.tmpl"

// afterLookUps returns a configuration of the guide about restore scopes after the data sources that it uses.
func afterLookUps(t *testing.T, configuration string) string {
	t.Helper()
	inline := guide(t, "restore-scopes", "inline", "main.tf")
	return inline[:strings.Index(inline, "resource ")] + configuration
}

// scopeIDs returns the ID of each scope of the only account, by name.
func (s *server) scopeIDs() map[string]string {
	ids := map[string]string{}
	for _, a := range s.accounts() {
		for _, scope := range a.Scopes {
			ids[scope.Name] = scope.ID
		}
	}
	return ids
}

func TestSim_Process_TheRestoreScopesGuideShowsWhatEachOwnerSeesAndWhatAMoveSends(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{RefuseUnknownObjects: true})
	addForeign := func() {
		account := em.accounts()[0].ID
		em.Mutate(func(s *emsim.Store) { s.AddScope(account, emsim.VMSQLSRVRef, emsim.VMSQLSRVName) })
	}
	tf := newTerraform(t, guide(t, "restore-scopes", "inline", "main.tf"), em.environment()...)
	tf.apply().exits(0)
	created := em.scopeIDs()
	addForeign()
	tf.run("plan", "-detailed-exitcode").exits(0).says(shown(t, restoreScopes, "Warning: The account")...)

	// sends checks which requests have changed the server since the last call.
	scopesPath := " /api/security/accounts/" + em.accounts()[0].ID + "/scopes"
	sends := func(want ...string) {
		t.Helper()
		if got := em.writes(); !slices.Equal(got, want) {
			t.Errorf("sent %q, want %q", got, want)
		}
		em.ResetJournal()
	}
	em.ResetJournal()
	separate := afterLookUps(t, guide(t, "restore-scopes", "separate", "main.tf"))
	tf.configure(separate)
	tf.apply().exits(0)
	sends("DELETE"+scopesPath+"/"+created["web01"], "POST"+scopesPath)
	if plan := tf.run("plan", "-detailed-exitcode").exits(0); strings.Contains(plan.output, "SQLSRV") {
		t.Errorf("the plan shows a scope that is to be ignored:\n%s", plan.output)
	}
	tf.configure(strings.Replace(separate, `"veeam_em_account_scope" "web01"`, `"veeam_em_account_scope" "web"`, 1) +
		fenced(t, restoreScopes, "terraform", "moved {"))
	tf.run("plan").exits(0).says("has moved to veeam_em_account_scope.web", "0 to add, 0 to change, 0 to destroy.")

	tf.sh(commands(t, restoreScopes, "terraform state rm")).exits(0)
	foreign := em.scopeIDs()["SQLSRV"]
	tf.configure(afterLookUps(t, guide(t, "restore-scopes", "exclusive", "main.tf")))
	tf.apply().exits(0).says(shown(t, restoreScopes, "Warning: Restore scopes")...)
	sends("DELETE" + scopesPath + "/" + foreign)
	tf.planIsEmpty()

	addForeign()
	foreign = em.scopeIDs()["SQLSRV"]
	removing := strings.Replace(guide(t, "restore-scopes", "inline", "main.tf"), "allow_restore_all_vms = false",
		"allow_restore_all_vms = false\n  unlisted_scopes = \"remove\"", 1)
	tf.configure(removing)
	tf.apply().exits(0).says(shown(t, restoreScopes, "      ~ unlisted_scope_names")...)
	sends("DELETE" + scopesPath + "/" + foreign)
	tf.planIsEmpty()
}

func TestSim_Process_TheRestoreScopesGuideMovesAScopeToAnotherState(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{RefuseUnknownObjects: true})
	separate := afterLookUps(t, guide(t, "restore-scopes", "separate", "main.tf"))
	first := newTerraform(t, separate, em.environment()...)
	first.apply().exits(0)
	em.ResetJournal()
	first.sh(commands(t, restoreScopes, "terraform state rm")).exits(0)
	head, resource, _ := strings.Cut(separate, `resource "veeam_em_account_scope"`)
	first.configure(head)
	first.planIsEmpty()

	second := newTerraform(t, separate[:strings.Index(separate, "resource ")]+`
data "veeam_em_account" "operators" {
  account_name = "TECH\\linux-operators"
}

resource "veeam_em_account_scope"`+strings.Replace(resource, "veeam_em_account.", "data.veeam_em_account.", 1),
		em.environment()...)
	second.apply().exits(0).says("The restore scope web01 was adopted")
	second.planIsEmpty()
	if got := em.writes(); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
}
