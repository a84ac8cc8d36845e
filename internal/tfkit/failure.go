// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// Failure is the error diagnostic of something that could not be done: what ("create the account TECH\\x"),
// the server's own words, and what to do next.
func Failure(what string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Could not "+what, err.Error()+nextStep(err))
}

func nextStep(err error) string {
	var cert *emapi.CertificateError
	switch {
	case errors.As(err, &cert):
		return fmt.Sprintf("\n\nThe server presented the certificate %q with the SHA-256 fingerprint %s, which is not trusted. "+
			"Set ca_file or ca_pem in em (VEEAM_EM_CA_FILE, VEEAM_EM_CA_PEM) to the certificate of the authority that signed it, "+
			"or, for a self-signed certificate that you have verified, tls_pinned_sha256 to this fingerprint.", cert.Subject, cert.SHA256)
	case emapi.IsLogonRefused(err):
		return "\n\nThe logon was refused and is not tried again, since repeated failures can lock the account. " +
			"Check username and password in em (VEEAM_EM_USERNAME, VEEAM_EM_PASSWORD), that the account is not locked, and that it is an account of Enterprise Manager."
	case emapi.IsUnauthorized(err):
		return "\n\nEnterprise Manager does not take the session that it gave to this run, not even a new one. " +
			"Where several servers share the address, it has to keep a session on one of them."
	case emapi.IsForbidden(err):
		return "\n\nEnterprise Manager refuses this to the account that the provider logs on as. Changing accounts, roles and scopes needs the " +
			"Portal Administrator role, and restore scopes need a licence that includes them (Enterprise Plus edition)."
	case errors.Is(err, context.DeadlineExceeded):
		return "\n\nThe time for this operation is over. Where the server is merely slow, raise the operation's time in the timeouts attribute, or request_timeout in em."
	case errors.Is(err, context.Canceled):
		return "\n\nThe run was interrupted."
	}
	return ""
}
