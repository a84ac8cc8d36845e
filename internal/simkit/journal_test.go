// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package simkit_test

import (
	"net/http"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

func TestIsWrite_IsFalseForSessionsOfEitherProduct(t *testing.T) {
	for path, want := range map[string]bool{
		"/api/sessionMngr/":      false,
		"/api/logonSessions/1":   false,
		"/v6/token":              false,
		"/v8/token/logout":       false,
		"/api/security/accounts": true,
		"/v8/RbacRoles/1":        true,
	} {
		if got := (simkit.Request{Method: http.MethodPost, Path: path}).IsWrite(); got != want {
			t.Errorf("POST %s: %t, want %t", path, got, want)
		}
	}
}
