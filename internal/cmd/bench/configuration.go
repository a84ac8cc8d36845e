// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// A configuration consists of groups of three accounts: a plain one, one with two inline scopes, and one with two
// scopes that are resources of their own. Each object has its own block, because the time that Terraform needs for the
// instances of one block grows faster than their number.
const (
	accountsInGroup = 3
	objectsInGroup  = 5
)

// groupName is in all names of what belongs to a group, and in nothing else.
func groupName(g int) string { return fmt.Sprintf("g%06d", g) }

const requirements = `terraform {
  required_providers {
    veeam = { source = "veeam-community/veeam" }
  }
}

provider "veeam" {
  em = {}
}
`

// The resources of group 0.
var (
	plainAccount  = account("plain", "allow_restore_all_vms = true")
	inlineAccount = account("inline", fmt.Sprintf("allow_restore_all_vms = false\n  restore_scope = [{ %s }, { %s }]",
		object(", ", emsim.VM01Ref, emsim.VM01Name), object(", ", emsim.VMSQLSRVRef, emsim.VMSQLSRVName)))
	scopedAccount = account("scoped", "allow_restore_all_vms = true")
	firstScope    = scope("first", emsim.VM01Ref, emsim.VM01Name)
	secondScope   = scope("second", emsim.VMSQLSRVRef, emsim.VMSQLSRVName)

	wholeGroup = plainAccount + inlineAccount + scopedAccount + firstScope + secondScope
)

func account(kind, attributes string) string {
	return fmt.Sprintf(`
resource "veeam_em_account" "%[1]s_%[2]s" {
  account_type = "User"
  account_name = "TECH\\%[1]s-%[2]s"
  roles = ["urn:veeam:EnterpriseRole:%[3]s"]
  %[4]s
}
`, kind, groupName(0), emsim.RoleVMRestoreOperator, attributes)
}

// scope returns a scope of scopedAccount.
func scope(kind, ref, name string) string {
	return fmt.Sprintf(`
resource "veeam_em_account_scope" "%[1]s_%[2]s" {
  account_id = veeam_em_account.scoped_%[2]s.id
  %[3]s
}
`, kind, groupName(0), object("\n  ", ref, name))
}

func object(separator, ref, name string) string {
	return fmt.Sprintf("hierarchy_obj_ref = %q%sobject_name = %q", ref, separator, name)
}

// groups returns the text of n groups, given the text of group 0.
func groups(n int, text string) string {
	var b strings.Builder
	for g := range n {
		b.WriteString(strings.ReplaceAll(text, groupName(0), groupName(g)))
	}
	return b.String()
}

// asData returns a configuration with terraform_data, which is part of Terraform, in place of the provider's resources.
func asData(text string) string {
	return strings.NewReplacer(
		`"veeam_em_account"`, `"terraform_data"`, `"veeam_em_account_scope"`, `"terraform_data"`,
		"= veeam_em_account.", "= terraform_data.", "\" {\n", "\" {\n  input = {\n", "\n}\n", "\n  }\n}\n",
	).Replace(text)
}
