// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// emModel is the em attribute.
type emModel struct {
	connectionModel

	ServerPlatform   types.String `tfsdk:"server_platform"`
	AllowSelfLockout types.Bool   `tfsdk:"allow_self_lockout"`
}

func emAttribute() schema.Attribute {
	attributes := connectionAttributes(tfkit.EnterpriseManager, connectionTexts{
		endpoint: "URL of the REST API: `https://host[:9398]`, with or without `/api`. The default port is 9398.",
		username: "Account to log on as, for example `TECH\\terraform`. It needs the Portal Administrator role.",
		version:  "Version of the REST API: `latest` (default), or a version such as `v1_7`.",
	})
	maps.Copy(attributes, map[string]schema.Attribute{
		"server_platform": schema.StringAttribute{
			MarkdownDescription: "Platform of the server: `windows` (default) or `linux` (the appliance). It determines the " +
				"form of `User` and `Group` account names: `Domain\\Name` on Windows, `Name@Domain` or the bare name of a local " +
				"account on Linux. Environment variable: `VEEAM_EM_SERVER_PLATFORM`.",
			Optional:   true,
			Validators: []validator.String{stringvalidator.OneOf(tfkit.Platforms...)},
		},
		"allow_self_lockout": schema.BoolAttribute{
			MarkdownDescription: "Allow changes that lock out the account that the provider logs on as: deleting it, or " +
				"removing its Portal Administrator role (default `false`). The account may have another spelling of the name, " +
				"such as `svc@tech.local` for `TECH\\svc`. If the provider can only have the role through a group, this applies " +
				"to the last group that has it. Environment variable: `VEEAM_EM_ALLOW_SELF_LOCKOUT`.",
			Optional: true,
		},
	})
	return schema.SingleNestedAttribute{
		MarkdownDescription: connectionDescription("Veeam Backup Enterprise Manager"),
		Optional:            true,
		Attributes:          attributes,
	}
}
