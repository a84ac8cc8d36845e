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

// FuzzAccountName checks that the rule accepts exactly the names that have the form of the API reference, and that it
// refuses any other name with one error.
func FuzzAccountName(f *testing.F) {
	for _, name := range []string{
		`TECH\william.fox`, "william.fox@tech.local", "ops", "", `\`, "@", `a\b\c`, "a@b@c", ` TECH\fox`, "fox@ tech",
		"a\x00b@c", "TECH\\fo\tx", "grüße@höhle",
	} {
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
		valid := strings.TrimSpace(name) != "" && !strings.ContainsFunc(name, unicode.IsControl)
		if separator != "" {
			parts := strings.Split(name, separator)
			good := func(part string) bool { return part != "" && part == strings.TrimSpace(part) }
			local := linux && accountType != "ExternalUser" && !strings.ContainsAny(name, `@\`) && good(name)
			valid = valid && (local || len(parts) == 2 && good(parts[0]) && good(parts[1]))
		}
		if valid != (len(diags) == 0) || len(diags) > 1 {
			t.Errorf("%s %q on %s: valid %t, diagnostics %v", accountType, name, platform, valid, diags)
		}
	})
}
