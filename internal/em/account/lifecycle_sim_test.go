// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const address = "veeam_em_account.test"

// item is an element of restore_scope.
type item struct{ ref, name string }

var (
	vm01  = item{emsim.VM01Ref, emsim.VM01Name}
	sql   = item{emsim.VMSQLSRVRef, emsim.VMSQLSRVName}
	web01 = item{emsim.VMWeb01Ref, emsim.VMWeb01Name}
	dupA  = item{emsim.VMDupARef, emsim.VMDupName}
	dupB  = item{emsim.VMDupBRef, emsim.VMDupName}
)

// config is the configuration of an account.
type config struct {
	kind, name string
	roles      []string // IDs
	all        bool
	scope      []item
	rest       string         // further attributes
	timeouts   map[string]any // only used by block
}

func (c config) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "resource \"veeam_em_account\" \"test\" {\n  account_type = %q\n  account_name = %s\n"+
		"  allow_restore_all_vms = %t\n  roles = [", c.kind, acctest.Quote(c.name), c.all)
	for _, id := range c.roles {
		fmt.Fprintf(&b, "%q, ", "urn:veeam:EnterpriseRole:"+id)
	}
	b.WriteString("]\n")
	if len(c.scope) > 0 {
		b.WriteString("  restore_scope = [\n")
		for _, i := range c.scope {
			fmt.Fprintf(&b, "    { hierarchy_obj_ref = %s, object_name = %s },\n", acctest.Quote(i.ref), acctest.Quote(i.name))
		}
		b.WriteString("  ]\n")
	}
	return b.String() + c.rest + "\n}\n"
}

// operator returns the configuration that most tests start with, modified by change.
func operator(change func(*config)) string { return operatorConfig(change).String() }

func operatorConfig(change func(*config)) config {
	c := config{
		kind: "User", name: `TECH\william.fox`, roles: []string{emsim.RoleVMRestoreOperator}, scope: []item{vm01, sql},
	}
	if change != nil {
		change(&c)
	}
	return c
}

// held returns the operator as the server holds it, modified by change.
func held(change func(*emsim.AccountSnapshot)) emsim.AccountSnapshot {
	a := emsim.AccountSnapshot{
		Type: "User", Name: `TECH\william.fox`, Roles: []string{emsim.RoleVMRestoreOperator}, Scopes: scopes(sql, vm01),
	}
	if change != nil {
		change(&a)
	}
	return a
}

// scopes returns items as the server holds them. The caller passes them in the order of their references.
func scopes(items ...item) []emsim.ScopeSnapshot {
	var out []emsim.ScopeSnapshot
	for _, i := range items {
		out = append(out, emsim.ScopeSnapshot{Ref: i.ref, Name: i.name})
	}
	return out
}

// test runs the steps against em. The framework checks after each step that a second plan is empty. Finally, test
// checks that the server holds no account.
func test(t *testing.T, em *acctest.EM, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps:                    steps,
		CheckDestroy:             em.HoldsExactly(),
	})
}

// planned returns the plan check that the account has the action.
func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

// writes checks the write requests since the last check. {ID} stands for the ID of the account.
func writes(em *acctest.EM, name string, want ...string) resource.TestCheckFunc {
	return func(s *terraform.State) error {
		id := em.Account(name).ID
		for i := range want {
			want[i] = strings.ReplaceAll(want[i], "{ID}", id)
		}
		return em.WritesExactly(want...)(s)
	}
}

func TestSim_Account_CanBeCreatedUpdatedAndDestroyed(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	test(t, em,
		resource.TestStep{
			Config: em.Config(operator(nil)),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"),
					knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`))),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("account_name"), knownvalue.StringExact(`TECH\william.fox`)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("flr_settings"),
					knownvalue.ObjectExact(map[string]knownvalue.Check{
						"inplace_only": knownvalue.Bool(false), "extension_restrictions": knownvalue.SetExact(nil),
					})),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("sql_settings"),
					knownvalue.ObjectExact(map[string]knownvalue.Check{"deny_inplace_restore": knownvalue.Bool(false)})),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("restore_scope"), knownvalue.SetSizeExact(2)),
			},
			Check: resource.ComposeTestCheckFunc(
				em.HoldsExactly(held(nil)),
				em.WritesExactly("POST /api/security/accounts"),
			),
		},
		resource.TestStep{ // roles in place; the server does not remove the last one
			Config: em.Config(operator(func(c *config) {
				c.roles = []string{emsim.RoleFileRestoreOperator, emsim.RoleSQLRestoreOperator}
			})),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: resource.ComposeTestCheckFunc(
				em.HoldsExactly(held(func(a *emsim.AccountSnapshot) {
					a.Roles = []string{emsim.RoleSQLRestoreOperator, emsim.RoleFileRestoreOperator}
				})),
				writes(em, `TECH\william.fox`,
					"POST /api/security/accounts/{ID}/roles",
					"DELETE /api/security/accounts/{ID}/roles/"+emsim.RoleVMRestoreOperator,
					"POST /api/security/accounts/{ID}/roles"),
			),
		},
		resource.TestStep{ // scopes in place, removed before any is added
			Config: em.Config(operator(func(c *config) {
				c.roles = []string{emsim.RoleFileRestoreOperator, emsim.RoleSQLRestoreOperator}
				c.scope = []item{web01}
			})),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: func(s *terraform.State) error {
				got := em.Writes()
				if len(got) != 3 || !strings.HasPrefix(got[0], "DELETE") ||
					!strings.HasPrefix(got[1], "DELETE") || !strings.HasPrefix(got[2], "POST") {
					return fmt.Errorf("sent %v, want the removal of two scopes and then the new one", got)
				}
				em.ResetJournal()
				return em.HoldsExactly(held(func(a *emsim.AccountSnapshot) {
					a.Roles = []string{emsim.RoleSQLRestoreOperator, emsim.RoleFileRestoreOperator}
					a.Scopes = scopes(web01)
				}))(s)
			},
		},
		resource.TestStep{ // all VMs, without a scope
			Config: em.Config(operator(func(c *config) {
				c.roles = []string{emsim.RoleFileRestoreOperator, emsim.RoleSQLRestoreOperator}
				c.all, c.scope = true, nil
			})),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: func(*terraform.State) error {
				got := em.Writes()
				if len(got) != 2 || strings.Contains(got[0], "/scopes") || !strings.HasPrefix(got[1], "DELETE") {
					return fmt.Errorf("sent %v, want the toggle and then the removal of the scope", got)
				}
				em.ResetJournal()
				return nil
			},
		},
		resource.TestStep{ // back to one VM and one role, which gets no access to all VMs
			Config: em.Config(operator(nil)),
			Check: resource.ComposeTestCheckFunc(
				em.HoldsExactly(held(nil)),
				writes(em, `TECH\william.fox`,
					"DELETE /api/security/accounts/{ID}/roles/"+emsim.RoleSQLRestoreOperator,
					"POST /api/security/accounts/{ID}",
					"POST /api/security/accounts/{ID}/roles",
					"DELETE /api/security/accounts/{ID}/roles/"+emsim.RoleFileRestoreOperator,
					"POST /api/security/accounts/{ID}/scopes"),
			),
		},
	)
}

func TestSim_Account_HasANameAtDomainOnALinuxServer(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{Platform: emsim.PlatformLinux})
	em.ProviderAttributes(`server_platform = "linux"`)
	named := func(name string) string { return operator(func(c *config) { c.name = name }) }
	test(t, em,
		resource.TestStep{
			Config:      em.Config(named(`TECH\william.fox`)),
			ExpectError: says("Write Name@Domain, for example william.fox@tech.local."),
		},
		resource.TestStep{
			Config: em.Config(named("william.fox@tech.local")),
			Check:  em.HoldsExactly(held(func(a *emsim.AccountSnapshot) { a.Name = "william.fox@tech.local" })),
		},
	)
}
