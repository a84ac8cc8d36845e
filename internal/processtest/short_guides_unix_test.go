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
	tf.follow("security-roles.md.tmpl", "", nil)
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

func TestSim_Process_TheConceptsGuideFindsReferences(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, guide(t, "concepts", "main.tf"), em.environment()...)
	tf.follow("concepts.md.tmpl", "", nil)
	if got := em.writes(); len(got) > 0 {
		t.Errorf("the guide sent %q", got)
	}
}
