// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopesexclusive_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const (
	accountName = `TECH\william.fox`
	address     = "veeam_em_account_scopes_exclusive.test"
)

type item struct{ ref, name string }

var (
	vm01  = item{emsim.VM01Ref, emsim.VM01Name}
	sql   = item{emsim.VMSQLSRVRef, emsim.VMSQLSRVName}
	web01 = item{emsim.VMWeb01Ref, emsim.VMWeb01Name}
	dupA  = item{emsim.VMDupARef, emsim.VMDupName}
	dupB  = item{emsim.VMDupBRef, emsim.VMDupName}
)

func seed(em *acctest.EM, items ...item) (accountID string) {
	em.Mutate(func(s *emsim.Store) {
		a := s.AddAccount(emsim.Account{Type: "User", Name: accountName, Roles: []string{emsim.RoleVMRestoreOperator}})
		for _, i := range items {
			s.AddScope(a.ID, i.ref, i.name)
		}
		accountID = a.ID
	})
	return accountID
}

func list(items ...item) string {
	var b strings.Builder
	for _, i := range items {
		fmt.Fprintf(&b, "    { hierarchy_obj_ref = %s, object_name = %s },\n", acctest.Quote(i.ref), acctest.Quote(i.name))
	}
	return "[\n" + b.String() + "  ]"
}

func exclusive(accountID string, items ...item) string {
	return fmt.Sprintf("resource \"veeam_em_account_scopes_exclusive\" \"test\" {\n  account_id = %q\n  scopes = %s\n}\n",
		accountID, list(items...))
}

func holds(em *acctest.EM, items ...item) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got, want []string
		for _, s := range em.Account(accountName).Scopes {
			got = append(got, s.Ref)
		}
		for _, i := range items {
			want = append(want, i.ref)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			return fmt.Errorf("the account has scopes for %v, want %v", got, want)
		}
		return nil
	}
}

// test runs the steps and destroys the resource, which removes no scope. remaining are the scopes that the account then
// has.
func test(t *testing.T, em *acctest.EM, remaining []item, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(), Steps: steps, CheckDestroy: holds(em, remaining...),
	})
}

func planned(a plancheck.ResourceActionType, checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply: append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, a)}, checks...),
	}
}

func TestSim_Exclusive_RemovesUnlistedScopesAndShowsThemInThePlan(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em, web01)
	test(t, em, []item{sql, vm01},
		resource.TestStep{ // the unlisted scope is removed, then the listed ones are added
			Config: em.Config(exclusive(id, sql, vm01)),
			Check: resource.ComposeTestCheckFunc(holds(em, sql, vm01), func(*terraform.State) error {
				if got := em.Writes(); len(got) != 2 || !strings.HasPrefix(got[0], "DELETE") || !strings.HasPrefix(got[1], "POST") {
					return fmt.Errorf("sent %v, want the removal and then the list", got)
				}
				return nil
			}),
		},
		resource.TestStep{ // added manually: named in the plan and removed by the apply
			PreConfig: func() { em.Mutate(func(s *emsim.Store) { s.AddScope(id, web01.ref, web01.name) }) },
			Config:    em.Config(exclusive(id, sql, vm01)),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate,
				plancheck.ExpectKnownValue(address, tfjsonpath.New("scopes"), knownvalue.SetSizeExact(2)),
				before{"scopes", []string{web01.name, sql.name, vm01.name}}),
			Check: holds(em, sql, vm01),
		},
		resource.TestStep{ // removed manually: added again
			PreConfig:        func() { em.Mutate(func(s *emsim.Store) { s.RemoveScope(id, s.Account(id).Scopes[0].ID) }) },
			Config:           em.Config(exclusive(id, sql, vm01)),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            holds(em, sql, vm01),
		},
	)
}

// before is a plan check of the names in the prior value of a set of scopes.
type before struct {
	attribute string
	names     []string
}

func (b before) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != address {
			continue
		}
		prior := fmt.Sprint(change.Change.Before)
		for _, name := range b.names {
			if !strings.Contains(prior, name) {
				resp.Error = fmt.Errorf("the plan does not name %s: %s", name, prior)
			}
		}
	}
}

func TestSim_Exclusive_AForeignScopeOfAnAmbiguousNameHasAnEmptyReference(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{ScopeLocation: true}) // otherwise, an ambiguous name settles in real time
	id := seed(em)
	test(t, em, []item{dupB},
		resource.TestStep{Config: em.Config(exclusive(id, dupB))},
		resource.TestStep{
			PreConfig: func() { em.Mutate(func(s *emsim.Store) { s.AddScope(id, dupA.ref, dupA.name) }) },
			Config:    em.Config(exclusive(id, dupB)),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, before{
				"scopes", []string{"hierarchy_obj_ref: object_name:" + dupA.name},
			}),
			Check: holds(em, dupB),
		},
	)
}

func TestSim_Exclusive_AnImportWithAMatchingListPlansNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{RootNames: emsim.RootNamesUniqueID})
	id := seed(em, sql, vm01)
	test(t, em, []item{sql, vm01}, resource.TestStep{
		Config: em.Config(fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, id) +
			exclusive(id, vm01, sql)),
		ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		Check:            em.WritesExactly(),
	})
}

func TestSim_Exclusive_AdoptsAnExistingListWithoutARequest(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em, sql, vm01)
	test(t, em, []item{sql, vm01}, resource.TestStep{
		Config: em.Config(exclusive(id, vm01, sql)), Check: em.WritesExactly(),
	})
}

func TestSim_Exclusive_ThePlanFailsIfAnotherResourceHasAScopeThatIsNotInTheList(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em, sql)
	config := em.Config(fmt.Sprintf(`
resource "veeam_em_account_scope" "extra" {
  account_id        = %q
  hierarchy_obj_ref = %q
  object_name       = %q
}
resource "veeam_em_account_scopes_exclusive" "test" {
  account_id = veeam_em_account_scope.extra.account_id
  scopes     = %s
}`, id, web01.ref, web01.name, list(sql)))
	test(t, em, []item{sql}, resource.TestStep{
		Config:      config,
		ExpectError: regexp.MustCompile(`manages\s+a\s+restore\s+scope\s+of\s+web01[\s\S]+Add\s+the\s+object\s+to\s+scopes`),
	})
}

func TestSim_Exclusive_AnInvalidImportIDIsAnErrorWithTheForm(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config:      em.Config(fmt.Sprintf("import {\n  to = %s\n  id = \"User/x\"\n}\n", address) + exclusive(id, sql)),
			ExpectError: regexp.MustCompile(`Write\s+the\s+ID\s+of\s+the\s+account`),
		}},
	})
}

// The planned list is that of the state, which the CLI accepts although the configuration spells it differently.
func TestSim_Exclusive_AnotherSpellingOfAnItemPlansNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	id := seed(em)
	respelled := item{strings.Replace(vm01.ref, ":Vm:", ":VM:", 1), vm01.name}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{
			{Config: em.Config(exclusive(id, vm01, sql))},
			{Config: em.Config(exclusive(id, sql, respelled)), PlanOnly: true},
		},
	})
}
