// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
)

// A 404 without a body comes from a proxy as likely as from Enterprise Manager. An object is gone if the server's own
// response says so, or the list that it belongs to.

// confirmGone decides about an error that may be a 404 without a body. It calls listed, which reports whether the
// server still lists the object. If the server does not list it, the error that confirmGone returns is one for which
// [IsNotFound] is true.
func confirmGone(err error, listed func() (bool, error)) error {
	var e *Error
	if !errors.As(err, &e) || !e.bare {
		return err
	}
	there, listErr := listed()
	switch {
	case listErr != nil && !IsNotFound(listErr): // the list is as gone as the account that it belongs to
		return &Error{Op: e.Op, Object: e.Object, Status: e.Status, Err: listErr, bare: true}
	case there:
		return &Error{
			Op: e.Op, Object: e.Object, Status: e.Status, bare: true,
			Err: errors.New("the response has no body, and the server still lists the object; check any proxy in between"),
		}
	}
	return &Error{Op: e.Op, Object: e.Object, Status: http.StatusNotFound, Message: "the server no longer lists it"}
}

// hasAccount reports whether the server lists an account.
func (c *Client) hasAccount(ctx context.Context, id string) (bool, error) {
	accounts, err := c.ListAccountNames(ctx)
	there := slices.ContainsFunc(accounts, func(a Account) bool { return a.ID == id })
	unknown := slices.IndexFunc(accounts, func(a Account) bool { return a.ID == "" })
	if err == nil && !there && unknown >= 0 {
		err = &Error{Op: "find", Object: c.accountObject(id), Err: errors.New(accounts[unknown].Lacks)}
	}
	return there, err
}

// hasRole reports whether the server lists a role of an account.
func (c *Client) hasRole(ctx context.Context, accountID, roleID string) (bool, error) {
	roles, err := c.ListAccountRoles(ctx, accountID)
	return slices.ContainsFunc(roles, func(r Role) bool { return r.ID == roleID }), err
}

// hasScope reports whether the server lists a restore scope of an account.
func (c *Client) hasScope(ctx context.Context, accountID, scopeID string) (bool, error) {
	scopes, err := c.ListScopes(ctx, accountID)
	return slices.ContainsFunc(scopes, func(s Scope) bool { return s.ID == scopeID }), err
}
