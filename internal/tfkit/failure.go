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

// logonSummary is the summary of the one complete report of a failed logon.
const logonSummary = "Could not log on to Enterprise Manager"

// Failure returns the error diagnostic for an operation that failed. what names the operation and the object, for
// example "create the account TECH\\x". The detail contains the server's own words and what to do next. If the reason
// is a failed logon, only the first diagnostic contains them, and the others refer to it.
func Failure(what string, err error) diag.Diagnostic {
	logon := failedLogon(err)
	switch {
	case logon == nil:
		return diag.NewErrorDiagnostic("Could not "+what, err.Error()+nextStep(err))
	case logon.FirstReport():
		return diag.NewErrorDiagnostic(logonSummary, logon.Error()+nextStep(logon))
	}
	return diag.NewErrorDiagnostic("Could not "+what, fmt.Sprintf("The logon failed. See the error %q.", logonSummary))
}

// failedLogon returns the error of the logon if err says nothing else, and nil otherwise: an operation that had begun
// has more to report.
func failedLogon(err error) *emapi.LogonError {
	if logon, ok := err.(*emapi.LogonError); ok { //nolint:errorlint // the error of an operation may wrap it
		return logon
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	var first *emapi.LogonError
	for _, one := range joined.Unwrap() {
		logon := failedLogon(one)
		if logon == nil || first != nil && logon != first {
			return nil
		}
		first = logon
	}
	return first
}

func nextStep(err error) string {
	var cert *emapi.CertificateError
	switch {
	case errors.As(err, &cert):
		return fmt.Sprintf("\n\nThe server presented the certificate %q with the SHA-256 fingerprint %s, which is not "+
			"trusted. Set ca_file or ca_pem in em (VEEAM_EM_CA_FILE, VEEAM_EM_CA_PEM) to the certificate of the authority that "+
			"signed it. If it is a self-signed certificate that you have verified, set tls_pinned_sha256 to this "+
			"fingerprint instead.",
			cert.Subject, cert.SHA256)
	case emapi.IsLogonRefused(err):
		return "\n\nThe server refused the logon. The provider does not try again, because repeated failures can lock the " +
			"account. Check username and password in em (VEEAM_EM_USERNAME, VEEAM_EM_PASSWORD), and check that the account is " +
			"not locked and is an account of Enterprise Manager."
	case emapi.IsUnauthorized(err):
		return "\n\nEnterprise Manager rejected a session that it had just issued. " +
			"If it is behind a load balancer, enable session affinity."
	case emapi.IsForbidden(err):
		return "\n\nEnterprise Manager does not allow this for the account that the provider logs on as. To change " +
			"accounts, roles and scopes, that account needs the Portal Administrator role. " +
			"Restore scopes also need a license that includes them (Enterprise Plus edition)."
	case errors.Is(err, context.DeadlineExceeded):
		return "\n\nThe operation timed out. If the server is only slow, increase the time limit of the operation in the " +
			"timeouts attribute, or request_timeout in em."
	case errors.Is(err, context.Canceled):
		return "\n\nThe run was interrupted."
	}
	return ""
}
