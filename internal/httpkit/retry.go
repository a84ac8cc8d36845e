// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Class determines after which failures a request is retried.
type Class int

const (
	// ClassIdempotent is the class of requests that change nothing on the server, or that have no further effect when sent
	// again. They are retried after connection errors, timeouts and the statuses 429, 502, 503 and 504.
	ClassIdempotent Class = iota
	// ClassWrite is the class of requests that are retried only if the server cannot have accepted them.
	ClassWrite
	// ClassLogon is the class of logons. They are retried as writes are, and also after the statuses 502, 503 and 504. A
	// logon whose response was lost is not retried: with a wrong password, each attempt counts towards the lockout of the
	// account.
	ClassLogon
)

const (
	// backoffMin is the pause before the first retry of a request. It doubles with each retry, up to backoffMax.
	backoffMin = 500 * time.Millisecond
	backoffMax = 10 * time.Second
	// retryAfterMax limits the pause that a Retry-After header asks for.
	retryAfterMax = 30 * time.Second
)

// call is the state of one request across its attempts.
type call struct {
	class     Class
	op        string
	abandoned func() bool // may be nil
	attempt   atomic.Int32
	sent      atomic.Bool  // the current attempt got a connection, so that the server may have seen it
	last      atomic.Value // string: the outcome of the previous attempt
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
		again = retryableError(current, err)
		current.last.Store(s.config.Scrub(s.why(err).Error()))
	default:
		again = retryableStatus(current.class, resp.StatusCode) || s.isTransient(current, resp)
		if resp.StatusCode == http.StatusTooManyRequests {
			current.sent.Store(false) // the server has seen the request, but has not accepted it
		}
		current.last.Store("HTTP " + strconv.Itoa(resp.StatusCode))
	}
	if outcome, ok := ctx.Value(outcomeKey{}).(*atomic.Value); ok {
		outcome.Store(current.last.Load())
	}
	if current.abandoned != nil && current.abandoned() {
		return false, nil
	}
	return again, nil
}

// isTransient reports whether the error response to an idempotent request says that it can succeed later. The body of
// the response can be read afterwards nevertheless.
func (s *Sender) isTransient(current *call, resp *http.Response) bool {
	if s.config.Transient == nil || current.class != ClassIdempotent || resp.StatusCode < http.StatusBadRequest {
		return false
	}
	body, err := readBody(resp.Body)
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	return err == nil && s.config.Transient(body)
}

// failing is a reader that returns err, or the end if err is nil.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, cmp.Or(f.err, io.EOF) }

func retryableStatus(class Class, status int) bool {
	switch status {
	case http.StatusTooManyRequests:
		return true
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return class != ClassWrite
	}
	return false
}

func retryableError(current *call, err error) bool {
	var (
		proxy *ProxyError
		large tooLargeError
		op    *net.OpError
		dns   *net.DNSError
	)
	switch {
	case errors.As(err, &proxy) && proxy.Status != 0:
		return proxy.retryable()
	case errors.As(err, &large), asCertificateError(err) != nil, isNotTLS(err):
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

// backoff returns the pause before the next attempt: what the Retry-After header asks for, up to retryAfterMax, or else
// a pause that doubles with each attempt. Half of that pause is random, so that parallel requests are not retried at
// the same time.
func backoff(_, _ time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if wait, ok := RetryAfter(resp.Header, time.Now()); ok {
			return wait
		}
	}
	wait := backoffMax
	if attempt < 20 {
		wait = min(wait, backoffMin<<attempt)
	}
	return jitter(wait)
}

// jitter returns a random duration between half of d and d.
func jitter(d time.Duration) time.Duration {
	if d < 2 {
		return d
	}
	return d/2 + rand.N(d/2+1) //nolint:gosec // the random number spreads requests over time and protects no secret
}

// RetryAfter returns the pause before the next attempt that the header of a response asks for, at most 30 s.
func RetryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	wait, ok := retryAfter(header.Get("Retry-After"), now)
	return min(wait, retryAfterMax), ok
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
