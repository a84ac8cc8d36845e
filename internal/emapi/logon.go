// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// session returns the session to use. If the current session is stale, or there is none, it logs on. Concurrent callers
// share one logon.
func (c *Client) session(ctx context.Context, stale *session) (*session, error) {
	s, err := c.sessions.ready(stale)
	if s != nil || err != nil {
		return s, err
	}
	return c.sessions.logons.Do(ctx, struct{}{}, time.Time{}, func(own context.Context) (*session, error) {
		return c.logonOnce(own, stale)
	})
}

func (c *Client) logonOnce(ctx context.Context, stale *session) (*session, error) {
	s := &c.sessions
	s.mu.Lock()
	if one, err := s.usable(stale); one != nil || err != nil {
		s.mu.Unlock()
		return one, err
	}
	s.loggingOn++
	s.inProgress.Add(1)
	s.mu.Unlock()

	// If no caller waits for the logon any longer, it is not retried, but an attempt in progress has a grace period to
	// finish: canceling it could leave a session on the server that cannot be logged off.
	own, cancel := httpkit.WithGrace(ctx, httpkit.GracePeriod)
	defer cancel()
	fresh, err := c.logon(own, func() bool { return ctx.Err() != nil || s.isClosed() })

	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.inProgress.Done()
	s.loggingOn--
	s.suspect = nil
	if err != nil {
		err = s.logonFailed(&LogonError{Endpoint: c.base.String(), Err: err})
		// A wrong password is tried only once, because each attempt counts towards the lockout of the account.
		first := s.current == nil && ctx.Err() == nil
		if first || IsUnauthorized(err) || IsForbidden(err) {
			s.failed = err
		}
		return nil, err
	}
	return s.setCurrent(fresh, stale)
}

// replacement returns the session in which to send the request again after a response with this status, or nil if the
// response is final.
func (c *Client) replacement(ctx context.Context, r *request, used *session, status int) (*session, error) {
	switch {
	case status == http.StatusUnauthorized:
		// If the server has never accepted a new session, another logon would not help.
		if used.renewed && !used.accepted.Load() && time.Since(used.created) < time.Minute {
			return nil, nil
		}
		return c.session(ctx, used)
	case status == http.StatusInternalServerError && r.method == http.MethodGet:
		// Some builds respond with 500 to a session that they do not know.
		if !c.sessions.mayBeUnknown(used) {
			return nil, nil
		}
		fresh, err := c.session(ctx, used)
		if err != nil && ctx.Err() == nil {
			return nil, nil //nolint:nilerr // the caller has to see the 500
		}
		return fresh, err
	}
	return nil, nil
}

// sessionError returns the error of a request that could not get a session. The error of a failed logon is returned
// unchanged, so that all requests report the same error.
func (c *Client) sessionError(ctx context.Context, op, object string, err error) error {
	const waiting = "waiting for the logon"
	switch {
	case errors.Is(err, ErrClosed):
		return &Error{Op: op, Object: object, Err: ErrClosed}
	case ctx.Err() == nil || !errors.Is(err, ctx.Err()):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		s := &c.sessions
		s.mu.Lock()
		defer s.mu.Unlock()
		e := &Error{Op: opLogon, Object: "as " + c.username, Message: waiting, Err: err}
		return s.logonFailed(&LogonError{Endpoint: c.base.String(), Err: e})
	}
	return &Error{Op: op, Object: object, Message: waiting, Err: err}
}

// logonXML is the response body of a logon.
type logonXML struct {
	Href      string `xml:"Href,attr"`
	UserName  string `xml:"UserName"`
	SessionID string `xml:"SessionId"`
}

// logon creates a session. It stops retrying when abandoned returns true.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /sessionMngr.
func (c *Client) logon(ctx context.Context, abandoned func() bool) (*session, error) {
	fresh := &session{user: c.username}
	r := &request{
		op: opLogon, object: "as " + c.username, method: http.MethodPost, path: "sessionMngr/",
		query: url.Values{"v": {c.version}}, class: httpkit.ClassLogon, abandoned: abandoned,
		received: func(h http.Header) {
			if token := h.Get(tokenHeader); token != "" {
				fresh.token, fresh.created = httpkit.NewSecret(token), time.Now()
				fresh.id, _ = guidOfHref(h.Get("Location"), "logonSessions")
				c.sessions.opens(fresh)
			}
		},
	}
	resp, err := c.send(ctx, r, func(h http.Header) { h.Set("Authorization", "Basic "+c.basic.Reveal()) })
	if err == nil {
		err = c.readLogon(r, resp, fresh)
	}
	switch {
	case err == nil:
		return fresh, nil
	case fresh.token.Reveal() == "":
		return nil, err
	}
	return nil, c.discard(ctx, fresh, err)
}

// readLogon reads the response to a logon into fresh, which has the token if the response has one.
func (c *Client) readLogon(r *request, resp *httpkit.Response, fresh *session) error {
	if resp.Status < 200 || resp.Status > 299 {
		e := c.statusError(r, resp)
		switch {
		case resp.Status == http.StatusUnauthorized:
			e.Err = errors.New("the server refuses this user name or password")
		case resp.Status < 400: // a redirect, for example of a web interface
			e.Err = c.wrongService(resp, e.Err)
		case c.isForeign(resp):
			e.Err = c.wrongService(resp, nil)
		}
		return e
	}
	if fresh.token.Reveal() == "" {
		err := errors.New("the response has no " + tokenHeader + " header")
		if len(bytes.TrimSpace(resp.Body)) == 0 || checkFromAPI(resp.Body) != nil {
			err = c.wrongService(resp, err)
		}
		return c.unexpectedResponse(r, resp, err)
	}
	read, err := parseLogon(resp.Body)
	if err != nil {
		read.id = cmp.Or(fresh.id, read.id) // the Location came with the token
	}
	c.sessions.identify(fresh, read)
	if err != nil {
		return c.unexpectedResponse(r, resp, err)
	}
	return nil
}

// isForeign reports whether the error response to a logon comes from another service. The path of a logon exists on
// each Enterprise Manager, so that a 404 or 405 without a body does not come from one.
func (c *Client) isForeign(resp *httpkit.Response) bool {
	_, own := errorBody(resp.Body, c.scrub)
	missing := resp.Status == http.StatusNotFound || resp.Status == http.StatusMethodNotAllowed
	return !own || missing && len(bytes.TrimSpace(resp.Body)) == 0
}

func (c *Client) wrongService(resp *httpkit.Response, err error) error {
	return &httpkit.WrongServiceError{
		Service: serverName, Server: clip(c.scrub(resp.Header.Get("Server")), 80), Err: err,
	}
}

// sessionInfo is what the server says about a session.
type sessionInfo struct{ id, user string }

// parseLogon returns what it could read, even if it also returns an error.
func parseLogon(body []byte) (sessionInfo, error) {
	var doc logonXML
	_, err := decode(body, map[string]any{"LogonSession": &doc})
	read, noID := doc.session()
	if err == nil {
		err = noID
	}
	return read, err
}

// session returns the session with the ID in its SessionId or, if there is none, in its Href.
func (x logonXML) session() (sessionInfo, error) {
	read := sessionInfo{user: strings.TrimSpace(x.UserName)}
	id, err := ParseGUID(x.SessionID)
	if err != nil {
		var ok bool
		if id, ok = guidOfHref(x.Href, "logonSessions"); !ok {
			return read, fmt.Errorf("the SessionId %w", err)
		}
	}
	read.id = id
	return read, nil
}

// Close waits for a logon in progress and then logs off all sessions of the client, in parallel, until ctx ends. All
// further requests fail with [ErrClosed]. If a session could not be logged off, another call of Close tries again.
// Close sends nothing if the client has not logged on.
//
// Source: Veeam Backup Enterprise Manager REST API reference, DELETE /logonSessions/{ID}.
func (c *Client) Close(ctx context.Context) error {
	s := &c.sessions
	s.close()
	if err := s.loggingOff.Lock(ctx); err != nil {
		return &Error{Op: opLogoff, Message: "another call of Close is still logging off", Err: err}
	}
	defer s.loggingOff.Unlock()
	if !s.isLoggingOn() {
		err := c.logOffAll(ctx)
		c.sender.CloseIdleConnections()
		return err
	}
	// The sessions that exist already need not wait for the logon in progress.
	var early error
	first := make(chan struct{})
	go func() { early = c.logOffAll(ctx); close(first) }()
	idle := make(chan struct{})
	go func() { s.inProgress.Wait(); close(idle) }()
	select {
	case <-idle:
		<-first // the sessions that it could not log off are tried again
		err := c.logOffAll(ctx)
		c.sender.CloseIdleConnections()
		return err
	case <-ctx.Done():
		<-first
		return errors.Join(early, &Error{Op: opLogoff, Message: "a logon is still in progress", Err: ctx.Err()})
	}
}

// logOffAll logs off all current sessions and keeps those that could not be logged off.
func (c *Client) logOffAll(ctx context.Context) error {
	s := &c.sessions
	s.mu.Lock()
	replaced := len(s.replaced)
	held := slices.Concat(s.replaced, s.unusable)
	if s.current != nil {
		held = append(held, s.current)
	}
	s.mu.Unlock()

	errs := make([]error, len(held))
	var all sync.WaitGroup
	for i, one := range held {
		all.Go(func() { errs[i] = c.logOff(ctx, one, i < replaced) })
	}
	all.Wait()

	s.mu.Lock()
	defer s.mu.Unlock()
	for i, one := range held {
		if errs[i] != nil {
			continue
		}
		if s.current == one {
			s.current = nil
		}
		s.replaced, s.unusable = without(s.replaced, one), without(s.unusable, one)
	}
	return errors.Join(errs...)
}

func (c *Client) logOff(ctx context.Context, s *session, replaced bool) error {
	if s.id == "" {
		id, err := c.ownSession(ctx, s)
		if err != nil || id == "" {
			return err
		}
		c.sessions.identify(s, sessionInfo{id: id})
	}
	r := remove(opLogoff, s.user, "logonSessions/"+s.id)
	resp, err := c.sendAs(ctx, r, s)
	if err != nil {
		return err
	}
	switch {
	case resp.Status >= 200 && resp.Status <= 299:
		if err := checkFromAPI(resp.Body); err != nil {
			return c.unexpectedResponse(r, resp, err)
		}
		return nil
	case resp.Status == http.StatusUnauthorized:
		return nil
	case resp.Status == http.StatusInternalServerError && replaced:
		// It was replaced because the server no longer knows it.
		return nil
	}
	if err := c.statusError(r, resp); !IsNotFound(err) {
		return err
	}
	return nil
}
