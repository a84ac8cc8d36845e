// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// do sends a request in the logon session and returns the response, whose status is 2xx. If only one session knows the
// object, it sends the request in that one: the error wraps ErrOtherSession if the client has had to log on again.
func (c *Client) do(ctx context.Context, r *request) (*httpkit.Response, error) {
	s, err := c.session(ctx, nil)
	if err != nil {
		return nil, c.sessionError(ctx, r.op, r.object, err)
	}
	if r.only != nil {
		s = r.only
	}
	resp, err := c.sendAs(ctx, r, s)
	if err != nil {
		return nil, err
	}
	fresh, err := c.replacement(ctx, r, s, resp.Status)
	if err != nil {
		return nil, c.sessionError(ctx, r.op, r.object, err)
	}
	if fresh != nil && r.only != nil {
		fresh = r.only // it can still be open: a 500 may have had another cause
	}
	if fresh != nil {
		if resp, err = c.sendAs(ctx, r, fresh); err != nil {
			return nil, err
		}
	}
	if resp.Status < 200 || resp.Status > 299 {
		e := c.statusError(r, resp)
		if fresh != nil && r.only != nil {
			e.Err = ErrOtherSession
		}
		return nil, e
	}
	return resp, nil
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

// readLarge sends a request whose response may be large, and parses the response while it is received.
func readLarge[T any](ctx context.Context, c *Client, r *request, parse func(io.Reader) (T, error)) (T, error) {
	var val, none T
	r.decode = func(body io.Reader) (err error) { val, err = parse(body); return err }
	resp, err := c.do(ctx, r)
	if err != nil {
		return none, err
	}
	if resp.Decoded != nil {
		return none, c.unexpectedResponse(r, resp, resp.Decoded)
	}
	return val, nil
}

// parseObject returns a parse function for the response to a request for one object. A response about another object is
// an error: its ID must never replace the one that was asked for.
func parseObject[T any](parse func([]byte) (*T, error), isAsked func(*T) bool) func([]byte) (*T, error) {
	return func(body []byte) (*T, error) {
		object, err := parse(body)
		if err == nil && !isAsked(object) {
			return nil, errors.New("the response describes another object than the one that was asked for")
		}
		return object, err
	}
}

// write sends a request whose response body does not matter. A body that does not come from the API is an error,
// because it may be a page of a gateway that never passed the request on. So is a task that has failed, with which the
// server can answer instead of carrying the request out.
func (c *Client) write(ctx context.Context, r *request) (*httpkit.Response, error) {
	resp, err := c.do(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := checkFromAPI(resp.Body); err != nil {
		e := c.unexpectedResponse(r, resp, err)
		e.unknown = r.class == httpkit.ClassWrite
		return nil, e
	}
	if message, failed := failedTask(resp.Body); failed {
		e := r.fail(errors.New("the server answered with a task that has failed"))
		e.Status, e.Message = resp.Status, clip(c.scrub(message), httpkit.MaxMessage)
		return nil, e
	}
	return resp, nil
}

// sendAs sends a request with the token of a session, and records it if the server accepts the token.
func (c *Client) sendAs(ctx context.Context, r *request, s *session) (*httpkit.Response, error) {
	r.sentIn = s
	resp, err := c.send(ctx, r, func(h http.Header) { h[tokenHeader] = []string{s.token.Reveal()} })
	if err == nil && resp.Status != http.StatusUnauthorized {
		s.accepted.Store(true)
	}
	return resp, err
}

// remove sends a DELETE request. It succeeds if the server responds that the object does not exist, or responds with a
// bare 404 and listed reports that the server no longer lists it.
func (c *Client) remove(ctx context.Context, r *request, listed func() (bool, error)) error {
	_, err := c.write(ctx, r)
	if err = confirmGone(err, listed); IsNotFound(err) {
		return nil
	}
	return err
}

// callerError adds the operation of the caller to an error of a shared request if the request did not fail itself, but
// the context of the caller ended.
func (c *Client) callerError(ctx context.Context, op, object string, err error) error {
	var e *Error
	if ctx.Err() != nil && !errors.As(err, &e) {
		return &Error{Op: op, Object: object, Err: err}
	}
	return err
}

// readEither reads a collection as entities or as references. If the server does not support what the first request
// asks for, or its response cannot be read, it sends the second request, once. fetch accepts both.
func readEither[T any](first, second *request, fetch func(*request) (T, error)) (T, error) {
	list, err := fetch(first)
	var e *Error
	if refusesFormat(err) || errors.As(err, &e) && e.unreadable {
		return fetch(second)
	}
	return list, err
}

// refusesFormat reports whether the server does not list a collection as entities, or as references.
func refusesFormat(err error) bool {
	return hasStatus(err, http.StatusBadRequest) || hasStatus(err, http.StatusNotAcceptable) ||
		hasStatus(err, http.StatusNotImplemented)
}
