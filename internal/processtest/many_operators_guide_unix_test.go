// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
)

// writeIn writes a configuration to a new folder in the working folder.
func (tf *terraform) writeIn(folder, configuration string) {
	tf.t.Helper()
	if err := os.Mkdir(filepath.Join(tf.dir, folder), 0o700); err != nil {
		tf.t.Fatal(err)
	}
	tf.write(filepath.Join(folder, "main.tf"), configuration)
}

func TestSim_Process_TheGuideAboutManyOperatorsShowsWhatAReviewerSees(t *testing.T) {
	t.Parallel()
	const guideName = "many-operators"
	em := startServer(t, emsim.Options{RefuseUnknownObjects: true})
	csv := guide(t, guideName, "csv", "operators.csv")
	tf := newTerraform(t, guide(t, guideName, "csv", "main.tf"), em.environment()...)
	tf.writeIn("operators", guide(t, guideName, "operators", "main.tf"))
	tf.write("operators.csv", "\ufeff"+csv)
	tf.installFromMirror("1.0.0")
	tf.sh(commands(t, guideName+".md.tmpl", "terraform init")).exits(0)
	tf.apply().exits(0).says("3 added, 0 changed, 0 destroyed.")
	var created []string
	for _, a := range em.accounts() {
		created = append(created, a.Type+" "+a.Name)
	}
	slices.Sort(created)
	want := []string{"ExternalGroup Helpdesk Europe", `Group TECH\linux-operators`, `User TECH\jane.operator`}
	if !slices.Equal(created, want) {
		t.Errorf("the server has %q, want %q", created, want)
	}

	tf.configure(guide(t, guideName, "yaml", "main.tf"))
	tf.write("operators.yaml", guide(t, guideName, "yaml", "operators.yaml"))
	tf.planIsEmpty()

	tf.configure(guide(t, guideName, "csv", "main.tf"))
	lines := strings.SplitAfter(csv, "\n")
	title, linux, jane, helpdesk := lines[0], lines[1], lines[2], lines[3]
	fewer := strings.Replace(jane, ";File Restore Operator", "", 1)
	tf.write("operators.csv", title+strings.ReplaceAll(helpdesk, "Europe", "Asia")+fewer+linux)
	changed := tf.run("plan").exits(0).says("1 to add, 1 to change, 1 to destroy.")
	changed.says(shown(t, guideName+".md.tmpl", "  # module")...)
	changed.says(shown(t, guideName+".md.tmpl", "      ~ role_names")...)

	for file, want := range map[string][]string{
		csv + linux: {"Duplicate object key"},
		csv + "User,jane,VM Restore Operators,Vm/VM01\nUser,joe,VM Restore Operator,Vm/VM99\n": {
			"The server has no such role", "VM Restore Operator", "The server has no such object", "VM01",
		},
		csv + "User,jane,VM Restore Operator,Vm/VM01\n": {"The account name has the wrong form"},
		title + "Group,TECH\\a,Portal Administrator,everything\nGroup,TECH\\b,VM Restore Operator,Vm/VM01;everything\n": {
			`An operator must not be a Portal Administrator: Group/TECH\a.`,
		},
	} {
		tf.write("operators.csv", file)
		tf.run("plan").exits(1).says(want...)
	}
	tf.configure(guide(t, guideName, "yaml", "main.tf"))
	tf.write("operators.yaml", `Group/TECH\b: { roles: [VM Restore Operator], objects: [Vm/VM01], everything: true }`)
	tf.run("plan").exits(1).says(`An operator may restore either objects or everything: Group/TECH\b.`)
}

func TestSim_Process_TheGuideAboutManyOperatorsAdoptsExistingAccountsWithoutAWrite(t *testing.T) {
	testcli.Needs(t, testcli.ImportForEach)
	t.Parallel()
	const guideName, page = "many-operators", "many-operators.md.tmpl"
	em := startServer(t, emsim.Options{Demo: true, OddAccount: true, RootNames: emsim.RootNamesMixed})
	em.Mutate(func(s *emsim.Store) {
		s.AddAccount(emsim.Account{Type: "Group", Name: `TECH\nothing`, Roles: []string{emsim.RolePortalUser}})
	})
	before := em.Snapshot()
	tf := newTerraform(t, guide(t, guideName, "yaml", "main.tf"), em.environment()...)
	tf.writeIn("operators", guide(t, guideName, "operators", "main.tf"))
	tf.writeIn("existing", requiredProviders+guide(t, guideName, "existing", "main.tf"))
	tf.installFromMirror("1.0.0")
	tf.sh(commands(t, page, "cd existing")).exits(0).
		says(`"Group/TECH\\nothing",`, `"User/TECH\\administrator",`, `"VSphereRole/VSPHERE.LOCAL\\Backup Operators",`)

	imports := tf.write("import.tf", guide(t, guideName, "import", "import.tf"))
	tf.sh(commands(t, page, "terraform init\nterraform plan\nterraform apply")).exits(0).
		says("5 to import, 0 to add, 0 to change, 0 to destroy.", "5 imported, 0 added, 0 changed, 0 destroyed.")
	if err := os.Remove(imports); err != nil {
		t.Fatal(err)
	}
	tf.planIsEmpty()
	if got := em.Snapshot(); len(em.writes()) > 0 || !reflect.DeepEqual(got, before) {
		t.Errorf("sent %q; the server holds\n  %+v\nand before held\n  %+v", em.writes(), got, before)
	}
}
