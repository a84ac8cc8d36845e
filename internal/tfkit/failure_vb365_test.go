// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

func TestFailure_SaysWhatToDoAboutBackupForMicrosoft365(t *testing.T) {
	const (
		refused = "The server refused the logon. The provider does not try again, because repeated failures can lock the " +
			"account. Check username and password in vb365 (VEEAM_VB365_USERNAME, VEEAM_VB365_PASSWORD), and check that the " +
			"account is not locked and does not need multi-factor authentication (MFA), which the REST API does not support. " +
			"An account that is marked as a service account needs none."
		needs = "That account needs the role Veeam Backup Administrator. If the option \"Enable restore operator " +
			"authentication only\" of Veeam Backup for Microsoft 365 is enabled, disable it, because it makes everything " +
			"unavailable that the provider needs."
		forbidden = "Veeam Backup for Microsoft 365 does not allow this for the account that the provider logs on as. " +
			needs
		deadline = "The operation timed out. If the server is only slow, increase the time limit of the operation in the " +
			"timeouts attribute, or request_timeout in vb365 (VEEAM_VB365_REQUEST_TIMEOUT)."
	)
	for name, c := range map[string]struct {
		err  vb365api.Error
		next string
	}{
		"a wrong password": {vb365api.Error{Op: "log on", Status: 400, Message: "Incorrect"}, refused},
		"a logon without rights": {
			vb365api.Error{Op: "log on", Status: 403, ErrorCode: vb365api.CodeAccessDenied}, refused + " " + needs,
		},
		"a session": {
			vb365api.Error{Op: "read", Object: "role x", Status: 401},
			"Veeam Backup for Microsoft 365 rejected a session that it had just issued. If it is behind a load balancer, " +
				"enable session affinity.",
		},
		"forbidden":              {vb365api.Error{Op: "create", Status: 403}, forbidden},
		"forbidden by its code":  {vb365api.Error{Op: "create", Status: 500, ErrorCode: "ResourceAccessDenied"}, forbidden},
		"deadline, in a request": {vb365api.Error{Op: "read", Err: context.DeadlineExceeded}, deadline},
		"canceled":               {vb365api.Error{Op: "read", Err: context.Canceled}, "The run was interrupted."},
		"another status":         {vb365api.Error{Op: "read", Status: 500}, ""},
		"an object that is gone": {vb365api.Error{Op: "read", Status: 404}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			want := c.err.Error()
			if c.next != "" {
				want += "\n\n" + c.next
			}
			if got := Failure("create the role", &c.err).Detail(); got != want {
				t.Errorf("the detail is\n%q, want\n%q", got, want)
			}
		})
	}
}

func TestFailure_SaysWhatToDoIfBackupForMicrosoft365CannotBeReached(t *testing.T) {
	const (
		endpoint = "https://vb365:4443/"
		check    = " The REST API of Veeam Backup for Microsoft 365 listens on port 4443. Check endpoint in vb365 " +
			"(VEEAM_VB365_ENDPOINT)"
		running = "check that the server and its Veeam Backup for Microsoft 365 REST API service are running"
	)
	wrong := &httpkit.WrongServiceError{Service: "Veeam Backup for Microsoft 365"}
	unlike := "The server at " + endpoint + " does not respond as Veeam Backup for Microsoft 365 does." + check +
		" and any proxy or load balancer in between."
	for name, c := range map[string]struct {
		err    error
		status int
		step   string
	}{
		"nothing listens": {
			&httpkit.ConnectionError{Cause: httpkit.NoConnection, Err: errors.New("reason")}, 0,
			"Nothing accepts connections at " + endpoint + "." + check + ". Also " + running + ", that the REST service is " +
				"enabled in the general options of Veeam Backup for Microsoft 365, and that no firewall blocks the port.",
		},
		"another service": {wrong, 200, unlike},
		"a gateway": {
			wrong, 502, "Something else responded for Veeam Backup for Microsoft 365 at " + endpoint + ", for example a proxy " +
				"or load balancer in between." + check + ", and " + running + ".",
		},
		"no response in time": {
			context.DeadlineExceeded, 0, "The server at " + endpoint + " gave no complete response." + check + ". If the " +
				"server is only slow, increase request_timeout in vb365 (VEEAM_VB365_REQUEST_TIMEOUT).",
		},
		"another certificate": {
			&httpkit.CertificateError{
				Cause: httpkit.NotPinned, Subject: "CN=x", SHA256: "AB:CD", Err: errors.New("reason"),
			}, 0,
			"The server at " + endpoint + ` presented the certificate "CN=x" with the SHA-256 fingerprint AB:CD, which is ` +
				"not in tls_pinned_sha256 in vb365 (VEEAM_VB365_TLS_PINNED_SHA256). Either the certificate was renewed, or the " +
				"connection is intercepted. Compare the fingerprint with that of the certificate on the server itself before " +
				"you change tls_pinned_sha256.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			failed := &httpkit.LogonError{
				Endpoint: endpoint, Err: &vb365api.Error{Op: "log on", Object: "as x", Status: c.status, Err: c.err},
			}
			d := Failure("read this", failed)
			if d.Summary() != "Could not log on to Veeam Backup for Microsoft 365" {
				t.Errorf("the summary is %q", d.Summary())
			}
			if want := failed.Error() + "\n\n" + c.step; d.Detail() != want {
				t.Errorf("the detail is\n%q, want\n%q", d.Detail(), want)
			}
			again := Failure("read that", failed)
			const points = `The logon failed. See the error "Could not log on to Veeam Backup for Microsoft 365".`
			if again.Summary() != "Could not read that" || again.Detail() != points {
				t.Errorf("the second report is %q: %q", again.Summary(), again.Detail())
			}
		})
	}
}

func TestFailure_SaysWhyBackupForMicrosoft365MayNotOfferSomething(t *testing.T) {
	for missing, next := range map[string]string{
		"/v8/token": "Also check api_version in vb365 (VEEAM_VB365_API_VERSION): v8 needs version 8 of Veeam Backup for " +
			"Microsoft 365, and v7 needs version 7 or later.",
		"/v8/Organizations": "If the option \"Enable restore operator authentication only\" of Veeam Backup for Microsoft " +
			"365 is enabled, disable it, because it makes everything unavailable that the provider needs.",
	} {
		t.Run(missing, func(t *testing.T) {
			server := memnet.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == missing {
					w.WriteHeader(http.StatusNotFound)
					return
				}
				_, _ = io.WriteString(w, `{"access_token":"a","refresh_token":"b","expires_in":3600}`)
			}))
			server.Start()
			client, err := vb365api.New(vb365api.Config{Endpoint: server.URL, Username: "x", Password: "secret"})
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.ListOrganizations(t.Context())
			detail := Failure("list the organizations", err).Detail()
			if !strings.Contains(detail, "HTTP 404 Not Found") || !strings.HasSuffix(detail, next) {
				t.Errorf("the detail is %q, want the end %q", detail, next)
			}
		})
	}
}
