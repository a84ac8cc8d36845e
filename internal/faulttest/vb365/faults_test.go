// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// fault is a column of the matrix.
type fault = faultkit.Fault

// The names of faults that other code asks for.
const (
	refusedRefresh = "token and refresh expired"
	foreignSchema  = "other schema"
)

// busy returns a fault of a server that says with an error code that the same request can succeed later.
func busy(name, code string, after bool) fault {
	body := fmt.Sprintf(`{"message":"Try again.","errorCode":%q}`, code)
	return fault{
		Name: name, After: after, Says: []string{"HTTP 500 Internal Server Error: Try again."},
		Is: simkit.Fault{
			Kind: simkit.FaultStatus, Status: http.StatusInternalServerError, Body: body, AfterCommit: after,
		},
	}
}

var faults = slices.Concat(
	faultkit.Common(
		"503", "429", "reset before", "reset after", "time-out before", "time-out after", "session expired",
	),
	[]fault{
		{
			Name: refusedRefresh, Session: true, Says: []string{"HTTP 401"},
			Is: simkit.Fault{Kind: simkit.FaultExpireSession}, UnknownSession: http.StatusBadRequest,
		},
		{
			Name: "garbage", Says: []string{"JSON"}, Is: simkit.Fault{Kind: simkit.FaultGarbage},
		},
	},
	faultkit.Common("truncated", "HTML 502", "404, no body"),
	[]fault{{
		Name: foreignSchema, After: true,
		Says: []string{
			"not a JSON list", "not a role", "not an object", "has no access_token", "no results", "not an organization",
		},
		Is: simkit.Fault{Kind: simkit.FaultWrongNamespace},
	}},
	faultkit.Server500(`{"message":"`+faultkit.ServerMessage+`","errorCode":"HttpError"}`),
	[]fault{busy("ProxyOffline", "ProxyOffline", false), busy("Timeout after", "Timeout", true)},
)
