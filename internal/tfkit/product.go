// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// ProductInfo is what descriptions and diagnostics say about a product that the provider manages.
type ProductInfo struct {
	Name      string // in a sentence
	Attribute string // of the provider

	fullName string
	endpoint string // an example
	port     string // the default

	client  clientErrors
	account string // what the account must be so that the server accepts the logon; follows "the account"
	allowed string // what has to be the case so that the server allows a request
	running string // what has to be running so that the server responds
	enabled string // what else has to be the case so that something accepts connections, as another clause; may be empty
	version string // which version of the product has which version of the API; only with isNotOffered
	offered string // what has to be the case so that the server offers what the provider needs; only with isNotOffered
}

// clientErrors asks about the errors of a product's client.
type clientErrors struct {
	// status returns the HTTP status in the error, and reports whether err is an error of this client.
	status func(err error) (status int, own bool)
	// The server refused a logon, a session, a request for lack of rights.
	isLogonRefused, isUnauthorized, isForbidden func(error) bool
	// The server does not have what other servers have. It is nil if the client does not distinguish this.
	isNotOffered func(error) bool
}

// isNotOffered reports whether the server does not have what other servers have.
func (p ProductInfo) isNotOffered(err error) bool {
	return p.client.isNotOffered != nil && p.client.isNotOffered(err)
}

// productOf returns the product whose client returned the error.
func productOf(err error) (p ProductInfo, known bool) {
	for _, p := range []ProductInfo{EnterpriseManager, BackupFor365} {
		if _, own := p.client.status(err); own {
			return p, true
		}
	}
	return p, false
}

// Variable returns the environment variable that sets an attribute of the product.
func (p ProductInfo) Variable(attribute string) string {
	return "VEEAM_" + strings.ToUpper(p.Attribute+"_"+attribute)
}

// setting names an attribute of the product together with its variable.
func (p ProductInfo) setting(attribute string) string {
	return fmt.Sprintf("%s in %s (%s)", attribute, p.Attribute, p.Variable(attribute))
}

// settings names two attributes of the product together with their variables.
func (p ProductInfo) settings(one, conjunction, other string) string {
	const form = "%s %s %s in %s (%s, %s)"
	return fmt.Sprintf(form, one, conjunction, other, p.Attribute, p.Variable(one), p.Variable(other))
}

// notConfigured returns the error of an object that needs the product if the provider is not configured for it.
func (p ProductInfo) notConfigured() diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic(p.Name+" is not configured",
		fmt.Sprintf("This object needs a connection to %s. Configure it in the provider block:\n\n"+
			"  provider \"veeam\" {\n    %s = {\n      endpoint = %q\n      username = ...\n      password = ...\n    }\n  "+
			"}\n\nor set %s, %s and %s in the environment.",
			p.fullName, p.Attribute, p.endpoint, p.Variable("endpoint"), p.Variable("username"), p.Variable("password")))}
}

// notKnown returns the error of an object that needs the product if its configuration is not fully known yet.
func (p ProductInfo) notKnown() diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic(
		fmt.Sprintf("The provider's %s configuration is not known yet", p.Attribute),
		fmt.Sprintf("An attribute of %s depends on a value that is known only after apply, so the provider cannot connect "+
			"to %s yet. First create the objects that the value depends on (terraform apply -target=...), or configure the "+
			"provider with known values.", p.Attribute, p.Name))}
}
