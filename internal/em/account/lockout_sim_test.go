// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
)

func TestSim_Account_TheProvidersOwnAccountKeepsItsAdministratorRole(t *testing.T) {
	t.Parallel()
	// The name differs from that of the logon in case, which does not matter.
	own := func(change func(*config)) string {
		c := config{
			kind: "User", name: strings.ToLower(emsim.DefaultUser),
			roles: []string{emsim.RolePortalAdministrator, emsim.RolePortalUser}, all: true,
		}
		if change != nil {
			change(&c)
		}
		return c.String()
	}
	start := func(t *testing.T) (*acctest.EM, resource.TestStep) {
		em := acctest.StartEM(t, emsim.Options{AccountNameCase: emsim.CaseUpper})
		em.Mutate(func(s *emsim.Store) {
			a := s.FindAccount("User", emsim.DefaultUser)
			s.AddRole(a.ID, emsim.RolePortalUser)
			a.AllowRestoreAllVms = true
		})
		return em, resource.TestStep{Config: em.Config(importBlock("User/"+emsim.DefaultUser) + own(nil))}
	}
	for name, step := range map[string]resource.TestStep{
		"the role": {Config: own(func(c *config) { c.roles = []string{emsim.RolePortalUser} })},
		"by replacement": {Config: own(func(c *config) {
			c.rest = "sql_settings = { deny_inplace_restore = true }"
		})},
		"by another name": {Config: own(func(c *config) { c.name = `TECH\hunter` })},
		"by destruction":  {Config: own(nil), Destroy: true},
	} {
		t.Run(name, func(t *testing.T) {
			testcli.Needs(t, testcli.Removed)
			t.Parallel()
			em, first := start(t)
			before := em.Snapshot()
			step.Config = em.Config(step.Config)
			step.ExpectError = says("The provider would lock itself out")
			forget := resource.TestStep{
				Config: em.Config("removed {\n  from = " + address + "\n  lifecycle {\n    destroy = false\n  }\n}\n"),
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps:                    []resource.TestStep{first, step, forget},
				CheckDestroy:             em.Unchanged(before),
			})
		})
	}
	t.Run("allowed by allow_self_lockout", func(t *testing.T) {
		t.Parallel()
		em, _ := start(t)
		em.ProviderAttributes("allow_self_lockout = true")
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: em.Factories(),
			Steps: []resource.TestStep{
				{Config: em.Config(importBlock("User/"+emsim.DefaultUser) + own(nil))},
			},
			CheckDestroy: func(*terraform.State) error {
				if got := em.Holds(); len(got) != 0 {
					t.Errorf("the server holds %+v", got)
				}
				for _, a := range em.Snapshot() {
					if strings.EqualFold(a.Name, emsim.DefaultUser) {
						t.Errorf("the account is still there: %+v", a)
					}
				}
				return nil
			},
		})
	})
	t.Run("allowed for other accounts", func(t *testing.T) {
		t.Parallel()
		em := acctest.StartEM(t, emsim.Options{})
		admin := func(roles ...string) string { return operator(func(c *config) { c.roles = roles }) }
		test(t, em,
			resource.TestStep{Config: em.Config(admin(emsim.RolePortalAdministrator))},
			resource.TestStep{Config: em.Config(admin(emsim.RolePortalUser))},
		)
	})
}

func TestSim_Account_GroupsThroughWhichTheProviderHasItsRightKeepTheRole(t *testing.T) {
	testcli.Needs(t, testcli.Removed)
	t.Parallel()
	// The account that may be the logon's does not have the role, so that the right comes through a group.
	em := acctest.StartEM(t, emsim.Options{Users: []emsim.User{{
		Name: emsim.DefaultUser, Password: emsim.DefaultPassword, Groups: []string{`TECH\Admins`, `TECH\Backup`},
	}}})
	em.Mutate(func(s *emsim.Store) {
		s.AddAccount(viewer("User", "administrator@tech.local"))
		s.AddAccount(admin("Group", `TECH\Admins`))
		s.AddAccount(admin("Group", `TECH\Backup`))
	})
	block := func(name string) string {
		c := config{kind: "Group", name: `TECH\` + name, roles: adminAndUser, all: true}
		return strings.ReplaceAll(c.String(), `"test"`, `"`+strings.ToLower(name)+`"`)
	}
	imports := func(name string) string {
		return "import {\n  to = veeam_em_account." + strings.ToLower(name) + "\n  id = " +
			acctest.Quote(`Group/TECH\`+name) + "\n}\n"
	}
	removed := func(name string) string {
		return "removed {\n  from = veeam_em_account." + name + "\n  lifecycle {\n    destroy = false\n  }\n}\n"
	}
	before := em.Snapshot()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{
			{Config: em.Config(imports("Admins") + imports("Backup") + block("Admins") + block("Backup"))},
			{Config: em.Config(""), ExpectError: says("is the last group with the Portal Administrator role")},
			{Config: em.Config(removed("backup") + removed("admins")), Check: em.WritesExactly()},
		},
		CheckDestroy: em.Unchanged(before),
	})
}
