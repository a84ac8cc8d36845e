// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Class says which failures of a request may be answered by repeating it.
type Class int

const (
	// ClassIdempotent is the class of a request that changes nothing on the server, or no more the second time than the
	// first. It is repeated after connection errors, time-outs and the answers 429, 502, 503 and 504.
	ClassIdempotent Class = iota
	// ClassWrite is repeated only if the server cannot have taken it.
	ClassWrite
	// ClassLogon is as ClassWrite, and repeated also if a gateway says that the server is not available.
	// A logon whose answer was lost is not repeated: with a wrong password each one counts
	// towards the lock-out of the account.
	ClassLogon
)

const (
	// backoffMin is the pause before the first repeat of a request. It doubles with each repeat up to backoffMax.
	backoffMin = 500 * time.Millisecond
	backoffMax = 10 * time.Second
	// retryAfterMax caps the pause that a server's Retry-After asks for.
	retryAfterMax = 30 * time.Second
)

// call follows one request through its attempts.
type call struct {
	class     Class
	op        string
	abandoned func() bool // may be nil
	attempt   atomic.Int32
	sent      atomic.Bool  // this attempt got a connection, so that the server may have seen it
	last      atomic.Value // string: what the attempt before came to
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

func (s *Sender) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	current := callOf(ctx)
	if ctx.Err() != nil || current == nil {
		return false, nil
	}
	var again bool
	switch {
	case err != nil:
		again = repeatableError(current, err)
		current.last.Store(s.config.Scrub(s.why(err).Error()))
	default:
		again = repeatableStatus(current.class, resp.StatusCode)
		if resp.StatusCode == http.StatusTooManyRequests {
			current.sent.Store(false) // seen, but not taken
		}
		current.last.Store("HTTP " + strconv.Itoa(resp.StatusCode))
	}
	if met, ok := ctx.Value(metKey{}).(*atomic.Value); ok {
		met.Store(current.last.Load())
	}
	if current.abandoned != nil && current.abandoned() {
		return false, nil
	}
	return again, nil
}

func repeatableStatus(k Class, status int) bool {
	switch status {
	case http.StatusTooManyRequests:
		return true
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return k != ClassWrite
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
	return current.class == ClassIdempotent
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

// jitter returns a time between half of d and d.
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
