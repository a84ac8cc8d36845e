// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// Failure returns the error diagnostic for an operation that failed. what names the operation and the object, for
// example "create the account TECH\\x". The detail contains the server's own words and what to do next. If the reason
// is a failed logon, only the first diagnostic contains them, and the others refer to it.
func Failure(what string, err error) diag.Diagnostic {
	logon := failedLogon(err)
	p, _ := productOf(err)
	logonSummary := "Could not log on to " + p.Name
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
func failedLogon(err error) *httpkit.LogonError {
	if logon, ok := err.(*httpkit.LogonError); ok { //nolint:errorlint // the error of an operation may wrap it
		return logon
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	var first *httpkit.LogonError
	for _, one := range joined.Unwrap() {
		logon := failedLogon(one)
		if logon == nil || first != nil && logon != first {
			return nil
		}
		first = logon
	}
	return first
}
