// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestGUID_RefusesWhatIsNoGUIDAndDefersOnUnknown(t *testing.T) {
	const guid = "e60dfb9c-ac58-4463-879f-9855ac35576b"
	for name, c := range map[string]struct {
		value types.String
		want  string // the detail of the error
	}{
		"null":       {types.StringNull(), ""},
		"unknown":    {types.StringUnknown(), ""},
		"GUID":       {types.StringValue(guid), ""},
		"upper case": {types.StringValue("E60DFB9C-AC58-4463-879F-9855AC35576B"), ""},
		"empty": {
			types.StringValue(""), `"" is not a GUID of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx.`,
		},
		"name": {
			types.StringValue("abc"), `"abc" is not a GUID of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx.`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var resp validator.StringResponse
			GUID().ValidateString(t.Context(), validator.StringRequest{Path: path.Root("id"), ConfigValue: c.value}, &resp)
			var got string
			for _, d := range resp.Diagnostics {
				got += d.Detail()
			}
			if got != c.want || len(resp.Diagnostics) > 1 {
				t.Errorf("%v, want %q", resp.Diagnostics, c.want)
			}
		})
	}
}
