// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

const (
	operatorName = `TECH\operator`
	operator     = "veeam_em_account.operator"
)

// item is an element of restore_scope.
type item struct{ ref, name string }

var (
	vm01  = item{emsim.VM01Ref, emsim.VM01Name}
	web01 = item{emsim.VMWeb01Ref, emsim.VMWeb01Name}
)

// account returns an account block with these objects as its restore_scope. Without any, the account may restore all
// VMs.
func account(label, name string, scope ...item) string {
	items := ""
	for _, i := range scope {
		items += fmt.Sprintf("\n    { hierarchy_obj_ref = %q, object_name = %q },", i.ref, i.name)
	}
	if items != "" {
		items = "\n  restore_scope = [" + items + "\n  ]"
	}
	return fmt.Sprintf(`
resource "veeam_em_account" %q {
  account_type = "User"
  account_name = %q
  roles = ["urn:veeam:EnterpriseRole:%s"]
  allow_restore_all_vms = %t%s
}
`, label, name, emsim.RoleVMRestoreOperator, len(scope) == 0, items)
}

// operatorAccount returns the account that most tests use.
func operatorAccount(scope ...item) string { return account("operator", operatorName, scope...) }

// operatorScope returns a restore scope of the operator as a veeam_em_account_scope resource.
func operatorScope(i item) string {
	return fmt.Sprintf(`
resource "veeam_em_account_scope" "one" {
  account_id = %s.id
  hierarchy_obj_ref = %q
  object_name = %q
}
`, operator, i.ref, i.name)
}

// onServer returns the operator as the server holds it.
func onServer(allVMs bool, scope ...item) emsim.AccountSnapshot {
	a := emsim.AccountSnapshot{
		Type: "User", Name: operatorName, Roles: []string{emsim.RoleVMRestoreOperator}, AllowRestoreAllVms: allVMs,
	}
	for _, i := range scope {
		a.Scopes = append(a.Scopes, emsim.ScopeSnapshot{Ref: i.ref, Name: i.name})
	}
	return a
}

const rolesDataSource = "\ndata \"veeam_em_roles\" \"all\" {}\n"

// operatorRole is a restore operator role of Veeam Backup for Microsoft 365.
var operatorRole = fmt.Sprintf(`
resource "veeam_vb365_restore_operator_role" "operators" {
  organization_id = %q
  name            = "Operators"
  role_type       = "EntireOrganization"
  operators       = [{ type = "User", name = %q }]
}
`, vb365sim.OrganizationID, vb365sim.AdminName)

// providerBlock returns a complete provider block for a server of the product, with an alias unless it is empty.
func providerBlock(alias, product string, s *front, user, password string) string {
	if alias != "" {
		alias = fmt.Sprintf("\n  alias = %q", alias)
	}
	return fmt.Sprintf(`
provider "veeam" {%s
  %s = {
    endpoint = %q
    username = %q
    password = %q
    ca_pem   = <<-PEM
%s    PEM
  }
}
`, alias, product, s.url, user, password, s.caPEM)
}
