// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

func vb365Attribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: connectionDescription("Veeam Backup for Microsoft 365"),
		Optional:            true,
		Attributes: connectionAttributes(tfkit.BackupFor365, connectionTexts{
			endpoint: "URL of the REST API: `https://host[:4443]`. The default port is 4443.",
			username: "Account to log on as, for example `TECH\\terraform`. It needs the Veeam Backup Administrator role. It " +
				"must not need multi-factor authentication (MFA), which the REST API does not support.",
			version: "Version of the REST API: `v8` (default), `v7` or `v6`. A server also serves the versions before its own.",
		}),
	}
}
