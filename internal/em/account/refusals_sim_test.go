// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

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

func TestSim_Account_APlanAppliesEveryRuleAndSendsNoWrite(t *testing.T) {
	t.Parallel()
	upper := strings.ToUpper(emsim.RoleVMRestoreOperator)
	for name, c := range map[string]struct {
		change func(*config)
		want   string
	}{
		"rule 1": {
			func(c *config) { c.kind = "Robot" },
			`"Robot" is not an account type. Use one of User, Group, ExternalUser, ExternalGroup`,
		},
		"rule 2, User": {
			func(c *config) { c.name = "william.fox@tech.local" },
			`is not a valid name for an account of type User. Write Domain\Name`,
		},
		"rule 2, ExternalUser": {
			func(c *config) { c.kind = "ExternalUser" },
			`is not a valid name for an account of type ExternalUser. Write Username@Suffix`,
		},
		"rule 2, ExternalGroup": {func(c *config) { c.kind, c.name = "ExternalGroup", "" }, `The account has no name`},
		"rule 3, none":          {func(c *config) { c.roles = nil }, `The account has no role`},
		"rule 3, not a UID":     {func(c *config) { c.roles = []string{"admin"} }, `Not the UID of a role`},
		"rule 3, upper case":    {func(c *config) { c.roles = []string{upper} }, `The UID of a role must be in lower case`},
		"rule 3, unknown role": {
			func(c *config) { c.roles = []string{"00000000-0000-0000-0000-000000000001"} },
			`Its roles are: Exchange Restore Operator`,
		},
		"rule 4": {
			func(c *config) { c.scope = nil }, `If allow_restore_all_vms is false, the server requires a restore scope`,
		},
		"rule 5": {
			func(c *config) { c.rest = "flr_settings = { inplace_only = true }" },
			`If inplace_only is true, the server requires the extensions`,
		},
		"rule 6": {func(c *config) {
			c.rest = `flr_settings = { inplace_only = true, extension_restrictions = ["doc,pdf"] }`
		}, `"doc,pdf" is not a file name extension. Write one extension per item`},
		"rule 6, new": {func(c *config) {
			c.rest = `flr_settings = { inplace_only = true, extension_restrictions = ["doc", "tar.gz"] }`
		}, `"tar.gz" is not a file name extension. Write one extension per item`},
		"rule 10, pattern": {func(c *config) { c.scope = []item{{"vm-7870", "VM01"}} }, `Not a hierarchy reference`},
		"rule 10, type": {
			func(c *config) { c.scope = []item{{strings.Replace(vm01.ref, ":Vm:", ":Robot:", 1), "VM01"}} },
			`Unknown type of hierarchy object`,
		},
		"rule 13": {
			func(c *config) { c.scope = []item{dupA, dupB} }, `Two restore scopes cannot be distinguished`,
		},
		"rule 10, no object name": {func(c *config) { c.scope = []item{{vm01.ref, ""}} }, `The object has no name`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, emsim.Options{})
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps: []resource.TestStep{
					{Config: em.Config(operator(c.change)), PlanOnly: true, ExpectError: says(c.want)},
				},
			})
			if got := em.Writes(); len(got) != 0 {
				t.Errorf("a refused plan sent %v", got)
			}
		})
	}
}

func TestSim_Account_UnknownValuesDeferTheRules(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	test(t, em, resource.TestStep{
		Config: em.Config(`
resource "terraform_data" "later" {
  input = {
    name  = "TECH\\william.fox"
    kind  = "User"
    role  = "urn:veeam:EnterpriseRole:` + emsim.RoleVMRestoreOperator + `"
    all   = false
    scope = [
      { hierarchy_obj_ref = "` + sql.ref + `", object_name = "` + sql.name + `" },
      { hierarchy_obj_ref = "` + vm01.ref + `", object_name = "` + vm01.name + `" },
    ]
  }
}
resource "veeam_em_account" "test" {
  account_type          = terraform_data.later.output.kind
  account_name          = terraform_data.later.output.name
  roles                 = [terraform_data.later.output.role]
  allow_restore_all_vms = terraform_data.later.output.all
  restore_scope         = terraform_data.later.output.scope
}`),
		Check: em.HoldsExactly(held(nil)),
	})
}

func TestSim_Account_AnImportedNameIsValidInAnyForm(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	em.Mutate(func(s *emsim.Store) {
		s.AddAccount(emsim.Account{
			Type: "User", Name: "local-admin", Roles: []string{emsim.RolePortalUser}, AllowRestoreAllVms: true,
		})
	})
	imported := operator(func(c *config) {
		c.name, c.roles, c.all, c.scope = "local-admin", []string{emsim.RolePortalUser}, true, nil
	})
	test(t, em, resource.TestStep{
		Config: em.Config(importBlock("User/local-admin") + imported), Check: em.WritesExactly(),
	})
}

func TestSim_Account_CreateOfAnExistingAccountFailsWithTheImportBlock(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{AccountNameCase: emsim.CaseUpper})
	id := seed(em)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{
			{
				Config:      em.Config(operator(nil)),
				ExpectError: regexp.MustCompile(`(?s)already exists.*import \{.*to = veeam_em_account.NAME.*id = "` + id + `"`),
			},
		},
	})
	if got := em.Writes(); len(got) != 0 {
		t.Errorf("sent %v although the account exists", got)
	}
	if got := em.Account(`TECH\william.fox`).ID; got != id {
		t.Errorf("the account has the ID %s, had %s before", got, id)
	}
}

func TestSim_Account_AnErrorNamesTheMissingPortalAdministratorRole(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	config := strings.NewReplacer(
		acctest.Quote(emsim.DefaultUser), acctest.Quote(emsim.ViewerUser), emsim.DefaultPassword, emsim.ViewerPassword,
	).Replace(em.Config(operator(nil)))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ExpectError: says("needs the Portal Administrator role")},
		},
	})
}

func TestSim_Account_AWrongPasswordIsTriedOnce(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	three := strings.Replace(operator(nil), `"test" {`, `"test" {
  count = 3`, 1)
	config := strings.Replace(em.Config(three), emsim.DefaultPassword, "wrong", 1)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config, PlanOnly: true,
				ExpectError: says("Check username and password in em (VEEAM_EM_USERNAME, VEEAM_EM_PASSWORD)"),
			},
		},
	})
	logons := 0
	for _, r := range em.Journal() {
		if strings.HasPrefix(r.Path, "/api/sessionMngr") && r.Method == http.MethodPost {
			logons++
		}
	}
	if logons != 1 {
		t.Errorf("the wrong password was tried %d times", logons)
	}
}

func TestSim_Account_AnUntrustedCertificateIsAnErrorThatNamesTheAttributes(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	config := regexp.MustCompile(`(?s)ca_pem.*PEM\n`).ReplaceAllString(em.Config(operator(nil)), "")
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ExpectError: regexp.MustCompile(`(?s)SHA-256[\s│]+fingerprint.*ca_file[\s│]+or[\s│]+ca_pem`)},
		},
	})
	if n := len(em.Journal()); n != 0 {
		t.Errorf("%d requests were sent to a server that is not trusted", n)
	}
}

func TestSim_Account_AnUpdateThatFailsPartWayLeavesACorrectState(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	changed := operator(func(c *config) {
		c.roles = []string{emsim.RoleFileRestoreOperator}
		c.scope = []item{vm01, web01}
	})
	test(t, em,
		resource.TestStep{Config: em.Config(operator(nil))},
		resource.TestStep{
			PreConfig: func() {
				em.Inject(emsim.Fault{
					Method: http.MethodDelete, PathPattern: "/api/security/accounts/*/roles/*", Kind: emsim.FaultStatus,
					Status: http.StatusBadRequest,
					Body:   `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="Not today" StatusCode="400" Status="BadRequest" />`,
				})
			},
			Config:      em.Config(changed),
			ExpectError: says("Not today"),
		},
		resource.TestStep{
			PreConfig: func() { em.ClearFaults(); em.ResetJournal() },
			Config:    em.Config(changed),
			Check: func(s *terraform.State) error {
				want := []string{"DELETE", "POST"} // the former role and the new scope; nothing is sent twice
				got := em.Writes()
				for i := range got {
					got[i], _, _ = strings.Cut(got[i], " ")
				}
				if strings.Join(got, " ") != strings.Join(want, " ") {
					t.Errorf("the second apply sent %v, want %v", em.Writes(), want)
				}
				return em.HoldsExactly(held(func(a *emsim.AccountSnapshot) {
					a.Roles, a.Scopes = []string{emsim.RoleFileRestoreOperator}, scopes(web01, vm01)
				}))(s)
			},
		},
	)
}
