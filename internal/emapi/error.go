// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// ErrClosed is the error of each request that is made after [Client.Close].
var ErrClosed = errors.New("the Enterprise Manager client is closed")

// Error is the error of a request that the server refused, whose response is not valid, or that got no response.
type Error struct {
	Op      string // the operation, for example "create"
	Object  string // its object, for example "account d6701c3d-15f4-421d-b376-c0e2634bc1f4"
	Status  int    // HTTP status; 0 if there was no response
	Message string // the message of the server, if it sent one; printable and limited in length
	Err     error  // the cause; may be nil

	foreign bool // the response says nothing about the object, for example because it is a page of a proxy
	bare    bool // a 404 without a body
	unsent  bool // the server cannot have seen the write
	unknown bool // it is not known whether the server carried out the write

	unreadable bool // the status is 2xx, but the content is not what was requested

	unproven bool // an object that is found later may be another client's
}

// Error returns the operation, its object, the status and the reason.
func (e *Error) Error() string {
	return httpkit.Failure{
		Op: e.Op, Object: e.Object, Status: e.Status, Message: e.Message, Err: e.Err, Unknown: e.unknown,
	}.Text()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsNotFound reports whether Enterprise Manager itself responded that the object does not exist, or no longer lists it.
// A 404 from a proxy does not count, and neither does a 404 for a whole collection or for a logon, because it says
// nothing about an object. A 404 without a body may come from either.
func IsNotFound(err error) bool {
	return anyError(err, func(e *Error) bool { return e.Status == http.StatusNotFound && !e.foreign && !e.bare })
}

// IsForbidden reports whether the server refused the request with 403. The account that logged on may lack the Portal
// Administrator role, or the license may not include restore scopes.
func IsForbidden(err error) bool { return hasStatus(err, http.StatusForbidden) }

// IsConflict reports whether the server refused a write with 400 or 409, as it may if the state of the object does not
// allow the change, or already is the wanted one.
func IsConflict(err error) bool {
	return hasStatus(err, http.StatusBadRequest) || hasStatus(err, http.StatusConflict)
}

// IsUnauthorized reports whether the server refused the request with 401. The user name or password is wrong, or the
// server does not accept the session.
func IsUnauthorized(err error) bool { return hasStatus(err, http.StatusUnauthorized) }

// The Op of errors about the session itself.
const opLogon, opLogoff = "log on", "log off"

// IsLogonRefused reports whether the server refused a logon with 401, because the user name or password is wrong. The
// client does not try to log on again. Any other 401 means that the server does not accept the session.
func IsLogonRefused(err error) bool {
	return anyError(err, func(e *Error) bool { return e.Op == opLogon && e.Status == http.StatusUnauthorized })
}

// LogonError is the error of a request that could not get a session because the logon failed.
type LogonError = httpkit.LogonError

func hasStatus(err error, status int) bool {
	return anyError(err, func(e *Error) bool { return e.Status == status })
}

// anyError is [httpkit.AnyError] for an Error.
func anyError(err error, ask func(*Error) bool) bool { return httpkit.AnyError(err, ask) }

// IsUncertain reports whether err is the error of a write that the server may have carried out nevertheless: the
// response was lost, and reading the state of the server afterwards did not give certainty.
func IsUncertain(err error) bool {
	return anyError(err, func(e *Error) bool { return e.unknown })
}

// IsUnproven reports whether err is the error of a create that the server answered with a failure, so that it is not
// known whether it created the object. An object that is found later may be another client's.
func IsUnproven(err error) bool { return anyError(err, func(e *Error) bool { return e.unproven }) }

// AccountExistsError is the error if an account of this type and name already exists.
type AccountExistsError struct {
	ID, Type, Name string
	// Err is nil if the account was there before the request. Otherwise it says why the account does not count as the
	// one that was requested, although it may be.
	Err error
	// Renamed says that the account has the requested name in another domain. The server refused the request with Err,
	// perhaps because it takes the two names for the same.
	Renamed bool
}

// Error describes the account.
func (e *AccountExistsError) Error() string {
	text := fmt.Sprintf("the %s account %q already exists, with ID %s", e.Type, e.Name, e.ID)
	switch {
	case e.Renamed:
		text += "; the server may call the requested account by this name: " + e.Err.Error()
	case e.Err != nil:
		text += "; it was not listed before the request: " + e.Err.Error()
	}
	return text
}

// Unwrap returns Err.
func (e *AccountExistsError) Unwrap() error { return e.Err }

// CertificateError is the error if the certificate of the server is not accepted.
type CertificateError = httpkit.CertificateError
