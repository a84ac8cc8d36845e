// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// startGuideVB365 starts a simulated server of Veeam Backup for Microsoft 365. It also returns the environment that
// configures the provider for it.
func startGuideVB365(t *testing.T) (vb *vb365sim.Server, environment []string) {
	t.Helper()
	vb = vb365sim.New(vb365sim.Options{RefuseUnknownObjects: true, NamesFollowRename: true})
	front := httptest.NewTLSServer(vb)
	t.Cleanup(front.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw})
	return vb, []string{
		"VEEAM_VB365_ENDPOINT=" + front.URL, "VEEAM_VB365_CA_PEM=" + string(authority),
		"VEEAM_VB365_USERNAME=" + vb365sim.DefaultUser, "VEEAM_VB365_PASSWORD=" + vb365sim.DefaultPassword,
	}
}

// writesOf returns the requests to the server that change something, as "METHOD path".
func writesOf(vb *vb365sim.Server) []string {
	var out []string
	for _, r := range vb.Journal() {
		if r.IsWrite() {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}

// block returns the code block of a guide that begins with the text.
func block(t *testing.T, name, begin string) string {
	t.Helper()
	text, err := os.ReadFile("../../templates/guides/" + name)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```terraform\n(" + regexp.QuoteMeta(begin) + ".*?)```").FindSubmatch(text)
	if found == nil {
		t.Fatalf("%s has no block that begins with %q", name, begin)
	}
	return string(found[1])
}

func TestSim_Process_TheRestoreOperatorGuideShowsWhatAPlanShows(t *testing.T) {
	t.Parallel()
	vb, environment := startGuideVB365(t)
	roles := guide(t, "restore-operators", "roles", "main.tf")
	tf := newTerraform(t, roles, environment...)
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
	if got := writesOf(vb); len(got) > 0 {
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
	tf.run("plan", "-detailed-exitcode").exits(0).says("Check block assertion failed",
		"Restore operator roles that no resource manages: Everything.")

	change(func(s *vb365sim.Store, _ *vb365sim.Organization, helpdesk *vb365sim.Role) { s.RemoveRole(helpdesk.ID) })
	tf.run("plan", "-detailed-exitcode").exits(2).says("1 to add, 0 to change, 0 to destroy.")
	if got := writesOf(vb); len(got) > 0 {
		t.Errorf("plans sent %q", got)
	}
}

func TestSim_Process_TheRestoreOperatorGuideImportsRolesWithoutAWrite(t *testing.T) {
	t.Parallel()
	vb, environment := startGuideVB365(t)
	roles := guide(t, "restore-operators", "roles", "main.tf")
	newTerraform(t, roles, environment...).apply().exits(0)
	before := vb.Snapshot()
	vb.ResetJournal()

	helpdesk := block(t, "restore-operators.md.tmpl", "import {")
	approvers := strings.NewReplacer(".helpdesk", ".approvers", "Helpdesk", "Approvers").Replace(helpdesk)
	tf := newTerraform(t, roles, environment...)
	tf.write("import.tf", helpdesk+approvers)
	tf.apply().exits(0).says("2 imported, 0 added, 0 changed, 0 destroyed.")
	tf.planIsEmpty()
	if got := writesOf(vb); len(got) > 0 {
		t.Errorf("the guide sent %q", got)
	}
	if got := vb.Snapshot(); !reflect.DeepEqual(got, before) {
		t.Errorf("the server holds\n  %+v\nand before held\n  %+v", got, before)
	}
}
