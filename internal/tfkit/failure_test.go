// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

func TestFailure_SaysWhatTheServersWordsAndWhatToDoNext(t *testing.T) {
	const (
		certificate = "\n\nThe server presented the certificate \"CN=em01\" with the SHA-256 fingerprint AB:CD, which is not trusted. " +
			"Set ca_file or ca_pem in em (VEEAM_EM_CA_FILE, VEEAM_EM_CA_PEM) to the certificate of the authority that signed it, " +
			"or, for a self-signed certificate that you have verified, tls_pinned_sha256 to this fingerprint."
		unauthorized = "\n\nThe logon was refused and is not tried again, since repeated failures can lock the account. " +
			"Check username and password in em (VEEAM_EM_USERNAME, VEEAM_EM_PASSWORD), that the account is not locked, and that it is an account of Enterprise Manager."
		unknownSession = "\n\nEnterprise Manager does not take the session that it gave to this run, not even a new one. Where several servers share the address, it has to keep a session on one of them."
		forbidden      = "\n\nEnterprise Manager refuses this to the account that the provider logs on as. Changing accounts, roles and scopes needs the " +
			"Portal Administrator role, and restore scopes need a licence that includes them (Enterprise Plus edition)."
		deadline  = "\n\nThe time for this operation is over. Where the server is merely slow, raise the operation's time in the timeouts attribute, or request_timeout in em."
		cancelled = "\n\nThe run was interrupted."
	)
	untrusted := &emapi.CertificateError{Subject: "CN=em01", SHA256: "AB:CD", Err: errors.New("signed by unknown authority")}
	for name, c := range map[string]struct {
		err  error
		next string
	}{
		"certificate":               {untrusted, certificate},
		"certificate, in a request": {&emapi.Error{Op: "log on", Err: untrusted}, certificate},
		"unauthorized":              {&emapi.Error{Op: "log on", Object: "as x", Status: 401, Message: "Wrong password"}, unauthorized},
		"unauthorized, wrapped":     {fmt.Errorf("first: %w", &emapi.Error{Op: "log on", Status: 401}), unauthorized},
		"unauthorized, a session":   {&emapi.Error{Op: "read", Object: "account x", Status: 401, Message: "No such session"}, unknownSession},
		"forbidden":                 {&emapi.Error{Op: "create", Object: "account x", Status: 403, Message: "Access denied"}, forbidden},
		"deadline":                  {context.DeadlineExceeded, deadline},
		"deadline, in a request":    {&emapi.Error{Op: "read", Err: context.DeadlineExceeded}, deadline},
		"cancelled":                 {&emapi.Error{Op: "read", Err: context.Canceled}, cancelled},
		"another status":            {&emapi.Error{Op: "read", Object: "account x", Status: 500, Message: "Out of order"}, ""},
		"something else":            {errors.New("something else"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := Failure(`create the account TECH\x`, c.err)
			if got.Severity() != diag.SeverityError || got.Summary() != `Could not create the account TECH\x` {
				t.Errorf("%s: %s", got.Severity(), got.Summary())
			}
			if want := c.err.Error() + c.next; got.Detail() != want {
				t.Errorf("detail %q\nwant   %q", got.Detail(), want)
			}
		})
	}
}
