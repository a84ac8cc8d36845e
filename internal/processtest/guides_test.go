// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// guide is the text of a guide's example.
func guide(t *testing.T, path ...string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "examples", "guides"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// without cuts a text from the first words to right before the others.
func without(t *testing.T, text, from, to string) string {
	t.Helper()
	head, rest, ok := strings.Cut(text, from)
	_, tail, found := strings.Cut(rest, to)
	if !ok || !found {
		t.Fatalf("the example does not hold %q and then %q", from, to)
	}
	return head + to + tail
}

func TestSim_Process_TheImportGuideTakesOverAWholeServerWithoutAWrite(t *testing.T) {
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

			inventory := newTerraform(t, guide(t, "import-existing", "inventory", "main.tf"), em.environment()...)
			inventory.apply().exits(0)
			accounts := inventory.run("output", "-raw", "accounts_json").exits(0).output

			main := guide(t, "import-existing", "import", "main.tf")
			tf := newTerraform(t, main, em.environment()...)
			tf.write("accounts.auto.tfvars.json", accounts)
			tf.apply().exits(0).says("4 imported, 0 added,", "0 destroyed.")
			tf.planIsEmpty()
			if n := len(tf.state()); n != 4 {
				t.Errorf("the state has %d accounts, want 4", n)
			}
			// What the guide says of the end: the import block is not needed any more.
			tf.configure(without(t, main, "data \"veeam_em_accounts\"", "resource \"veeam_em_account\""))
			tf.planIsEmpty()

			if got := em.writes(); len(got) != 0 {
				t.Errorf("the guide sent %q", got)
			}
			if got := em.Snapshot(); !reflect.DeepEqual(got, before) {
				t.Errorf("the server holds\n  %+v\nbefore\n  %+v", got, before)
			}
		})
	}
}

func TestSim_Process_TheImportGuideMakesTheAccountsThatAreMissing(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{Demo: true})
	tf := newTerraform(t, guide(t, "import-existing", "import", "main.tf"), em.environment()...)
	tf.write("accounts.auto.tfvars.json", `{"accounts": {
		"ExternalGroup/Helpdesk (SSO)": {"roles": ["urn:veeam:EnterpriseRole:`+emsim.RoleFileRestoreOperator+`"], "allow_restore_all_vms": true},
		"ExternalGroup/Europe/Helpdesk": {"roles": ["urn:veeam:EnterpriseRole:`+emsim.RoleFileRestoreOperator+`"], "allow_restore_all_vms": true}}}`)
	tf.apply().exits(0).says("1 imported, 1 added, 0 changed, 0 destroyed.")
	tf.planIsEmpty()
	if got := em.writes(); !reflect.DeepEqual(got, []string{"POST /api/security/accounts"}) {
		t.Errorf("sent %q, want one account", got)
	}
}

func TestSim_Process_TheAccessReviewFailsWhileAnAccountExistsThatNoResourceManages(t *testing.T) {
	t.Parallel()
	const failed = "Check block assertion failed"
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, guide(t, "access-review", "main.tf"), em.environment()...)
	passes := func(r result) {
		t.Helper()
		if strings.Contains(r.exits(0).output, failed) {
			t.Errorf("the check fails though every account is managed:\n%s", r.output)
		}
	}
	passes(tf.apply())
	passes(tf.run("plan", "-detailed-exitcode"))

	var id string
	em.Mutate(func(s *emsim.Store) {
		id = s.AddAccount(emsim.Account{Type: "Group", Name: `TECH\Domain Users`, Roles: []string{emsim.RolePortalAdministrator}, AllowRestoreAllVms: true}).ID
	})
	tf.run("plan", "-detailed-exitcode").exits(0).says(failed, `Accounts that no resource manages: Group TECH\Domain Users.`)
	tf.run("plan", "-out=plan.bin").exits(0)
	tf.run("show", "-json", "plan.bin").exits(0).says(`"status":"fail"`)
	tf.apply().exits(0).says(failed, `Accounts that no resource manages: Group TECH\Domain Users.`)

	em.Mutate(func(s *emsim.Store) { s.RemoveAccount(id) })
	passes(tf.run("plan", "-detailed-exitcode"))

	// Accounts that come and go in one run are no finding.
	passes(tf.run("apply", "-auto-approve", `-var=operators=["TECH\\jane.operator", "TECH\\new.operator"]`))
}
