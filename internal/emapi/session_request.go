// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

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

// sendAs sends with the session's token and keeps note of whether the server takes it.
func (c *Client) sendAs(ctx context.Context, r *request, s *session) (*httpkit.Response, error) {
	resp, err := c.send(ctx, r, func(h http.Header) { h[tokenHeader] = []string{s.token.Reveal()} })
	if err == nil && resp.Status != http.StatusUnauthorized {
		s.proven.Store(true)
	}
	return resp, err
}

// remove sends a DELETE; what the server itself says is not there is removed.
func (c *Client) remove(ctx context.Context, r *request) error {
	_, err := c.write(ctx, r)
	if IsNotFound(err) {
		return nil
	}
	return err
}

// waiting gives an error of a shared request the caller's own operation if all
// that happened is that the caller's context ended.
func (c *Client) waiting(ctx context.Context, op, object string, err error) error {
	var e *Error
	if ctx.Err() != nil && !errors.As(err, &e) {
		return &Error{Op: op, Object: object, Err: err}
	}
	return err
}

// withoutEntities reports whether a server refused ?format=Entity on a collection.
func withoutEntities(err error) bool {
	return hasStatus(err, http.StatusBadRequest) || hasStatus(err, http.StatusNotAcceptable) ||
		hasStatus(err, http.StatusNotImplemented) || errors.Is(err, errWrongRoot)
}
