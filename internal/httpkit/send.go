// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// defaultTimeout is the time limit of one attempt of one request, if the configuration has none.
const defaultTimeout = 60 * time.Second

// SenderConfig says how a [Sender] sends.
type SenderConfig struct {
	Server         string              // name of the server, for the log
	Transport      *http.Transport     // see [NewTransport]
	AttemptTimeout time.Duration       // for one attempt of one request; 0 means 60 s
	MaxRetries     int                 // repeats of one request; 0 means none
	Scrub          func(string) string // removes the secrets from a text that came from outside; nil: there are none
	Log            Logger              // nil: silent
}

// Sender sends requests to one server, repeated as their class allows. It never
// follows a redirect. It is safe for concurrent use.
type Sender struct {
	config SenderConfig
	http   *retryablehttp.Client
}

// NewSender returns a sender. It sends nothing.
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
			// A redirect would carry the session's token along, to other hosts too.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		RetryMax:     cfg.MaxRetries,
		CheckRetry:   s.checkRetry,
		Backoff:      backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	return s
}

// Timeout returns the time limit of one attempt of one request.
func (s *Sender) Timeout() time.Duration { return s.config.AttemptTimeout }

// CloseIdleConnections closes the connections that no request uses.
func (s *Sender) CloseIdleConnections() { s.config.Transport.CloseIdleConnections() }

// Request is one request of an API.
type Request struct {
	Op        string // what it is to do, for the log
	Method    string
	URL       string
	Header    http.Header
	Body      []byte // nil: none
	Class     Class
	Abandoned func() bool // reports whether a repeat is no longer wanted; may be nil
}

// Response is an answer of any status, read whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// NoAnswerError says that a request has no complete answer.
type NoAnswerError struct {
	Message string // what the attempts came to, if there were several; may be empty
	Err     error  // the cause
	Sent    bool   // whether the server may have seen the last attempt
}

// Error gives the message and the cause.
func (e *NoAnswerError) Error() string {
	if e.Message == "" {
		return e.Err.Error()
	}
	return e.Message + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *NoAnswerError) Unwrap() error { return e.Err }

// Send sends a request, repeated as its class allows, and returns the answer of
// any status. A request without an answer gives a [NoAnswerError].
func (s *Sender) Send(ctx context.Context, r Request) (*Response, error) {
	current := &call{class: r.Class, op: r.Op, abandoned: r.Abandoned}
	req, err := r.build(context.WithValue(ctx, callKey{}, current))
	if err != nil {
		return nil, err
	}
	var body []byte
	var handled *http.Response
	// Inside the retries, so that an answer cut off in its body is a failed attempt.
	req.SetResponseHandler(func(resp *http.Response) error {
		handled = resp
		body, err = readBody(resp.Body)
		return err
	})
	resp, doErr := s.http.Do(req) //nolint:bodyclose // readBody closes it, here or in the handler
	if doErr != nil {
		return nil, s.lost(ctx, current, doErr)
	}
	if handled != resp {
		// The last of several answers that asked for a repeat: it has not been read yet.
		if body, err = readBody(resp.Body); err != nil {
			return nil, s.lost(ctx, current, err)
		}
	}
	return &Response{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
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

// lost is the error of a request without an answer.
func (s *Sender) lost(ctx context.Context, current *call, err error) *NoAnswerError {
	e := &NoAnswerError{Sent: current.sent.Load()}
	switch shown := asCertificateError(err); {
	case shown != nil:
		e.Err = shown
	case ctx.Err() != nil:
		e.Err = ctx.Err()
		if last, ok := current.last.Load().(string); ok {
			e.Message = "the attempt before came to: " + last
		}
	default:
		e.Err = scrubError(s.why(err), s.config.Scrub)
	}
	if n := current.attempt.Load(); n > 1 && e.Message == "" {
		e.Message = fmt.Sprintf("no answer in %d attempts", n)
	}
	return e
}

// why is the cause of a failed attempt. For one that its time limit ended,
// net/http has two texts, which say less.
func (s *Sender) why(err error) error {
	var connecting *net.OpError // has a time limit of its own
	if errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &connecting) {
		text := fmt.Sprintf("no complete answer within %s, the time limit of one attempt", s.Timeout())
		return &scrubbedError{text: text, err: err}
	}
	return cause(err)
}

// cause takes the URL off an error of net/http: the operation says it better.
func cause(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
