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

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// model is the provider's configuration.
type model struct {
	EM types.Object `tfsdk:"em"`
}

// emModel is the em attribute.
type emModel struct {
	Endpoint           types.String `tfsdk:"endpoint"`
	Username           types.String `tfsdk:"username"`
	Password           types.String `tfsdk:"password"`
	PasswordFile       types.String `tfsdk:"password_file"`
	APIVersion         types.String `tfsdk:"api_version"`
	CAFile             types.String `tfsdk:"ca_file"`
	CAPEM              types.String `tfsdk:"ca_pem"`
	TLSPinnedSHA256    types.List   `tfsdk:"tls_pinned_sha256"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
	ServerPlatform     types.String `tfsdk:"server_platform"`
	RequestTimeout     types.String `tfsdk:"request_timeout"`
	MaxRetries         types.Int64  `tfsdk:"max_retries"`
	AllowSelfLockout   types.Bool   `tfsdk:"allow_self_lockout"`
}

func emAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Connection to Veeam Backup Enterprise Manager. Each attribute can also be set with an " +
			"environment variable. The configuration takes precedence.",
		Optional: true,
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				MarkdownDescription: "URL of the REST API: `https://host[:9398]`, with or without `/api`. The default port is " +
					"9398. `http://` is accepted only for a loopback address. Environment variable: `VEEAM_EM_ENDPOINT`.",
				Optional: true,
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Account to log on as, for example `TECH\\terraform`. It needs the Portal Administrator " +
					"role. Environment variable: `VEEAM_EM_USERNAME`.",
				Optional: true,
			},
			"password": schema.StringAttribute{
				MarkdownDescription: "Password of the account. The provider tries a wrong password only once in each run. " +
					"Conflicts with `password_file`. Environment variable: `VEEAM_EM_PASSWORD`.",
				Optional:  true,
				Sensitive: true,
			},
			"password_file": schema.StringAttribute{
				MarkdownDescription: "Path of a file that contains the password of the account, such as a secret of Docker or " +
					"Kubernetes. One line break at the end of the file is dropped. Conflicts with `password`. Environment " +
					"variable: `VEEAM_EM_PASSWORD_FILE`.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("em").AtName("password"))},
			},
			"api_version": schema.StringAttribute{
				MarkdownDescription: "Version of the REST API: `latest` (default), or a version such as `v1_7`. Environment " +
					"variable: `VEEAM_EM_API_VERSION`.",
				Optional: true,
			},
			"ca_file": schema.StringAttribute{
				MarkdownDescription: "Path of a file with certificates, in PEM or DER format, to trust in addition to the " +
					"certificate authorities of the system. Conflicts with `ca_pem`. Environment variable: `VEEAM_EM_CA_FILE`.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("em").AtName("ca_pem"))},
			},
			"ca_pem": schema.StringAttribute{
				MarkdownDescription: "PEM-encoded certificates to trust in addition to the certificate authorities of the " +
					"system. Conflicts with `ca_file`. Environment variable: `VEEAM_EM_CA_PEM`.",
				Optional: true,
			},
			"tls_pinned_sha256": schema.ListAttribute{
				MarkdownDescription: "SHA-256 fingerprints of server certificates, in hexadecimal, with or without colons. If " +
					"set, the provider accepts these certificates and no others, regardless of who signed them. Use it to trust an " +
					"appliance with a self-signed certificate. Environment variable: `VEEAM_EM_TLS_PINNED_SHA256`, separated by " +
					"commas.",
				ElementType: types.StringType,
				Optional:    true,
			},
			"insecure_skip_verify": schema.BoolAttribute{
				MarkdownDescription: "Accept any server certificate (default `false`). An attacker on the network can then read " +
					"the password and grant access. Environment variable: `VEEAM_EM_INSECURE_SKIP_VERIFY`.",
				Optional: true,
			},
			"server_platform": schema.StringAttribute{
				MarkdownDescription: "Platform of the server: `windows` (default) or `linux` (the appliance). It determines the " +
					"form of `User` and `Group` account names: `Domain\\Name` on Windows, `Name@Domain` or the bare name of a local " +
					"account on Linux. Environment variable: `VEEAM_EM_SERVER_PLATFORM`.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.OneOf(tfkit.Platforms...)},
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: "Time limit of each request, as a duration such as `30s` (default `60s`). Environment " +
					"variable: `VEEAM_EM_REQUEST_TIMEOUT`.",
				Optional: true,
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "Maximum number of retries after a transient failure, for a request that is safe to repeat " +
					"(default 4). Environment variable: `VEEAM_EM_MAX_RETRIES`.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(0, emapi.MostRetries)},
			},
			"allow_self_lockout": schema.BoolAttribute{
				MarkdownDescription: "Allow changes that lock out the account that the provider logs on as: deleting it, or " +
					"removing its Portal Administrator role (default `false`). The account may have another spelling of the name, " +
					"such as `svc@tech.local` for `TECH\\svc`. If the provider can only have the role through a group, this applies " +
					"to the last group that has it. Environment variable: `VEEAM_EM_ALLOW_SELF_LOCKOUT`.",
				Optional: true,
			},
		},
	}
}
