// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

func TestSim_Account_AnotherCaseOfTheNamePlansNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{AccountNameCase: emsim.CaseUpper})
	spelled := func(name string) resource.TestStep {
		return resource.TestStep{
			Config:           em.Config(operator(func(c *config) { c.name = name })),
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("account_name"), knownvalue.StringExact(`TECH\william.fox`)),
			},
		}
	}
	test(t, em,
		resource.TestStep{Config: em.Config(operator(nil))},
		spelled(`tech\William.Fox`),
		spelled(`TECH\WILLIAM.FOX`),
	)
}

func TestSim_Account_AnotherCaseOfTheNamePlansNoReplacementAfterAnImport(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{AccountNameCase: emsim.CaseUpper})
	seed(em)
	test(t, em, resource.TestStep{
		Config:           em.Config(importBlock("User/tech\\william.fox") + operator(nil)),
		ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("account_name"), knownvalue.StringExact(`TECH\WILLIAM.FOX`)),
		},
		Check: em.WritesExactly(),
	})
}

func TestSim_Account_AnotherSpellingOfTheServerPlansNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{
		AccountNames: emsim.AccountNamesNetBIOS, Extensions: emsim.ExtensionsDots, AddedRole: emsim.RolePortalUser,
	})
	config := func(name string, extensions string) string {
		return em.Config(operator(func(c *config) {
			c.name, c.rest = name, "flr_settings = { inplace_only = true, extension_restrictions = "+extensions+" }"
		}))
	}
	test(t, em,
		resource.TestStep{
			Config: config(`tech.local\william.fox`, `["doc", "pdf"]`),
			Check: resource.ComposeTestCheckFunc(
				writes(em, `tech.local\william.fox`, "POST /api/security/accounts",
					"DELETE /api/security/accounts/{ID}/roles/"+emsim.RolePortalUser),
				em.HoldsExactly(held(func(a *emsim.AccountSnapshot) {
					a.Name, a.FlrInplaceOnly, a.FlrExtensions = `tech.local\william.fox`, true, "doc,pdf"
				}))),
		},
		resource.TestStep{
			RefreshState: true,
		},
		resource.TestStep{
			Config:           config(`TECH\william.fox`, `["PDF", ".doc"]`),
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
			Check:            em.WritesExactly(),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("account_name"),
					knownvalue.StringExact(`tech.local\william.fox`)),
			},
		},
	)
}

func TestSim_Account_ARestrictionThatTheServerDoesNotKeepLeavesNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{DroppedSettings: emsim.SettingsSQL})
	test(t, em, resource.TestStep{
		Config:      em.Config(operator(func(c *config) { c.rest = "sql_settings = { deny_inplace_restore = true }" })),
		ExpectError: says("sql_settings.deny_inplace_restore was requested as true, and the server has false."),
	})
	tfrun.Check(t, em.HoldsExactly())
	sentExactly(t, em, create, destroy)
}

func TestSim_Account_AnImportedListOfExtensionsCanBeWrittenAsItIs(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	em.Mutate(func(s *emsim.Store) {
		a := s.Account(id)
		s.Toggle(id)
		a.FlrInplaceOnly, a.FlrExtensions = true, ".DOC,tar.gz"
	})
	config := func(extensions string) string {
		return em.Config(importBlock(id) + operator(func(c *config) {
			c.all = true
			c.rest = "flr_settings = { inplace_only = true, extension_restrictions = " + extensions + " }"
		}))
	}
	unchanged := func(extensions string) resource.TestStep {
		return resource.TestStep{
			Config: config(extensions), ConfigPlanChecks: planned(plancheck.ResourceActionNoop), Check: em.WritesExactly(),
		}
	}
	test(t, em, unchanged(`[".DOC", "tar.gz"]`), unchanged(`["doc", "tar.gz"]`))
}

// seed adds the operator on the server, as an administrator would in the web console.
func seed(em *acctest.EM) (id string) {
	em.Mutate(func(s *emsim.Store) {
		a := s.AddAccount(emsim.Account{Type: "User", Name: `TECH\william.fox`, Roles: []string{emsim.RoleVMRestoreOperator}})
		s.AddScope(a.ID, vm01.ref, vm01.name)
		s.AddScope(a.ID, sql.ref, sql.name)
		id = a.ID
	})
	return id
}

func importBlock(id string) string {
	return fmt.Sprintf("import {\n  to = %s\n  id = %s\n}\n", address, acctest.Quote(id))
}

func TestSim_Account_AnImportCausesNoWriteAndNoReplacement(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]emsim.Options{
		"a new server":        {},
		"no settings blocks":  {OmitSettings: true},
		"roots by name":       {RootNames: emsim.RootNamesName},
		"types in lower case": {ObjectTypeCase: emsim.CaseLower},
	} {
		action := plancheck.ResourceActionNoop
		if options.OmitSettings {
			action = plancheck.ResourceActionUpdate // takes the configured settings
		}
		for _, form := range []string{"%s", "urn:veeam:EnterpriseAccount:%s", `User/TECH\william.fox%.0s`} {
			t.Run(name+" "+form, func(t *testing.T) {
				t.Parallel()
				em := acctest.StartEM(t, options)
				id := seed(em)
				test(t, em, resource.TestStep{
					Config: em.Config(importBlock(fmt.Sprintf(form, id)) + operator(func(c *config) {
						c.rest = "flr_settings = { inplace_only = false }\nsql_settings = { deny_inplace_restore = false }"
					})),
					ConfigPlanChecks: planned(action),
					Check:            resource.ComposeTestCheckFunc(em.WritesExactly(), em.HoldsExactly(held(nil))),
				})
			})
		}
	}
}

func TestSim_Account_AnImportShowsTheScopesThatTheConfigurationLacks(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	test(t, em, resource.TestStep{
		Config:           em.Config(importBlock(id) + operator(func(c *config) { c.scope = c.scope[:1] })),
		ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
		Check:            em.HoldsExactly(held(func(a *emsim.AccountSnapshot) { a.Scopes = scopes(vm01) })),
	})
}

func TestSim_Account_LeavesForeignScopesAloneAndShowsNoDiff(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	test(t, em,
		resource.TestStep{Config: em.Config(operator(nil))},
		resource.TestStep{
			PreConfig: func() {
				em.Mutate(func(s *emsim.Store) { s.AddScope(s.FindAccount("User", `TECH\william.fox`).ID, dupA.ref, dupA.name) })
			},
			Config:           em.Config(operator(nil)),
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config: em.Config(operator(func(c *config) { c.scope = []item{web01} })),
			Check: em.HoldsExactly(held(func(a *emsim.AccountSnapshot) {
				a.Scopes = scopes(web01, dupA)
			})),
		},
	)
}

func TestSim_Account_AnObjectRecreatedUnderItsNameGetsANewScope(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	moved := item{"urn:VMware:Vm:" + emsim.VCenterID + ".vm-8888", web01.name}
	test(t, em,
		resource.TestStep{Config: em.Config(operator(func(c *config) { c.scope = []item{web01} }))},
		resource.TestStep{
			PreConfig: func() {
				em.Mutate(func(s *emsim.Store) { s.RemoveObject(web01.ref); s.AddObject(moved.ref, moved.name) })
			},
			Config: em.Config(operator(func(c *config) { c.scope = []item{moved} })),
			Check:  em.HoldsExactly(held(func(a *emsim.AccountSnapshot) { a.Scopes = scopes(moved) })),
		},
	)
}

func TestSim_Account_AListedNameThatFollowsARenameShowsNoDiff(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{NamesFollowRename: true})
	test(t, em,
		resource.TestStep{Config: em.Config(operator(nil))},
		resource.TestStep{
			PreConfig:        func() { em.Mutate(func(s *emsim.Store) { s.RenameObject(vm01.ref, "VM01-renamed") }) },
			Config:           em.Config(operator(nil)),
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		},
	)
}

func TestSim_Account_RestoresWhatWasRemovedOutsideTerraform(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	account := func(s *emsim.Store) *emsim.Account { return s.FindAccount("User", `TECH\william.fox`) }
	test(t, em,
		resource.TestStep{Config: em.Config(operator(nil))},
		resource.TestStep{
			PreConfig: func() {
				em.Mutate(func(s *emsim.Store) {
					a := account(s)
					s.RemoveScope(a.ID, a.Scopes[0].ID)
					s.AddRole(a.ID, emsim.RolePortalUser)
					s.Toggle(a.ID)
				})
			},
			Config:           em.Config(operator(nil)),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            em.HoldsExactly(held(nil)),
		},
		resource.TestStep{
			PreConfig:        func() { em.Mutate(func(s *emsim.Store) { s.RemoveAccount(account(s).ID) }) },
			Config:           em.Config(operator(nil)),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check:            em.HoldsExactly(held(nil)),
		},
	)
}

func TestSim_Account_ChangesThatTheAPICannotMakeReplaceTheAccount(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*config){
		"name": func(c *config) { c.name = `TECH\hunter` },
		"type": func(c *config) { c.kind = "Group" },
		"flr_settings": func(c *config) {
			c.rest = `flr_settings = { inplace_only = true, extension_restrictions = ["pdf", "doc"] }`
		},
		"sql_settings": func(c *config) { c.rest = `sql_settings = { deny_inplace_restore = true }` },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, emsim.Options{})
			test(t, em,
				resource.TestStep{Config: em.Config(operator(nil))},
				resource.TestStep{
					Config:           em.Config(operator(change)),
					ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
					Check: func(*terraform.State) error {
						if got := em.Writes(); len(got) != 3 ||
							!strings.HasPrefix(got[1], "DELETE") || !strings.HasPrefix(got[2], "POST") {
							return fmt.Errorf("sent %v, want a create, a delete and a create", got)
						}
						return nil
					},
				},
			)
		})
	}
}

func TestSim_Account_AnotherSpellingOfAReferenceSendsNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	// Two objects have the name, so a reference that was treated as another item would be sent.
	spelled := item{strings.Replace(dupA.ref, "urn:VMware:Vm:", "urn:vmware:VM:", 1), dupA.name}
	test(t, em,
		resource.TestStep{Config: em.Config(operator(func(c *config) { c.scope = []item{dupA} }))},
		resource.TestStep{
			PreConfig: em.ResetJournal,
			Config:    em.Config(operator(func(c *config) { c.scope = []item{spelled} })),
			Check:     em.WritesExactly(),
		},
		resource.TestStep{
			Config: em.Config(operator(func(c *config) { c.scope = []item{vm01} })),
			Check:  em.HoldsExactly(held(func(a *emsim.AccountSnapshot) { a.Scopes = scopes(vm01) })),
		},
	)
}
