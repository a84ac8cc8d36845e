// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// People know an account by its name. The configuration contains the ID.
func TestErrors_NameTheAccountAndNotItsID(t *testing.T) {
	for name, block := range map[string]tfrun.Block{
		"a scope": scope("s", "fox", vm01), "the exclusive list": exclusive("fox", vm01),
	} {
		for method, after := range map[string][]tfrun.Block{"POST": {block}, "DELETE": {exclusive("fox")}} {
			inBubble(t, name+", "+method, func(t *testing.T) {
				em := acctest.StartEMWithoutTLS(t, emsim.Options{})
				w := em.NewWorkspace()
				mustApply(t, w, blocks(foxAllNoScope))
				id := em.Account(`TECH\william.fox`).ID
				w = em.NewWorkspace()
				if method == "DELETE" {
					addManually(em, web01)
				}
				for _, b := range after {
					b.Attributes["account_id"] = id
				}
				em.Inject(emsim.Fault{
					Match: func(r emsim.Request) bool { return r.Method == method && strings.Contains(r.Path, "/scopes") },
					Kind:  emsim.FaultStatus, Status: 403,
				})
				out := w.Apply(after...)
				said := strings.Join(append(out.Errors, out.Warnings...), "\n")
				if len(out.Errors) != 1 || !strings.Contains(said, `account TECH\william.fox`) || strings.Contains(said, id) {
					t.Errorf("says %s", said)
				}
			})
		}
	}
}
