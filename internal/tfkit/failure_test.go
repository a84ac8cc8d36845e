// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

func TestFailure_SaysWhatFailedAndWhyAndWhatToDoNext(t *testing.T) {
	const (
		certificate = "\n\nThe server presented the certificate \"CN=em01\" with the SHA-256 fingerprint AB:CD, which is " +
			"not trusted. Set ca_file or ca_pem in em (VEEAM_EM_CA_FILE, VEEAM_EM_CA_PEM) to the certificate of the " +
			"authority that signed it. If it is a self-signed certificate that you have verified, set tls_pinned_sha256 to " +
			"this fingerprint instead."
		unauthorized = "\n\nThe server refused the logon. The provider does not try again, because repeated failures can " +
			"lock the account. Check username and password in em (VEEAM_EM_USERNAME, VEEAM_EM_PASSWORD), and check that the " +
			"account is not locked and is an account of Enterprise Manager."
		unknownSession = "\n\nEnterprise Manager rejected a session that it had just issued. " +
			"If it is behind a load balancer, enable session affinity."
		forbidden = "\n\nEnterprise Manager does not allow this for the account that the provider logs on as. To change " +
			"accounts, roles and scopes, that account needs the Portal Administrator role. " +
			"Restore scopes also need a license that includes them (Enterprise Plus edition)."
		deadline = "\n\nThe operation timed out. If the server is only slow, increase the time limit of the operation in " +
			"the timeouts attribute, or request_timeout in em."
		cancelled = "\n\nThe run was interrupted."
	)
	untrusted := &emapi.CertificateError{
		Subject: "CN=em01", SHA256: "AB:CD", Err: errors.New("signed by unknown authority"),
	}
	for name, c := range map[string]struct {
		err  error
		next string
	}{
		"certificate":               {untrusted, certificate},
		"certificate, in a request": {&emapi.Error{Op: "log on", Err: untrusted}, certificate},
		"unauthorized": {
			&emapi.Error{Op: "log on", Object: "as x", Status: 401, Message: "Wrong password"}, unauthorized,
		},
		"unauthorized, wrapped": {fmt.Errorf("first: %w", &emapi.Error{Op: "log on", Status: 401}), unauthorized},
		"unauthorized, a session": {
			&emapi.Error{Op: "read", Object: "account x", Status: 401, Message: "No such session"}, unknownSession,
		},
		"forbidden": {
			&emapi.Error{Op: "create", Object: "account x", Status: 403, Message: "Access denied"}, forbidden,
		},
		"deadline":               {context.DeadlineExceeded, deadline},
		"deadline, in a request": {&emapi.Error{Op: "read", Err: context.DeadlineExceeded}, deadline},
		"cancelled":              {&emapi.Error{Op: "read", Err: context.Canceled}, cancelled},
		"another status": {
			&emapi.Error{Op: "read", Object: "account x", Status: 500, Message: "Out of order"}, "",
		},
		"something else": {errors.New("something else"), ""},
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

func TestFailure_ReportsAFailedLogonInFullOnce(t *testing.T) {
	const refusal = "log on as x: HTTP 401 Unauthorized"
	for name, wrap := range map[string]func(error) error{
		"directly":           func(err error) error { return err },
		"of parallel reads":  func(err error) error { return errors.Join(err, nil, err) },
		"in an operation":    func(err error) error { return &emapi.Error{Op: "create", Object: "account x", Err: err} },
		"among other errors": func(err error) error { return errors.Join(errors.New("not added"), err) },
	} {
		t.Run(name, func(t *testing.T) {
			failed := wrap(&emapi.LogonError{Err: &emapi.Error{Op: "log on", Object: "as x", Status: 401}})
			first, second := Failure("read this", failed), Failure("read that", failed)
			full := first.Detail()
			if strings.Count(full, refusal) != 1 || !strings.Contains(full, "Check username and password in em") {
				t.Errorf("the first report is %q", full)
			}
			// What the operation left behind is in no other report.
			if name == "in an operation" || name == "among other errors" {
				if first.Summary() != "Could not read this" || second.Detail() != full {
					t.Errorf("%q: %q\nthen %q: %q", first.Summary(), full, second.Summary(), second.Detail())
				}
				return
			}
			if first.Summary() != "Could not log on to Enterprise Manager" {
				t.Errorf("the first summary is %q", first.Summary())
			}
			const points = `The logon failed. See the error "Could not log on to Enterprise Manager".`
			if second.Summary() != "Could not read that" || second.Detail() != points {
				t.Errorf("the second report is %q: %q", second.Summary(), second.Detail())
			}
		})
	}
}
