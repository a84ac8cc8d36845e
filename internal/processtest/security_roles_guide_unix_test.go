// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestSim_Process_TheSecurityRolesGuideCreatesAccountsWithTheRolesThatTheirJobsNeed(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{RefuseUnknownObjects: true})
	tf := newTerraform(t, guide(t, "security-roles", "main.tf"), em.environment()...)
	commands := blocks(t, "shell", "guides/security-roles.md.tmpl")
	if len(commands) != 1 {
		t.Fatalf("the guide has the commands %q", commands)
	}
	tf.sh(commands[0]).exits(0).says("role_names", `+ "VM Restore Operator"`, "3 added, 0 changed, 0 destroyed.")
	tf.planIsEmpty()
	linux := []emsim.ScopeSnapshot{{Ref: emsim.FolderLinuxRef, Name: emsim.FolderLinuxName}}
	em.holds(
		emsim.AccountSnapshot{
			Type: "Group", Name: `TECH\Helpdesk`, Roles: []string{emsim.RoleFileRestoreOperator}, Scopes: linux,
			FlrInplaceOnly: true, FlrExtensions: "docx,pdf,xlsx",
		},
		emsim.AccountSnapshot{
			Type: "Group", Name: `TECH\Linux Administrators`, Scopes: linux,
			Roles: []string{emsim.RoleVMRestoreOperator, emsim.RoleFileRestoreOperator},
		},
		emsim.AccountSnapshot{
			Type: "User", Name: `TECH\jane.dba`, Roles: []string{emsim.RoleSQLRestoreOperator}, DenyInPlaceRestore: true,
			Scopes: []emsim.ScopeSnapshot{{Ref: emsim.VMSQLSRVRef, Name: emsim.VMSQLSRVName}},
		},
	)
}
