// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
)

// MaxMessage is the number of characters of a server's message that an error contains.
const MaxMessage = 1000

// Failure is what the errors of all clients say about a request that failed.
type Failure struct {
	Op      string // the operation, for example "create"
	Object  string // its object, for example "account d6701c3d-15f4-421d-b376-c0e2634bc1f4"
	Status  int    // HTTP status; 0 if there was no response
	Message string // the message of the server, if it sent one; printable and limited in length
	Err     error  // the cause; may be nil
	Unknown bool   // it is not known whether the server carried out the request, which is a write
}

// Text returns the operation, its object, the status and the reason.
func (f Failure) Text() string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(f.Op + " " + f.Object))
	if f.Status != 0 {
		fmt.Fprintf(&b, ": HTTP %d %s", f.Status, http.StatusText(f.Status))
	}
	if f.Message != "" {
		b.WriteString(": " + f.Message)
	}
	if f.Err != nil {
		b.WriteString(": " + f.Err.Error())
	}
	if f.Unknown {
		b.WriteString(" (it is not known whether the server carried this out)")
	}
	return b.String()
}

// AnyError reports whether ask returns true for any error of type E in the tree of err: an E may wrap another one, and
// several may be joined.
func AnyError[E error](err error, ask func(E) bool) bool {
	if e, ok := err.(E); ok && ask(e) { //nolint:errorlint // errors.As would stop at the first E
		return true
	}
	switch wrapping := err.(type) { //nolint:errorlint // as above
	case interface{ Unwrap() error }:
		return AnyError(wrapping.Unwrap(), ask)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(wrapping.Unwrap(), func(err error) bool { return AnyError(err, ask) })
	}
	return false
}

// LogonError is the error of a request that could not be authorized because the logon failed. Requests get the same
// LogonError until the client has logged on, or the logon fails for another reason.
type LogonError struct {
	Endpoint string // the base URL of the API
	Err      error

	reported atomic.Bool
}

// Error returns the reason.
func (e *LogonError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *LogonError) Unwrap() error { return e.Err }

// Or returns previous, which may be nil, if it says the same as e, and e otherwise. Requests that fail for the same
// reason then get the same error.
func (e *LogonError) Or(previous *LogonError) *LogonError {
	if previous != nil && previous.Error() == e.Error() {
		return previous
	}
	return e
}

// FirstReport returns true once. It lets one of many reports of the failure be the complete one.
func (e *LogonError) FirstReport() bool { return !e.reported.Swap(true) }

// RedirectError returns the error of a response that redirects, with the address in its Location header.
func RedirectError(resp *Response, scrub func(string) string) error {
	const form = "redirects are not followed; this one leads to %s"
	location := resp.Header.Get("Location")
	u, err := url.Parse(location)
	if location == "" || err != nil {
		return fmt.Errorf(form, "an address that cannot be parsed")
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return fmt.Errorf(form, Clip(scrub(u.String()), 200))
}
