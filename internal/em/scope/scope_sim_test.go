// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope_test

import (
	"fmt"
	"regexp"
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
)

const accountName = `TECH\william.fox`

// seed adds an account on the server that may restore one folder.
func seed(em *acctest.EM) (accountID string) {
	em.Mutate(func(s *emsim.Store) {
		a := s.AddAccount(emsim.Account{Type: "User", Name: accountName, Roles: []string{emsim.RoleVMRestoreOperator}})
		s.AddScope(a.ID, emsim.FolderLinuxRef, emsim.FolderLinuxName)
		accountID = a.ID
	})
	return accountID
}

// scopeConfig returns the configuration of a veeam_em_account_scope named label.
func scopeConfig(label, accountID, ref, name string, rest ...string) string {
	return fmt.Sprintf("resource \"veeam_em_account_scope\" %q {\n"+
		"  account_id = %q\n  hierarchy_obj_ref = %s\n  object_name = %s\n%s\n}\n",
		label, accountID, acctest.Quote(ref), acctest.Quote(name), strings.Join(rest, "\n"))
}

// holds checks the references of the account's scopes on the server, except the folder's.
func holds(em *acctest.EM, refs ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got []string
		for _, s := range em.Account(accountName).Scopes {
			if s.Ref != emsim.FolderLinuxRef {
				got = append(got, s.Ref)
			}
		}
		if strings.Join(got, " ") != strings.Join(refs, " ") {
			return fmt.Errorf("the account has scopes for %v in addition to the folder, want %v", got, refs)
		}
		return nil
	}
}

func test(t *testing.T, em *acctest.EM, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(), Steps: steps, CheckDestroy: holds(em),
	})
}

func action(label string, a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction("veeam_em_account_scope."+label, a)},
	}
}

// kinds contains the reference and name of an object of each kind.
var kinds = map[string][2]string{
	"VMware":     {emsim.VMWeb01Ref, emsim.VMWeb01Name},
	"vCloud":     {emsim.VCloudVMRef, emsim.VCloudVMName},
	"file share": {emsim.FileShareRef, emsim.FileShareName},
}

func TestSim_Scope_CanBeAddedAndRemoved(t *testing.T) {
	t.Parallel()
	for kind, object := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, emsim.Options{})
			id := seed(em)
			test(t, em, resource.TestStep{
				Config: em.Config(scopeConfig("test", id, object[0], object[1])),
				Check: resource.ComposeTestCheckFunc(holds(em, object[0]),
					em.WritesExactly("POST /api/security/accounts/"+id+"/scopes")),
			})
		})
	}
}

func TestSim_Scope_AdoptsAnExistingUnambiguousScopeWithoutARequest(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	var existing string
	em.Mutate(func(s *emsim.Store) { existing = s.AddScope(id, emsim.VMWeb01Ref, emsim.VMWeb01Name).ID })
	test(t, em, resource.TestStep{
		Config: em.Config(scopeConfig("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name)),
		Check: resource.ComposeTestCheckFunc(em.WritesExactly(), holds(em, emsim.VMWeb01Ref),
			resource.TestCheckResourceAttr("veeam_em_account_scope.test", "id", existing)),
	})
}

func TestSim_Scope_AnotherScopeOfItsNameDoesNotReplaceARemovedOne(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	config := em.Config(scopeConfig("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name))
	var second string
	test(t, em,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				em.Mutate(func(s *emsim.Store) {
					for _, sc := range s.Account(id).Scopes {
						if sc.Ref == emsim.VMWeb01Ref {
							s.RemoveScope(id, sc.ID)
						}
					}
					second = s.AddScope(id, emsim.VMWeb01Ref, emsim.VMWeb01Name).ID
				})
			},
			Config:           config,
			ConfigPlanChecks: action("test", plancheck.ResourceActionCreate),
			Check: func(s *terraform.State) error {
				return resource.TestCheckResourceAttr("veeam_em_account_scope.test", "id", second)(s)
			},
		},
	)
}

func TestSim_Scope_IsGoneIfTheAccountWasDeletedOutsideTerraform(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	config := em.Config(scopeConfig("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig:          func() { em.Mutate(func(s *emsim.Store) { s.RemoveAccount(id) }) },
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
				RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("veeam_em_account_scope.test", plancheck.ResourceActionCreate),
				}},
			},
		},
	})
}

func TestSim_Scope_AnImportLooksUpTheReference(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]emsim.Options{
		"by ID":         {},
		"by unique ID":  {RootNames: emsim.RootNamesUniqueID},
		"by name":       {RootNames: emsim.RootNamesName},
		"in upper case": {ObjectTypeCase: emsim.CaseUpper},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, options)
			id := seed(em)
			var scopeID string
			em.Mutate(func(s *emsim.Store) { scopeID = s.AddScope(id, emsim.VMWeb01Ref, emsim.VMWeb01Name).ID })
			test(t, em, resource.TestStep{
				Config: em.Config(fmt.Sprintf("import {\n to = veeam_em_account_scope.test\n id = \"%s/%s\"\n}\n",
					strings.ToUpper(id), strings.ToUpper(scopeID)) +
					// another spelling of the same reference
					scopeConfig("test", id, strings.Replace(emsim.VMWeb01Ref, ":Vm:", ":VM:", 1), emsim.VMWeb01Name)),
				ConfigPlanChecks: action("test", plancheck.ResourceActionNoop),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("veeam_em_account_scope.test", tfjsonpath.New("hierarchy_obj_ref"),
						knownvalue.StringExact(emsim.VMWeb01Ref)),
					statecheck.ExpectKnownValue("veeam_em_account_scope.test", tfjsonpath.New("account_id"),
						knownvalue.StringExact(id)),
				},
				Check: em.WritesExactly(),
			})
		})
	}
}

func TestSim_Scope_AnAmbiguousImportTakesTheConfiguredReference(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	var scopeID string
	em.Mutate(func(s *emsim.Store) { scopeID = s.AddScope(id, emsim.VMDupBRef, emsim.VMDupName).ID })
	test(t, em, resource.TestStep{
		Config: em.Config(fmt.Sprintf("import {\n to = veeam_em_account_scope.test\n id = \"%s/%s\"\n}\n", id, scopeID) +
			scopeConfig("test", id, emsim.VMDupBRef, emsim.VMDupName)),
		ConfigPlanChecks: action("test", plancheck.ResourceActionUpdate),
		Check:            resource.ComposeTestCheckFunc(em.WritesExactly(), holds(em, emsim.VMDupBRef)),
	})
}

func TestSim_Scope_AnInvalidImportIDIsAnErrorWithTheForm(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config: em.Config("import {\n to = veeam_em_account_scope.test\n id = \"../security\"\n}\n" +
				scopeConfig("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name)),
			ExpectError: regexp.MustCompile(`Write\s+<account\s+ID>/<scope\s+ID>`),
		}},
	})
}

func TestSim_Scope_ReplacingTheReferenceAddsTheNewScopeAndRemovesTheOld(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{ScopeLocation: true}) // otherwise, an ambiguous name settles in real time
	id := seed(em)
	for name, lifecycle := range map[string]string{
		"destroy first": "", "create first": "lifecycle { create_before_destroy = true }",
	} {
		t.Run(name, func(t *testing.T) {
			test(t, em,
				resource.TestStep{Config: em.Config(scopeConfig("test", id, emsim.VMDupARef, emsim.VMDupName, lifecycle))},
				resource.TestStep{
					Config:           em.Config(scopeConfig("test", id, emsim.VMDupBRef, emsim.VMDupName, lifecycle)),
					ConfigPlanChecks: action("test", plancheck.ResourceActionReplace),
					Check:            holds(em, emsim.VMDupBRef),
				},
			)
		})
	}
}

func TestSim_Scope_CreateBeforeDestroyOfARecreatedObjectNeverLosesAccess(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	again := "urn:VMware:Vm:" + emsim.VCenterID + ".vm-8888"
	const lifecycle = "lifecycle { create_before_destroy = true }"
	config := em.Config(scopeConfig("test", id, again, emsim.VMWeb01Name, lifecycle))
	test(t, em,
		resource.TestStep{Config: em.Config(scopeConfig("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name, lifecycle))},
		resource.TestStep{
			PreConfig: func() {
				em.Mutate(func(s *emsim.Store) { s.RemoveObject(emsim.VMWeb01Ref); s.AddObject(again, emsim.VMWeb01Name) })
			},
			Config: config,
			Check:  holds(em, again),
			// Terraform does not tell the provider that a create replaces another resource. The create adopts the listed scope
			// of that name. When the old resource is destroyed, the new object gets its own scope, which the next refresh finds.
		},
		resource.TestStep{
			PreConfig: em.ResetJournal,
			Config:    config,
			Check:     resource.ComposeTestCheckFunc(holds(em, again), em.WritesExactly()),
		},
	)
}

func TestSim_Scope_AFailedCreateHasTheServersWordsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{NoScopeLicense: true})
	id := seed(em)
	test(t, em, resource.TestStep{
		Config:      em.Config(scopeConfig("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name)),
		ExpectError: regexp.MustCompile(`license\s+that\s+includes\s+them`),
	})
}

func TestScope_TheReferenceOfAnImportedFileShareIsThatOfItsFileServer(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	id := em.AddAccountWithScopes(emsim.FileShareRef, emsim.FileShareName)
	p := em.Protocol()
	stored, _ := p.Import("veeam_em_account_scope", id+"/"+em.Account(accountName).Scopes[0].ID, nil)
	read, said := p.Read("veeam_em_account_scope", stored)
	if len(said) > 0 || read.State["hierarchy_obj_ref"] != emsim.FileShareRef {
		t.Errorf("imported %v, %q", read.State, said)
	}
}

func TestSim_Scope_AnImportedFileShareThatIsNotListedTakesTheConfiguredReference(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	var scopeID string
	em.Mutate(func(s *emsim.Store) {
		scopeID = s.AddScope(id, emsim.FileShareRef, emsim.FileShareName).ID
		s.RemoveFileServer(emsim.SMBServerID)
	})
	test(t, em, resource.TestStep{ // the lookup service does not know the root of a file share
		Config: em.Config(fmt.Sprintf("import {\n to = veeam_em_account_scope.test\n id = \"%s/%s\"\n}\n", id, scopeID) +
			scopeConfig("test", id, emsim.FileShareRef, emsim.FileShareName)),
		ConfigPlanChecks: action("test", plancheck.ResourceActionUpdate),
		Check:            resource.ComposeTestCheckFunc(em.WritesExactly(), holds(em, emsim.FileShareRef)),
	})
}
