// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// What the CLI does with the plans that hand over a scope. The faulttest package tests every pair and order of owners.

const ownerName = `TECH\owner`

// owners returns a configuration in which an account and further blocks have the scope of web01 or not.
func owners(inline bool, more ...string) string {
	scope := ""
	if inline {
		scope = fmt.Sprintf("{ hierarchy_obj_ref = %q, object_name = %q },", emsim.VMWeb01Ref, emsim.VMWeb01Name)
	}
	account := fmt.Sprintf(`
resource "veeam_em_account" "owner" {
  account_type          = "User"
  account_name          = %s
  roles                 = ["urn:veeam:EnterpriseRole:%s"]
  allow_restore_all_vms = false
  restore_scope = [%s
    { hierarchy_obj_ref = %q, object_name = %q },
  ]
}
`, acctest.Quote(ownerName), emsim.RoleVMRestoreOperator, scope, emsim.VM01Ref, emsim.VM01Name)
	return account + strings.Join(more, "\n")
}

const (
	byReference = "veeam_em_account.owner.id"
	byData      = "data.veeam_em_account.owner.id"
	data        = "data \"veeam_em_account\" \"owner\" {\n  account_name = \"TECH\\\\owner\"\n}\n"
)

func single(label, accountID, meta string) string {
	return fmt.Sprintf("resource \"veeam_em_account_scope\" %q {\n  account_id = %s\n  hierarchy_obj_ref = %q\n"+
		"  object_name = %q\n%s\n}\n", label, accountID, emsim.VMWeb01Ref, emsim.VMWeb01Name, meta)
}

func list(accountID string) string {
	return fmt.Sprintf("resource \"veeam_em_account_scopes_exclusive\" \"list\" {\n  account_id = %s\n  scopes = [\n"+
		"    { hierarchy_obj_ref = %q, object_name = %q },\n    { hierarchy_obj_ref = %q, object_name = %q },\n  ]\n}\n",
		accountID, emsim.VMWeb01Ref, emsim.VMWeb01Name, emsim.VM01Ref, emsim.VM01Name)
}

// seedOwner adds the account with both scopes. It returns the import blocks of the account and of its scope of web01.
func seedOwner(em *acctest.EM) (account, scope string) {
	block := func(to, id string) string { return fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", to, id) }
	em.Mutate(func(s *emsim.Store) {
		a := s.AddAccount(emsim.Account{Type: "User", Name: ownerName, Roles: []string{emsim.RoleVMRestoreOperator}})
		sc := s.AddScope(a.ID, emsim.VMWeb01Ref, emsim.VMWeb01Name)
		s.AddScope(a.ID, emsim.VM01Ref, emsim.VM01Name)
		account = block("veeam_em_account.owner", a.ID)
		scope = block("veeam_em_account_scope.s", a.ID+"/"+sc.ID)
	})
	return account, scope
}

func TestSim_Scope_IsHandedOverFromOwnerToOwner(t *testing.T) {
	t.Parallel()
	const count = "count = 1"
	for name, steps := range map[string][2]string{
		"inline to separate, by data": {owners(true), owners(false, data, single("s", byData, count))},
		"list and separate to list": {
			owners(false, single("s", byReference, ""), list(byReference)), owners(false, list(byReference)),
		},
		"another label": {
			owners(false, single("s", byReference, count)), owners(false, single("t", byReference, "")),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, emsim.Options{})
			account, _ := seedOwner(em)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps: []resource.TestStep{
					{Config: em.Config(account + owners(true)), Check: owns(em)},
					{Config: em.Config(steps[0]), Check: owns(em)},
					{Config: em.Config(steps[1]), Check: owns(em)},
				},
			})
		})
	}
}

// A resource that is imported or unchanged takes no part in the apply.
func TestSim_Scope_OfTwoOwnersStaysIfOneGivesItUp(t *testing.T) {
	t.Parallel()
	byID := single("s", byData, "") + data
	refers := single("s", byReference, "")
	for name, steps := range map[string]func(account, scope string) []string{
		"the account, which the resource refers to": func(account, scope string) []string {
			return []string{account + owners(true), scope + owners(true, refers), owners(false, refers)}
		},
		"the account, at the import": func(account, scope string) []string {
			return []string{account + owners(true), scope + owners(false, byID)}
		},
		"the separate resource": func(account, scope string) []string {
			return []string{account + owners(true), scope + owners(true, byID), owners(true)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			giveUp(t, steps)
		})
	}
}

// giveUp applies the configurations that steps returns for the import blocks of the account and of its scope.
func giveUp(t *testing.T, steps func(account, scope string) []string) {
	em := acctest.StartEM(t, emsim.Options{})
	account, scope := seedOwner(em)
	var test []resource.TestStep
	for _, config := range steps(account, scope) {
		test = append(test, resource.TestStep{Config: em.Config(config), Check: owns(em)})
	}
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: em.Factories(), Steps: test})
}

// owns checks that the account has one scope of each object.
func owns(em *acctest.EM) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var names []string
		for _, s := range em.Account(ownerName).Scopes {
			names = append(names, s.Name)
		}
		slices.Sort(names)
		if want := []string{emsim.VM01Name, emsim.VMWeb01Name}; !slices.Equal(names, want) {
			return fmt.Errorf("the account has the scopes %s, want %s", names, want)
		}
		return nil
	}
}
