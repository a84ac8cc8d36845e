// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// class says which failures of a request may be answered by repeating it.
type class int

const (
	// classRead: nothing changes on the server, and a DELETE changes no more the second time.
	classRead class = iota
	// classDelete is repeated as classRead is, but a 500 is never taken for an unknown session.
	classDelete
	// classWrite is repeated only where the server cannot have taken it.
	classWrite
	// classLogon: as classWrite, and where a gateway says that the server is not available.
	// A logon whose answer was lost is not repeated: with a wrong password each one counts
	// towards the lock-out of the account.
	classLogon
)

// call follows one request through its attempts.
type call struct {
	request *request
	attempt atomic.Int32
	sent    atomic.Bool  // this attempt got a connection, so that the server may have seen it
	last    atomic.Value // string: what the attempt before came to
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

var errTooLarge = errors.New("the answer is larger than 16 MiB")

func (c *Client) newRetrying(timeout time.Duration) *retryablehttp.Client {
	if timeout == 0 {
		timeout = defaultTimeout
	}
	return &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport: &attempts{client: c, next: c.transport},
			Timeout:   timeout,
			// A redirect would carry the session's token along, to other hosts too.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		RetryMax:     c.maxRetries,
		CheckRetry:   c.checkRetry,
		Backoff:      backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
}

func (c *Client) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	current := callOf(ctx)
	if ctx.Err() != nil || current == nil {
		return false, nil
	}
	var again bool
	switch {
	case err != nil:
		again = repeatableError(current, err)
		current.last.Store(c.scrub(c.why(err).Error()))
	default:
		again = repeatableStatus(current.request.class, resp.StatusCode)
		if resp.StatusCode == http.StatusTooManyRequests {
			current.sent.Store(false) // seen, but not taken
		}
		current.last.Store("HTTP " + strconv.Itoa(resp.StatusCode))
	}
	if met, ok := ctx.Value(metKey{}).(*atomic.Value); ok {
		met.Store(current.last.Load())
	}
	if current.request.abandoned != nil && current.request.abandoned() {
		return false, nil
	}
	return again, nil
}

func repeatableStatus(k class, status int) bool {
	switch status {
	case http.StatusTooManyRequests:
		return true
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return k != classWrite
	}
	return false
}

func repeatableError(current *call, err error) bool {
	var (
		record tls.RecordHeaderError
		op     *net.OpError
		dns    *net.DNSError
	)
	switch {
	case errors.Is(err, errTooLarge), asCertificateError(err) != nil, errors.As(err, &record):
		return false
	case errors.As(err, &op) && op.Op == "remote error": // an alert of the TLS handshake
		return false
	case errors.As(err, &dns) && dns.IsNotFound:
		return false
	case !current.sent.Load():
		return true
	}
	return current.request.class == classRead || current.request.class == classDelete
}

// backoff doubles from attempt to attempt, half of it at random, so that
// parallel requests do not come back together. Retry-After is honoured, capped.
func backoff(_, _ time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if wait, ok := retryAfter(resp.Header.Get("Retry-After"), time.Now()); ok {
			return min(wait, retryAfterMax)
		}
	}
	wait := backoffMax
	if attempt < 20 {
		wait = min(wait, backoffMin<<attempt)
	}
	return jitter(wait)
}

func jitter(d time.Duration) time.Duration {
	if d < 2 {
		return d
	}
	return d/2 + rand.N(d/2+1) //nolint:gosec // spreads requests in time, keeps no secret
}

func retryAfter(header string, now time.Time) (time.Duration, bool) {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0, false
	}
	if seconds, err := strconv.Atoi(header); err == nil {
		if seconds < 0 {
			return 0, false
		}
		return time.Duration(min(seconds, 3600)) * time.Second, true
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0, false
	}
	return max(at.Sub(now), 0), true
}

// attempts notes for each attempt whether it can have reached the server, and
// logs it. It hides the transport's CloseIdleConnections: go-retryablehttp calls
// that after every failure, which would cost the other goroutines their connections.
type attempts struct {
	client *Client
	next   http.RoundTripper
}

func (a *attempts) RoundTrip(req *http.Request) (*http.Response, error) {
	current := callOf(req.Context())
	if current == nil {
		return a.next.RoundTrip(req)
	}
	current.sent.Store(false)
	attempt := current.attempt.Add(1)
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { current.sent.Store(true) }}
	started := time.Now()
	resp, err := a.next.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	a.client.logAttempt(req, current.request.op, int(attempt), time.Since(started), resp, err)
	return resp, err
}

func (c *Client) logAttempt(req *http.Request, op string, attempt int, took time.Duration, resp *http.Response, err error) {
	if c.log == nil {
		return
	}
	fields := map[string]any{
		"op": op, "method": req.Method, "path": c.scrub(req.URL.RequestURI()),
		"duration_ms": took.Milliseconds(), "attempt": attempt,
	}
	if resp != nil {
		fields["status"] = resp.StatusCode
	}
	if err != nil {
		fields["error"] = c.scrub(cause(err).Error())
	}
	c.log(req.Context(), "Enterprise Manager request", fields)
}
