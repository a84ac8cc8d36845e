// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// token is an access token with the refresh token that replaces both.
type token struct {
	access, refresh httpkit.Secret
	asked           time.Time     // when it was asked for
	lifetime        time.Duration // 0 if it is not known
	replaces        bool          // it replaced another token
	accepted        atomic.Bool   // the server has accepted it at least once
	kept            atomic.Bool   // it could not be renewed ahead of its end
	// beside is the token of another session, which a logon has replaced and the server may not have ended; may be nil.
	beside *token
}

// Format prints nothing of the token.
func (t *token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "token") }

// isDue reports whether the token has to be renewed: less than a tenth of its lifetime, and at most maxLead, is left.
func (t *token) isDue() bool {
	lead := min(t.lifetime/10, maxLead)
	if t.kept.Load() {
		lead = 0
	}
	return t.lifetime > 0 && time.Since(t.asked) > t.lifetime-lead
}

func (t *token) isExpired() bool { return t.lifetime > 0 && time.Since(t.asked) >= t.lifetime }

// isRejected reports whether another token would not help after a 401: the server has never accepted this one, although
// it has just issued it in place of another.
func (t *token) isRejected() bool {
	return t.replaces && !t.accepted.Load() && time.Since(t.asked) < time.Minute
}

// parseToken reads the response to a token request. Its errors do not quote the response, which contains secrets.
func parseToken(body []byte) (*token, error) {
	var doc struct {
		Access   text            `json:"access_token"`
		Refresh  text            `json:"refresh_token"`
		Lifetime json.RawMessage `json:"expires_in"`
	}
	switch err := decode(body, '{', &doc); {
	case err != nil:
		return nil, errors.New("the response to the logon is not a JSON object")
	case doc.Access == "":
		return nil, errors.New("the response to the logon has no access_token")
	case strings.ContainsFunc(string(doc.Access), func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return nil, errors.New("the access_token in the response to the logon contains characters that no token has")
	}
	t := &token{access: httpkit.NewSecret(string(doc.Access)), refresh: httpkit.NewSecret(string(doc.Refresh))}
	const longest = 10 * 365 * 24 * 60 * 60
	if seconds, err := strconv.ParseFloat(strings.Trim(string(doc.Lifetime), `"`), 64); err == nil && seconds > 0 {
		t.lifetime = time.Duration(min(seconds, longest) * float64(time.Second))
	}
	return t, nil
}

// grant gets a token: with the refresh token of held or, if there is none or the server refuses it, with the password.
// It stops retrying when abandoned returns true.
func (c *Client) grant(ctx context.Context, held *token, abandoned func() bool) (*token, error) {
	beside := held
	if held != nil && held.refresh.Reveal() != "" {
		t, err := c.refresh(ctx, held, abandoned)
		var e *Error
		switch {
		case err == nil || ctx.Err() != nil || errors.As(err, &e) && e.unsent:
			return t, err
		case errors.As(err, &e) && e.refused():
			beside = held.beside
		}
	}
	t, err := c.ask(ctx, opLogon, abandoned, url.Values{
		"grant_type": {"password"}, "username": {c.username}, "password": {c.password.Reveal()},
	})
	if err == nil {
		t.beside = beside
	}
	return t, err
}

// refresh replaces a token with its refresh token.
func (c *Client) refresh(ctx context.Context, held *token, abandoned func() bool) (*token, error) {
	t, err := c.ask(ctx, opRenew, abandoned, url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {held.refresh.Reveal()},
	})
	if err == nil {
		t.beside = held.beside
	}
	return t, err
}

// ask sends a token request.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, POST /token.
func (c *Client) ask(ctx context.Context, op string, abandoned func() bool, form url.Values) (*token, error) {
	if c.version != V6 { // which does not have it
		form.Set("disable_antiforgery_token", "true")
	}
	r := post(op, "as "+c.username, "token", form)
	r.class, r.abandoned = httpkit.ClassLogon, abandoned
	asked := time.Now()
	resp, err := c.send(ctx, r, nil)
	if err != nil {
		return nil, err
	}
	if resp.Status < 200 || resp.Status > 299 {
		return nil, c.tokenRefused(r, resp)
	}
	t, err := parseToken(resp.Body)
	if err != nil {
		e := r.fail(c.wrongService(resp, err))
		e.Status = resp.Status
		return nil, e
	}
	t.asked = asked
	c.session.learn(t)
	return t, nil
}

// tokenRefused returns the error of a token request whose status is not 2xx.
func (c *Client) tokenRefused(r *request, resp *httpkit.Response) *Error {
	e := c.statusError(r, resp)
	if isRefusal(resp.Status) && !isPage(resp.Body) {
		e.foreign = false // a refusal in plain text must not be tried again either
	}
	switch {
	case resp.Status == http.StatusNotFound || resp.Status == http.StatusMethodNotAllowed:
		e.foreign = true
		e.Err = c.wrongService(resp, fmt.Errorf("it has no /%s/token; the server may not offer this version", c.version))
	case resp.Status < 400, e.foreign:
		e.Err = c.wrongService(resp, e.Err)
	case isRefusal(resp.Status) && e.Message == "":
		e.Err = errors.New("the server refuses this user name or password")
	}
	return e
}

func (c *Client) wrongService(resp *httpkit.Response, err error) error {
	return &httpkit.WrongServiceError{Service: serverName, Server: c.clip(resp.Header.Get("Server"), 80), Err: err}
}
