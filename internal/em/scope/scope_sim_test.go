// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
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

// seed puts an account on the server that may restore one folder.
func seed(em *acctest.EM) (accountID string) {
	em.Mutate(func(s *emsim.Store) {
		a := s.AddAccount(emsim.Account{Type: "User", Name: accountName, Roles: []string{emsim.RoleVMRestoreOperator}})
		s.AddScope(a.ID, emsim.FolderLinuxRef, emsim.FolderLinuxName)
		accountID = a.ID
	})
	return accountID
}

// scopeConfig is a veeam_em_account_scope named label.
func scopeConfig(label, accountID, ref, name string, rest ...string) string {
	return fmt.Sprintf("resource \"veeam_em_account_scope\" %q {\n  account_id = %q\n  hierarchy_obj_ref = %s\n  object_name = %s\n%s\n}\n",
		label, accountID, acctest.Quote(ref), acctest.Quote(name), strings.Join(rest, "\n"))
}

// holds checks which references the account's scopes have on the server, besides the folder's.
func holds(em *acctest.EM, refs ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got []string
		for _, s := range em.Account(accountName).Scopes {
			if s.Ref != emsim.FolderLinuxRef {
				got = append(got, s.Ref)
			}
		}
		if strings.Join(got, " ") != strings.Join(refs, " ") {
			return fmt.Errorf("the account has scopes for %v besides the folder, want %v", got, refs)
		}
		return nil
	}
}

func test(t *testing.T, em *acctest.EM, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: em.Factories(), Steps: steps, CheckDestroy: holds(em)})
}

func action(label string, a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction("veeam_em_account_scope."+label, a)}}
}

func TestSim_Scope_IsAddedAndRemovedOnEveryServer(t *testing.T) {
	t.Parallel()
	const delay = 300 * time.Millisecond
	for name, options := range map[string]emsim.Options{
		"at once":           {},
		"listed late":       {ScopeDelay: delay},
		"vanishes late":     {RemovingDelay: delay},
		"roots by uniqueID": {RootNames: emsim.RootNamesUniqueID},
		"roots by name":     {RootNames: emsim.RootNamesName},
		"processed later":   {ProcessDelay: delay},
		"references only":   {ReferencesOnly: true, RootNames: emsim.RootNamesName},
		"infrastructure":    {ObjectNames: emsim.ObjectNamesInfrastructure},
	} {
		for kind, object := range map[string][2]string{
			"VMware":     {emsim.VMWeb01Ref, emsim.VMWeb01Name},
			"vCloud":     {emsim.VCloudVMRef, emsim.VCloudVMName},
			"file share": {emsim.FileShareRef, emsim.FileShareName},
		} {
			if kind == "file share" && options.RootNames == emsim.RootNamesName {
				continue // a file share is no hierarchy root, and has no name to be listed by
			}
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				em := acctest.StartEM(t, options)
				id := seed(em)
				test(t, em, resource.TestStep{
					Config: em.Config(scopeConfig("test", id, object[0], object[1])),
					Check:  resource.ComposeTestCheckFunc(holds(em, object[0]), em.WritesExactly("POST /api/security/accounts/"+id+"/scopes")),
				})
			})
		}
	}
}

func TestSim_Scope_TwoObjectsOfOneNameAreToldApart(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{ScopeDelay: 200 * time.Millisecond})
	id := seed(em)
	a := scopeConfig("a", id, emsim.VMDupARef, emsim.VMDupName)
	b := scopeConfig("b", id, emsim.VMDupBRef, emsim.VMDupName)
	test(t, em,
		resource.TestStep{
			Config: em.Config(a + b),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.CompareValuePairs("veeam_em_account_scope.a", tfjsonpath.New("id"), "veeam_em_account_scope.b", tfjsonpath.New("id"), compare.ValuesDiffer()),
			},
			Check: holds(em, emsim.VMDupARef, emsim.VMDupBRef),
		},
		resource.TestStep{ // the right one of the two goes
			Config: em.Config(b),
			Check:  holds(em, emsim.VMDupBRef),
		},
	)
}

func TestSim_Scope_OneThatIsThereAndUnambiguousIsAdoptedWithoutARequest(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	var made string
	em.Mutate(func(s *emsim.Store) { made = s.AddScope(id, emsim.VMWeb01Ref, emsim.VMWeb01Name).ID })
	test(t, em, resource.TestStep{
		Config: em.Config(scopeConfig("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name)),
		Check: resource.ComposeTestCheckFunc(em.WritesExactly(), holds(em, emsim.VMWeb01Ref),
			resource.TestCheckResourceAttr("veeam_em_account_scope.test", "id", made)),
	})
}

func TestSim_Scope_OneOfAnAmbiguousNameIsSentAndTheNewOneAwaited(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{ScopeDelay: 200 * time.Millisecond})
	id := seed(em)
	var foreign string
	em.Mutate(func(s *emsim.Store) { foreign = s.AddScope(id, emsim.VMDupARef, emsim.VMDupName).ID })
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			PreConfig: func() { time.Sleep(300 * time.Millisecond) }, // until the foreign one is listed
			Config:    em.Config(scopeConfig("test", id, emsim.VMDupBRef, emsim.VMDupName)),
			Check: resource.ComposeTestCheckFunc(
				em.WritesExactly("POST /api/security/accounts/"+id+"/scopes"),
				holds(em, emsim.VMDupARef, emsim.VMDupBRef),
				func(s *terraform.State) error {
					if got := s.RootModule().Resources["veeam_em_account_scope.test"].Primary.ID; got == foreign {
						return fmt.Errorf("the scope of another object (%s) was taken for the new one", got)
					}
					return nil
				},
			),
		}},
		CheckDestroy: holds(em, emsim.VMDupARef), // what was there before stays
	})
}

func TestSim_Scope_WhoseIDIsGoneIsGoneEvenWhereOneOfItsNameIsListed(t *testing.T) {
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

func TestSim_Scope_AnAccountDeletedOutsideTakesItsScopesAlong(t *testing.T) {
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

func TestSim_Scope_AnImportFindsTheReferenceAgain(t *testing.T) {
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
				Config: em.Config(fmt.Sprintf("import {\n to = veeam_em_account_scope.test\n id = \"%s/%s\"\n}\n", strings.ToUpper(id), strings.ToUpper(scopeID)) +
					// another spelling of the same reference
					scopeConfig("test", id, strings.Replace(emsim.VMWeb01Ref, ":Vm:", ":VM:", 1), emsim.VMWeb01Name)),
				ConfigPlanChecks: action("test", plancheck.ResourceActionNoop),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("veeam_em_account_scope.test", tfjsonpath.New("hierarchy_obj_ref"), knownvalue.StringExact(emsim.VMWeb01Ref)),
					statecheck.ExpectKnownValue("veeam_em_account_scope.test", tfjsonpath.New("account_id"), knownvalue.StringExact(id)),
				},
				Check: em.WritesExactly(),
			})
		})
	}
}

func TestSim_Scope_AnImportThatCannotTellTakesTheConfiguredReference(t *testing.T) {
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

func TestSim_Scope_AWrongImportIDIsRefusedWithTheForm(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config: em.Config("import {\n to = veeam_em_account_scope.test\n id = \"../security\"\n}\n" +
				scopeConfig("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name)),
			ExpectError: regexp.MustCompile(`Write\s+<account ID>/<scope ID>`),
		}},
	})
}

func TestSim_Scope_MovedToAnotherResourceWithoutAMovedBlockIsNotLost(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{RemovingDelay: 100 * time.Millisecond})
	id := seed(em)
	before := em.Config(scopeConfig("old", id, emsim.VMWeb01Ref, emsim.VMWeb01Name))
	after := em.Config(scopeConfig("new", id, emsim.VMWeb01Ref, emsim.VMWeb01Name))
	test(t, em,
		resource.TestStep{Config: before},
		resource.TestStep{Config: after, Check: holds(em, emsim.VMWeb01Ref)},
	)
}

func TestSim_Scope_AReplacedReferenceGetsTheNewScopeAndLosesTheOld(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{ScopeDelay: 100 * time.Millisecond, RemovingDelay: 100 * time.Millisecond})
	id := seed(em)
	for name, lifecycle := range map[string]string{"destroy first": "", "create first": "lifecycle { create_before_destroy = true }"} {
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

func TestSim_Scope_CreateBeforeDestroyOfAnObjectMadeAnewNeverLosesAccess(t *testing.T) {
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
			// Terraform does not tell a create that it replaces something. The listed scope of that name is taken over, and when the
			// old one is to be removed the new object gets its own: only the next apply can record its ID.
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			PreConfig: em.ResetJournal,
			Config:    config,
			Check:     resource.ComposeTestCheckFunc(holds(em, again), em.WritesExactly()),
		},
	)
}

func TestSim_Scope_ThatFailsWithTheServersWordsLeavesNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{NoScopeLicense: true})
	id := seed(em)
	test(t, em, resource.TestStep{
		Config:      em.Config(scopeConfig("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name)),
		ExpectError: regexp.MustCompile(`licence\s+that\s+includes\s+them`),
	})
}

func TestSim_Scope_TwentyOnOneAccountShareTheWaiting(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{ScopeDelay: 500 * time.Millisecond, RemovingDelay: 500 * time.Millisecond})
	id := seed(em)
	var refs []string
	em.Mutate(func(s *emsim.Store) {
		for i := range 20 {
			ref := fmt.Sprintf("urn:VMware:Vm:%s.vm-%d", emsim.VCenterID, 9000+i)
			s.AddObject(ref, fmt.Sprintf("many%d", i))
			refs = append(refs, ref)
		}
	})
	test(t, em, resource.TestStep{
		Config: em.Config(fmt.Sprintf(`resource "veeam_em_account_scope" "test" {
  count             = 20
  account_id        = %q
  hierarchy_obj_ref = "urn:VMware:Vm:%s.vm-${9000 + count.index}"
  object_name       = "many${count.index}"
}`, id, emsim.VCenterID)),
		Check: resource.ComposeTestCheckFunc(holds(em, refs...), func(*terraform.State) error {
			lists, posts := 0, 0
			for _, r := range em.Journal() {
				if strings.HasSuffix(r.Path, "/scopes") {
					if r.Method == http.MethodPost {
						posts++
					} else {
						lists++
					}
				}
			}
			// One after the other it took at least two lists each to see a scope appear, and two to know what was there before.
			if posts != 20 || lists > 20*5 {
				return fmt.Errorf("%d requests added 20 scopes and %d listed them", posts, lists)
			}
			return nil
		}),
	})
}

func TestSim_Scope_ListedTooLateIsKnownAndTheNextApplyDoublesNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{ScopeDelay: 3 * time.Second})
	id := seed(em)
	// One of this name is there, so that only what was there before tells which is the new one.
	em.Mutate(func(s *emsim.Store) { s.AddScope(id, emsim.VMDupARef, emsim.VMDupName) })
	config := em.Config(scopeConfig("test", id, emsim.VMDupBRef, emsim.VMDupName, `timeouts = { create = "1s" }`))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ExpectError: regexp.MustCompile(`accepted\s+them,\s+but\s+does\s+not\s+list`)},
			{
				PreConfig: func() { em.Configure(func(o *emsim.Options) { o.ScopeDelay = 0 }) },
				Config:    config,
				Check:     holds(em, emsim.VMDupARef, emsim.VMDupBRef),
			},
		},
		CheckDestroy: holds(em, emsim.VMDupARef),
	})
}

func TestSim_Scope_WhoseAnswerIsLostIsFoundAndNotSentAgain(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{ScopeDelay: 500 * time.Millisecond})
	id := seed(em)
	em.Inject(emsim.Fault{Method: http.MethodPost, PathPattern: "/api/security/accounts/*/scopes", Kind: emsim.FaultDropAfterCommit, Times: 1})
	test(t, em, resource.TestStep{
		Config: em.Config(scopeConfig("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name)),
		Check:  resource.ComposeTestCheckFunc(holds(em, emsim.VMWeb01Ref), em.WritesExactly("POST /api/security/accounts/"+id+"/scopes")),
	})
}

func TestSim_Scope_AnImportedFileShareTakesTheConfiguredReference(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	var scopeID string
	em.Mutate(func(s *emsim.Store) { scopeID = s.AddScope(id, emsim.FileShareRef, emsim.FileShareName).ID })
	test(t, em, resource.TestStep{ // the lookup service does not know the root of a file share
		Config: em.Config(fmt.Sprintf("import {\n to = veeam_em_account_scope.test\n id = \"%s/%s\"\n}\n", id, scopeID) +
			scopeConfig("test", id, emsim.FileShareRef, emsim.FileShareName)),
		ConfigPlanChecks: action("test", plancheck.ResourceActionUpdate),
		Check:            resource.ComposeTestCheckFunc(em.WritesExactly(), holds(em, emsim.FileShareRef)),
	})
}
