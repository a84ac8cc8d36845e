// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
)

const (
	importExisting = "import-existing.md.tmpl"
	accessReview   = "access-review.md.tmpl"
	testingModules = "testing-modules.md.tmpl"
)

// guide returns the configuration of an example in a guide.
func guide(t *testing.T, path ...string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "examples", "guides"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// without removes the part of a text that starts with from and ends right before to.
func without(t *testing.T, text, from, to string) string {
	t.Helper()
	head, rest, ok := strings.Cut(text, from)
	_, tail, found := strings.Cut(rest, to)
	if !ok || !found {
		t.Fatalf("the example does not contain %q followed by %q", from, to)
	}
	return head + to + tail
}

func TestSim_Process_TheImportGuideImportsEveryAccountWithoutAWrite(t *testing.T) {
	testcli.Needs(t, testcli.ImportForEach)
	for name, options := range map[string]emsim.Options{
		"a new server":                          {RefuseUnknownObjects: true},
		"references only, roots in every form":  {ReferencesOnly: true, RootNames: emsim.RootNamesMixed},
		"no settings blocks, names in one case": {OmitSettings: true, AccountNameCase: emsim.CaseUpper},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options.Demo = true
			em := startServer(t, options)
			before := em.Snapshot()

			tf := newTerraform(t, guide(t, "import-existing", "inventory", "main.tf"), em.environment()...)
			tf.installFromMirror("1.0.0")
			accounts := filepath.Join(tf.dir, "..", "accounts")
			if err := os.Mkdir(accounts, 0o700); err != nil {
				t.Fatal(err)
			}
			tf.sh(commands(t, importExisting, "terraform init\nterraform apply\nterraform output")).exits(0)

			tf.dir = accounts
			main := guide(t, "import-existing", "import", "main.tf")
			tf.configure(main)
			changed := "0 changed"
			if options.OmitSettings {
				changed = "4 changed" // takes the configured settings
			}
			tf.sh(commands(t, importExisting, "terraform init\nterraform plan\nterraform apply")).exits(0).
				says("4 imported, 0 added,", changed, "0 destroyed.").says(shown(t, importExisting, "No changes.")...)
			if n := len(tf.state()); n != 4 {
				t.Errorf("the state has %d accounts, want 4", n)
			}
			// As the guide says, the import block is no longer needed after the import.
			tf.configure(without(t, main, "data \"veeam_em_accounts\"", "resource \"veeam_em_account\""))
			tf.planIsEmpty()

			if got := em.writes(); len(got) != 0 {
				t.Errorf("the guide sent %q", got)
			}
			if got := em.Snapshot(); !reflect.DeepEqual(got, before) {
				t.Errorf("the server holds\n  %+v\nand before held\n  %+v", got, before)
			}
		})
	}
}

func TestSim_Process_TheImportGuideCreatesMissingAccounts(t *testing.T) {
	testcli.Needs(t, testcli.ImportForEach)
	t.Parallel()
	em := startServer(t, emsim.Options{Demo: true})
	tf := newTerraform(t, guide(t, "import-existing", "import", "main.tf"), em.environment()...)
	const role = "urn:veeam:EnterpriseRole:" + emsim.RoleFileRestoreOperator
	const access = `{"roles": ["` + role + `"], "allow_restore_all_vms": true}`
	tf.write("accounts.auto.tfvars.json", `{"accounts": {
		"ExternalGroup/Helpdesk (SSO)": `+access+`,
		"ExternalGroup/Europe/Helpdesk": `+access+`}}`)
	tf.apply().exits(0).says("1 imported, 1 added, 0 changed, 0 destroyed.")
	tf.planIsEmpty()
	if got := em.writes(); !reflect.DeepEqual(got, []string{"POST /api/security/accounts"}) {
		t.Errorf("the guide sent %q, want one create", got)
	}
}

func TestSim_Process_TheAccessReportListsWhoMayRestoreWhat(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{Demo: true, OddAccount: true, ListOrder: emsim.ListShuffled})
	em.Mutate(func(s *emsim.Store) {
		s.AddAccount(emsim.Account{
			Type: "Group", Name: `TECH\Backup Administrators`, Roles: []string{emsim.RolePortalAdministrator},
		})
		s.AddAccount(emsim.Account{
			Type: "ExternalGroup", Name: `"Tier_1" | Europe`, AllowRestoreAllVms: true,
			Roles: []string{emsim.RolePortalUser, emsim.RoleFileRestoreOperator},
		})
	})
	tf := newTerraform(t, guide(t, "access-review", "report", "main.tf"), em.environment()...)
	tf.sh(commands(t, accessReview, "terraform apply")).exits(0)
	tf.planIsEmpty()
	want := [][]string{
		{"Account", "Type", "Roles", "May restore", "Only files of type", "May overwrite SQL databases"},
		{`"Tier_1" | Europe`, "ExternalGroup", "File Restore Operator, Portal User", "everything", "all", "yes"},
		{"Helpdesk (SSO)", "ExternalGroup", "File Restore Operator", "everything", "all", "yes"},
		{emsim.DefaultUser, "User", "Portal Administrator", "everything", "all", "yes"},
		{`TECH\Backup Administrators`, "Group", "Portal Administrator", "everything", "all", "yes"},
		{`TECH\Backup Operators`, "Group", "Portal User, VM Restore Operator", "everything", "all", "yes"},
		{emsim.ViewerUser, "User", "Portal User", "everything", "all", "yes"},
		{`TECH\william.fox`, "User", "File Restore Operator", "Folder Linux, Vm VM01", "doc, pptx", "no"},
		{emsim.OddAccountName, emsim.OddAccountType, "VM Restore Operator", "unknown", "unknown", "unknown"},
		{"william.fox@tech.com", "ExternalUser", "SQL Restore Operator", "Vm SQLSRV", "all", "yes"},
	}
	got, err := csv.NewReader(bytes.NewReader(tf.read("access-review.csv"))).ReadAll()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the CSV holds\n  %q\nwant\n  %q\n%v", got, want, err)
	}

	var table strings.Builder
	escaped := strings.NewReplacer(`\`, `\\`, "|", `\|`, "_", `\_`)
	for i, row := range want {
		for _, value := range row {
			table.WriteString("| " + escaped.Replace(value) + " ")
		}
		table.WriteString("|\n")
		if i == 0 {
			table.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
		}
	}
	if got := string(tf.read("access-review.md")); got != table.String() {
		t.Errorf("the Markdown is\n%s\nwant\n%s", got, table.String())
	}
	if got := em.writes(); len(got) != 0 {
		t.Errorf("the report sent %q", got)
	}
}

func TestSim_Process_TheAccessReportFailsWhileAnotherAccountIsAdministrator(t *testing.T) {
	t.Parallel()
	const failed = "Check block assertion failed"
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, guide(t, "access-review", "report", "main.tf"), em.environment()...)
	tf.run("plan").exits(0).says(failed,
		`Portal Administrators that are not in var.administrators: User TECH\administrator.`)

	em.Mutate(func(s *emsim.Store) {
		s.AddAccount(emsim.Account{
			Type: "Group", Name: `tech\backup administrators`, Roles: []string{emsim.RolePortalAdministrator},
		})
	})
	const two = `-var=administrators=["Group TECH\\Backup Administrators", "User TECH\\administrator"]`
	if plan := tf.run("plan", two).exits(0); strings.Contains(plan.output, failed) {
		t.Errorf("the check fails although only the two accounts are Portal Administrators:\n%s", plan.output)
	}

	em.Mutate(func(s *emsim.Store) { // a user with the name of the group
		s.AddAccount(emsim.Account{
			Type: "User", Name: `TECH\Backup Administrators`, Roles: []string{emsim.RolePortalAdministrator},
		})
	})
	tf.run("plan", two).exits(0).says(failed, `not in var.administrators: User TECH\Backup Administrators.`)
}

func TestSim_Process_TheAccessReviewFailsWhileAnUnmanagedAccountExists(t *testing.T) {
	t.Parallel()
	const failed = "Check block assertion failed"
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, guide(t, "access-review", "unmanaged", "main.tf"), em.environment()...)
	passes := func(r result) {
		t.Helper()
		if strings.Contains(r.exits(0).output, failed) {
			t.Errorf("the check fails although every account is managed:\n%s", r.output)
		}
	}
	passes(tf.apply())
	passes(tf.run("plan", "-detailed-exitcode"))

	var id string
	em.Mutate(func(s *emsim.Store) {
		id = s.AddAccount(emsim.Account{
			Type: "Group", Name: `TECH\Domain Users`,
			Roles: []string{emsim.RolePortalAdministrator}, AllowRestoreAllVms: true,
		}).ID
	})
	unmanaged := shown(t, accessReview, "Warning: Check block")
	tf.run("plan", "-detailed-exitcode").exits(0).says(unmanaged...)
	tf.run("plan", "-out=plan.bin").exits(0)
	tf.run("show", "-json", "plan.bin").exits(0).says(`"status":"fail"`)
	tf.apply().exits(0).says(unmanaged...)

	em.Mutate(func(s *emsim.Store) { s.RemoveAccount(id) })
	passes(tf.run("plan", "-detailed-exitcode"))

	// Accounts that the same run creates or deletes do not make the check fail.
	passes(tf.run("apply", "-auto-approve", `-var=operators=["TECH\\jane.operator", "TECH\\new.operator"]`))
}

func TestSim_Process_TheModuleTestOfTheGuideNeedsNoServerAndEachOfItsMockDefaults(t *testing.T) {
	testcli.Needs(t, testcli.Mocks)
	t.Parallel()
	const name = "operator.tftest.hcl"
	tests := guide(t, "testing-modules", "tests", name)
	runs := map[string]string{"all": tests}
	for _, block := range regexp.MustCompile(`(?s)  mock_\w+ "(\w+)" \{.*?\n  \}\n`).FindAllStringSubmatch(tests, -1) {
		runs[block[1]] = strings.Replace(tests, block[0], "", 1)
	}
	if len(runs) < 2 {
		t.Fatal("the example has no mock defaults")
	}
	for removed, body := range runs {
		t.Run(removed, func(t *testing.T) {
			t.Parallel()
			tf := newTerraform(t, guide(t, "testing-modules", "main.tf"))
			if err := os.Mkdir(filepath.Join(tf.dir, "tests"), 0o700); err != nil {
				t.Fatal(err)
			}
			tf.write(filepath.Join("tests", name), body)
			if removed == "all" {
				tf.sh(commands(t, testingModules, "terraform test")).exits(0).says("1 passed, 0 failed.")
				return
			}
			tf.run("test", "-no-color").exits(1).says("0 passed, 1 failed.")
		})
	}
}
