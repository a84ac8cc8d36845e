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
}

// The products.
var (
	EnterpriseManager = ProductInfo{
		Name: "Enterprise Manager", fullName: "Veeam Backup Enterprise Manager", Attribute: "em",
		endpoint: "https://em.example.com:9398",
	}
	BackupFor365 = ProductInfo{
		Name: "Veeam Backup for Microsoft 365", fullName: "Veeam Backup for Microsoft 365", Attribute: "vb365",
		endpoint: "https://vb365.example.com:4443",
	}
)

// Variable returns the environment variable that sets an attribute of the product.
func (p ProductInfo) Variable(attribute string) string {
	return "VEEAM_" + strings.ToUpper(p.Attribute+"_"+attribute)
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
