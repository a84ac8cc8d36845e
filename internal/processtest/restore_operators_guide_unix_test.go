// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

const restoreOperators = "restore-operators.md.tmpl"

func TestSim_Process_TheRestoreOperatorGuideShowsWhatAPlanShows(t *testing.T) {
	t.Parallel()
	vb := startServer365(t, vb365sim.Options{RefuseUnknownObjects: true, NamesFollowRename: true})
	roles := guide(t, "restore-operators", "roles", "main.tf")
	tf := newTerraform(t, roles, vb.environment()...)
	tf.write("unmanaged.tf", guide(t, "restore-operators", "unmanaged", "main.tf"))
	tf.apply().exits(0).says("2 added, 0 changed, 0 destroyed.")
	tf.planIsEmpty()
	if len(vb.Snapshot()) != 2 {
		t.Fatalf("the server holds %v", vb.Snapshot())
	}
	vb.ResetJournal()
	change := func(do func(s *vb365sim.Store, o *vb365sim.Organization, helpdesk *vb365sim.Role)) {
		vb.Mutate(func(s *vb365sim.Store) {
			do(s, s.Organization(vb365sim.OrganizationID), s.FindRole(vb365sim.OrganizationID, "Helpdesk"))
		})
	}

	change(func(_ *vb365sim.Store, o *vb365sim.Organization, _ *vb365sim.Role) {
		renamed := o.Object("User", vb365sim.User3ID)
		renamed.Name, renamed.DisplayName = "new@abc.onmicrosoft.com", "New"
	})
	tf.run("plan", "-detailed-exitcode").exits(0).says("Warning", "user3@abc.onmicrosoft.com", "new@abc.onmicrosoft.com")
	roles = strings.ReplaceAll(roles, "user3@abc", "new@abc")
	tf.configure(roles)
	tf.planIsEmpty()
	if got := vb.writes(); len(got) > 0 {
		t.Errorf("a rename sent %q", got)
	}
	tf.configure(strings.Replace(roles, `{ type = "Team", name = "sales@abc.onmicrosoft.com" },`, "", 1))
	tf.apply().exits(0).says("1 changed")
	if plan := tf.run("plan").exits(0); strings.Contains(plan.output, "user3@abc") {
		t.Errorf("the warning about the rename does not end:\n%s", plan.output)
	}
	vb.ResetJournal()

	change(func(s *vb365sim.Store, _ *vb365sim.Organization, helpdesk *vb365sim.Role) {
		s.AddOdd(helpdesk, vb365sim.SelectedItems, "PersonalSites")
	})
	tf.run("plan", "-detailed-exitcode").exits(0).says("Warning", "PersonalSites", "selected_items")

	var added string
	change(func(s *vb365sim.Store, o *vb365sim.Organization, helpdesk *vb365sim.Role) {
		added = s.AddObject(helpdesk, vb365sim.Operators, o.Object("User", vb365sim.AdminID)).ID
	})
	tf.run("plan", "-detailed-exitcode").exits(2).says("1 to change", "- ", vb365sim.AdminName)
	change(func(_ *vb365sim.Store, _ *vb365sim.Organization, helpdesk *vb365sim.Role) {
		helpdesk.RemoveEntry(vb365sim.Operators, added)
	})

	change(func(s *vb365sim.Store, _ *vb365sim.Organization, _ *vb365sim.Role) {
		s.AddRole(vb365sim.Role{OrganizationID: vb365sim.OrganizationID, Name: "Everything", RoleType: "EntireOrganization"})
	})
	tf.run("plan", "-detailed-exitcode").exits(0).says(shown(t, restoreOperators, "Warning: Check block")...)

	change(func(s *vb365sim.Store, _ *vb365sim.Organization, helpdesk *vb365sim.Role) { s.RemoveRole(helpdesk.ID) })
	tf.run("plan", "-detailed-exitcode").exits(2).says("1 to add, 0 to change, 0 to destroy.")
	if got := vb.writes(); len(got) > 0 {
		t.Errorf("plans sent %q", got)
	}
}

// newGuideServer365 starts the server that the settings of the guide name. It also returns a working folder without
// these settings.
func newGuideServer365(t *testing.T, configuration string) (vb *server365, tf *terraform, settings string) {
	t.Helper()
	vb = startServer365(t, vb365sim.Options{
		RefuseUnknownObjects: true,
		Users:                []vb365sim.User{{Name: `TECH\svc-terraform`, Password: "...", Administrator: true}},
	})
	settings = strings.Replace(commands(t, restoreOperators, "export "), "https://vb365.tech.local:4443", vb.url, 1)
	return vb, newTerraform(t, configuration, "VEEAM_VB365_CA_PEM="+vb.caPEM), settings
}

func TestSim_Process_TheRestoreOperatorGuideImportsRolesWithoutAWrite(t *testing.T) {
	t.Parallel()
	roles := guide(t, "restore-operators", "roles", "main.tf")
	vb, tf, settings := newGuideServer365(t, roles)
	tf.sh(settings + "terraform apply").exits(0)
	before := vb.Snapshot()
	vb.ResetJournal()

	helpdesk := fenced(t, restoreOperators, "terraform", "import {")
	approvers := strings.NewReplacer(".helpdesk", ".approvers", "Helpdesk", "Approvers").Replace(helpdesk)
	tf.write("import.tf", helpdesk+approvers)
	tf.forget()
	tf.sh(settings + "terraform apply\nterraform plan -detailed-exitcode").exits(0).
		says("2 imported, 0 added, 0 changed, 0 destroyed.")
	vb.unchanged(before)
}

func TestSim_Process_TheQueryOfTheRestoreOperatorGuideFindsEachRole(t *testing.T) {
	testcli.Needs(t, testcli.Query)
	t.Parallel()
	vb, tf, settings := newGuideServer365(t, guide(t, "restore-operators", "roles", "main.tf"))
	tf.sh(settings + "terraform apply").exits(0)
	before := vb.Snapshot()
	vb.ResetJournal()

	tf.forget()
	tf.configure("")
	tf.write("roles.tfquery.hcl", fenced(t, restoreOperators, "terraform", "# roles.tfquery.hcl"))
	tf.sh(settings + commands(t, restoreOperators, "terraform query")).exits(0).
		says("2 to import, 0 to add, 0 to change, 0 to destroy.")
	vb.unchanged(before)
}

// forget removes the state.
func (tf *terraform) forget() {
	tf.t.Helper()
	if err := os.Remove(filepath.Join(tf.dir, "terraform.tfstate")); err != nil {
		tf.t.Fatal(err)
	}
}

// unchanged checks that nothing was sent since the snapshot that would change the server.
func (vb *server365) unchanged(before []vb365sim.RoleSnapshot) {
	vb.t.Helper()
	if got := vb.Snapshot(); len(vb.writes()) > 0 || !reflect.DeepEqual(got, before) {
		vb.t.Errorf("sent %q; the server holds\n  %+v\nand before held\n  %+v", vb.writes(), got, before)
	}
}
