// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

const tokenHeader = "X-RestSvcSessionId"

// request is one request to the API.
type request struct {
	op, object string // for errors and the log
	method     string
	path       string     // below /api/; the IDs in it have been checked
	query      url.Values // may be nil
	body       any        // marshaled as XML; may be nil
	class      httpkit.Class
	abandoned  func() bool           // reports whether a retry is no longer wanted; may be nil
	received   func(http.Header)     // is called with the header of the response before its body is read; may be nil
	decode     func(io.Reader) error // decodes the body of a large response while it is received; may be nil

	only   *session // the only session that knows the object; nil if every session does
	sentIn *session // the session in which the request was last sent
}

func get(op, object, path string) *request {
	return &request{op: op, object: object, method: http.MethodGet, path: path, class: httpkit.ClassIdempotent}
}

// entity is get for an entity instead of a reference, or for a list of entities.
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

// fail returns the error of the request with the given cause.
func (r *request) fail(err error) *Error { return &Error{Op: r.op, Object: r.object, Err: err} }

// send sends a request, retries it as its class allows, and returns the response, whatever its status.
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
		e.Message, e.unsent = lost.Message, !lost.Sent
		e.unknown = r.class == httpkit.ClassWrite && lost.Sent
		return nil, e
	case err != nil:
		return nil, r.fail(err)
	}
	return resp, nil
}

func (c *Client) build(r *request) (httpkit.Request, error) {
	u := *c.base
	u.Path += r.path
	// Spaces are sent as %20, because a plus stands for a space only in form data.
	u.RawQuery = strings.ReplaceAll(r.query.Encode(), "+", "%20")
	out := httpkit.Request{
		Op: r.op, Method: r.method, URL: u.String(), Header: http.Header{}, Class: r.class,
		Abandoned: r.abandoned, Received: r.received, Decode: r.decode,
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
