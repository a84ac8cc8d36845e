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

// The soak found that two scopes added outside Terraform made every plan fail if their objects had the same name: a set
// had the same element twice.
func TestExclusive_ThePlanRemovesForeignScopesOfTheSameName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := em.NewWorkspace()
		config := blocks(foxAllNoScope, exclusive("fox", vm01))
		mustApply(t, w, config)
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
		mustApply(t, w, nil)
	})
}
