// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestConnection_CheckNamesEachInvalidField(t *testing.T) {
	pin := strings.Repeat("0", 64)
	for name, tc := range map[string]struct {
		connection Connection
		field      string
	}{
		"zero":       {Connection{}, ""},
		"limits":     {Connection{Trust{PinnedSHA256: []string{pin}}, time.Hour, MostRetries}, ""},
		"CA":         {Connection{Trust: Trust{CAPEM: []byte("x")}}, "CAPEM"},
		"pin":        {Connection{Trust: Trust{PinnedSHA256: []string{pin, "x"}}}, "PinnedSHA256"},
		"unused pin": {Connection{Trust: Trust{PinnedSHA256: []string{pin}, InsecureSkipVerify: true}}, "InsecureSkipVerify"},
		"timeout":    {Connection{RequestTimeout: -1}, "RequestTimeout"},
		"retries":    {Connection{MaxRetries: MostRetries + 1}, "MaxRetries"},
		"no retries": {Connection{MaxRetries: -1}, "MaxRetries"},
	} {
		t.Run(name, func(t *testing.T) {
			found := tc.connection.Check()
			if tc.field == "" {
				ok(t, found.Join())
				return
			}
			equal(t, "the number of errors", len(found), 1)
			equal(t, "the field", found[0].Field, tc.field)
			equal(t, "the text of all", found.Join().Error(), found[0].Error())
		})
	}
	both := Connection{Trust: Trust{CAPEM: []byte("x"), InsecureSkipVerify: true}}.Check()
	equal(t, "the number of errors of a certificate that has no effect", len(both), 2)
}

func TestChecks_RefuseWhatNoSettingContains(t *testing.T) {
	form := EndpointForm{DefaultPort: "4443"}
	for says, err := range map[string]error{
		"the endpoint is empty":                            form.Check(""),
		"the endpoint is invalid: it does not begin with":  form.Check("host"),
		"the user name is empty":                           CheckUsername(""),
		"the user name begins or ends with white space":    CheckUsername("a "),
		"the user name contains a control character":       CheckUsername("a\tb"),
		"the user name contains two backslashes in a row":  CheckUsername(`a\\b`),
		"the password is empty":                            CheckPassword(""),
		"the password contains a NUL character":            CheckPassword("a\x00"),
		"the password ends in a line break":                CheckPassword("a\n"),
		"the password ends in a line break, which has to ": CheckPassword("a\r"),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("got %v, want an error that begins with %q", err, says)
		}
		if strings.HasSuffix(says, "is empty") != errors.Is(err, ErrEmpty) {
			t.Errorf("%v: ErrEmpty is the reason for a missing value only", err)
		}
	}
	ok(t, errors.Join(form.Check("https://host"), CheckUsername(`TECH\a b:c`), CheckPassword(" \n x ")))
	equal(t, "the text", (&ConfigError{Field: "X", Err: ErrEmpty}).Error(), "is empty")
	equal(t, "whether it wraps the reason", errors.Is(&ConfigError{Err: ErrEmpty}, ErrEmpty), true)
}
