// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// The tests in this file need no Terraform CLI. They run in virtual time, so a server can take minutes and durations
// are exact.

// block returns the account of operator as a block for a Workspace.
func block(change func(*config)) tfrun.Block {
	c := operatorConfig(change)
	var roles []any
	for _, id := range c.roles {
		roles = append(roles, "urn:veeam:EnterpriseRole:"+id)
	}
	attributes := map[string]any{
		"account_type": c.kind, "account_name": c.name, "allow_restore_all_vms": c.all, "roles": roles,
	}
	var scope []any
	for _, i := range c.scope {
		scope = append(scope, scopeItem(i.ref, i.name))
	}
	if scope != nil {
		attributes["restore_scope"] = scope
	}
	if c.timeouts != nil {
		attributes["timeouts"] = c.timeouts
	}
	return tfrun.Block{Type: listType, Name: "test", Attributes: attributes}
}

func TestAccount_EndsAsConfiguredOnEveryServer(t *testing.T) {
	const delay = 3 * time.Minute
	for name, options := range map[string]emsim.Options{
		"no Location":                    {OmitLocation: true},
		"no Location, references only":   {OmitLocation: true, ReferencesOnly: true},
		"scopes late, one after another": {ScopeDelay: delay, ScopeStagger: time.Minute},
		"scopes vanish late":             {RemovingDelay: delay},
		"roots by unique ID":             {RootNames: emsim.RootNamesUniqueID},
		"roots by name":                  {RootNames: emsim.RootNamesName},
		"roots in turn, references only": {RootNames: emsim.RootNamesMixed, ReferencesOnly: true},
		"no settings blocks":             {OmitSettings: true},
		"names in upper case":            {AccountNameCase: emsim.CaseUpper},
		"names in lower case":            {AccountNameCase: emsim.CaseLower, OmitLocation: true},
		"same object, same scope":        {DuplicateScopes: emsim.DuplicateScopesSame},
		"last scope stays":               {LastScope: emsim.LastScopeRefuse},
		"scopes answered with 201":       {ScopeStatus: http.StatusCreated},
		"types in upper case":            {ObjectTypeCase: emsim.CaseUpper},
		"shared scope IDs":               {SharedScopeIDs: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, options)
				w := em.NewWorkspace()
				step := func(config tfrun.Block, server time.Duration, waits int, change func(*emsim.AccountSnapshot)) {
					t.Helper()
					tfrun.Took(t, w.MustApply(config), server, waits)
					want := held(change)
					got := emsim.WithoutIDs([]emsim.AccountSnapshot{em.Account(want.Name)})[0]
					got.Name = want.Name // servers differ in its case
					if fmt.Sprint(got) != fmt.Sprint(want) {
						t.Errorf("the server holds %+v, want %+v", got, want)
					}
				}
				// Two scopes are listed one after another.
				step(block(nil), options.ScopeDelay+options.ScopeStagger, 1, nil)
				// One scope is added and one removed.
				step(block(func(c *config) { c.scope = []item{web01, vm01}; c.roles = []string{emsim.RoleSQLRestoreOperator} }),
					options.ScopeDelay+options.RemovingDelay, 2, func(a *emsim.AccountSnapshot) {
						a.Scopes, a.Roles = scopes(web01, vm01), []string{emsim.RoleSQLRestoreOperator}
					})
				// Two are removed, after all VMs have been allowed for a second.
				step(block(func(c *config) { c.scope, c.all = nil, true }), time.Second+options.RemovingDelay, 2,
					func(a *emsim.AccountSnapshot) { a.Scopes, a.AllowRestoreAllVms = nil, true })
				w.MustApply()
				tfrun.Check(t, em.HoldsExactly())
			})
		})
	}
}

func TestAccount_AnItemWithANewReferenceIsAddedBeforeTheOldOneIsRemoved(t *testing.T) {
	for name, delay := range map[string]time.Duration{"at once": 0, "late": 2 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay, RemovingDelay: delay})
				w := em.NewWorkspace()
				w.MustApply(block(func(c *config) { c.scope = []item{dupA} }))
				tfrun.Check(t, em.HoldsExactly(held(func(a *emsim.AccountSnapshot) { a.Scopes = scopes(dupA) })))
				em.ResetJournal()
				after := block(func(c *config) { c.scope = []item{dupB} })
				if plan := w.Plan(after); !slices.Equal(plan.Changes, []string{"update " + address}) {
					t.Errorf("planned %q", plan.Changes)
				}
				const settling = 10 * time.Second // other objects have the name, and the server returns no Location
				tfrun.Took(t, w.MustApply(after), 2*delay+settling, 3)
				tfrun.Check(t, em.HoldsExactly(held(func(a *emsim.AccountSnapshot) { a.Scopes = scopes(dupB) })))
				if got := em.Writes(); len(got) != 2 || !strings.HasPrefix(got[0], "POST") || !strings.HasPrefix(got[1], "DELETE") {
					t.Errorf("sent %v, want the new scope and then the removal of the old one", got)
				}
				w.MustApply()
				tfrun.Check(t, em.HoldsExactly())
			})
		})
	}
}

func TestAccount_AScopeListedAfterTheTimeoutIsRecognizedAndNotSentAgain(t *testing.T) {
	const delay, timeout = 10 * time.Minute, 3 * time.Minute
	for name, then := range map[string]time.Duration{
		"before the next apply": time.Hour, "during the next apply": delay - timeout - 5*time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{})
				w := em.NewWorkspace()
				w.MustApply(block(nil))
				// An administrator has added a scope of that name. Only the IDs from before the request identify the new one.
				em.Mutate(func(s *emsim.Store) { s.AddScope(s.FindAccount("User", `TECH\william.fox`).ID, dupA.ref, dupA.name) })
				em.Configure(func(o *emsim.Options) { o.ScopeDelay = delay })
				em.ResetJournal()
				more := func(timeout time.Duration) tfrun.Block {
					return block(func(c *config) {
						c.scope = []item{vm01, sql, dupB}
						c.timeouts = map[string]any{"update": timeout.String()}
					})
				}
				begun := time.Now()
				if out := w.Apply(more(timeout)); len(out.Errors) != 1 ||
					!strings.Contains(out.Errors[0], "the server accepted them, but does not list") {
					t.Fatalf("errors %q", out.Errors)
				}
				if took := time.Since(begun); took != timeout {
					t.Errorf("failed after %s", took)
				}
				time.Sleep(then)
				w.MustApply(more(delay))
				tfrun.Check(t, em.HoldsExactly(held(func(a *emsim.AccountSnapshot) { a.Scopes = scopes(sql, dupA, dupB, vm01) })),
					writes(em, `TECH\william.fox`, "POST /api/security/accounts/{ID}/scopes"))
				w.MustApply(block(nil)) // removes the right one of the two
				tfrun.Check(t, em.HoldsExactly(held(func(a *emsim.AccountSnapshot) { a.Scopes = scopes(sql, dupA, vm01) })))
				w.MustApply()
				tfrun.Check(t, em.HoldsExactly())
			})
		})
	}
}

// readAccounts reads the data source of all accounts of a type and returns how many it has.
func readAccounts(t *testing.T, p *tfrun.Protocol, accountType string) int {
	t.Helper()
	const name = "veeam_em_accounts"
	typ, ok := p.Schemas.DataSourceSchemas[name].ValueType().(tftypes.Object)
	if !ok {
		t.Fatalf("%s is not an object", name)
	}
	values := map[string]tftypes.Value{}
	for attribute, attributeType := range typ.AttributeTypes {
		values[attribute] = tftypes.NewValue(attributeType, nil)
	}
	values["account_type"] = tftypes.NewValue(tftypes.String, accountType)
	config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := p.Server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	if len(resp.Diagnostics) > 0 {
		t.Fatal(tfrun.Texts(resp.Diagnostics))
	}
	state, err := resp.State.Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	var attributes map[string]tftypes.Value
	var accounts []tftypes.Value
	if err := state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes["accounts"].As(&accounts); err != nil {
		t.Fatal(err)
	}
	return len(accounts)
}

func TestAccountsData_ReadsReferencesEightAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n, delay = 40, 30 * time.Second
		var now, most atomic.Int64
		em := acctest.StartEM(t, emsim.Options{ReferencesOnly: true, OnRequest: func(emsim.Request) { now.Add(-1) }})
		em.Inject(emsim.Fault{Kind: emsim.FaultDelayBeforeCommit, Delay: delay, Match: func(emsim.Request) bool {
			current := now.Add(1)
			for seen := most.Load(); current > seen && !most.CompareAndSwap(seen, current); seen = most.Load() {
			}
			return true
		}})
		em.Mutate(func(s *emsim.Store) {
			for i := range n {
				s.AddAccount(emsim.Account{
					Type: "ExternalGroup", Name: fmt.Sprintf("group %d", i), Roles: []string{emsim.RolePortalUser},
					AllowRestoreAllVms: true,
				})
			}
		})
		begun := time.Now()
		if got := readAccounts(t, em.Protocol(), "ExternalGroup"); got != n {
			t.Errorf("%d accounts, want %d", got, n)
		}
		if got := most.Load(); got != 8 {
			t.Errorf("%d requests at once, want 8", got)
		}
		// The logon, the list, and 42 accounts, including those of the two users.
		if took := time.Since(begun); took != (1+1+6)*delay {
			t.Errorf("took %s", took)
		}
		em.ClearFaults()
	})
}
