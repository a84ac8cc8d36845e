// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// The attributes of em that a next step names, each with its variable.
const (
	endpointAttribute = "endpoint in em (VEEAM_EM_ENDPOINT)"
	pinAttribute      = "tls_pinned_sha256 in em (VEEAM_EM_TLS_PINNED_SHA256)"
)

// nextStep returns what to do about an error, as a paragraph that follows the text of the error. It is empty if there
// is nothing to add.
func nextStep(err error) string {
	if step := stepFor(err); step != "" {
		return "\n\n" + step
	}
	return ""
}

func stepFor(err error) string {
	var (
		logon *emapi.LogonError
		cert  *httpkit.CertificateError
	)
	server := "The server"
	if errors.As(err, &logon) {
		server += " at " + logon.Endpoint
	}
	switch {
	case errors.As(err, &cert):
		return certificateStep(server, cert)
	case emapi.IsLogonRefused(err):
		return "The server refused the logon. The provider does not try again, because repeated failures can lock the " +
			"account. Check username and password in em (VEEAM_EM_USERNAME, VEEAM_EM_PASSWORD), and check that the account is " +
			"not locked and is an account of Enterprise Manager."
	case logon != nil && isUnreached(logon):
		return unreachedStep(logon)
	case emapi.IsUnauthorized(err):
		return "Enterprise Manager rejected a session that it had just issued. " +
			"If it is behind a load balancer, enable session affinity."
	case emapi.IsForbidden(err):
		return "Enterprise Manager does not allow this for the account that the provider logs on as. To change " +
			"accounts, roles and scopes, that account needs the Portal Administrator role. " +
			"Restore scopes also need a license that includes them (Enterprise Plus edition)."
	case errors.Is(err, context.DeadlineExceeded):
		return "The operation timed out. If the server is only slow, increase the time limit of the operation in the " +
			"timeouts attribute, or request_timeout in em (VEEAM_EM_REQUEST_TIMEOUT)."
	case errors.Is(err, context.Canceled):
		return "The run was interrupted."
	}
	return ""
}

// certificateStep returns what to do if the certificate of the server is not accepted.
func certificateStep(server string, e *httpkit.CertificateError) string {
	const (
		otherwise = " If you cannot change the certificate, compare the fingerprint with that of the certificate on the " +
			"server itself, and set " + pinAttribute + " to it."
		minute = "2006-01-02 at 15:04 MST"
	)
	const form = "%s presented the certificate %q with the SHA-256 fingerprint %s"
	presented := fmt.Sprintf(form, server, e.Subject, e.SHA256)
	now := time.Now().UTC().Format(minute)
	switch e.Cause {
	case httpkit.UnknownAuthority:
		return presented + fmt.Sprintf(", which is not trusted. Set ca_file or ca_pem in em (VEEAM_EM_CA_FILE, "+
			"VEEAM_EM_CA_PEM) to the certificate of the authority that signed it, %q, and of those in between. If it is a "+
			"self-signed certificate that you have verified, set %s to this fingerprint instead.", e.Issuer, pinAttribute)
	case httpkit.WrongName:
		return presented + fmt.Sprintf(", which is valid for %s, but not for %q. Set %s to one of these names, or install a "+
			"certificate for %[2]q on the server.", strings.Join(e.Names, ", "), e.Host, endpointAttribute) + otherwise
	case httpkit.NoNames:
		return presented + fmt.Sprintf(", which has no subject alternative name. Its common name does not count. Install a "+
			"certificate on the server that has %q among its subject alternative names.", e.Host) + otherwise
	case httpkit.Expired:
		return presented + fmt.Sprintf(". The certificate %q expired on %s. Renew it, and install the new certificate on "+
			"the server. If it is still valid, correct the clock of this machine, which shows %s.",
			e.Outdated, e.NotAfter.UTC().Format(minute), now)
	case httpkit.NotYetValid:
		return presented + fmt.Sprintf(". The certificate %q is not valid before %s. Correct the clock of this machine, "+
			"which shows %s, or the clock of the machine that issued the certificate.",
			e.Outdated, e.NotBefore.UTC().Format(minute), now)
	case httpkit.NotPinned:
		return presented + ", which is not in " + pinAttribute + ". Either the certificate was renewed, or the connection " +
			"is intercepted. Compare the fingerprint with that of the certificate on the server itself before you change " +
			"tls_pinned_sha256."
	case httpkit.OtherCertificate:
	}
	return presented + ". Install a certificate on the server that is suitable for TLS servers." + otherwise
}
