// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"net/http"
	"slices"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// tooLong is a delay that the provider does not wait for: the default of request_timeout is 60 s.
const tooLong = 90 * time.Second

// fault is a column of the matrix.
type fault struct {
	name  string
	says  []string // the error contains one of these: the status, the server's message, or the connection's failure
	is    emsim.Fault
	after bool // the server carries out the request
	// session reports whether it is the session that fails.
	session bool
	// unknownSession is the server's status for an unknown session; 0 means 401.
	unknownSession int
}

const (
	serverError = `<?xml version="1.0" encoding="utf-8"?><Error xmlns="http://www.veeam.com/ent/v1.0" ` +
		`StatusCode="500" Message="The configuration database is locked."/>`
	lockedError = "HTTP 500 Internal Server Error: The configuration database is locked."
)

var faults = []fault{
	{
		name: "503", says: []string{"HTTP 503"},
		is: emsim.Fault{Kind: emsim.FaultStatus, Status: http.StatusServiceUnavailable},
	},
	{
		name: "429", says: []string{"HTTP 429"},
		is: emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusTooManyRequests,
			Header: http.Header{"Retry-After": {"30"}},
		},
	},
	{
		name: "reset before", says: []string{"connection reset", "EOF"},
		is: emsim.Fault{Kind: emsim.FaultDropBeforeCommit},
	},
	{
		name: "reset after", after: true, says: []string{"connection reset", "EOF"},
		is: emsim.Fault{Kind: emsim.FaultDropAfterCommit},
	},
	{
		name: "time-out before", after: true, says: []string{"no complete response within 1m0s", "deadline exceeded"},
		is: emsim.Fault{Kind: emsim.FaultDelayBeforeCommit, Delay: tooLong},
	},
	{
		name: "time-out after", after: true, says: []string{"no complete response within 1m0s", "deadline exceeded"},
		is: emsim.Fault{Kind: emsim.FaultDelayAfterCommit, Delay: tooLong},
	},
	{
		name: "session expired", session: true, says: []string{"HTTP 401"},
		is: emsim.Fault{Kind: emsim.FaultExpireSession},
	},
	{
		name: "session expired, 500", session: true, says: []string{"HTTP 500"},
		is: emsim.Fault{Kind: emsim.FaultExpireSession}, unknownSession: http.StatusInternalServerError,
	},
	{
		name: "garbage", says: []string{"XML", "no X-RestSvcSessionId header"},
		is: emsim.Fault{Kind: emsim.FaultGarbage},
	},
	{
		name: "truncated", after: true, says: []string{"ends early", "unexpected EOF", "cut off"},
		is: emsim.Fault{Kind: emsim.FaultTruncated},
	},
	{
		name: "HTML 502", says: []string{"HTTP 502"},
		is: emsim.Fault{Kind: emsim.FaultHTML, Status: http.StatusBadGateway},
	},
	{
		name: "404, no body", says: []string{"HTTP 404"},
		is: emsim.Fault{Kind: emsim.FaultStatus, Status: http.StatusNotFound},
	},
	{
		name: "wrong namespace", after: true, says: []string{"namespace", "does not come from Enterprise Manager"},
		is: emsim.Fault{Kind: emsim.FaultWrongNamespace},
	},
	{
		name: "500 before", says: []string{lockedError},
		is: emsim.Fault{Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, Body: serverError},
	},
	{
		name: "500 after", after: true, says: []string{lockedError},
		is: emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, Body: serverError,
			AfterCommit: true,
		},
	},
}

func faultOf(name string) fault {
	return faults[slices.IndexFunc(faults, func(f fault) bool { return f.name == name })]
}
