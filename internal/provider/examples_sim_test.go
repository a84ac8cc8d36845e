// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestSim_Examples_CanBeAppliedAndDestroyed(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range []string{
		"resources/*/resource.tf", "data-sources/*/data-source.tf", "functions/*/function.tf",
	} {
		found, err := filepath.Glob("../../examples/" + pattern)
		if err != nil || len(found) < 2 {
			t.Fatalf("examples of %s: %v, %v", pattern, found, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		kind, noun := filepath.Base(filepath.Dir(filepath.Dir(file))), filepath.Base(filepath.Dir(file))
		t.Run(kind+" "+noun, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			em := acctest.StartEM(t, emsim.Options{Demo: true, RefuseUnknownObjects: true})
			if filepath.Base(file) == "resource.tf" {
				// The example creates accounts with the names of the demo's accounts.
				em.Mutate(func(s *emsim.Store) {
					for _, a := range s.Accounts() {
						if a.Name != emsim.DefaultUser {
							s.RemoveAccount(a.ID)
						}
					}
				})
			}
			before := em.Snapshot()
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps:                    []resource.TestStep{{Config: em.Config(string(body))}},
				CheckDestroy:             em.Unchanged(before),
			})
		})
	}
}
