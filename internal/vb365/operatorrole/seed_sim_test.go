// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// The bodies of the requests in the examples of the page "Editing Restore Operator Role Settings" of the REST API
// reference, and the ID of their role.
const (
	pageRoleID = "97edf1c9-74a1-480d-8b60-29b9ef331bd9"

	pageExample1 = `{ "name": "Restore Operator Role", "description": "edited role", "roleType": "EntireOrganization",
		"operators": [ { "type": "User", "user": {
			"id": "6c6d2495-ca27-4b4a-8c93-956bacb8b4b400000000-0000-0000-0000-000000000000",
			"displayName": "Restore Operator", "name": "restore_operator@abc.onmicrosoft.com", "type": "User" } } ],
		"excludedItems": [ { "type":"Group", "group": {
			"id": "acbf8c6c-dd8b-4a4c-8256-dd9a63077fa900000000-0000-0000-0000-000000000000",
			"displayName": "Excluded Objects", "name": "excluded@abc.onmicrosoft.com", "type": "Security" } } ] }`

	pageExample2 = `{ "roleType": "SpecificObjects", "selectedItems": [
		{ "type": "User", "user": {
			"id": "9bdd0fca-7210-450e-bfeb-c0dca2e1b36c00000000-0000-0000-0000-000000000000",
			"displayName": "User3", "name": "user3@abc.onmicrosoft.com", "type": "User" } },
		{ "type": "Group", "group": {
			"id": "95e4e659-9039-45ef-826c-d1ba4b8e5d2500000000-0000-0000-0000-000000000000",
			"displayName": "ABC", "name": "abc1@abc.onmicrosoft.com", "type": "Office365" } },
		{ "type": "Site", "site": {
			"id": "5359c4b5-5e3f-4fbb-a97f-a916bcba00a1ea863003-4637-4414-ad37-1757dd8f85cc",
			"url": "https://abc.sharepoint.com/sites/ABC_site", "title": "ABC_site", "isCloud": true, "isPersonal": false } } ],
		"excludedItems": [ { "type": "User", "user": {
			"id": "88b14a1f-c0bd-435a-9d18-7c703ff1fb1400000000-0000-0000-0000-000000000000",
			"displayName": "Administrator", "name": "admin@abc.onmicrosoft.com", "type": "User" } } ] }`
)

// bodyOf decodes a body. The order of the entries in its lists does not matter.
func bodyOf(t *testing.T, text string) map[string]any {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	for _, v := range body {
		if entries, ok := v.([]any); ok {
			slices.SortFunc(entries, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
	}
	return body
}

// puts checks that the only request that writes is a PUT of the role, that its body has every property of the page's
// body with the same value, and that what it has beyond them is exactly more.
func puts(t *testing.T, vb *acctest.VB365, version, page string, more map[string]any) {
	t.Helper()
	var writes []vb365sim.Request
	for _, r := range vb.Journal() {
		if r.IsWrite() {
			writes = append(writes, r)
		}
	}
	vb.ResetJournal()
	if len(writes) != 1 || writes[0].Method+" "+writes[0].Path != "PUT /"+version+"/RbacRoles/"+pageRoleID {
		t.Fatalf("sent %+v, want one PUT", writes)
	}
	got, want := bodyOf(t, writes[0].Body), bodyOf(t, page)
	beyond := map[string]any{}
	for name, v := range got {
		if _, has := want[name]; !has {
			beyond[name] = v
			delete(got, name)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the body has\n  %v\nthe page shows\n  %v", got, want)
	}
	if !reflect.DeepEqual(beyond, more) {
		t.Errorf("beyond the page's body, the request has\n  %v\nwant\n  %v", beyond, more)
	}
}

// addPageRole adds the role that the examples change.
func addPageRole(vb *acctest.VB365) {
	vb.Mutate(func(s *vb365sim.Store) {
		o := s.Organization(cloud)
		r := s.AddRole(vb365sim.Role{
			ID: pageRoleID, OrganizationID: cloud, Name: "Role to edit", RoleType: "SpecificObjects",
		})
		s.AddObject(r, vb365sim.Operators, o.Object("Group", vb365sim.Group2ID))
		s.AddObject(r, vb365sim.SelectedItems, o.Object("User", vb365sim.SharedID))
	})
}

// The configurations of the role before and after each example, in the references' two spellings.
const (
	beforeExamples = `
  name           = "Role to edit"
  role_type      = "SpecificObjects"
  operators      = [{ type = "Group", name = "group2@abc.onmicrosoft.com" }]
  selected_items = [{ type = "User", name = "info@abc.onmicrosoft.com" }]`

	afterExample1 = `
  name           = "Restore Operator Role"
  description    = "edited role"
  role_type      = "EntireOrganization"
  operators      = [{ type = "User", name = "restore_operator@abc.onmicrosoft.com" }]
  excluded_items = [{ type = "Group", name = "excluded@abc.onmicrosoft.com" }]`

	afterExample2 = `
  name        = "Restore Operator Role"
  description = "edited role"
  role_type   = "SpecificObjects"
  operators   = [{ type = "User", name = "restore_operator@abc.onmicrosoft.com" }]
  selected_items = [
    { type = "User", id = "9bdd0fca-7210-450e-bfeb-c0dca2e1b36c00000000-0000-0000-0000-000000000000" },
    { type = "Group", name = "abc1@abc.onmicrosoft.com" },
    { type = "Site", name = "https://abc.sharepoint.com/sites/ABC_site" },
  ]
  excluded_items = [{ type = "User", name = "admin@abc.onmicrosoft.com" }]`
)

func block(attributes string) string {
	return fmt.Sprintf("resource %q \"test\" {\n  organization_id = %q%s\n}\n", resourceType, cloud, attributes)
}

func TestSim_Role_SendsTheBodiesOfBothExamplesOfTheReference(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"v6", "v7", "v8"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			vb := acctest.StartVB365(t, vb365sim.Options{Versions: []string{version}, WriteStatus: 200})
			addPageRole(vb)
			// The client sends the whole wanted state, so that the result is the same if the server replaces the role. The
			// page's second example relies on a server that keeps what is not in the body.
			kept := bodyOf(t, pageExample1)
			maps.DeleteFunc(kept, func(name string, _ any) bool {
				return !slices.Contains([]string{"name", "description", "operators"}, name)
			})
			example := func(page string, more map[string]any) resource.TestCheckFunc {
				return func(*terraform.State) error {
					puts(t, vb, version, page, more)
					return nil
				}
			}
			inPlace := resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)},
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: vb.Factories(),
				Steps: []resource.TestStep{
					{
						Config: vb.Config(fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, pageRoleID) +
							block(beforeExamples)),
						ConfigPlanChecks: resource.ConfigPlanChecks{
							PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)},
						},
						Check: vb.WritesExactly(),
					},
					{
						Config: vb.Config(block(afterExample1)), ConfigPlanChecks: inPlace,
						Check: example(pageExample1, map[string]any{}),
						ConfigStateChecks: []statecheck.StateCheck{
							statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(pageRoleID)),
							statecheck.ExpectKnownValue(address, tfjsonpath.New("selected_items"), knownvalue.SetSizeExact(0)),
						},
					},
					{
						Config: vb.Config(block(afterExample2)), ConfigPlanChecks: inPlace, Check: example(pageExample2, kept),
						ConfigStateChecks: []statecheck.StateCheck{
							statecheck.ExpectKnownValue(address, tfjsonpath.New("selected_items"), knownvalue.SetSizeExact(3)),
							statecheck.ExpectKnownValue(address, tfjsonpath.New("unmanaged_entries"), knownvalue.ListSizeExact(0)),
						},
					},
					{
						Config: vb.Config(block(afterExample1)), ConfigPlanChecks: inPlace,
						Check: example(pageExample1, map[string]any{}),
					},
				},
				CheckDestroy: vb.HoldsExactly(),
			})
		})
	}
}

func TestSim_Role_AnotherSpellingOfTheSameObjectsPlansNothing(t *testing.T) {
	t.Parallel()
	vb := acctest.StartVB365(t, vb365sim.Options{})
	respelled := strings.NewReplacer(
		`name = "abc1@abc`, `name = "ABC1@abc`, `ABC_site"`, `ABC_site/"`, `name = "admin@abc.onmicrosoft.com"`,
		`id = "`+vb365sim.AdminID+`"`, `id = "9bdd0fca`, `id = "9BDD0FCA`,
	).Replace(afterExample2)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: vb.Factories(),
		Steps: []resource.TestStep{
			{Config: vb.Config(block(afterExample2))},
			{Config: vb.Config(block(respelled)), PlanOnly: true},
			{Config: vb.Config(strings.Replace(block(respelled), cloud, strings.ToUpper(cloud), 1)), PlanOnly: true},
			{ // the elements that come and go are all that the plan shows
				Config: vb.Config(block(strings.Replace(afterExample2, "edited role", "d", 1))),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("unmanaged_entries"), knownvalue.ListSizeExact(0)),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("selected_items"), knownvalue.SetSizeExact(3)),
				}},
			},
		},
		CheckDestroy: vb.HoldsExactly(),
	})
}

func TestSim_Role_ErrorsNameListTypeAndNameOfTheReference(t *testing.T) {
	t.Parallel()
	vb := acctest.StartVB365(t, vb365sim.Options{})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: vb.Factories(),
		Steps: []resource.TestStep{{
			Config: vb.Config(block(strings.Replace(afterExample2, "abc1@", "abc9@", 1))),
			ExpectError: regexp.MustCompile(
				`selected_items:\s+the\s+organization\s+has\s+no\s+Group\s+with\s+the\s+name\s+"abc9@abc\.onmicrosoft\.com"` +
					`[\s\S]+abc1@abc\.onmicrosoft\.com\s+\(display_name\s+"ABC"`),
		}},
	})
	if got := vb.Writes(); len(got) > 0 {
		t.Errorf("sent %v", got)
	}
}
