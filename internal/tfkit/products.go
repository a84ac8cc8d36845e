// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"errors"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// EnterpriseManager is Veeam Backup Enterprise Manager.
var EnterpriseManager = ProductInfo{
	Name: "Enterprise Manager", fullName: "Veeam Backup Enterprise Manager", Attribute: "em",
	endpoint: "https://em.example.com:9398", port: "9398",
	client: clientErrors{
		status: func(err error) (int, bool) {
			var e *emapi.Error
			if !errors.As(err, &e) {
				return 0, false
			}
			return e.Status, true
		},
		isLogonRefused: emapi.IsLogonRefused, isUnauthorized: emapi.IsUnauthorized, isForbidden: emapi.IsForbidden,
	},
	account: "is an account of Enterprise Manager",
	allowed: "To change accounts, roles and scopes, that account needs the Portal Administrator role. " +
		"Restore scopes also need a license that includes them (Enterprise Plus edition).",
	running: "the server and its Enterprise Manager service are running",
}

// operatorsOnly says how to end the mode in which only restore operators can use the REST API.
const operatorsOnly = `If the option "Enable restore operator authentication only" of Veeam Backup for Microsoft 365 ` +
	"is enabled, disable it, because it makes everything unavailable that the provider needs."

// BackupFor365 is Veeam Backup for Microsoft 365.
var BackupFor365 = ProductInfo{
	Name: "Veeam Backup for Microsoft 365", fullName: "Veeam Backup for Microsoft 365", Attribute: "vb365",
	endpoint: "https://vb365.example.com:4443", port: "4443",
	client: clientErrors{
		status: func(err error) (int, bool) {
			var e *vb365api.Error
			if !errors.As(err, &e) {
				return 0, false
			}
			return e.Status, true
		},
		isLogonRefused: vb365api.IsLogonRefused, isUnauthorized: vb365api.IsUnauthorized,
		isForbidden:  vb365api.IsForbidden,
		isNotOffered: vb365api.IsNotOffered,
	},
	account: "does not need multi-factor authentication (MFA), which the REST API does not support. An account that is " +
		"marked as a service account needs none",
	allowed: "That account needs the role Veeam Backup Administrator. " + operatorsOnly,
	running: "the server and its Veeam Backup for Microsoft 365 REST API service are running",
	enabled: ", that the REST service is enabled in the general options of Veeam Backup for Microsoft 365",
	version: "v8 needs version 8 of Veeam Backup for Microsoft 365, and v7 needs version 7 or later.",
	offered: operatorsOnly,
}
