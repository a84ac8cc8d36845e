// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"net/http"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
)

// fault is a column of the matrix.
type fault = faultkit.Fault

const serverError = `<?xml version="1.0" encoding="utf-8"?><Error xmlns="http://www.veeam.com/ent/v1.0" ` +
	`StatusCode="500" Message="` + faultkit.ServerMessage + `"/>`

var faults = slices.Concat(
	faultkit.Common(
		"503", "429", "reset before", "reset after", "time-out before", "time-out after", "session expired",
	),
	[]fault{
		{
			Name: "session expired, 500", Session: true, Says: []string{"HTTP 500"},
			Is: emsim.Fault{Kind: emsim.FaultExpireSession}, UnknownSession: http.StatusInternalServerError,
		},
		{
			Name: "garbage", Says: []string{"XML", "no X-RestSvcSessionId header"},
			Is: emsim.Fault{Kind: emsim.FaultGarbage},
		},
	},
	faultkit.Common("truncated", "HTML 502", "404, no body"),
	[]fault{{
		Name: "wrong namespace", After: true, Says: []string{"namespace", "does not come from Enterprise Manager"},
		Is: emsim.Fault{Kind: emsim.FaultWrongNamespace},
	}},
	faultkit.Server500(serverError),
)
