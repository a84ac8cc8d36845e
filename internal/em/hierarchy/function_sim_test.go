// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package hierarchy_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
)

func TestSim_Functions_BuildAndParseAReferenceWithoutAServer(t *testing.T) {
	testcli.Needs(t, testcli.Functions)
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config: em.Config(`
output "ref" { value = provider::veeam::hierarchy_obj_ref("VMware", "Vm", upper("` + emsim.VCenterID + `"), "vm-7870") }
output "parts" { value = provider::veeam::parse_hierarchy_obj_ref("` + emsim.VCloudVMRef + `") }
resource "terraform_data" "later" { input = "vm-7870" }
output "later" {
  value = provider::veeam::hierarchy_obj_ref("VMware", "Vm", "` + emsim.VCenterID + `", terraform_data.later.output)
}`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("ref", knownvalue.StringExact(emsim.VM01Ref)),
				statecheck.ExpectKnownOutputValue("later", knownvalue.StringExact(emsim.VM01Ref)),
				statecheck.ExpectKnownOutputValue("parts", knownvalue.ObjectExact(map[string]knownvalue.Check{
					"platform":          knownvalue.StringExact("vCloud"),
					"type":              knownvalue.StringExact("Vm"),
					"hierarchy_root_id": knownvalue.StringExact(emsim.VCloudID),
					"object_ref":        knownvalue.StringExact("urn:vcloud:vm:6b2da27f-e653-495b-b515-2b18bbb4d3ec"),
				})),
			},
		}},
	})
	if n := len(em.Journal()); n != 0 {
		t.Errorf("functions sent %d requests", n)
	}
}

func TestSim_Functions_ErrorsPointAtTheArgument(t *testing.T) {
	testcli.Needs(t, testcli.Functions)
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	for name, c := range map[string]struct{ call, argument, want string }{
		"platform": {
			`hierarchy_obj_ref("VM ware", "Vm", "` + emsim.VCenterID + `", "vm-1")`, "platform",
			`"VM ware" is not a platform: use only letters and digits`,
		},
		"type": {
			`hierarchy_obj_ref("VMware", "Robot", "` + emsim.VCenterID + `", "vm-1")`, "type",
			`has the type "Robot", which VMware does not have`,
		},
		"root": {`hierarchy_obj_ref("VMware", "Vm", "vc01", "vm-1")`, "hierarchy_root_id", `"vc01" is not a GUID`},
		"object": {
			`hierarchy_obj_ref("VMware", "Vm", "` + emsim.VCenterID + `", "")`, "object_ref", `"" is not the ID of an object`,
		},
		"reference": {`parse_hierarchy_obj_ref("vm-7870")`, "ref", `"vm-7870" is not a hierarchy reference`},
	} {
		t.Run(name, func(t *testing.T) {
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps: []resource.TestStep{{
					Config:      em.Config(`output "test" { value = provider::veeam::` + c.call + " }"),
					ExpectError: regexp.MustCompile(`Invalid value for "` + c.argument + `" parameter:(?s).*` + says(c.want).String()),
				}},
			})
		})
	}
}
