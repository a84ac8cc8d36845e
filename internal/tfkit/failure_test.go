// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

func TestFailure_SaysWhatFailedAndWhyAndWhatToDoNext(t *testing.T) {
	const (
		unauthorized = "\n\nThe server refused the logon. The provider does not try again, because repeated failures can " +
			"lock the account. Check username and password in em (VEEAM_EM_USERNAME, VEEAM_EM_PASSWORD), and check that the " +
			"account is not locked and is an account of Enterprise Manager."
		unknownSession = "\n\nEnterprise Manager rejected a session that it had just issued. " +
			"If it is behind a load balancer, enable session affinity."
		forbidden = "\n\nEnterprise Manager does not allow this for the account that the provider logs on as. To change " +
			"accounts, roles and scopes, that account needs the Portal Administrator role. " +
			"Restore scopes also need a license that includes them (Enterprise Plus edition)."
		deadline = "\n\nThe operation timed out. If the server is only slow, increase the time limit of the operation in " +
			"the timeouts attribute, or request_timeout in em (VEEAM_EM_REQUEST_TIMEOUT)."
		cancelled = "\n\nThe run was interrupted."
	)
	for name, c := range map[string]struct {
		err  error
		next string
	}{
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
		"deadline, outside a request": {
			context.DeadlineExceeded, strings.Replace(deadline, ", or request_timeout in em (VEEAM_EM_REQUEST_TIMEOUT)", "", 1),
		},
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

func TestFailure_SaysWhatToDoAboutEachCertificate(t *testing.T) {
	const endpoint = "https://em01:9398/api/"
	day := func(n int) time.Time { return time.Date(2024, 2, n, 3, 4, 5, 0, time.UTC) }
	const presented = "\n\nThe server at " + endpoint +
		` presented the certificate "CN=em01" with the SHA-256 fingerprint AB:CD`
	const pin = " If you cannot change the certificate, compare the fingerprint with that of the certificate on the " +
		"server itself, and set tls_pinned_sha256 in em (VEEAM_EM_TLS_PINNED_SHA256) to it."
	for name, c := range map[string]struct {
		cert  httpkit.CertificateError
		parts []string
	}{
		"unknown authority": {
			httpkit.CertificateError{Cause: httpkit.UnknownAuthority, Issuer: "CN=ca"},
			[]string{
				presented + `, which is not trusted. Set ca_file or ca_pem in em (VEEAM_EM_CA_FILE, VEEAM_EM_CA_PEM) to the ` +
					`certificate of the authority that signed it, "CN=ca", and of those in between. If it is a self-signed ` +
					"certificate that you have verified, set tls_pinned_sha256 in em (VEEAM_EM_TLS_PINNED_SHA256) to this " +
					"fingerprint instead.",
			},
		},
		"wrong name": {
			httpkit.CertificateError{Cause: httpkit.WrongName, Host: "em01", Names: []string{"em01.tech.local", "192.0.2.1"}},
			[]string{
				presented + `, which is valid for em01.tech.local, 192.0.2.1, but not for "em01". Set endpoint in em ` +
					"(VEEAM_EM_ENDPOINT) to one of these names, or install a certificate for \"em01\" on the server." + pin,
			},
		},
		"no names": {
			httpkit.CertificateError{Cause: httpkit.NoNames, Host: "em01"},
			[]string{
				presented + ", which has no subject alternative name. Its common name does not count. Install a certificate " +
					"on the server that has \"em01\" among its subject alternative names." + pin,
			},
		},
		"expired": {
			httpkit.CertificateError{Cause: httpkit.Expired, Outdated: "CN=ca", NotBefore: day(1), NotAfter: day(2)},
			[]string{
				presented + `. The certificate "CN=ca" expired on 2024-02-02 at 03:04 UTC. Renew it, and install the new ` +
					"certificate on the server. If it is still valid, correct the clock of this machine, which shows 20",
			},
		},
		"not yet valid": {
			httpkit.CertificateError{Cause: httpkit.NotYetValid, Outdated: "CN=em01", NotBefore: day(1), NotAfter: day(2)},
			[]string{
				presented + `. The certificate "CN=em01" is not valid before 2024-02-01 at 03:04 UTC. Correct the clock of this ` +
					"machine, which shows 20", ", or the clock of the machine that issued the certificate.",
			},
		},
		"another pin": {
			httpkit.CertificateError{Cause: httpkit.NotPinned},
			[]string{
				presented + ", which is not in tls_pinned_sha256 in em (VEEAM_EM_TLS_PINNED_SHA256). Either the certificate was " +
					"renewed, or the connection is intercepted. Compare the fingerprint with that of the certificate on the " +
					"server itself before you change tls_pinned_sha256.",
			},
		},
		"another cause": {
			httpkit.CertificateError{},
			[]string{presented + ". Install a certificate on the server that is suitable for TLS servers." + pin},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.cert.Subject, c.cert.SHA256, c.cert.Err = "CN=em01", "AB:CD", errors.New("reason")
			failed := &emapi.LogonError{Endpoint: endpoint, Err: &emapi.Error{Op: "log on", Err: &c.cert}}
			detail := Failure("read this", failed).Detail()
			for _, part := range c.parts {
				if !strings.Contains(detail, part) {
					t.Errorf("the detail is %q\nand does not say %q", detail, part)
				}
			}
			if strings.Contains(detail, "ca_file") != (name == "unknown authority") {
				t.Errorf("the detail says ca_file, or does not: %q", detail)
			}
			// The certificate of a server can also change during a run.
			later := Failure("read this", &emapi.Error{Op: "read", Err: &c.cert}).Detail()
			if !strings.Contains(later, "\n\nThe server presented the certificate") {
				t.Errorf("without a logon, the detail is %q", later)
			}
		})
	}
}

func TestFailure_SaysWhatToDoIfTheServerCannotBeReached(t *testing.T) {
	const (
		endpoint = "https://em01:9443/api/"
		port     = " The REST API of Enterprise Manager listens on port 9398."
		check    = " Check endpoint in em (VEEAM_EM_ENDPOINT)"
	)
	connection := func(cause httpkit.ConnectionCause) error {
		return &httpkit.ConnectionError{Cause: cause, Err: errors.New("reason")}
	}
	wrong := &httpkit.WrongServiceError{Service: "Enterprise Manager"}
	refused := func(status int) error { return &httpkit.ProxyError{Proxy: "http://proxy:3128", Status: status} }
	const (
		bypass  = " To connect without the proxy, add the host of the endpoint to the environment variable NO_PROXY."
		through = "The connection to " + endpoint + " goes through the proxy http://proxy:3128, "
	)
	for name, c := range map[string]struct {
		err    error
		status int
		step   string
	}{
		"unknown host": {
			connection(httpkit.UnknownHost), 0,
			"The host name in " + endpoint + " cannot be resolved." + port + check + " and the DNS settings of this machine.",
		},
		"closed port": {
			connection(httpkit.NoConnection), 0,
			"Nothing accepts connections at " + endpoint + "." + port + check + ". Also check that the server and its " +
				"Enterprise Manager service are running, and that no firewall blocks the port.",
		},
		"plain HTTP": {
			connection(httpkit.NotTLS), 0,
			"The server at " + endpoint + " does not respond with TLS, which https requires." + port + check + ".",
		},
		"another service": {
			wrong, 404,
			"The server at " + endpoint + " does not respond as Enterprise Manager does." + port + check +
				" and any proxy or load balancer in between.",
		},
		"a gateway": {
			wrong, 502,
			"Something else responded for Enterprise Manager at " + endpoint + ", for example a proxy or load balancer in " +
				"between." + port + check + ", and check that the server and its Enterprise Manager service are running.",
		},
		"a proxy with a password": {
			refused(407), 0,
			through + "which requires a user name and password. Set them in the environment variable HTTPS_PROXY " +
				"(http://user:password@host:port)." + bypass + port + check + ".",
		},
		"a proxy that forbids it": {
			refused(403), 0, through + "which does not allow it. Allow it in the proxy." + bypass + port + check + ".",
		},
		"a proxy that cannot connect": {
			refused(502), 0, through + "which cannot connect to the server." + bypass + port + check + ".",
		},
		"a proxy that is down": {
			&httpkit.ProxyError{Proxy: "http://proxy:3128", Err: errors.New("reason")}, 0,
			through + "which cannot be used. Check the environment variable HTTPS_PROXY." + bypass + port + check + ".",
		},
		"no response": {
			errors.New("EOF"), 0, "The server at " + endpoint + " gave no complete response." + port + check + ".",
		},
		"no response in time": {
			context.DeadlineExceeded, 0,
			"The server at " + endpoint + " gave no complete response." + port + check + ". If the server is only slow, " +
				"increase request_timeout in em (VEEAM_EM_REQUEST_TIMEOUT).",
		},
		"an error of the server": {nil, 500, ""},
	} {
		t.Run(name, func(t *testing.T) {
			failed := &emapi.LogonError{
				Endpoint: endpoint, Err: &emapi.Error{Op: "log on", Object: "as x", Status: c.status, Err: c.err},
			}
			want := failed.Error()
			if c.step != "" {
				want += "\n\n" + c.step
			}
			if got := Failure("read this", failed).Detail(); got != want {
				t.Errorf("the detail is\n%q, want\n%q", got, want)
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
