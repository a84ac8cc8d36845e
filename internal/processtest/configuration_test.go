// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
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

// account is an account with these objects inline, or one that may restore all VMs.
func account(label, name string, scope ...item) string {
	items := ""
	for _, i := range scope {
		items += fmt.Sprintf("\n    { hierarchy_obj_ref = %q, object_name = %q },", i.ref, i.name)
	}
	if items != "" {
		items = "\n  restore_scope = [" + items + "\n  ]"
	}
	return fmt.Sprintf("\nresource \"veeam_em_account\" %q {\n  account_type = \"User\"\n  account_name = %q\n  roles = [\"urn:veeam:EnterpriseRole:%s\"]\n  allow_restore_all_vms = %t%s\n}\n",
		label, name, emsim.RoleVMRestoreOperator, len(scope) == 0, items)
}

// operatorAccount is the account that most tests are about.
func operatorAccount(scope ...item) string { return account("operator", operatorName, scope...) }

// operatorScope is a restore scope of the operator, as a resource of its own.
func operatorScope(i item) string {
	return fmt.Sprintf("\nresource \"veeam_em_account_scope\" \"one\" {\n  account_id = %s.id\n  hierarchy_obj_ref = %q\n  object_name = %q\n}\n", operator, i.ref, i.name)
}

// onServer is the operator as the server holds it.
func onServer(allVMs bool, scope ...item) emsim.AccountSnapshot {
	a := emsim.AccountSnapshot{Type: "User", Name: operatorName, Roles: []string{emsim.RoleVMRestoreOperator}, AllowRestoreAllVms: allVMs}
	for _, i := range scope {
		a.Scopes = append(a.Scopes, emsim.ScopeSnapshot{Ref: i.ref, Name: i.name})
	}
	return a
}

const rolesDataSource = "\ndata \"veeam_em_roles\" \"all\" {}\n"

// providerBlock is a provider configured in full, with an alias unless that is empty.
func providerBlock(alias string, s *server, user, password string) string {
	if alias != "" {
		alias = fmt.Sprintf("\n  alias = %q", alias)
	}
	return fmt.Sprintf("\nprovider \"veeam\" {%s\n  em = {\n    endpoint = %q\n    username = %q\n    password = %q\n    ca_pem   = <<-PEM\n%s    PEM\n  }\n}\n",
		alias, s.url, user, password, s.caPEM)
}
