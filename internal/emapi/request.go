// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

const tokenHeader = "X-RestSvcSessionId"

// request is one request, in terms of the API.
type request struct {
	op, object string // for errors and the log
	method     string
	path       string     // below /api/; IDs in it have been checked
	query      url.Values // may be nil
	body       any        // marshalled as XML; may be nil
	class      httpkit.Class
	abandoned  func() bool // true: nobody wants a repeat any more; may be nil
}

func get(op, object, path string) *request {
	return &request{op: op, object: object, method: http.MethodGet, path: path, class: httpkit.ClassIdempotent}
}

func entity(op, object, path string) *request {
	r := get(op, object, path)
	r.query = url.Values{"format": {"Entity"}}
	return r
}

func post(op, object, path string, body any) *request {
	return &request{op: op, object: object, method: http.MethodPost, path: path, body: body, class: httpkit.ClassWrite}
}

func remove(op, object, path string) *request {
	return &request{op: op, object: object, method: http.MethodDelete, path: path, class: httpkit.ClassIdempotent}
}

func (r *request) fail(err error) *Error { return &Error{Op: r.op, Object: r.object, Err: err} }

// do sends a request within the logon session and gives its 2xx answer.
func (c *Client) do(ctx context.Context, r *request) (*httpkit.Response, error) {
	s, err := c.session(ctx, nil)
	if err != nil {
		return nil, c.sessionError(ctx, r.op, r.object, err)
	}
	resp, err := c.sendAs(ctx, r, s)
	if err != nil {
		return nil, err
	}
	fresh, err := c.replacement(ctx, r, s, resp.Status)
	if err != nil {
		return nil, c.sessionError(ctx, r.op, r.object, err)
	}
	if fresh != nil {
		if resp, err = c.sendAs(ctx, r, fresh); err != nil {
			return nil, err
		}
	}
	if resp.Status < 200 || resp.Status > 299 {
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
	val, err := parse(resp.Body)
	if err != nil {
		var none T
		return none, c.misunderstood(r, resp, err)
	}
	return val, nil
}

// write sends a request whose answer has no body worth reading. A body of
// another kind than the API's is a gateway's page, not the server's consent.
func (c *Client) write(ctx context.Context, r *request) (*httpkit.Response, error) {
	resp, err := c.do(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := consent(resp.Body); err != nil {
		e := c.misunderstood(r, resp, err)
		e.unknown = r.class == httpkit.ClassWrite
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
		return fmt.Errorf("the answer is not an XML document: %w", httpkit.UnexpectedEOF(err))
	}
	if start.XMLName.Space != namespace || start.XMLName.Local == "Error" {
		return fmt.Errorf("%w: %s of the namespace %q", errWrongRoot, clip(start.XMLName.Local, 80), clip(start.XMLName.Space, 80))
	}
	return nil
}

// sendAs sends with the session's token and keeps note of whether the server takes it.
func (c *Client) sendAs(ctx context.Context, r *request, s *session) (*httpkit.Response, error) {
	resp, err := c.send(ctx, r, func(h http.Header) { h[tokenHeader] = []string{s.token.Reveal()} })
	if err == nil && resp.Status != http.StatusUnauthorized {
		s.proven.Store(true)
	}
	return resp, err
}

// send sends a request, repeated as its class allows, and gives the answer of any status.
func (c *Client) send(ctx context.Context, r *request, authorize func(http.Header)) (*httpkit.Response, error) {
	out, err := c.build(r)
	if err != nil {
		return nil, r.fail(err)
	}
	authorize(out.Header)
	resp, err := c.sender.Send(ctx, out)
	var lost *httpkit.NoAnswerError
	switch {
	case errors.As(err, &lost):
		e := r.fail(lost.Err)
		e.Message, e.unknown = lost.Message, r.class == httpkit.ClassWrite && lost.Sent
		return nil, e
	case err != nil:
		return nil, r.fail(err)
	}
	return resp, nil
}

func (c *Client) build(r *request) (httpkit.Request, error) {
	u := *c.base
	u.Path += r.path
	// Spaces as %20: only form decoding reads a plus as a space.
	u.RawQuery = strings.ReplaceAll(r.query.Encode(), "+", "%20")
	out := httpkit.Request{
		Op: r.op, Method: r.method, URL: u.String(), Header: http.Header{}, Class: r.class, Abandoned: r.abandoned,
	}
	out.Header.Set("Accept", "application/xml")
	out.Header.Set("User-Agent", c.userAgent)
	if r.body != nil {
		var err error
		if out.Body, err = marshal(r.body); err != nil {
			return httpkit.Request{}, err
		}
		out.Header.Set("Content-Type", "application/xml")
	}
	return out, nil
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

// collections are the paths that are no object's: a 404 there means that the
// endpoint is wrong or broken, not that something is gone.
var collections = map[string]bool{
	"sessionMngr/": true, "security/accounts": true, "security/roles": true, "hierarchyRoots": true,
}

// refusal is the error of an answer other than 2xx.
func (c *Client) refusal(r *request, resp *httpkit.Response) *Error {
	e := r.fail(nil)
	e.Status = resp.Status
	message, own := errorBody(resp.Body)
	e.Message, e.foreign = c.scrub(message), !own || collections[r.path]
	switch {
	case resp.Status < 400:
		e.Err = errors.New("redirects are not followed; this one points to " + c.target(resp.Header.Get("Location")))
	case resp.Status == http.StatusNotFound && !own:
		e.Err = errors.New("this is not the server's own answer; check the endpoint and what stands between")
	case e.Message == "" && resp.Status == http.StatusForbidden:
		e.Err = errors.New("the server gave no reason; it wants an account with the Portal Administrator role")
	}
	if r.class == httpkit.ClassWrite {
		e.unknown = resp.Status >= 500 && resp.Status != http.StatusNotImplemented || resp.Status == http.StatusRequestTimeout
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
func (c *Client) misunderstood(r *request, resp *httpkit.Response, err error) *Error {
	e := r.fail(err)
	e.Status = resp.Status
	if start := c.scrub(clip(string(resp.Body), 200)); start != "" {
		e.Err = fmt.Errorf("%w; it begins with: %s", err, start)
	}
	return e
}
