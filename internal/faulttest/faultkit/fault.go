// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"net/http"
	"slices"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// TooLong is a delay that the provider does not wait for: the default of request_timeout is 60 s. A slow server
// answers, or carries out the request, half a minute after the client gave up.
const TooLong = 90 * time.Second

// Fault is a column of a matrix.
type Fault struct {
	Name  string
	Says  []string // the error contains one of these: the status, the server's message, or the connection's failure
	Is    simkit.Fault
	After bool // the server carries out the request
	// Session reports whether it is the session that fails.
	Session bool
	// UnknownSession is the server's status for an unknown session; 0 means 401.
	UnknownSession int
}

// ServerMessage is the message of the faults that Server500 returns.
const ServerMessage = "The configuration database is locked."

// Server500 returns the faults of a server that fails before and after it carries out the request. The body contains
// ServerMessage.
func Server500(body string) []Fault {
	is := simkit.Fault{Kind: simkit.FaultStatus, Status: http.StatusInternalServerError, Body: body}
	after := is
	after.AfterCommit = true
	says := []string{"HTTP 500 Internal Server Error: " + ServerMessage}
	return []Fault{{Name: "500 before", Says: says, Is: is}, {Name: "500 after", After: true, Says: says, Is: after}}
}

// common are the faults of the network and of proxies, which do not depend on the product.
var common = []Fault{
	{
		Name: "403", Says: []string{"HTTP 403"},
		Is: simkit.Fault{Kind: simkit.FaultStatus, Status: http.StatusForbidden},
	},
	{
		Name: "503", Says: []string{"HTTP 503"},
		Is: simkit.Fault{Kind: simkit.FaultStatus, Status: http.StatusServiceUnavailable},
	},
	{
		Name: "429", Says: []string{"HTTP 429"},
		Is: simkit.Fault{
			Kind: simkit.FaultStatus, Status: http.StatusTooManyRequests,
			Header: http.Header{"Retry-After": {"30"}},
		},
	},
	{
		Name: "reset before", Says: []string{"connection reset", "EOF"},
		Is: simkit.Fault{Kind: simkit.FaultDropBeforeCommit},
	},
	{
		Name: "reset after", After: true, Says: []string{"connection reset", "EOF"},
		Is: simkit.Fault{Kind: simkit.FaultDropAfterCommit},
	},
	{
		Name: "time-out before", After: true, Says: []string{"no complete response within 1m0s", "deadline exceeded"},
		Is: simkit.Fault{Kind: simkit.FaultDelayBeforeCommit, Delay: TooLong},
	},
	{
		Name: "time-out after", After: true, Says: []string{"no complete response within 1m0s", "deadline exceeded"},
		Is: simkit.Fault{Kind: simkit.FaultDelayAfterCommit, Delay: TooLong},
	},
	{
		Name: "session expired", Session: true, Says: []string{"HTTP 401"},
		Is: simkit.Fault{Kind: simkit.FaultExpireSession},
	},
	{
		Name: "truncated", After: true, Says: []string{"ends early", "unexpected EOF", "cut off"},
		Is: simkit.Fault{Kind: simkit.FaultTruncated},
	},
	{
		Name: "HTML 502", Says: []string{"HTTP 502"},
		Is: simkit.Fault{Kind: simkit.FaultHTML, Status: http.StatusBadGateway},
	},
	{
		Name: "404, no body", Says: []string{"HTTP 404"},
		Is: simkit.Fault{Kind: simkit.FaultStatus, Status: http.StatusNotFound},
	},
}

// Common returns the faults with these names that do not depend on the product.
func Common(names ...string) []Fault {
	out := make([]Fault, len(names))
	for i, name := range names {
		out[i] = Named(common, name)
	}
	return out
}

// Named returns the fault of this name.
func Named(faults []Fault, name string) Fault {
	return faults[slices.IndexFunc(faults, func(f Fault) bool { return f.Name == name })]
}
