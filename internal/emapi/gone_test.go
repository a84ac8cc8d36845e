// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Each call gets a 404 without a body, as from a proxy. What the object belongs to is read without a fault.
func TestBareNotFound_IsGoneOnlyIfTheServerNoLongerListsTheObject(t *testing.T) {
	account, roles, scopes := "/security/accounts/"+accountID, "/roles", "/scopes"
	for name, call := range map[string]struct {
		path string // that gets the 404
		do   func(ctx context.Context, c *Client) error
		read bool // what is gone is an error
	}{
		"read an account": {account, func(ctx context.Context, c *Client) error {
			_, err := c.GetAccount(ctx, accountID)
			return err
		}, true},
		"list roles": {account + roles, func(ctx context.Context, c *Client) error {
			_, err := c.ListAccountRoles(ctx, accountID)
			return err
		}, true},
		"list scopes": {account + scopes, func(ctx context.Context, c *Client) error {
			_, err := c.ListScopes(ctx, accountID)
			return err
		}, true},
		"delete an account": {account, func(ctx context.Context, c *Client) error {
			return c.DeleteAccount(ctx, accountID)
		}, false},
		"remove a role": {account + roles + "/" + roleID, func(ctx context.Context, c *Client) error {
			return c.RemoveAccountRole(ctx, accountID, roleID)
		}, false},
		"remove a scope": {account + scopes + "/" + scopeID, func(ctx context.Context, c *Client) error {
			return c.RemoveScope(ctx, accountID, scopeID)
		}, false},
		"wait for the removal of a scope": {account + scopes, func(ctx context.Context, c *Client) error {
			return c.WaitScopeGone(ctx, accountID, Scope{ID: scopeID, Name: "VM01"})
		}, false},
	} {
		for there, what := range map[bool]string{true: "listed", false: "not listed"} {
			t.Run(name+", "+what, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStore()
					s.roles, s.scopes = []string{otherRole}, nil
					s.accounts[otherAccount] = accountDoc(otherAccount, `TECH\viewer`, false)
					if there {
						s.accounts[accountID] = accountDoc(accountID, `TECH\william.fox`, false)
						s.roles = append(s.roles, roleID)
						s.scopes = []listedScope{{scopeID, "VM01", rootID, "Vm", "Processed"}}
					} else if strings.HasSuffix(call.path, roleID) || strings.HasSuffix(call.path, scopeID) {
						s.accounts[accountID] = accountDoc(accountID, `TECH\william.fox`, false)
					}
					f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
						if r.URL.Path == "/api"+call.path {
							w.WriteHeader(http.StatusNotFound)
							return
						}
						s.serve(w, r)
					})
					err := call.do(within(t, time.Minute), f.client())
					switch {
					case there:
						wants(t, err, "404", "no body", "still lists", "proxy")
						equal(t, "IsNotFound", IsNotFound(err), false)
					case call.read:
						wants(t, err, "404", "no longer lists")
						equal(t, "IsNotFound", IsNotFound(err), true)
					default:
						ok(t, err)
					}
				})
			})
		}
	}
}

func TestBareNotFound_IsAnErrorIfTheListCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
		err := f.client().DeleteAccount(t.Context(), accountID)
		wants(t, err, "delete account "+accountID, "404", "list the accounts")
		equal(t, "IsNotFound", IsNotFound(err), false)
	})
}

// A cache or a mixed-up backend may answer for another object. Its ID must not get into a state.
func TestGet_RefusesAResponseAboutAnotherObject(t *testing.T) {
	for name, call := range map[string]func(ctx context.Context, c *Client) error{
		"account": func(ctx context.Context, c *Client) error { _, err := c.GetAccount(ctx, accountID); return err },
		"task":    func(ctx context.Context, c *Client) error { _, err := c.GetTask(ctx, Task{ID: "task-1"}); return err },
		"hierarchy root": func(ctx context.Context, c *Client) error {
			_, err := c.HierarchyRoots(ctx)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					switch {
					case strings.Contains(r.URL.Path, "/accounts/"):
						reply(w, 200, accountDoc(scopeID, `TECH\fox`, true))
					case strings.Contains(r.URL.Path, "/tasks/"):
						reply(w, 200, `<Task `+ns+`><TaskId>task-2</TaskId><State>Running</State></Task>`)
					case strings.Contains(r.URL.Path, "/hierarchyRoots/"):
						reply(w, 200, `<HierarchyRoot `+ns+` Name="b"><HierarchyRootId>`+scopeID+`</HierarchyRootId></HierarchyRoot>`)
					default:
						reply(w, 200, `<EntityReferences `+ns+`>`+
							`<Ref Name="a" UID="urn:veeam:HierarchyRoot:`+rootID+`"/></EntityReferences>`)
					}
				})
				wants(t, call(t.Context(), f.client()), "describes another object")
			})
		})
	}
}
