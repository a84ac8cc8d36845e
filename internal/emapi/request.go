// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/go-retryablehttp"
)

const (
	tokenHeader = "X-RestSvcSessionId"
	maxAnswer   = 16 << 20 // bytes
)

// request is one request, in terms of the API.
type request struct {
	op, object string // for errors and the log
	method     string
	path       string     // below /api/; IDs in it have been checked
	query      url.Values // may be nil
	body       any        // marshalled as XML; may be nil
	class      class
	abandoned  func() bool // true: nobody wants a repeat any more; may be nil
}

func get(op, object, path string) *request {
	return &request{op: op, object: object, method: http.MethodGet, path: path, class: classRead}
}

func entity(op, object, path string) *request {
	r := get(op, object, path)
	r.query = url.Values{"format": {"Entity"}}
	return r
}

func post(op, object, path string, body any) *request {
	return &request{op: op, object: object, method: http.MethodPost, path: path, body: body, class: classWrite}
}

func remove(op, object, path string) *request {
	return &request{op: op, object: object, method: http.MethodDelete, path: path, class: classDelete}
}

// response is an answer, read whole.
type response struct {
	status int
	header http.Header
	body   []byte
}

func (r *request) fail(err error) *Error { return &Error{Op: r.op, Object: r.object, Err: err} }

// do sends a request within the logon session and gives its 2xx answer.
func (c *Client) do(ctx context.Context, r *request) (*response, error) {
	s, err := c.session(ctx, nil)
	if err != nil {
		return nil, c.sessionError(ctx, r.op, r.object, err)
	}
	resp, err := c.sendAs(ctx, r, s)
	if err != nil {
		return nil, err
	}
	fresh, err := c.replacement(ctx, r, s, resp.status)
	if err != nil {
		return nil, c.sessionError(ctx, r.op, r.object, err)
	}
	if fresh != nil {
		if resp, err = c.sendAs(ctx, r, fresh); err != nil {
			return nil, err
		}
	}
	if resp.status < 200 || resp.status > 299 {
		return nil, c.refusal(r, resp)
	}
	return resp, nil
}

// read sends a request and reads its answer with parse.
func read[T any](ctx context.Context, c *Client, r *request, parse func([]byte) (T, error)) (T, error) {
	resp, err := c.do(ctx, r)
	if err != nil {
		var none T
		return none, err
	}
	val, err := parse(resp.body)
	if err != nil {
		var none T
		return none, c.misunderstood(r, resp, err)
	}
	return val, nil
}

// write sends a request whose answer has no body worth reading. A body of
// another kind than the API's is a gateway's page, not the server's consent.
func (c *Client) write(ctx context.Context, r *request) (*response, error) {
	resp, err := c.do(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := consent(resp.body); err != nil {
		e := c.misunderstood(r, resp, err)
		e.unknown = r.class == classWrite
		return nil, e
	}
	return resp, nil
}

func consent(body []byte) error {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if len(body) == 0 {
		return nil
	}
	var start struct{ XMLName xml.Name }
	if err := xml.Unmarshal(body, &start); err != nil {
		return fmt.Errorf("the answer is not an XML document: %w", noEOF(err))
	}
	if start.XMLName.Space != namespace || start.XMLName.Local == "Error" {
		return fmt.Errorf("%w: %s of the namespace %q", errWrongRoot, clip(start.XMLName.Local, 80), clip(start.XMLName.Space, 80))
	}
	return nil
}

// sendAs sends with the session's token and keeps note of whether the server takes it.
func (c *Client) sendAs(ctx context.Context, r *request, s *session) (*response, error) {
	resp, err := c.send(ctx, r, func(h http.Header) { h[tokenHeader] = []string{s.token.reveal()} })
	if err == nil && resp.status != http.StatusUnauthorized {
		s.proven.Store(true)
	}
	return resp, err
}

// send sends a request, repeated as its class allows, and gives the answer of any status.
func (c *Client) send(ctx context.Context, r *request, authorize func(http.Header)) (*response, error) {
	current := &call{request: r}
	req, err := c.newRequest(context.WithValue(ctx, callKey{}, current), r)
	if err != nil {
		return nil, r.fail(err)
	}
	authorize(req.Header)
	var body []byte
	var handled *http.Response
	// Inside the retries, so that an answer cut off in its body is a failed attempt.
	req.SetResponseHandler(func(resp *http.Response) error {
		handled = resp
		body, err = readBody(resp.Body)
		return err
	})
	resp, doErr := c.http.Do(req) //nolint:bodyclose // readBody closes it, here or in the handler
	if doErr != nil {
		return nil, c.lost(ctx, current, doErr)
	}
	if handled != resp {
		// The last of several answers that asked for a repeat: nobody has read it yet.
		if body, err = readBody(resp.Body); err != nil {
			return nil, c.lost(ctx, current, err)
		}
	}
	return &response{status: resp.StatusCode, header: resp.Header, body: body}, nil
}

func readBody(body io.ReadCloser) ([]byte, error) {
	defer func() { _ = body.Close() }()
	data, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", noEOF(err))
	}
	if len(data) > maxAnswer {
		return nil, errTooLarge
	}
	return data, nil
}

func (c *Client) newRequest(ctx context.Context, r *request) (*retryablehttp.Request, error) {
	u := *c.base
	u.Path += r.path
	// Spaces as %20: only form decoding reads a plus as a space.
	u.RawQuery = strings.ReplaceAll(r.query.Encode(), "+", "%20")
	var body any
	if r.body != nil {
		data, err := marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = data
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.method, u.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/xml")
	req.Header.Set("User-Agent", c.userAgent)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/xml")
	}
	return req, nil
}

const xmlDeclaration = `<?xml version="1.0" encoding="utf-8"?>` + "\n"

func marshal(v any) ([]byte, error) {
	data, err := xml.Marshal(v)
	if err != nil {
		return nil, err
	}
	return append([]byte(xmlDeclaration), data...), nil
}

// checkText refuses what XML cannot carry: encoding/xml would send another text instead.
func checkText(what, s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s is not valid UTF-8", what)
	}
	for _, r := range s {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return fmt.Errorf("%s holds the character %U, which XML cannot carry", what, r)
		}
	}
	return nil
}

// cause takes the URL off an error of net/http: the operation says it better.
func cause(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// why is the cause of a failed attempt. For one that its time limit ended,
// net/http has two texts, which say less.
func (c *Client) why(err error) error {
	var connecting *net.OpError // has a time limit of its own
	if errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &connecting) {
		return &scrubbedError{text: fmt.Sprintf("no complete answer within %s, the time limit of one attempt", c.http.HTTPClient.Timeout), err: err}
	}
	return cause(err)
}

// lost is the error of a request without an answer.
func (c *Client) lost(ctx context.Context, current *call, err error) *Error {
	e := current.request.fail(nil)
	e.unknown = current.request.class == classWrite && current.sent.Load()
	switch shown := asCertificateError(err); {
	case shown != nil:
		e.Err = shown
	case ctx.Err() != nil:
		e.Err = ctx.Err()
		if last, ok := current.last.Load().(string); ok {
			e.Message = "the attempt before came to: " + last
		}
	default:
		e.Err = c.scrubError(c.why(err))
	}
	if n := current.attempt.Load(); n > 1 && e.Message == "" {
		e.Message = fmt.Sprintf("no answer in %d attempts", n)
	}
	return e
}

// collections are the paths that are no object's: a 404 there means that the
// endpoint is wrong or broken, not that something is gone.
var collections = map[string]bool{
	"sessionMngr/": true, "security/accounts": true, "security/roles": true, "hierarchyRoots": true,
}

// refusal is the error of an answer other than 2xx.
func (c *Client) refusal(r *request, resp *response) *Error {
	e := r.fail(nil)
	e.Status = resp.status
	message, own := errorBody(resp.body)
	e.Message, e.foreign = c.scrub(message), !own || collections[r.path]
	switch {
	case resp.status < 400:
		e.Err = errors.New("redirects are not followed; this one points to " + c.target(resp.header.Get("Location")))
	case resp.status == http.StatusNotFound && !own:
		e.Err = errors.New("this is not the server's own answer; check the endpoint and what stands between")
	case e.Message == "" && resp.status == http.StatusForbidden:
		e.Err = errors.New("the server gave no reason; it wants an account with the Portal Administrator role")
	}
	if r.class == classWrite {
		e.unknown = resp.status >= 500 && resp.status != http.StatusNotImplemented || resp.status == http.StatusRequestTimeout
	}
	return e
}

func (c *Client) target(location string) string {
	u, err := url.Parse(location)
	if location == "" || err != nil {
		return "nowhere that can be read"
	}
	u.User = nil
	u.RawQuery, u.Fragment = "", ""
	return clip(c.scrub(u.String()), 200)
}

// misunderstood is the error of a 2xx answer that is not what was asked for.
func (c *Client) misunderstood(r *request, resp *response, err error) *Error {
	e := r.fail(err)
	e.Status = resp.status
	if start := c.scrub(clip(string(resp.body), 200)); start != "" {
		e.Err = fmt.Errorf("%w; it begins with: %s", err, start)
	}
	return e
}
