// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// connectionModel contains the attributes that each product has.
type connectionModel struct {
	Endpoint           types.String `tfsdk:"endpoint"`
	Username           types.String `tfsdk:"username"`
	Password           types.String `tfsdk:"password"`
	PasswordFile       types.String `tfsdk:"password_file"`
	APIVersion         types.String `tfsdk:"api_version"`
	CAFile             types.String `tfsdk:"ca_file"`
	CAPEM              types.String `tfsdk:"ca_pem"`
	TLSPinnedSHA256    types.List   `tfsdk:"tls_pinned_sha256"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
	RequestTimeout     types.String `tfsdk:"request_timeout"`
	MaxRetries         types.Int64  `tfsdk:"max_retries"`
}

// connectionTexts are the parts of the descriptions that differ between the products.
type connectionTexts struct{ endpoint, username, version string }

func connectionDescription(product string) string {
	return "Connection to " + product + ". Each attribute can also be set with an environment variable. The " +
		"configuration takes precedence."
}

// connectionAttributes returns the attributes of connectionModel.
func connectionAttributes(p tfkit.ProductInfo, texts connectionTexts) map[string]schema.Attribute {
	sibling := func(attribute string) path.Expression { return path.MatchRoot(p.Attribute).AtName(attribute) }
	variable := func(attribute string) string { return " Environment variable: `" + p.Variable(attribute) + "`" }
	return map[string]schema.Attribute{
		"endpoint": schema.StringAttribute{
			MarkdownDescription: texts.endpoint + " `http://` is accepted only for a loopback address." +
				variable("endpoint") + ".",
			Optional: true,
		},
		"username": schema.StringAttribute{
			MarkdownDescription: texts.username + variable("username") + ".",
			Optional:            true,
		},
		"password": schema.StringAttribute{
			MarkdownDescription: "Password of the account. The provider tries a wrong password only once in each run. " +
				"Conflicts with `password_file`." + variable("password") + ".",
			Optional:  true,
			Sensitive: true,
		},
		"password_file": schema.StringAttribute{
			MarkdownDescription: "Path of a file that contains the password of the account, such as a secret of Docker or " +
				"Kubernetes. One line break at the end of the file is dropped. Conflicts with `password`." +
				variable("password_file") + ".",
			Optional:   true,
			Validators: []validator.String{stringvalidator.ConflictsWith(sibling("password"))},
		},
		"api_version": schema.StringAttribute{
			MarkdownDescription: texts.version + variable("api_version") + ".",
			Optional:            true,
		},
		"ca_file": schema.StringAttribute{
			MarkdownDescription: "Path of a file with certificates, in PEM or DER format, to trust in addition to the " +
				"certificate authorities of the system. Conflicts with `ca_pem`." + variable("ca_file") + ".",
			Optional:   true,
			Validators: []validator.String{stringvalidator.ConflictsWith(sibling("ca_pem"))},
		},
		"ca_pem": schema.StringAttribute{
			MarkdownDescription: "PEM-encoded certificates to trust in addition to the certificate authorities of the " +
				"system. Conflicts with `ca_file`." + variable("ca_pem") + ".",
			Optional: true,
		},
		"tls_pinned_sha256": schema.ListAttribute{
			MarkdownDescription: "SHA-256 fingerprints of server certificates, in hexadecimal, with or without colons. If " +
				"set, the provider accepts these certificates and no others, regardless of who signed them. Use it to trust an " +
				"appliance with a self-signed certificate." + variable("tls_pinned_sha256") + ", separated by commas.",
			ElementType: types.StringType,
			Optional:    true,
		},
		"insecure_skip_verify": schema.BoolAttribute{
			MarkdownDescription: "Accept any server certificate (default `false`). An attacker on the network can then read " +
				"the password and grant access." + variable("insecure_skip_verify") + ".",
			Optional: true,
		},
		"request_timeout": schema.StringAttribute{
			MarkdownDescription: "Time limit of each request, as a duration such as `30s` (default `60s`)." +
				variable("request_timeout") + ".",
			Optional: true,
		},
		"max_retries": schema.Int64Attribute{
			MarkdownDescription: "Maximum number of retries after a transient failure, for a request that is safe to repeat " +
				"(default 4)." + variable("max_retries") + ".",
			Optional:   true,
			Validators: []validator.Int64{int64validator.Between(0, httpkit.MostRetries)},
		},
	}
}
