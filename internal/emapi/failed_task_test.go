// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// The page about response codes says that a 202 "is accompanied by a task resource".
func TestWrites_FailAtOnceIfTheServerAnswersWithAFailedTask(t *testing.T) {
	const accounts = "/security/accounts/" + accountID
	items := []ScopeItem{{ObjRef{Platform: "VMware", Type: "Vm", RootID: rootID, Object: "vm-1"}, "VM01"}}
	for uri, write := range map[string]func(context.Context, *Client) error{
		"POST /security/accounts": func(ctx context.Context, c *Client) error {
			_, err := c.CreateAccount(ctx, AccountSpec{
				Type: "User", Name: `TECH\fox`, RoleUIDs: []string{Role{ID: roleID}.UID()}, AllowRestoreAllVMs: true,
			})
			return err
		},
		"POST " + accounts: func(ctx context.Context, c *Client) error {
			return c.SetAllowRestoreAllVMs(ctx, accountID, false)
		},
		"DELETE " + accounts: func(ctx context.Context, c *Client) error { return c.DeleteAccount(ctx, accountID) },
		"POST " + accounts + "/roles": func(ctx context.Context, c *Client) error {
			return c.AddAccountRole(ctx, accountID, Role{ID: otherRole}.UID())
		},
		"POST " + accounts + "/scopes": func(ctx context.Context, c *Client) error {
			_, err := c.AddScopes(ctx, accountID, nil, items)
			return err
		},
		"DELETE " + accounts + "/scopes/" + scopeID: func(ctx context.Context, c *Client) error {
			return c.RemoveScope(ctx, accountID, scopeID)
		},
	} {
		t.Run(uri, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.Method != http.MethodGet:
						reply(w, http.StatusAccepted, `<Task `+ns+` Type="Task"><TaskId>task-7</TaskId><State>Finished</State>
<Operation>Change</Operation><Result Success="false"><Message>the host is locked</Message></Result></Task>`)
					case uri == "POST /security/accounts":
						listsNoAccounts(w, r)
					default:
						s.serve(w, r)
					}
				})
				took := stopwatch(t)
				wants(t, write(t.Context(), f.client()), "HTTP 202", "the host is locked", "a task that has failed")
				took(0, time.Second)
				f.expect(uri, 1)
			})
		})
	}
}

func TestWrites_DoNotFailIfTheTaskHasNotFailed(t *testing.T) {
	for _, result := range []string{"", `<Result Success="true"/>`, `<Result Success="true"><Message/></Result>`} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
				reply(w, http.StatusAccepted, `<Task `+ns+`><TaskId>task-7</TaskId><State>Running</State>`+result+`</Task>`)
			})
			ok(t, f.client().DeleteAccount(t.Context(), accountID))
		})
	}
}
