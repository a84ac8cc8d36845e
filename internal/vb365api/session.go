// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// maxLead is how long before its end a token is renewed at the earliest.
const maxLead = time.Minute

// session is the token that the requests of a client share.
type session struct {
	mu       sync.Mutex
	current  *token
	failed   error               // the error of a logon that is not tried again
	last     *httpkit.LogonError // the error of the last logon; nil if it succeeded
	known    []string            // all tokens, because a request in progress may have an old one
	closed   bool
	grants   httpkit.Group[struct{}, *token]
	granting httpkit.Slot // held by the only token request in progress, and by Close
}

func (s *session) secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.known...)
}

func (s *session) learn(t *token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known = append(s.known, t.access.Reveal(), t.refresh.Reveal())
}

func (s *session) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

func (s *session) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *session) held() *token {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// ready returns the token to use, or the error that all further requests get. It returns neither if a token has to be
// requested: there is none, it is stale, or it ends soon.
func (s *session) ready(stale *token) (*token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, ErrClosed
	case s.failed != nil:
		return nil, s.failed
	case s.current != nil && s.current != stale && !s.current.isDue():
		return s.current, nil
	}
	return nil, nil
}

// token returns the token to use, which is not stale. Concurrent callers share one token request.
func (c *Client) token(ctx context.Context, stale *token) (*token, error) {
	t, err := c.session.ready(stale)
	if t != nil || err != nil {
		return t, err
	}
	return c.session.grants.Do(ctx, struct{}{}, time.Time{}, func(own context.Context) (*token, error) {
		return c.renew(own, stale)
	})
}

func (c *Client) renew(ctx context.Context, stale *token) (*token, error) {
	s := &c.session
	if err := s.granting.Lock(ctx); err != nil {
		return nil, err
	}
	defer s.granting.Unlock()
	if t, err := s.ready(stale); t != nil || err != nil {
		return t, err
	}
	// If no caller waits for the token any longer, an attempt in progress may finish nevertheless: canceling it could
	// leave a session on the server that cannot be logged off.
	own, stop := httpkit.WithGrace(ctx, httpkit.GracePeriod)
	defer stop()
	held := s.held()
	fresh, err := c.grant(own, held, func() bool { return ctx.Err() != nil || s.isClosed() })

	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		return c.notRenewed(ctx, held, stale, err)
	}
	fresh.replaces = held != nil
	s.current, s.last = fresh, nil
	if s.closed {
		return nil, ErrClosed
	}
	return fresh, nil
}

// notRenewed returns what the callers get after a failed token request: the token that is still valid, or the error. A
// wrong password is tried only once, because each attempt counts towards the lockout of the account. The caller holds
// the lock of the session.
func (c *Client) notRenewed(ctx context.Context, held, stale *token, err error) (*token, error) {
	s := &c.session
	if refused := IsLogonRefused(err); refused || held == nil && ctx.Err() == nil && !s.closed {
		s.failed = c.logonFailed(err)
		return nil, s.failed
	}
	if held != nil && held != stale && !held.isExpired() && !s.closed {
		held.kept.Store(true)
		return held, nil
	}
	return nil, c.logonFailed(err)
}

// logonFailed returns the error of a failed logon, which is that of the previous logon if this failed in the same way.
// The caller holds the lock of the session.
func (c *Client) logonFailed(err error) error {
	logon := &httpkit.LogonError{Endpoint: c.base.String(), Err: err}
	c.session.last = logon.Or(c.session.last)
	return c.session.last
}

// tokenError returns the error of a request that could not get a token. The error of a failed logon is returned
// unchanged, so that all requests report the same error.
func (c *Client) tokenError(ctx context.Context, r *request, err error) error {
	const waiting = "waiting for the logon"
	switch {
	case errors.Is(err, ErrClosed):
		return r.fail(ErrClosed)
	case ctx.Err() == nil || !errors.Is(err, ctx.Err()):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		c.session.mu.Lock()
		defer c.session.mu.Unlock()
		return c.logonFailed(&Error{Op: opLogon, Object: "as " + c.username, Message: waiting, Err: err})
	}
	e := r.fail(err)
	e.Message = waiting
	return e
}

// Close waits for a logon in progress and then logs off, until ctx ends. All further requests fail with [ErrClosed]. If
// the client could not log off, another call of Close tries again. Close sends nothing if the client has no token, or
// if the version of the API is v6, which cannot log off.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, POST /token/logout.
func (c *Client) Close(ctx context.Context) error {
	s := &c.session
	s.close()
	r := post(opLogoff, "as "+c.username, "token/logout", nil)
	r.class = httpkit.ClassIdempotent
	if err := s.granting.Lock(ctx); err != nil {
		e := r.fail(err)
		e.Message = "a logon is still in progress"
		return e
	}
	defer s.granting.Unlock()
	defer c.sender.CloseIdleConnections()
	if c.version == V6 {
		return nil
	}
	for held := s.held(); held != nil; held = s.held() {
		if err := c.logOff(ctx, r, held); err != nil {
			return err
		}
		s.mu.Lock()
		s.current = held.beside
		s.mu.Unlock()
	}
	return nil
}

// logOff ends the session of a token. If the access token has ended already, it gets another one for that, because the
// session goes on while its refresh token is valid.
func (c *Client) logOff(ctx context.Context, r *request, t *token) error {
	resp, err := c.send(ctx, r, t)
	if err == nil && resp.Status == http.StatusUnauthorized {
		if t.refresh.Reveal() == "" {
			return nil
		}
		var e *Error
		fresh, refreshErr := c.refresh(ctx, t, nil)
		switch {
		case errors.As(refreshErr, &e) && e.refused():
			return nil
		case refreshErr != nil:
			return r.fail(refreshErr)
		}
		resp, err = c.send(ctx, r, fresh)
	}
	switch {
	case err != nil:
		return err
	case resp.Status < 200 || resp.Status > 299:
		return c.statusError(r, resp)
	}
	return c.checkWritten(r, resp)
}
