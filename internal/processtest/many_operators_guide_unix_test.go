// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestSim_Process_TheGuideAboutManyOperatorsShowsWhatAReviewerSees(t *testing.T) {
	t.Parallel()
	const guideName = "many-operators"
	em := startServer(t, emsim.Options{RefuseUnknownObjects: true})
	csv := guide(t, guideName, "csv", "operators.csv")
	tf := newTerraform(t, guide(t, guideName, "csv", "main.tf"), em.environment()...)
	if err := os.Mkdir(filepath.Join(tf.dir, "operators"), 0o700); err != nil {
		t.Fatal(err)
	}
	tf.write(filepath.Join("operators", "main.tf"), guide(t, guideName, "operators", "main.tf"))
	tf.write("operators.csv", "\ufeff"+csv)
	tf.installFromMirror("1.0.0")
	tf.sh("terraform init").exits(0)
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
	adopts := tf.write("import.tf", fenced(t, guideName+".md.tmpl", "terraform", "import {"))
	tf.run("plan", "-state=other.tfstate").exits(0).says("1 to import, 2 to add, 0 to change, 0 to destroy.")
	if err := os.Remove(adopts); err != nil {
		t.Fatal(err)
	}

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
