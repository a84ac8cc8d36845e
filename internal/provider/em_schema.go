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
		MarkdownDescription: "Connection to Veeam Backup Enterprise Manager. Each attribute can also be set in the environment; the configuration wins.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				MarkdownDescription: "Address of the REST API, `https://host[:9398]`, with or without `/api`; the port is 9398 where none is given. " +
					"`http://` is accepted for a loopback address only. Environment: `VEEAM_EM_ENDPOINT`.",
				Optional: true,
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Account to log on as, for example `TECH\\terraform`. It needs the Portal Administrator role. Environment: `VEEAM_EM_USERNAME`.",
				Optional:            true,
			},
			"password": schema.StringAttribute{
				MarkdownDescription: "Password of the account. A wrong one is tried once in a run. Environment: `VEEAM_EM_PASSWORD`.",
				Optional:            true,
				Sensitive:           true,
			},
			"api_version": schema.StringAttribute{
				MarkdownDescription: "Version of the REST API, `latest` (default) or one such as `v1_7`. Environment: `VEEAM_EM_API_VERSION`.",
				Optional:            true,
			},
			"ca_file": schema.StringAttribute{
				MarkdownDescription: "File with certificates (PEM) of the authorities to trust besides the system's. Not together with `ca_pem`. Environment: `VEEAM_EM_CA_FILE`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("em").AtName("ca_pem"))},
			},
			"ca_pem": schema.StringAttribute{
				MarkdownDescription: "Certificates (PEM) of the authorities to trust besides the system's. Not together with `ca_file`. Environment: `VEEAM_EM_CA_PEM`.",
				Optional:            true,
			},
			"tls_pinned_sha256": schema.ListAttribute{
				MarkdownDescription: "SHA-256 fingerprints (hexadecimal, with or without colons) of server certificates. Where given, exactly these certificates are accepted, whoever signed them: " +
					"the way to trust a self-signed appliance. Environment: `VEEAM_EM_TLS_PINNED_SHA256`, separated by commas.",
				ElementType: types.StringType,
				Optional:    true,
			},
			"insecure_skip_verify": schema.BoolAttribute{
				MarkdownDescription: "Accept any certificate (default `false`). Whoever sits between can then read the password and hand out access. Environment: `VEEAM_EM_INSECURE_SKIP_VERIFY`.",
				Optional:            true,
			},
			"server_platform": schema.StringAttribute{
				MarkdownDescription: "Platform of the server, `windows` (default) or `linux` (the appliance). It decides how User and Group accounts are named: " +
					"`Domain\\Name` on Windows, `Name@Domain` on Linux. Environment: `VEEAM_EM_SERVER_PLATFORM`.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.OneOf(tfkit.Platforms...)},
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: "Time limit of one request, a duration such as `30s` (default `60s`). Environment: `VEEAM_EM_REQUEST_TIMEOUT`.",
				Optional:            true,
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "How often a request that is safe to repeat is repeated after a passing fault (default 4). Environment: `VEEAM_EM_MAX_RETRIES`.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(0, maxMaxRetries)},
			},
			"allow_self_lockout": schema.BoolAttribute{
				MarkdownDescription: "Allow to delete, or to take the Portal Administrator role from, the account that the provider is logged on as (default `false`). Environment: `VEEAM_EM_ALLOW_SELF_LOCKOUT`.",
				Optional:            true,
			},
		},
	}
}
