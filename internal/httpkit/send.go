// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// defaultTimeout is the time limit of one attempt of a request if the configuration sets none.
const defaultTimeout = 60 * time.Second

// SenderConfig configures a [Sender].
type SenderConfig struct {
	Server         string              // name of the server, for the log
	Transport      *http.Transport     // see [NewTransport]
	AttemptTimeout time.Duration       // time limit of one attempt of a request; 0 means 60 s
	MaxRetries     int                 // most retries of a request; 0 means none
	Scrub          func(string) string // removes secrets from a text that came from outside; nil if there are none
	Log            Logger              // nil means no log
	// Transient reports whether the body of an error response says that the same request can succeed later. Idempotent
	// requests are then retried, whatever the status. It may be nil.
	Transient func(body []byte) bool
}

// Sender sends requests to one server and retries them as their class allows. It never follows a redirect. It is safe
// for concurrent use.
type Sender struct {
	config SenderConfig
	http   *retryablehttp.Client
}

// NewSender returns a sender. It does not contact the server.
func NewSender(cfg SenderConfig) *Sender {
	if cfg.AttemptTimeout == 0 {
		cfg.AttemptTimeout = defaultTimeout
	}
	if cfg.Scrub == nil {
		cfg.Scrub = func(s string) string { return s }
	}
	s := &Sender{config: cfg}
	s.http = &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport: &attempts{config: cfg},
			Timeout:   cfg.AttemptTimeout,
			// Following a redirect would send the session token along, even to another host.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		RetryMax:     cfg.MaxRetries,
		CheckRetry:   s.checkRetry,
		Backoff:      backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	return s
}

// Timeout returns the time limit of one attempt of a request.
func (s *Sender) Timeout() time.Duration { return s.config.AttemptTimeout }

// CloseIdleConnections closes the connections that no request uses.
func (s *Sender) CloseIdleConnections() { s.config.Transport.CloseIdleConnections() }

// Request is one request of an API.
type Request struct {
	Op        string // what the request does, for the log
	Method    string
	URL       string
	Header    http.Header
	Body      []byte // nil means none
	Class     Class
	Abandoned func() bool // reports whether a retry is no longer wanted; may be nil
	// Received is called with the header of a response that is not retried, before its body is read. It may be nil.
	Received func(http.Header)
	// Decode reads the body of a response with a 2xx status while it is received, instead of keeping it in memory. It is
	// called again for a retry. It may be nil.
	Decode func(body io.Reader) error
}

// Response is a response of any status.
type Response struct {
	Status  int
	Header  http.Header
	Body    []byte // the whole body; only its beginning if Request.Decode has read it
	Decoded error  // the error of Request.Decode
}

// NoAnswerError is the error of a request that got no complete response.
type NoAnswerError struct {
	Message string // the outcome of earlier attempts, or the number of attempts; may be empty
	Err     error  // the cause
	Sent    bool   // the server may have seen the last attempt
}

// Error returns the message and the cause.
func (e *NoAnswerError) Error() string {
	if e.Message == "" {
		return e.Err.Error()
	}
	return e.Message + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *NoAnswerError) Unwrap() error { return e.Err }

// Send sends a request, retries it as its class allows, and returns the response, whatever its status. If there is no
// complete response, the error is a [NoAnswerError].
func (s *Sender) Send(ctx context.Context, r Request) (*Response, error) {
	current := &call{class: r.Class, op: r.Op, abandoned: r.Abandoned}
	req, err := r.build(context.WithValue(ctx, callKey{}, current))
	if err != nil {
		return nil, err
	}
	var out Response
	var handled *http.Response
	// The body is read within the attempt, so that a truncated body makes the attempt fail.
	req.SetResponseHandler(func(resp *http.Response) error {
		handled = resp
		if r.Received != nil {
			r.Received(resp.Header)
		}
		if r.Decode != nil && resp.StatusCode >= 200 && resp.StatusCode <= 299 {
			out.Body, out.Decoded, err = decodeBody(resp.Body, r.Decode)
		} else {
			out.Body, err = readBody(resp.Body)
		}
		return err
	})
	resp, doErr := s.http.Do(req) //nolint:bodyclose // closed by readBody, here or in the handler, or by decodeBody
	if doErr != nil {
		return nil, s.lost(ctx, current, doErr)
	}
	if handled != resp {
		// The last attempt got a retryable status, for which the handler is not called.
		if out.Body, err = readBody(resp.Body); err != nil {
			return nil, s.lost(ctx, current, err)
		}
	}
	out.Status, out.Header = resp.StatusCode, resp.Header
	return &out, nil
}

func (r Request) build(ctx context.Context) (*retryablehttp.Request, error) {
	var body any
	if r.Body != nil {
		body = r.Body
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.Method, r.URL, body)
	if err != nil {
		return nil, err
	}
	for name, values := range r.Header {
		req.Header[name] = values
	}
	return req, nil
}

// lost returns the error of a request that got no complete response.
func (s *Sender) lost(ctx context.Context, current *call, err error) *NoAnswerError {
	e := &NoAnswerError{Sent: current.sent.Load()}
	switch shown := asCertificateError(err); {
	case shown != nil:
		e.Err = shown
	case ctx.Err() != nil:
		e.Err = ctx.Err()
		if last, ok := current.last.Load().(string); ok {
			e.Message = "the previous attempt ended with: " + last
		}
	default:
		e.Err = scrubError(withConnectionCause(s.why(err)), s.config.Scrub)
	}
	if n := current.attempt.Load(); n > 1 && e.Message == "" {
		e.Message = fmt.Sprintf("no response in %d attempts", n)
	}
	return e
}
