// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const runningInCI = "running-in-ci.md.tmpl"

// pipeline returns a working folder with the configuration of the guide, and the commands that set its secrets.
func pipeline(t *testing.T, em *server) (tf *terraform, secrets string) {
	t.Helper()
	tf = newTerraform(t, guide(t, "running-in-ci", "operators", "main.tf"))
	tf.write("enterprise-manager.pem", em.caPEM)
	secrets = commands(t, runningInCI, "export VEEAM_EM_ENDPOINT")
	for guides, ours := range map[string]string{
		"https://enterprise04.tech.local:9398": em.url,
		`TECH\svc-terraform`:                   emsim.DefaultUser,
		"/run/secrets/veeam-em":                tf.write("secret", emsim.DefaultPassword+"\n"),
	} {
		if !strings.Contains(secrets, guides) {
			t.Fatalf("the guide does not set %s", guides)
		}
		secrets = strings.ReplaceAll(secrets, guides, ours)
	}
	return tf, secrets
}

func TestSim_Process_TheCIGuidePlansAppliesAndFindsDrift(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf, secrets := pipeline(t, em)
	plan := commands(t, runningInCI, "export TF_IN_AUTOMATION")
	apply := commands(t, runningInCI, "terraform apply -input=false -lock")
	tf.installFromMirror("1.0.0")
	tf.sh("terraform init").exits(0)
	tf.sh(secrets + plan).exits(0)
	if text := string(tf.read("plan.txt")); !strings.Contains(text, "1 to add, 0 to change, 0 to destroy") {
		t.Errorf("plan.txt contains\n%s", text)
	}
	tf.sh(secrets + apply).exits(0).says("1 added, 0 changed, 0 destroyed.")
	tf.sh(secrets + apply).exits(1).says("Saved plan is stale")
	tf.sh(secrets + plan).exits(0).says("Nothing to change")
	em.ResetJournal()

	drift := secrets + commands(t, runningInCI, "terraform plan -input=false -lock=false")
	tf.sh(drift).exits(0)
	em.Mutate(func(s *emsim.Store) { s.FindAccount("Group", `TECH\linux-operators`).AllowRestoreAllVms = true })
	tf.sh(drift).exits(2).says("~ allow_restore_all_vms = true -> false")
	tf.sh(secrets+commands(t, runningInCI, "terraform plan -input=false -refresh-only")).exits(0).
		says("~ allow_restore_all_vms = false -> true", "0 added, 0 changed, 0 destroyed.")
	if got := em.writes(); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
}

func TestSim_Process_ASecondRunOnOneStateFailsAsTheCIGuideSays(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, guide(t, "running-in-ci", "operators", "main.tf"), em.environment()...)
	release := make(chan struct{})
	em.simulated.Inject(emsim.Fault{
		Method: http.MethodPost, PathPattern: "/api/security/accounts", Times: 1,
		Kind: emsim.FaultHoldBeforeCommit, Release: release,
	})
	first := tf.start("apply", "-auto-approve")
	first.await(em.front, sent(http.MethodPost, "/api/security/accounts"))
	tf.run("plan").exits(1).says("Error acquiring the state lock")
	close(release)
	first.wait().exits(0)
}

// plannedAccounts is what the policy of the CI guide reads of a plan.
type plannedAccounts struct {
	ResourceChanges []struct {
		Address, Type string
		Change        struct {
			After        map[string]any
			AfterUnknown map[string]any `json:"after_unknown"`
		}
	} `json:"resource_changes"`
	Checks []struct {
		Address struct {
			Display string `json:"to_display"`
		}
		Status string
	}
}

// refused returns what the policy refuses.
func (p plannedAccounts) refused() (messages []string) {
	add := func(format string, args ...any) { messages = append(messages, fmt.Sprintf(format, args...)) }
	for _, c := range p.ResourceChanges {
		after := c.Change.After
		if c.Type != "veeam_em_account" || after == nil || after["account_name"] == `TECH\Backup Administrators` {
			continue
		}
		if roles, ok := after["role_names"].([]any); ok && slices.Contains(roles, any("Portal Administrator")) {
			add("%s: %s is a Portal Administrator", c.Address, after["account_name"])
		}
		if c.Change.AfterUnknown["role_names"] == true {
			add("%s: the roles are known only after the apply", c.Address)
		}
		if after["allow_restore_all_vms"] == true {
			add("%s: %s may restore everything", c.Address, after["account_name"])
		}
		if names, ok := after["unlisted_scope_names"].([]any); ok && after["unlisted_scopes"] == "warn" && len(names) > 0 {
			add("%s: scopes that no configuration lists: %q", c.Address, names)
		}
	}
	for _, c := range p.Checks {
		if c.Status == "fail" {
			add("%s failed", c.Address.Display)
		}
	}
	slices.Sort(messages)
	return messages
}

// A plan has what the policy of the guide reads. If conftest is on PATH, it has to refuse the same.
func TestSim_Process_ThePolicyOfTheCIGuideRefusesPrivilegedAccounts(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{Demo: true})
	em.Mutate(func(s *emsim.Store) { // no import can tell which of the objects with this name it is
		s.AddScope(emsim.DemoExternalUserID, emsim.VMDupARef, emsim.VMDupName)
	})
	policy := guide(t, "running-in-ci", "policy", "accounts.rego")
	tf := newTerraform(t, `
data "veeam_em_roles" "all" {}

resource "terraform_data" "role" {
  input = data.veeam_em_roles.all.uids["Portal User"]
}

resource "veeam_em_account" "a" {
  for_each              = toset(["Admins", "Backup Administrators"])
  account_type          = "Group"
  account_name          = "TECH\\${each.key}"
  roles                 = [data.veeam_em_roles.all.uids["Portal Administrator"]]
  allow_restore_all_vms = true
}

resource "veeam_em_account" "unknown" {
  account_type          = "Group"
  account_name          = "TECH\\Users"
  roles                 = [terraform_data.role.output]
  allow_restore_all_vms = true
}

resource "veeam_em_account" "fox" {
  account_type          = "ExternalUser"
  account_name          = "william.fox@tech.com"
  roles                 = [data.veeam_em_roles.all.uids["SQL Restore Operator"]]
  allow_restore_all_vms = false
  restore_scope         = [{ hierarchy_obj_ref = "`+emsim.VMSQLSRVRef+`", object_name = "`+emsim.VMSQLSRVName+`" }]
}

import {
  to = veeam_em_account.fox
  id = "`+emsim.DemoExternalUserID+`"
}

check "roles" {
  assert {
    condition     = length(data.veeam_em_roles.all.roles) == 0
    error_message = "There are roles."
  }
}
`, em.environment()...)
	tf.run("plan", "-out=plan.bin").exits(0)
	show, test, _ := strings.Cut(commands(t, runningInCI, "terraform show -json"), "\n")
	tf.sh(show).exits(0)
	var plan plannedAccounts
	if err := json.Unmarshal(tf.read("plan.json"), &plan); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"check.roles failed",
		`veeam_em_account.a["Admins"]: TECH\Admins is a Portal Administrator`,
		`veeam_em_account.a["Admins"]: TECH\Admins may restore everything`,
		`veeam_em_account.fox: scopes that no configuration lists: ["Vm ` + emsim.VMDupName + ` (vcprod.tech.local)"]`,
		"veeam_em_account.unknown: TECH\\Users may restore everything",
		"veeam_em_account.unknown: the roles are known only after the apply",
	}
	if got := plan.refused(); !reflect.DeepEqual(got, want) {
		t.Errorf("the policy refuses\n  %q\nwant\n  %q", got, want)
	}
	has := map[string]bool{}
	for _, c := range plan.ResourceChanges {
		for name := range c.Change.After {
			has[name] = true
		}
	}
	for _, attribute := range regexp.MustCompile(`\.after\.(\w+)`).FindAllStringSubmatch(policy, -1) {
		if !has[attribute[1]] {
			t.Errorf("the policy reads %s, which no planned account has", attribute[1])
		}
	}
	if _, err := exec.LookPath("conftest"); err != nil {
		return
	}
	if err := os.Mkdir(filepath.Join(tf.dir, "policy"), 0o700); err != nil {
		t.Fatal(err)
	}
	tf.write(filepath.Join("policy", "accounts.rego"), policy)
	tf.sh(test).exits(1).says(append(want, fmt.Sprintf("%d failures", len(want)))...)
}
