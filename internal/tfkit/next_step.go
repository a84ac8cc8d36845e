// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
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
	p, known := productOf(err)
	if known {
		if step := p.stepFor(err); step != "" {
			return step
		}
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		step := "The operation timed out. If the server is only slow, increase the time limit of the operation in the " +
			"timeouts attribute"
		if known {
			step += ", or " + p.setting("request_timeout")
		}
		return step + "."
	case errors.Is(err, context.Canceled):
		return "The run was interrupted."
	}
	return ""
}

// stepFor returns what to do about an error of the product's client that depends on the product.
func (p ProductInfo) stepFor(err error) string {
	var (
		logon *httpkit.LogonError
		cert  *httpkit.CertificateError
	)
	server := "The server"
	if errors.As(err, &logon) {
		server += " at " + logon.Endpoint
	}
	switch {
	case errors.As(err, &cert):
		return p.certificateStep(server, cert)
	case p.client.isLogonRefused(err):
		return p.refusedStep(err)
	case logon != nil && p.isUnreached(logon):
		return p.unreachedStep(logon)
	case p.client.isUnauthorized(err):
		return p.Name + " rejected a session that it had just issued. If it is behind a load balancer, enable session " +
			"affinity."
	case p.client.isForbidden(err):
		return p.Name + " does not allow this for the account that the provider logs on as. " + p.allowed
	case p.isNotOffered(err):
		return p.offered
	}
	return ""
}

// refusedStep returns what to do if the server refused the logon.
func (p ProductInfo) refusedStep(err error) string {
	step := "The server refused the logon. The provider does not try again, because repeated failures can lock the " +
		"account. Check " + p.settings("username", "and", "password") + ", and check that the account is not locked and " +
		p.account + "."
	if p.client.isForbidden(err) {
		step += " " + p.allowed
	}
	return step
}

// certificateStep returns what to do if the certificate of the server is not accepted.
func (p ProductInfo) certificateStep(server string, e *httpkit.CertificateError) string {
	const minute = "2006-01-02 at 15:04 MST"
	pins := p.setting("tls_pinned_sha256")
	otherwise := " If you cannot change the certificate, compare the fingerprint with that of the certificate on the " +
		"server itself, and set " + pins + " to it."
	const form = "%s presented the certificate %q with the SHA-256 fingerprint %s"
	presented := fmt.Sprintf(form, server, e.Subject, e.SHA256)
	now := time.Now().UTC().Format(minute)
	switch e.Cause {
	case httpkit.UnknownAuthority:
		return presented + fmt.Sprintf(", which is not trusted. Set %s to the certificate of the authority that signed it, "+
			"%q, and of those in between. If it is a self-signed certificate that you have verified, set %s to this "+
			"fingerprint instead.", p.settings("ca_file", "or", "ca_pem"), e.Issuer, pins)
	case httpkit.WrongName:
		return presented + fmt.Sprintf(", which is valid for %s, but not for %q. Set %s to one of these names, or install a "+
			"certificate for %[2]q on the server.", strings.Join(e.Names, ", "), e.Host, p.setting("endpoint")) + otherwise
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
		return presented + ", which is not in " + pins + ". Either the certificate was renewed, or the connection " +
			"is intercepted. Compare the fingerprint with that of the certificate on the server itself before you change " +
			"tls_pinned_sha256."
	case httpkit.OtherCertificate:
	}
	return presented + ". Install a certificate on the server that is suitable for TLS servers." + otherwise
}
