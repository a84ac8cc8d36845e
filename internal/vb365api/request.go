// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// request is one request to the API.
type request struct {
	op, object string // for errors and the log
	method     string
	path       string // below the version; its IDs are escaped
	query      url.Values
	body       any // is sent as JSON; url.Values are sent as a form; may be nil
	class      httpkit.Class
	abandoned  func() bool // reports whether a retry is no longer wanted; may be nil
	whole      bool        // the path is that of a whole collection, so that a 404 says nothing about an object
}

func get(op, object, path string) *request {
	return &request{op: op, object: object, method: http.MethodGet, path: path}
}

func put(op, object, path string, body any) *request {
	return &request{op: op, object: object, method: http.MethodPut, path: path, body: body}
}

func post(op, object, path string, body any) *request {
	return &request{op: op, object: object, method: http.MethodPost, path: path, body: body, class: httpkit.ClassWrite}
}

func remove(op, object, path string) *request {
	return &request{op: op, object: object, method: http.MethodDelete, path: path}
}

// fail returns the error of the request with the given cause.
func (r *request) fail(err error) *Error { return &Error{Op: r.op, Object: r.object, Err: err} }

// do sends a request with the token and returns the response, whose status is 2xx. If the server does not accept the
// token, it sends the request again with another one, once: a request that got a 401 was not carried out.
func (c *Client) do(ctx context.Context, r *request) (*httpkit.Response, error) {
	if strings.Contains("/"+r.path+"/", "//") {
		return nil, r.fail(errors.New("the ID is empty"))
	}
	used, err := c.token(ctx, nil)
	if err != nil {
		return nil, c.tokenError(ctx, r, err)
	}
	resp, err := c.sendAs(ctx, r, used)
	if err == nil && resp.Status == http.StatusUnauthorized && !used.isRejected() {
		if used, err = c.token(ctx, used); err != nil {
			return nil, c.tokenError(ctx, r, err)
		}
		resp, err = c.sendAs(ctx, r, used)
	}
	switch {
	case err != nil:
		return nil, err
	case resp.Status < 200 || resp.Status > 299:
		return nil, c.statusError(r, resp)
	}
	return resp, nil
}

// sendAs sends a request with a token, and records it if the server accepts the token.
func (c *Client) sendAs(ctx context.Context, r *request, t *token) (*httpkit.Response, error) {
	resp, err := c.send(ctx, r, t)
	if err == nil && resp.Status != http.StatusUnauthorized {
		t.accepted.Store(true)
	}
	return resp, err
}

// read sends a request and parses the response.
func read[T any](ctx context.Context, c *Client, r *request, parse func([]byte) (T, error)) (T, error) {
	resp, err := c.do(ctx, r)
	if err != nil {
		var none T
		return none, err
	}
	val, err := parse(resp.Body)
	if err != nil {
		var none T
		return none, c.unexpectedResponse(r, resp, err)
	}
	return val, nil
}

// write sends a request whose response may have any text as its body, or none. A page or binary data does not come from
// the server, which may not have got the request.
func (c *Client) write(ctx context.Context, r *request) error {
	resp, err := c.do(ctx, r)
	if err != nil {
		return err
	}
	return c.checkWritten(r, resp)
}

func (c *Client) checkWritten(r *request, resp *httpkit.Response) error {
	if json.Valid(resp.Body) || utf8.Valid(resp.Body) && !bytes.Contains(resp.Body, []byte("<")) {
		return nil
	}
	e := c.unexpectedResponse(r, resp, errors.New("the response is neither JSON nor text"))
	e.unknown = r.class == httpkit.ClassWrite
	return e
}

// send sends a request, retries it as its class allows, and returns the response, whatever its status. Without a token
// it sends no authorization.
func (c *Client) send(ctx context.Context, r *request, t *token) (*httpkit.Response, error) {
	out, err := c.build(r)
	if err != nil {
		return nil, r.fail(err)
	}
	if t != nil {
		out.Header.Set("Authorization", "Bearer "+t.access.Reveal())
	}
	resp, err := c.sender.Send(ctx, out)
	var lost *httpkit.NoAnswerError
	switch {
	case errors.As(err, &lost):
		e := r.fail(lost.Err)
		e.Message, e.unsent = lost.Message, !lost.Sent
		e.unknown = r.class == httpkit.ClassWrite && lost.Sent
		return nil, e
	case err != nil:
		return nil, r.fail(err)
	}
	return resp, nil
}

func (c *Client) build(r *request) (httpkit.Request, error) {
	// The path is not set as a field of a URL, because some IDs must stay escaped in it.
	address := c.base.String() + c.version + "/" + r.path
	if len(r.query) > 0 {
		// Spaces are sent as %20, because a plus stands for a space only in form data.
		address += "?" + strings.ReplaceAll(r.query.Encode(), "+", "%20")
	}
	out := httpkit.Request{
		Op: r.op, Method: r.method, URL: address, Header: http.Header{}, Class: r.class, Abandoned: r.abandoned,
	}
	out.Header.Set("Accept", "application/json")
	out.Header.Set("User-Agent", c.userAgent)
	switch body := r.body.(type) {
	case nil:
	case url.Values:
		out.Body = []byte(body.Encode())
		out.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	default:
		var err error
		if out.Body, err = json.Marshal(body); err != nil {
			return httpkit.Request{}, err
		}
		out.Header.Set("Content-Type", "application/json")
	}
	return out, nil
}

// pathOf joins the segments of a path and escapes them. A segment that is empty, or that a server takes for a step in
// the path, makes the path invalid.
func pathOf(segments ...string) string {
	escaped := make([]string, len(segments))
	for i, s := range segments {
		if s == "." || s == ".." {
			s = ""
		}
		escaped[i] = url.PathEscape(s)
	}
	return strings.Join(escaped, "/")
}
