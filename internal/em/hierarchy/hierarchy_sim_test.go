// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package hierarchy_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// says returns a pattern for the words of an error that Terraform may have wrapped at any white space.
func says(words string) *regexp.Regexp {
	fields := strings.Fields(words)
	for i, field := range fields {
		fields[i] = regexp.QuoteMeta(field)
	}
	return regexp.MustCompile(`(?s)` + strings.Join(fields, `[\s│]+`))
}

// applied applies a configuration and checks its state, and that it sends no write.
func applied(t *testing.T, em *acctest.EM, config string, checks ...statecheck.StateCheck) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps:                    []resource.TestStep{{Config: em.Config(config), ConfigStateChecks: checks}},
	})
	if got := em.Writes(); len(got) != 0 {
		t.Errorf("reading sent %v", got)
	}
}

// refused applies a configuration that fails with the words want, at a line that contains at.
func refused(t *testing.T, em *acctest.EM, config, at, want string) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config:      em.Config(config),
			ExpectError: regexp.MustCompile(regexp.QuoteMeta(at) + `(?s).*` + says(want).String()),
		}},
	})
}

// is returns the check of one attribute.
func is(address, attribute, want string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.StringExact(want))
}

// requestsByRun counts the requests for a path, by run of the provider.
func requestsByRun(em *acctest.EM, path string) map[string]int {
	sessions := map[string]int{}
	for _, r := range em.Journal() {
		if r.Path == path {
			sessions[r.SessionID]++
		}
	}
	return sessions
}

func TestSim_HierarchyRoot_IsFoundByNameIDOrUniqueIDAndKeepsTheConfiguredSpelling(t *testing.T) {
	t.Parallel()
	for server, options := range map[string]emsim.Options{"a new server": {}, "references only": {ReferencesOnly: true}} {
		t.Run(server, func(t *testing.T) {
			em := acctest.StartEM(t, options)
			var body string
			var checks []statecheck.StateCheck
			for label, c := range map[string]struct{ key, value string }{
				"name":       {"name", emsim.VCenterName},
				"other_name": {"name", strings.ToUpper(emsim.VCenterName)},
				"id":         {"id", emsim.VCenterID},
				"upper_id":   {"id", strings.ToUpper(emsim.VCenterID)},
				"unique":     {"unique_id", emsim.VCenterUniqueID},
				"lower":      {"unique_id", strings.ToLower(emsim.VCenterUniqueID)},
			} {
				body += fmt.Sprintf("data \"veeam_em_hierarchy_root\" %q {\n  %s = %q\n}\n", label, c.key, c.value)
				want := map[string]string{
					"name": emsim.VCenterName, "id": emsim.VCenterID, "unique_id": emsim.VCenterUniqueID,
					"uid": "urn:veeam:HierarchyRoot:" + emsim.VCenterID, "host_type": "VC",
					"backup_server_id": emsim.BackupServerID, "backup_server_name": emsim.BackupServerName,
				}
				want[c.key] = c.value
				for attribute, value := range want {
					checks = append(checks, is("data.veeam_em_hierarchy_root."+label, attribute, value))
				}
			}
			applied(t, em, body, checks...)
			for session, n := range requestsByRun(em, "/api/hierarchyRoots") {
				if n != 1 {
					t.Errorf("the run %s read the roots %d times, want once for six data sources", session, n)
				}
			}
		})
	}
}

func TestSim_HierarchyRoot_AnUnknownNameIsAnErrorWithTheClosestRootsFirst(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	refused(t, em, "data \"veeam_em_hierarchy_root\" \"test\" {\n  name = \"vcprod\"\n}", `name = "vcprod"`,
		`Enterprise Manager has no hierarchy root with the name "vcprod". Its hierarchy roots are:
		- vcprod.tech.local (id `+emsim.VCenterID+`, unique_id `+emsim.VCenterUniqueID+`)`)
}

func TestSim_HierarchyRoot_TheIDFindsOneOfSeveralRootsOfOneName(t *testing.T) {
	t.Parallel()
	const second = "00000000-0000-0000-0000-00000000000b"
	em := acctest.StartEM(t, emsim.Options{})
	em.Mutate(func(s *emsim.Store) {
		s.AddRoot(emsim.HierarchyRoot{ID: second, Name: strings.ToUpper(emsim.VCenterName), HostType: "VC"})
	})
	refused(t, em, "data \"veeam_em_hierarchy_root\" \"test\" {\n  name = \""+emsim.VCenterName+"\"\n}", `name = "`,
		`Enterprise Manager has 2 hierarchy roots with the name "vcprod.tech.local". Set id instead:
		- VCPROD.TECH.LOCAL (id `+second+`)
		- vcprod.tech.local (id `+emsim.VCenterID+`, unique_id `+emsim.VCenterUniqueID+`)`)
	const address = "data.veeam_em_hierarchy_root.test"
	applied(t, em, `data "veeam_em_hierarchy_root" "test" { id = "`+second+`" }`,
		is(address, "name", "VCPROD.TECH.LOCAL"),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("unique_id"), knownvalue.Null()),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("backup_server_id"), knownvalue.Null()),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("backup_server_name"), knownvalue.Null()))
}

func TestSim_HierarchyRoots_ListsAll(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{ReferencesOnly: true})
	const address = "data.veeam_em_hierarchy_roots.test"
	applied(t, em, `data "veeam_em_hierarchy_roots" "test" {}`,
		statecheck.ExpectKnownValue(address, tfjsonpath.New("hierarchy_roots"), knownvalue.ListSizeExact(6)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("hierarchy_roots").AtSliceIndex(5),
			knownvalue.ObjectExact(map[string]knownvalue.Check{
				"id":        knownvalue.StringExact(emsim.VCloudID),
				"uid":       knownvalue.StringExact("urn:veeam:HierarchyRoot:" + emsim.VCloudID),
				"unique_id": knownvalue.StringExact("3D9A1C75-8B2E-4F06-A4C1-6E5B7D8F9A12"),
				"name":      knownvalue.StringExact(emsim.VCloudName),
				"host_type": knownvalue.StringExact("VcdSystem"),

				"backup_server_id":   knownvalue.StringExact(emsim.BackupServerID),
				"backup_server_name": knownvalue.StringExact(emsim.BackupServerName),
			})))
}

// byName returns the configuration of a lookup by root, type and name.
func byName(root, kind, name string) string {
	return fmt.Sprintf("data \"veeam_em_hierarchy_object\" \"test\" {\n"+
		"  hierarchy_root_id = %q\n  type = %q\n  name = %s\n}", root, kind, acctest.Quote(name))
}

func byRef(ref string) string {
	return `data "veeam_em_hierarchy_object" "test" { hierarchy_obj_ref = "` + ref + `" }`
}

func TestSim_HierarchyObject_IsFoundByRootTypeAndName(t *testing.T) {
	t.Parallel()
	const address = "data.veeam_em_hierarchy_object.test"
	em := acctest.StartEM(t, emsim.Options{})
	root := strings.ToUpper(emsim.VCenterID)
	applied(t, em, byName(root, "VM", emsim.VM01Name),
		is(address, "hierarchy_obj_ref", emsim.VM01Ref), is(address, "hierarchy_root_id", root),
		is(address, "type", "VM"), is(address, "name", emsim.VM01Name))
	for session, n := range requestsByRun(em, "/api/lookup") {
		if n != 1 {
			t.Errorf("the run %s looked up %d times, want once", session, n)
		}
	}
	if n := len(requestsByRun(em, "/api/hierarchyRoots")); n != 0 {
		t.Errorf("%d runs read the hierarchy roots unnecessarily", n)
	}
}

func TestSim_HierarchyObject_IsFoundByItsReferenceInAnySpelling(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	var body string
	var checks []statecheck.StateCheck
	for label, c := range map[string]struct{ ref, root, kind, name string }{
		"vm":     {emsim.VM01Ref, emsim.VCenterID, "Vm", emsim.VM01Name},
		"upper":  {"urn:VMWARE:VM:" + strings.ToUpper(emsim.VCenterID) + ".vm-7870", emsim.VCenterID, "Vm", emsim.VM01Name},
		"vcloud": {emsim.VCloudVMRef, emsim.VCloudID, "Vm", emsim.VCloudVMName},
		"tag":    {emsim.TagGoldRef, emsim.VCenterID, "Tag", "Gold"},
	} {
		body += fmt.Sprintf("data \"veeam_em_hierarchy_object\" %q {\n  hierarchy_obj_ref = %q\n}\n", label, c.ref)
		address := "data.veeam_em_hierarchy_object." + label
		checks = append(checks, is(address, "hierarchy_obj_ref", c.ref), is(address, "hierarchy_root_id", c.root),
			is(address, "type", c.kind), is(address, "name", c.name))
	}
	applied(t, em, body, checks...)
}

func TestSim_HierarchyObject_SeveralObjectsOfANameAreAnErrorWithTheirReferences(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	refused(t, em, byName(emsim.VCenterID, "Vm", emsim.VMDupName), `name = "app-server"`,
		`Enterprise Manager finds 2 objects for the Vm "app-server" under the hierarchy root `+emsim.VCenterID+`.
		Set hierarchy_obj_ref instead:
		- app-server (`+emsim.VMDupARef+`)
		- app-server (`+emsim.VMDupBRef+`)`)
}

func TestSim_HierarchyObject_AnUnknownObjectIsAnErrorWithTheCandidates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ config, at, want string }{
		"unknown name": {byName(emsim.VCenterID, "Vm", "web3"), `name = "web3"`, `
			The objects of type Vm under this root are:
			- web01 (` + emsim.VMWeb01Ref + `)
			- web02 (` + emsim.VMWeb02Ref + `)`},
		"name in another case": {byName(emsim.VCenterID, "Vm", "vm01"), `name = "vm01"`, `
			does not find the Vm "vm01" under the hierarchy root ` + emsim.VCenterID + `.
			The objects of type Vm under this root are:
			- VM01 (` + emsim.VM01Ref + `)`},
		"unknown type": {
			byName(emsim.VCenterID, "VirtualMachine", "VM01"), `name = "VM01"`,
			`This root has no objects of type VirtualMachine. The types are, for VMware: Vm, Host, Cluster,`,
		},
		"unknown root": {
			byName("00000000-0000-0000-0000-000000000001", "Vm", "VM01"), `hierarchy_root_id = "0`,
			`Enterprise Manager has no hierarchy root with the ID 00000000-0000-0000-0000-000000000001.
			It looks up only objects under hierarchy roots. For file shares, use the data source veeam_em_file_server. Its
			hierarchy roots are:
			- vcdev51 (id 0d7ea80c`,
		},
		"unknown reference": {
			byRef(emsim.UnknownVMwareRef), `hierarchy_obj_ref = `,
			`Enterprise Manager does not find ` + emsim.UnknownVMwareRef + `.
			The objects of type Vm under this root are: - SQLSRV (` + emsim.VMSQLSRVRef + `)`,
		},
		"file share": {
			byRef(emsim.FileShareRef), `hierarchy_obj_ref = `,
			`Enterprise Manager has no hierarchy root with the ID ` + emsim.FileShareRootID + `.
			It looks up only objects under hierarchy roots`,
		},
		"wildcard": {byName(emsim.VCenterID, "Template", "*"), `name = "*"`, `
			does not find the Template "*" under the hierarchy root ` + emsim.VCenterID + `.
			The name must match exactly; * is not a wildcard.
			The objects of type Template under this root are: - debian13-template (` + emsim.TemplateRef + `)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, acctest.StartEM(t, emsim.Options{}), c.config, c.at, c.want)
		})
	}
}

func TestSim_HierarchyObject_AStarMatchesOnlyAnObjectNamedStar(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	ref := "urn:VMware:Vm:" + emsim.VCenterID + ".vm-500"
	em.Mutate(func(s *emsim.Store) { s.AddObject(ref, "*") })
	applied(t, em, byName(emsim.VCenterID, "Vm", "*"), is("data.veeam_em_hierarchy_object.test", "hierarchy_obj_ref", ref))
}

func TestSim_HierarchyObject_NamesAreCaseSensitive(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	ref := "urn:VMware:Vm:" + emsim.VCenterID + ".vm-501"
	em.Mutate(func(s *emsim.Store) { s.AddObject(ref, "WEB01") })
	applied(t, em, byName(emsim.VCenterID, "Vm", "WEB01"),
		is("data.veeam_em_hierarchy_object.test", "hierarchy_obj_ref", ref))
	applied(t, em, byName(emsim.VCenterID, "Vm", "web01"),
		is("data.veeam_em_hierarchy_object.test", "hierarchy_obj_ref", emsim.VMWeb01Ref))
}

func TestSim_HierarchyObject_AnErrorOfTheServerIsShownInItsWords(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"400": 400, "403": 403} {
		t.Run(name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{})
			em.Inject(emsim.Fault{
				PathPattern: "/api/lookup", Kind: emsim.FaultStatus, Status: status,
				Body: `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="The lookup service is not available." />`,
			})
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps: []resource.TestStep{
					{
						Config:      em.Config(byName(emsim.VCenterID, "Vm", "VM01")),
						ExpectError: says("The lookup service is not available."),
					},
				},
			})
		})
	}
}

func TestSim_Hierarchy_RefusesAnInvalidLookupAndSendsNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	for name, c := range map[string]struct{ noun, body, want string }{
		"root, no key":       {"root", ``, `[name,id,unique_id]`},
		"root, two keys":     {"root", "name = \"x\"\n id = \"" + emsim.VCenterID + "\"", `[name,id,unique_id]`},
		"root, not a GUID":   {"root", `id = "vc01"`, `"vc01" is not a GUID`},
		"root, empty name":   {"root", `name = ""`, `string length must be at least 1`},
		"object, no key":     {"object", ``, `[hierarchy_root_id,hierarchy_obj_ref]`},
		"object, name alone": {"object", `name = "VM01"`, `[hierarchy_root_id,name,type]`},
		"object, no type": {
			"object", "hierarchy_root_id = \"" + emsim.VCenterID + "\"\n name = \"VM01\"", `[hierarchy_root_id,name,type]`,
		},
		"object, ref and name": {
			"object", "hierarchy_obj_ref = \"" + emsim.VM01Ref + "\"\n name = \"VM01\"", `[hierarchy_root_id,name,type]`,
		},
		"object, not a reference": {"object", `hierarchy_obj_ref = "vm-7870"`, `is not a hierarchy reference`},
		"object, unknown type": {
			"object", `hierarchy_obj_ref = "urn:VMware:Robot:` + emsim.VCenterID + `.vm-1"`,
			`has the type "Robot", which VMware does not have`,
		},
		"object, empty name": {
			"object", "hierarchy_root_id = \"" + emsim.VCenterID + "\"\n type = \"Vm\"\n name = \"\"", `The object has no name`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps: []resource.TestStep{{
					Config:      em.Config("data \"veeam_em_hierarchy_" + c.noun + "\" \"test\" {\n " + c.body + "\n}"),
					ExpectError: says(c.want),
				}},
			})
		})
	}
	if n := len(em.Journal()); n != 0 {
		t.Errorf("%d requests were sent for invalid configurations", n)
	}
}
