// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// What the rule takes has the form that the API's page asks for, and can be sent; a refusal is one error at the attribute.
func FuzzAccountName(f *testing.F) {
	for _, name := range []string{`TECH\william.fox`, "william.fox@tech.local", "ops", "", `\`, "@", `a\b\c`, "a@b@c", ` TECH\fox`, "fox@ tech", "a\x00b@c", "TECH\\fo\tx", "grüße@höhle"} {
		for kind := range emapi.AccountTypes {
			f.Add(uint8(kind), kind%2 == 0, name)
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, linux bool, name string) {
		accountType, platform := emapi.AccountTypes[int(kind)%len(emapi.AccountTypes)], tfkit.PlatformWindows
		if linux {
			platform = tfkit.PlatformLinux
		}
		diags := AccountName(path.Root("account_name"), types.StringValue(accountType), types.StringValue(name), platform)
		separator := map[string]string{"ExternalUser": "@", "ExternalGroup": ""}[accountType]
		if accountType == "User" || accountType == "Group" {
			separator = map[bool]string{false: `\`, true: "@"}[linux]
		}
		legal := strings.TrimSpace(name) != "" && !strings.ContainsFunc(name, unicode.IsControl)
		if separator != "" {
			parts := strings.Split(name, separator)
			legal = legal && len(parts) == 2 && parts[0] != "" && parts[1] != "" && parts[0] == strings.TrimSpace(parts[0]) && parts[1] == strings.TrimSpace(parts[1])
		}
		if legal != (len(diags) == 0) || len(diags) > 1 {
			t.Errorf("%s %q on %s: legal %t, diagnostics %v", accountType, name, platform, legal, diags)
		}
	})
}
