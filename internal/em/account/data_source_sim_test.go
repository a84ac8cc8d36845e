// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const (
	dataAddress = "data.veeam_em_account.test"
	listAddress = "data.veeam_em_accounts.test"
)

// requestsOf runs one plan of a configuration and returns its requests in sorted order, without logons and logoffs.
func requestsOf(t *testing.T, em *acctest.EM, config string) []string {
	t.Helper()
	em.ResetJournal()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps:                    []resource.TestStep{{Config: em.Config(config), PlanOnly: true}},
	})
	// The step plans and refreshes several times. The session identifies the run, and each run sends the same requests.
	sessions := map[string][]string{}
	for _, r := range em.Journal() {
		if strings.HasPrefix(r.Path, "/api/sessionMngr") ||
			strings.HasPrefix(r.Path, "/api/logonSessions") || r.Path == "/api/" {
			continue
		}
		sessions[r.SessionID] = append(sessions[r.SessionID], r.Method+" "+r.Path+"?"+r.Query)
	}
	var first []string
	for _, asked := range sessions {
		slices.Sort(asked)
		if first == nil {
			first = asked
		}
		if !slices.Equal(first, asked) {
			t.Fatalf("one run sent\n  %s\nanother sent\n  %s", strings.Join(first, "\n  "), strings.Join(asked, "\n  "))
		}
	}
	return first
}

// scopeCheck returns the check of one element of scopes.
func scopeCheck(id, name, kind string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"id":                    knownvalue.StringExact(id),
		"name":                  knownvalue.StringExact(name),
		"platform":              knownvalue.StringExact("VMware"),
		"hierarchy_object_type": knownvalue.StringExact(kind),
		"hierarchy_root_name":   knownvalue.StringExact(emsim.VCenterID),
		"state":                 knownvalue.StringExact("Processed"),
	})
}

func TestSim_AccountData_ReturnsTheWholeAccountByIDAndByName(t *testing.T) {
	t.Parallel()
	const name, upperID = `TECH\william.fox`, "D6701C3D-15F4-421D-B376-C0E2634BC1F4"
	var body string
	want := map[string]struct{ id, name string }{}
	for label, c := range map[string]struct{ config, id, name string }{
		"id":            {`id = "` + emsim.DemoUserID + `"`, emsim.DemoUserID, name},
		"upper_id":      {`id = "` + upperID + `"`, upperID, name},
		"name":          {`account_name = "TECH\\william.fox"`, emsim.DemoUserID, name},
		"other_case":    {`account_name = "tech\\William.Fox"`, emsim.DemoUserID, `tech\William.Fox`},
		"name_and_type": {"account_name = \"TECH\\\\william.fox\"\n  account_type = \"User\"", emsim.DemoUserID, name},
	} {
		body += fmt.Sprintf("data \"veeam_em_account\" %q {\n  %s\n}\n", label, c.config)
		want[label] = struct{ id, name string }{c.id, c.name}
	}
	for server, options := range map[string]emsim.Options{
		"a new server":    {Demo: true},
		"references only": {Demo: true, ReferencesOnly: true},
	} {
		t.Run(server, func(t *testing.T) {
			em := acctest.StartEM(t, options)
			before := em.Snapshot()
			var checks []statecheck.StateCheck
			for label, w := range want {
				for attribute, check := range map[string]knownvalue.Check{
					"id":           knownvalue.StringExact(w.id),
					"uid":          knownvalue.StringExact("urn:veeam:EnterpriseAccount:" + emsim.DemoUserID),
					"account_type": knownvalue.StringExact("User"),
					"account_name": knownvalue.StringExact(w.name),
					"roles": knownvalue.SetExact([]knownvalue.Check{
						knownvalue.StringExact("urn:veeam:EnterpriseRole:" + emsim.RoleFileRestoreOperator),
					}),
					"role_names":            knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("File Restore Operator")}),
					"allow_restore_all_vms": knownvalue.Bool(false),
					"flr_settings": knownvalue.ObjectExact(map[string]knownvalue.Check{
						"inplace_only": knownvalue.Bool(true),
						"extension_restrictions": knownvalue.SetExact([]knownvalue.Check{
							knownvalue.StringExact("doc"), knownvalue.StringExact("pptx"),
						}),
					}),
					"sql_settings": knownvalue.ObjectExact(map[string]knownvalue.Check{"deny_inplace_restore": knownvalue.Bool(true)}),
					"scopes": knownvalue.ListExact([]knownvalue.Check{
						scopeCheck(scopeID(em, emsim.VM01Name), emsim.VM01Name, "Vm"),
						scopeCheck(scopeID(em, emsim.FolderLinuxName), emsim.FolderLinuxName, "Folder"),
					}),
				} {
					checks = append(checks,
						statecheck.ExpectKnownValue("data.veeam_em_account."+label, tfjsonpath.New(attribute), check))
				}
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps: []resource.TestStep{
					{Config: em.Config(body), ConfigStateChecks: checks, Check: em.Unchanged(before)},
				},
			})
			if got := em.Writes(); len(got) != 0 {
				t.Errorf("reading accounts sent %v", got)
			}
		})
	}
}

func TestSim_AccountData_SettingsThatTheServerOmitsAreNull(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{Demo: true, OmitSettings: true})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config: em.Config(`data "veeam_em_account" "test" { account_name = "Helpdesk (SSO)" }`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("flr_settings"), knownvalue.Null()),
				statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("sql_settings"), knownvalue.Null()),
				statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("allow_restore_all_vms"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("scopes"), knownvalue.ListSizeExact(0)),
			},
		}},
	})
}

func TestSim_AccountData_SendsOnlyTheRequestsThatItNeeds(t *testing.T) {
	t.Parallel()
	const one = "/api/security/accounts/" + emsim.DemoUserID
	for name, c := range map[string]struct {
		options emsim.Options
		config  string
		want    []string
	}{
		"by ID": {emsim.Options{Demo: true}, `id = "` + emsim.DemoUserID + `"`, []string{
			"GET " + one + "/roles?", "GET " + one + "/scopes?", "GET " + one + "?format=Entity",
		}},
		"by name": {emsim.Options{Demo: true}, `account_name = "TECH\\william.fox"`, []string{
			"GET " + one + "/roles?", "GET " + one + "/scopes?", "GET " + one + "?format=Entity",
			"GET /api/security/accounts?",
		}},
		"by name, references only": {
			emsim.Options{Demo: true, ReferencesOnly: true},
			`account_name = "TECH\\william.fox"`,
			[]string{
				"GET " + one + "/roles?", "GET " + one + "/scopes?", "GET " + one + "?format=Entity",
				"GET /api/security/accounts?",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, c.options)
			if got := requestsOf(t, em, "data \"veeam_em_account\" \"test\" {\n "+c.config+"\n}"); !slices.Equal(got, c.want) {
				t.Errorf("sent\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

// scopeID returns the ID of the scope with the name, of the demo's user.
func scopeID(em *acctest.EM, name string) string {
	for _, s := range em.Account(`TECH\william.fox`).Scopes {
		if s.Name == name {
			return s.ID
		}
	}
	return ""
}

const twinID = "00000000-0000-0000-0000-00000000000a"

// addTwin adds a group with the name of the demo's user.
func addTwin(em *acctest.EM) {
	em.Mutate(func(s *emsim.Store) {
		s.AddAccount(emsim.Account{
			ID: twinID, Type: "Group", Name: `tech\WILLIAM.FOX`,
			Roles: []string{emsim.RolePortalUser}, AllowRestoreAllVms: true,
		})
	})
}

func TestSim_AccountData_TheTypeDistinguishesAccountsOfOneName(t *testing.T) {
	t.Parallel()
	for _, references := range []bool{false, true} {
		t.Run(fmt.Sprintf("references only %t", references), func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{Demo: true, ReferencesOnly: references})
			addTwin(em)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps: []resource.TestStep{
					{
						Config: em.Config("data \"veeam_em_account\" \"test\" {\n account_name = \"TECH\\\\william.fox\"\n" +
							" account_type = \"Group\"\n}"),
						ConfigStateChecks: []statecheck.StateCheck{
							statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("id"), knownvalue.StringExact(twinID)),
						},
					},
					{
						Config: em.Config(`data "veeam_em_account" "test" { account_name = "TECH\\william.fox" }`),
						ExpectError: says(`Enterprise Manager has 2 accounts named "TECH\\william.fox".
							Set account_type as well, or set id instead of the name:
							- User TECH\william.fox (` + emsim.DemoUserID + `)
							- Group tech\WILLIAM.FOX (` + twinID + `)`),
					},
				},
			})
		})
	}
}

func TestSim_AccountData_AnUnknownAccountIsAnErrorWithTheCandidates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ config, want string }{
		"name": {`account_name = "TECH\\william.foxx"`, `
			Enterprise Manager has no account named "TECH\\william.foxx". Its accounts are:
			- User TECH\william.fox (` + emsim.DemoUserID + `)
			- User TECH\viewer (`},
		"name, of another type": {"account_name = \"TECH\\\\william.fox\"\n account_type = \"Group\"", `
			Enterprise Manager has no account of type Group named "TECH\\william.fox". Its accounts are:
			- User TECH\william.fox (` + emsim.DemoUserID + `)`},
		"ID": {`id = "00000000-0000-0000-0000-000000000001"`, `
			Enterprise Manager has no account with the ID 00000000-0000-0000-0000-000000000001. Its accounts are:
			- ExternalGroup Helpdesk (SSO) (` + emsim.DemoExternalGroupID + `)
			- Group TECH\Backup Operators (` + emsim.DemoGroupID + `)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, emsim.Options{Demo: true})
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps: []resource.TestStep{
					{Config: em.Config("data \"veeam_em_account\" \"test\" {\n " + c.config + "\n}"), ExpectError: says(c.want)},
				},
			})
		})
	}
}

func TestSim_AccountData_AnErrorListsAtMostTenCandidates(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	em.Mutate(func(s *emsim.Store) {
		for i := range 30 {
			s.AddAccount(emsim.Account{
				ID: fmt.Sprintf("00000000-0000-0000-0000-%012d", i), Type: "User", Name: fmt.Sprintf(`TECH\op%02d`, i),
				Roles: []string{emsim.RolePortalUser}, AllowRestoreAllVms: true,
			})
		}
	})
	more := len(em.Snapshot()) - 10
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config: em.Config(`data "veeam_em_account" "test" { account_name = "TECH\\op" }`),
			ExpectError: says(fmt.Sprintf(`- User TECH\op08 (00000000-0000-0000-0000-000000000008)
				- User TECH\op09 (00000000-0000-0000-0000-000000000009)
				and %d more`, more)),
		}},
	})
}

func TestSim_AccountData_RefusesAnInvalidLookupAndSendsNothing(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	for name, c := range map[string]struct{ block, want string }{
		"neither ID nor name": {`data "veeam_em_account" "test" {}`, `[id,account_name]`},
		"ID and name": {
			"data \"veeam_em_account\" \"test\" {\n id = \"" + emsim.DemoUserID + "\"\n account_name = \"x\"\n}",
			`[id,account_name]`,
		},
		"ID and type": {
			"data \"veeam_em_account\" \"test\" {\n id = \"" + emsim.DemoUserID + "\"\n account_type = \"User\"\n}",
			`[id,account_type]`,
		},
		"not a GUID": {
			`data "veeam_em_account" "test" { id = "urn:veeam:EnterpriseAccount:1" }`, `is not a GUID such as`,
		},
		"not a type": {
			"data \"veeam_em_account\" \"test\" {\n account_name = \"x\"\n account_type = \"user\"\n}",
			`"user" is not an account type. Use one of User, Group, ExternalUser, ExternalGroup.`,
		},
		"list, not a type": {
			`data "veeam_em_accounts" "test" { account_type = "Robot" }`,
			`"Robot" is not an account type. Use one of User, Group, ExternalUser, ExternalGroup.`,
		},
		"not an expression": {
			`data "veeam_em_accounts" "test" { name_regex = "(?!svc)" }`,
			"error parsing regexp: invalid or unsupported Perl syntax: `(?!`. Use the RE2 syntax",
		},
	} {
		t.Run(name, func(t *testing.T) {
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps:                    []resource.TestStep{{Config: em.Config(c.block), ExpectError: says(c.want)}},
			})
		})
	}
	if n := len(em.Journal()); n != 0 {
		t.Errorf("%d requests were sent for invalid configurations", n)
	}
}

// summary returns the check of one element of accounts without details.
func summary(id, kind, name string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"id":                    knownvalue.StringExact(id),
		"uid":                   knownvalue.StringExact("urn:veeam:EnterpriseAccount:" + id),
		"account_type":          knownvalue.StringExact(kind),
		"account_name":          knownvalue.StringExact(name),
		"roles":                 knownvalue.Null(),
		"role_names":            knownvalue.Null(),
		"allow_restore_all_vms": knownvalue.Null(),
		"flr_settings":          knownvalue.Null(),
		"sql_settings":          knownvalue.Null(),
		"scopes":                knownvalue.Null(),
	})
}

func TestSim_AccountsData_ListsTheAccountsOfATypeAndName(t *testing.T) {
	t.Parallel()
	var (
		user     = summary(emsim.DemoUserID, "User", `TECH\william.fox`)
		group    = summary(emsim.DemoGroupID, "Group", `TECH\Backup Operators`)
		external = summary(emsim.DemoExternalUserID, "ExternalUser", "william.fox@tech.com")
		helpdesk = summary(emsim.DemoExternalGroupID, "ExternalGroup", "Helpdesk (SSO)")
	)
	var body string
	var checks []statecheck.StateCheck
	for label, c := range map[string]struct {
		filter string
		want   []knownvalue.Check
	}{
		"type":                {`account_type = "Group"`, []knownvalue.Check{group}},
		"name":                {`name_regex = "william"`, []knownvalue.Check{user, external}},
		"name_case_sensitive": {`name_regex = "WILLIAM"`, []knownvalue.Check{}},
		"name_in_any_case":    {`name_regex = "(?i)WILLIAM"`, []knownvalue.Check{user, external}},
		"whole_name":          {`name_regex = "^Helpdesk \\(SSO\\)$"`, []knownvalue.Check{helpdesk}},
		"type_and_name":       {"account_type = \"User\"\n name_regex = \"william\"", []knownvalue.Check{user}},
		"type_and_other_name": {"account_type = \"Group\"\n name_regex = \"william\"", []knownvalue.Check{}},
	} {
		body += fmt.Sprintf("data \"veeam_em_accounts\" %q {\n  %s\n}\n", label, c.filter)
		checks = append(checks, statecheck.ExpectKnownValue("data.veeam_em_accounts."+label, tfjsonpath.New("accounts"),
			knownvalue.ListExact(c.want)))
	}
	for _, references := range []bool{false, true} {
		t.Run(fmt.Sprintf("references only %t", references), func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{Demo: true, ReferencesOnly: references})
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps:                    []resource.TestStep{{Config: em.Config(body), ConfigStateChecks: checks}},
			})
		})
	}
}

func TestSim_AccountsData_ListsAllWithoutAFilter(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config: em.Config(`data "veeam_em_accounts" "test" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(listAddress, tfjsonpath.New("accounts"), knownvalue.ListSizeExact(len(em.Snapshot()))),
				statecheck.ExpectKnownValue(listAddress, tfjsonpath.New("account_type"), knownvalue.Null()),
				statecheck.ExpectKnownValue(listAddress, tfjsonpath.New("name_regex"), knownvalue.Null()),
			},
		}},
	})
}

func TestSim_AccountsData_ListsOnceAndReadsOnlyReferencesWithAMatchingName(t *testing.T) {
	t.Parallel()
	const list = "GET /api/security/accounts?format=Entity"
	for name, c := range map[string]struct {
		references bool
		filter     string
		want       []string
	}{
		"entities":           {false, ``, []string{list}},
		"entities of a type": {false, `account_type = "User"`, []string{list}},
		"references of a name": {
			true, `name_regex = "Helpdesk"`,
			[]string{"GET /api/security/accounts/" + emsim.DemoExternalGroupID + "?format=Entity", list},
		},
		"references of no name": {true, `name_regex = "unknown"`, []string{list}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, emsim.Options{Demo: true, ReferencesOnly: c.references})
			if got := requestsOf(t, em, "data \"veeam_em_accounts\" \"test\" {\n "+c.filter+"\n}"); !slices.Equal(got, c.want) {
				t.Errorf("sent %q, want %q", got, c.want)
			}
		})
	}
}

func TestSim_AccountsData_OmitsAnAccountThatIsDeletedDuringTheRead(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{Demo: true, ReferencesOnly: true})
	em.Inject(emsim.Fault{
		Method: "GET", PathPattern: "/api/security/accounts/" + emsim.DemoUserID, Kind: emsim.FaultStatus, Status: 404,
		Body: `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="The account was not found." StatusCode="404" />`,
	})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config: em.Config(`data "veeam_em_accounts" "test" { name_regex = "william" }`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(listAddress, tfjsonpath.New("accounts"), knownvalue.ListExact([]knownvalue.Check{
					summary(emsim.DemoExternalUserID, "ExternalUser", "william.fox@tech.com"),
				})),
			},
		}},
	})
}

func TestSim_AccountsData_FailsWithTheServersWordsIfAnAccountCannotBeRead(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{Demo: true, ReferencesOnly: true})
	em.Inject(emsim.Fault{
		Method: "GET", PathPattern: "/api/security/accounts/" + emsim.DemoUserID, Kind: emsim.FaultStatus, Status: 403,
		Body: `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="Access denied." StatusCode="403" />`,
	})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{{
			Config:      em.Config(`data "veeam_em_accounts" "test" {}`),
			ExpectError: says(`read account TECH\william.fox: HTTP 403 Forbidden: Access denied.`),
		}},
	})
}

func TestSim_AccountData_ReadsAnAccountAfterItsCreationInTheSameApply(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	test(t, em, resource.TestStep{
		Config: em.Config(operator(nil) + `data "veeam_em_account" "test" { id = veeam_em_account.test.id }`),
		Check: func(s *terraform.State) error {
			created, read := s.RootModule().Resources[address].Primary, s.RootModule().Resources[dataAddress].Primary
			if created.ID != read.ID || read.Attributes["scopes.#"] != "2" {
				return fmt.Errorf("created %s, read %s with %s scopes", created.ID, read.ID, read.Attributes["scopes.#"])
			}
			return nil
		},
	})
}
