// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// The soak has found that two scopes made manually, whose objects have one name, ended every plan: a set had one element twice.
func TestExclusive_ForeignScopesOfOneNameArePlannedAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := em.NewWorkspace()
		config := blocks(foxAllNoScope, exclusive("fox", vm01))
		must(t, w, config)
		em.Mutate(func(s *emsim.Store) {
			fox := s.FindAccount("User", `TECH\william.fox`)
			s.AddScope(fox.ID, dupA.ref, dupA.name)
			s.AddScope(fox.ID, dupB.ref, dupB.name)
		})
		out := w.Apply(config...)
		if want := []string{"update " + exclusiveType + ".fox"}; len(out.Errors) > 0 || !slices.Equal(out.Changes, want) {
			t.Errorf("changes %q, errors %q", out.Changes, out.Errors)
		}
		holdsExactly(t, em, w, config)
		must(t, w, nil)
	})
}
