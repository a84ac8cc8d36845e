// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
)

func TestSim_Process_TheImportBlocksOfTheImportGuideEndAtAnEmptyPlan(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{Demo: true})
	tf := newTerraform(t, fenced(t, importExisting, "terraform", "import {"), em.environment()...)
	tf.sh(commands(t, importExisting, "terraform plan -generate-config-out")).exits(0).
		says("Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.", "1 imported, 0 added, 0 changed, 0 destroyed.")
	if got := em.writes(); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
}

func TestSim_Process_TheQueriesOfTheImportGuideWriteTheConfigurationThatItShows(t *testing.T) {
	testcli.Needs(t, testcli.Query)
	t.Parallel()
	em := startServer(t, emsim.Options{RefuseUnknownObjects: true, ListOrder: emsim.ListNewestFirst})
	em.Mutate(func(s *emsim.Store) {
		s.AddAccount(emsim.Account{
			ID: emsim.DemoUserID, Type: "User", Name: `TECH\william.fox`, Roles: []string{emsim.RoleVMRestoreOperator},
		})
		s.AddScope(emsim.DemoUserID, emsim.VM01Ref, emsim.VM01Name)
	})
	tf := newTerraform(t, "", em.environment()...)
	tf.installFromMirror("1.0.0")
	tf.write("accounts.tfquery.hcl", fenced(t, importExisting, "terraform", "# accounts.tfquery.hcl"))
	tf.sh(commands(t, importExisting, "terraform init\nterraform query")).exits(0)
	want := fenced(t, importExisting, "terraform", "resource ")
	if written := string(tf.read("accounts.tf")); !strings.Contains(written, want) {
		t.Errorf("accounts.tf contains\n%s\nwant\n%s", written, want)
	}
	tf.sh(commands(t, importExisting, "terraform plan\nterraform apply")).exits(0).
		says("Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.").says(shown(t, importExisting, "No changes.")...)

	tf.write("scopes.tfquery.hcl", fenced(t, importExisting, "terraform", "# scopes.tfquery.hcl"))
	tf.sh("terraform query").exits(0).says("list.veeam_em_account_scope.fox account_id=" + emsim.DemoUserID)
	if got := em.writes(); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
}
