// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"time"
)

// Logger is called once for each HTTP attempt. The fields are op, method, path (with its query), status, duration_ms,
// attempt and error. They never include a header or a body.
type Logger func(ctx context.Context, message string, fields map[string]any)

// attempts is a round tripper that logs each attempt and records whether it may have reached the server. It hides the
// transport's CloseIdleConnections, which go-retryablehttp calls after every failure: that would close the connections
// that other goroutines are about to reuse.
type attempts struct{ config SenderConfig }

func (a *attempts) RoundTrip(req *http.Request) (*http.Response, error) {
	current := callOf(req.Context())
	if current == nil {
		return a.config.Transport.RoundTrip(req)
	}
	current.sent.Store(false)
	attempt := current.attempt.Add(1)
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { current.sent.Store(true) }}
	started := time.Now()
	resp, err := a.config.Transport.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil && !current.sent.Load() {
		err = withProxy(a.config.Transport, req, err)
	}
	if a.config.Log != nil {
		fields := map[string]any{
			"op": current.op, "method": req.Method, "path": a.config.Scrub(req.URL.RequestURI()),
			"duration_ms": time.Since(started).Milliseconds(), "attempt": int(attempt),
		}
		if resp != nil {
			fields["status"] = resp.StatusCode
		}
		if err != nil {
			fields["error"] = a.config.Scrub(cause(err).Error())
		}
		a.config.Log(req.Context(), a.config.Server+" request", fields)
	}
	return resp, err
}
