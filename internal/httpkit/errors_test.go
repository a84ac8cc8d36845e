// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestFailure_Text(t *testing.T) {
	for want, f := range map[string]Failure{
		"log off": {Op: "log off"},
		"read account x: HTTP 404 Not Found: gone: EOF": {
			Op: "read", Object: "account x", Status: 404, Message: "gone", Err: io.EOF,
		},
		"add: EOF (it is not known whether the server carried this out)": {Op: "add", Err: io.EOF, Unknown: true},
	} {
		equal(t, "the text", f.Text(), want)
	}
}

func TestAnyError_AsksEachErrorOfTheTree(t *testing.T) {
	inner := &ConfigError{Field: "inner", Err: io.EOF}
	outer := &ConfigError{Field: "outer", Err: inner}
	tree := errors.Join(io.EOF, fmt.Errorf("wrapped: %w", outer))
	for _, field := range []string{"inner", "outer", "none"} {
		got := AnyError(tree, func(e *ConfigError) bool { return e.Field == field })
		equal(t, "whether there is "+field, got, field != "none")
	}
	equal(t, "the result for nil", AnyError(nil, func(*ConfigError) bool { return true }), false)
}

func TestLogonError_IsReportedOnce(t *testing.T) {
	e := &LogonError{Err: io.EOF}
	equal(t, "the text", e.Error(), "EOF")
	equal(t, "whether it wraps the reason", errors.Is(e, io.EOF), true)
	equal(t, "the error after none", e.Or(nil), e)
	equal(t, "the error after the same", (&LogonError{Err: io.EOF}).Or(e), e)
	another := &LogonError{Err: io.ErrUnexpectedEOF}
	equal(t, "the error after another", another.Or(e), another)
	equal(t, "the first report", e.FirstReport(), true)
	equal(t, "the second report", e.FirstReport(), false)
}

func TestRedirectError_ShowsTheAddressWithoutSecrets(t *testing.T) {
	scrub := func(s string) string { return strings.ReplaceAll(s, token, "REDACTED") }
	for location, want := range map[string]string{
		"https://u:p@host/" + token + "?a=b#c": "https://host/REDACTED",
		"":                                     "an address that cannot be parsed",
		"https://h:port/":                      "an address that cannot be parsed",
	} {
		err := RedirectError(&Response{Header: http.Header{"Location": {location}}}, scrub)
		equal(t, "the text", err.Error(), "redirects are not followed; this one leads to "+want)
	}
}
