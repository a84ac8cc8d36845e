// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// ErrClosed is the error of every request after Close.
var ErrClosed = errors.New("the Enterprise Manager client is closed")

// Error is a request that failed: refused by the server, answered with what
// cannot be understood, or not answered at all.
type Error struct {
	Op      string // what was tried, for example "create"
	Object  string // on what, for example "account d6701c3d-15f4-421d-b376-c0e2634bc1f4"
	Status  int    // HTTP status; 0 where there was no answer
	Message string // the server's own words where it had any, printable and bounded
	Err     error  // the cause; may be nil

	foreign bool // the answer is not the server's own: a proxy's page, for example
	unknown bool // a write of which it is not known whether the server did it
}

// Error names what was tried, on what, the status and the reason.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(e.Op + " " + e.Object))
	if e.Status != 0 {
		fmt.Fprintf(&b, ": HTTP %d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	if e.unknown {
		b.WriteString(" (whether the server did it is not known)")
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsNotFound tells whether the server itself said that the object asked for is
// not there. A proxy's page with status 404 does not count, nor does a 404 for a
// whole collection or a logon, which says nothing of any object.
func IsNotFound(err error) bool {
	return some(err, func(e *Error) bool { return e.Status == http.StatusNotFound && !e.foreign })
}

// IsForbidden tells whether the request was refused with 403: a caller without
// the Portal Administrator role, or a licence without restore scopes.
func IsForbidden(err error) bool { return hasStatus(err, http.StatusForbidden) }

// IsUnauthorized tells whether the request was refused with 401: a wrong user
// name or password, or a session that the server does not take.
func IsUnauthorized(err error) bool { return hasStatus(err, http.StatusUnauthorized) }

// What errors of the session itself have as their Op.
const opLogon, opLogoff = "log on", "log off"

// IsLogonRefused tells whether it was the logon itself that was refused with
// 401, which is not tried again: a wrong user name or password. Any other 401 is
// a session that the server does not take.
func IsLogonRefused(err error) bool {
	return some(err, func(e *Error) bool { return e.Op == opLogon && e.Status == http.StatusUnauthorized })
}

func hasStatus(err error, status int) bool {
	return some(err, func(e *Error) bool { return e.Status == status })
}

// some asks every Error in the tree: one may wrap another, and several may be joined.
func some(err error, ask func(*Error) bool) bool {
	if e, ok := err.(*Error); ok && ask(e) { //nolint:errorlint // the tree is walked here, errors.As would stop at the first
		return true
	}
	switch wrapping := err.(type) { //nolint:errorlint // as above
	case interface{ Unwrap() error }:
		return some(wrapping.Unwrap(), ask)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(wrapping.Unwrap(), func(err error) bool { return some(err, ask) })
	}
	return false
}

// uncertain tells whether err is that of a write of which nobody knows whether
// the server did it.
func uncertain(err error) bool {
	return some(err, func(e *Error) bool { return e.unknown })
}

// IsUncertain tells whether err is that of a write that the server may have done
// all the same: its answer was lost, and a look at the server did not settle it.
func IsUncertain(err error) bool { return uncertain(err) }

// AccountExistsError says that an account of this type and name exists already.
type AccountExistsError struct {
	ID, Type, Name string
}

// Error names the account.
func (e *AccountExistsError) Error() string {
	return fmt.Sprintf("the %s account %q exists already, with ID %s", e.Type, e.Name, e.ID)
}

// CertificateError says that the certificate the server presented was not
// accepted.
type CertificateError = httpkit.CertificateError
