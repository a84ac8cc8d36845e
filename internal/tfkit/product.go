// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// product is what diagnostics say about a product that the provider manages.
type product struct {
	name      string // in a sentence
	fullName  string
	attribute string // of the provider
	endpoint  string // an example
}

var (
	enterpriseManager = product{
		name: "Enterprise Manager", fullName: "Veeam Backup Enterprise Manager", attribute: "em",
		endpoint: "https://em.example.com:9398",
	}
	backupFor365 = product{
		name: "Veeam Backup for Microsoft 365", fullName: "Veeam Backup for Microsoft 365", attribute: "vb365",
		endpoint: "https://vb365.example.com:4443",
	}
)

// variable returns the environment variable that sets an attribute of the product.
func (p product) variable(attribute string) string {
	return "VEEAM_" + strings.ToUpper(p.attribute+"_"+attribute)
}

// notConfigured returns the error of an object that needs the product if the provider is not configured for it.
func (p product) notConfigured() diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic(p.name+" is not configured",
		fmt.Sprintf("This object needs a connection to %s. Configure it in the provider block:\n\n"+
			"  provider \"veeam\" {\n    %s = {\n      endpoint = %q\n      username = ...\n      password = ...\n    }\n  }\n\n"+
			"or set %s, %s and %s in the environment.",
			p.fullName, p.attribute, p.endpoint, p.variable("endpoint"), p.variable("username"), p.variable("password")))}
}

// notKnown returns the error of an object that needs the product if its configuration is not fully known yet.
func (p product) notKnown() diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic(
		fmt.Sprintf("The provider's %s configuration is not known yet", p.attribute),
		fmt.Sprintf("An attribute of %s depends on a value that is known only after apply, so the provider cannot connect to "+
			"%s yet. First create the objects that the value depends on (terraform apply -target=...), or configure the provider "+
			"with known values.", p.attribute, p.name))}
}
