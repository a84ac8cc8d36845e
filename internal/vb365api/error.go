// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"errors"
	"net/http"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// ErrClosed is the error of each request that is made after [Client.Close].
var ErrClosed = errors.New("the client of Veeam Backup for Microsoft 365 is closed")

// The error codes that the client or its callers act upon. A server of v6 sends no code, one of v7 only ProxyOffline.
const (
	CodeAccessDenied = "ResourceAccessDenied"
	CodeNotFound     = "ResourceNotFound"
	CodeProxyOffline = "ProxyOffline"
	CodeTimedOut     = "Timeout"
	CodeConflict     = "OperationConflict"
)

// Error is the error of a request that the server refused, whose response is not valid, or that got no response.
type Error struct {
	Op        string // the operation, for example "create"
	Object    string // its object, for example "restore operator role 97edf1c9-74a1-480d-8b60-29b9ef331bd9"
	Status    int    // HTTP status; 0 if there was no response
	ErrorCode string // the error code of the server; may be empty
	Message   string // the message of the server, if it sent one; printable and limited in length
	Err       error  // the cause; may be nil

	foreign    bool          // the response says nothing about the object, for example because it is a page of a proxy
	unsent     bool          // the server cannot have seen the request
	unknown    bool          // it is not known whether the server carried out the write
	retryAfter time.Duration // how long the server asks to wait before the request is sent again
}

// Error returns the operation, its object, the status and the reason.
func (e *Error) Error() string {
	return httpkit.Failure{
		Op: e.Op, Object: e.Object, Status: e.Status, Message: e.Message, Err: e.Err, Unknown: e.unknown,
	}.Text()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsNotFound reports whether the server responded that the object does not exist, or no longer lists it. A page of a
// proxy does not count, and neither does a 404 without a body, for a whole collection or for a logon.
func IsNotFound(err error) bool {
	return anyError(err, func(e *Error) bool {
		return !e.foreign && (e.Status == http.StatusNotFound || e.ErrorCode == CodeNotFound)
	})
}

// IsNotOffered reports whether the server responded to a logon, or to a request for a whole collection, that it has no
// such path. It may not offer the version of the API, or only what restore operators need. A page of a proxy that says
// the same counts too.
func IsNotOffered(err error) bool {
	return anyError(err, func(e *Error) bool {
		return e.foreign && (e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed)
	})
}

// IsForbidden reports whether the server does not allow the request to the account that logged on. The account may lack
// the role Veeam Backup Administrator.
func IsForbidden(err error) bool {
	return anyError(err, func(e *Error) bool {
		return e.Status == http.StatusForbidden || e.ErrorCode == CodeAccessDenied
	})
}

// IsUnauthorized reports whether the server refused the request with 401: it does not accept the password or the token.
func IsUnauthorized(err error) bool {
	return anyError(err, func(e *Error) bool { return e.Status == http.StatusUnauthorized })
}

// The Op of errors about the session itself.
const opLogon, opRenew, opLogoff = "log on", "renew the session", "log off"

// refused reports whether the server itself refused a password or a refresh token.
func (e *Error) refused() bool { return !e.foreign && isRefusal(e.Status) }

// IsLogonRefused reports whether the server refused a logon, for example because the user name or password is wrong.
// The client does not try to log on again.
func IsLogonRefused(err error) bool {
	return anyError(err, func(e *Error) bool { return e.Op == opLogon && e.refused() })
}

// isRefusal reports whether a token endpoint refuses a password or a refresh token with this status: 400 is the status
// of OAuth.
func isRefusal(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	return false
}

// IsUncertain reports whether err is the error of a write that the server may have carried out nevertheless.
func IsUncertain(err error) bool { return anyError(err, func(e *Error) bool { return e.unknown }) }

func anyError(err error, ask func(*Error) bool) bool { return httpkit.AnyError(err, ask) }
