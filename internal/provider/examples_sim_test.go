// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
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
			if kind == "functions" {
				testcli.Needs(t, testcli.Functions)
			}
			t.Parallel()
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			server, unchanged := exampleServer(t, kind, noun)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: server.Factories(),
				Steps:                    []resource.TestStep{{Config: server.Config(string(body))}},
				CheckDestroy:             unchanged,
			})
		})
	}
}

// exampleServer starts a server on which the example can be applied. The check fails unless the server then holds the
// same as before.
func exampleServer(t *testing.T, kind, noun string) (*acctest.Instance, resource.TestCheckFunc) {
	t.Helper()
	if strings.HasPrefix(noun, "veeam_vb365_") {
		vb := acctest.StartVB365(t, vb365sim.Options{RefuseUnknownObjects: true, RefuseDuplicateNames: true})
		if kind == "data-sources" {
			addHelpdesk(vb)
		}
		return vb.Instance, vb.Unchanged(vb.Snapshot())
	}
	em := acctest.StartEM(t, emsim.Options{Demo: true, RefuseUnknownObjects: true})
	if kind == "resources" {
		// The example creates accounts with the names of the demo's accounts.
		em.Mutate(func(s *emsim.Store) {
			for _, a := range s.Accounts() {
				if a.Name != emsim.DefaultUser {
					s.RemoveAccount(a.ID)
				}
			}
		})
	}
	return em.Instance, em.Unchanged(em.Snapshot())
}

// addHelpdesk adds the role that the examples refer to.
func addHelpdesk(vb *acctest.VB365) {
	vb.Mutate(func(s *vb365sim.Store) {
		o := s.Organization(vb365sim.OrganizationID)
		role := s.AddRole(vb365sim.Role{OrganizationID: o.ID, Name: "Helpdesk", RoleType: "SpecificObjects"})
		s.AddObject(role, vb365sim.Operators, o.Object("Group", vb365sim.NamelessGroupID))
		s.AddObject(role, vb365sim.SelectedItems, o.Object("Team", vb365sim.SalesTeamID))
		s.AddOdd(role, vb365sim.SelectedItems, "PersonalSites")
	})
}
