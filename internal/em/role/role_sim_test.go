// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const uid = "urn:veeam:EnterpriseRole:" + emsim.RoleVMRestoreOperator

func TestSim_Role_IsFoundByNameIDOrUID(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	checks := []statecheck.StateCheck{}
	for _, label := range []string{"name", "id", "uid"} {
		address := "data.veeam_em_role." + label
		checks = append(checks,
			statecheck.ExpectKnownValue(address, tfjsonpath.New("name"), knownvalue.StringExact("VM Restore Operator")),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(emsim.RoleVMRestoreOperator)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("uid"), knownvalue.StringExact(uid)),
		)
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config: em.Config(`
data "veeam_em_role" "name" { name = "VM Restore Operator" }
data "veeam_em_role" "id" { id = "` + emsim.RoleVMRestoreOperator + `" }
data "veeam_em_role" "uid" { uid = "` + uid + `" }`),
			ConfigStateChecks: checks,
		}},
	})
	if got := em.Writes(); len(got) != 0 {
		t.Errorf("reading roles sent %v", got)
	}
}

func TestSim_Role_AnUnknownNameIsAnErrorWithTheNamesOfAllRoles(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config: em.Config(`data "veeam_em_role" "test" { name = "Restore Operator" }`),
			ExpectError: regexp.MustCompile(`(?s)no\s+role\s+with\s+the\s+name\s+"Restore\s+Operator".*` +
				`Exchange\s+Restore\s+Operator,\s+File\s+Restore\s+Operator,\s+Oracle\s+Restore\s+Operator,\s+` +
				`Portal\s+Administrator,\s+Portal\s+User,\s+SQL\s+Restore\s+Operator,\s+VM\s+Restore\s+Operator`),
		}},
	})
}

func TestSim_Role_RequiresExactlyOneKey(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	for name, body := range map[string]string{
		"none": `data "veeam_em_role" "test" {}`,
		"two":  "data \"veeam_em_role\" \"test\" {\n name = \"Portal User\"\n id = \"" + emsim.RolePortalUser + "\"\n}",
	} {
		t.Run(name, func(t *testing.T) {
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps: []resource.TestStep{
					{
						Config:      em.Config(body),
						ExpectError: regexp.MustCompile(`Exactly\s+one\s+of|Invalid\s+Attribute\s+Combination|Missing\s+Attribute`),
					},
				},
			})
		})
	}
	if n := len(em.Journal()); n != 0 {
		t.Errorf("%d requests were sent for an invalid configuration", n)
	}
}

func TestSim_Roles_ListsAllWithTheirUIDs(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config: em.Config(`data "veeam_em_roles" "all" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.veeam_em_roles.all", tfjsonpath.New("roles"), knownvalue.ListSizeExact(7)),
				statecheck.ExpectKnownValue("data.veeam_em_roles.all", tfjsonpath.New("uids").AtMapKey("VM Restore Operator"),
					knownvalue.StringExact(uid)),
				statecheck.ExpectKnownValue("data.veeam_em_roles.all", tfjsonpath.New("uids"), knownvalue.MapSizeExact(7)),
			},
		}},
	})
}
