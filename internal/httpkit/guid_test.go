// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"strings"
	"testing"
)

func TestParseGUID_ReturnsItInLowerCase(t *testing.T) {
	const id = "D6701C3D-15f4-421d-b376-c0e2634bc1f4"
	got, err := ParseGUID(id)
	ok(t, err)
	equal(t, "the GUID", got, strings.ToLower(id))
	noDashes := strings.ReplaceAll(id, "-", "0")
	for _, wrong := range []string{"", id[1:], id + "0", "{" + id[2:] + "}", "g" + id[1:], noDashes} {
		if got, err := ParseGUID(wrong); err == nil {
			t.Errorf("ParseGUID(%q) = %q", wrong, got)
		}
	}
}
