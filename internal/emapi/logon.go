// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// session gives the session to use. Where that is the stale one, or there is
// none, it logs on: once, however many goroutines ask.
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
	switch {
	case s.closed:
		s.mu.Unlock()
		return nil, ErrClosed
	case s.failed != nil:
		defer s.mu.Unlock()
		return nil, s.failed
	case s.current != nil && s.current != stale:
		defer s.mu.Unlock()
		return s.current, nil
	}
	s.renewing++
	s.underWay.Add(1)
	s.mu.Unlock()

	// A logon that nobody waits for any more is not repeated, but an attempt under way may
	// come to its end: called off, it could leave a session that nobody can log off.
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(gracePeriod, cancel) })
	defer stop()
	fresh, err := c.logon(own, func() bool { return ctx.Err() != nil || s.isClosed() })

	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.underWay.Done()
	s.renewing--
	s.suspect = nil
	if err != nil {
		// A wrong password is tried once: every logon counts towards the account's lock-out.
		first := s.current == nil && ctx.Err() == nil
		if first || IsUnauthorized(err) || IsForbidden(err) {
			s.failed = err
		}
		return nil, err
	}
	return s.take(fresh, stale)
}

// replacement gives the session to repeat a request with whose answer had this
// status, or nil where the answer stands.
func (c *Client) replacement(ctx context.Context, r *request, used *session, status int) (*session, error) {
	switch {
	case status == http.StatusUnauthorized:
		// A fresh session that the server has never taken will not get better by another logon.
		if used.renewed && !used.proven.Load() && time.Since(used.born) < time.Minute {
			return nil, nil
		}
		return c.session(ctx, used)
	case status == http.StatusInternalServerError && r.method == http.MethodGet:
		// Some builds answer 500 for a session they do not know.
		if !c.sessions.doubt(used) {
			return nil, nil
		}
		fresh, err := c.session(ctx, used)
		if err != nil && ctx.Err() == nil {
			return nil, nil //nolint:nilerr // the 500 is what the caller has to see
		}
		return fresh, err
	}
	return nil, nil
}

// sessionError names the request that could not get a session. A failed logon
// is reported as it is, so that everyone sees the very same error.
func (c *Client) sessionError(ctx context.Context, op, object string, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return &Error{Op: op, Object: object, Message: "waiting for the logon", Err: err}
	}
	if errors.Is(err, ErrClosed) {
		return &Error{Op: op, Object: object, Err: ErrClosed}
	}
	return err
}

// logonXML is the body of the answer to a logon.
type logonXML struct {
	Href      string `xml:"Href,attr"`
	UserName  string `xml:"UserName"`
	SessionID string `xml:"SessionId"`
}

// Source: Veeam Backup Enterprise Manager REST API reference, POST /sessionMngr.
func (c *Client) logon(ctx context.Context, abandoned func() bool) (*session, error) {
	r := &request{
		op: opLogon, object: "as " + c.username, method: http.MethodPost, path: "sessionMngr/",
		query: url.Values{"v": {c.version}}, class: httpkit.ClassLogon, abandoned: abandoned,
	}
	resp, err := c.send(ctx, r, func(h http.Header) { h.Set("Authorization", "Basic "+c.basic.Reveal()) })
	if err != nil {
		return nil, err
	}
	if resp.Status < 200 || resp.Status > 299 {
		e := c.refusal(r, resp)
		if resp.Status == http.StatusUnauthorized {
			e.Err = errors.New("the server refuses this user name or password")
		}
		return nil, e
	}
	token := resp.Header.Get(tokenHeader)
	if token == "" {
		return nil, c.misunderstood(r, resp, errors.New("the answer has no "+tokenHeader+" header"))
	}
	s, err := parseLogon(resp.Body)
	if err != nil {
		return nil, c.misunderstood(r, resp, err)
	}
	s.token, s.born = httpkit.NewSecret(token), time.Now()
	if s.user == "" {
		s.user = c.username
	}
	return s, nil
}

func parseLogon(body []byte) (*session, error) {
	var doc logonXML
	if _, err := decode(body, map[string]any{"LogonSession": &doc}); err != nil {
		return nil, err
	}
	id, err := ParseGUID(doc.SessionID)
	if err != nil {
		var ok bool
		if id, ok = guidOfHref(doc.Href, "logonSessions"); !ok {
			return nil, fmt.Errorf("the SessionId %w", err)
		}
	}
	return &session{id: id, user: doc.UserName}, nil
}

// Close logs off every session that the client holds, all at once, after waiting
// for a logon under way; ctx bounds it. Requests made later fail with
// [ErrClosed]. It may be called again: what could not be logged off is tried
// again then. Nothing is sent where nobody logged on.
//
// Source: Veeam Backup Enterprise Manager REST API reference, DELETE /logonSessions/{ID}.
func (c *Client) Close(ctx context.Context) error {
	s := &c.sessions
	s.close()
	if err := s.loggingOff.Lock(ctx); err != nil {
		return &Error{Op: opLogoff, Message: "another call is still logging off", Err: err}
	}
	defer s.loggingOff.Unlock()
	if !s.isRenewing() {
		err := c.logOffAll(ctx)
		c.sender.CloseIdleConnections()
		return err
	}
	// What is held already need not wait for the logon under way.
	var early error
	first := make(chan struct{})
	go func() { early = c.logOffAll(ctx); close(first) }()
	idle := make(chan struct{})
	go func() { s.underWay.Wait(); close(idle) }()
	select {
	case <-idle:
		<-first // what it could not log off is still held
		err := c.logOffAll(ctx)
		c.sender.CloseIdleConnections()
		return err
	case <-ctx.Done():
		<-first
		return errors.Join(early, &Error{Op: opLogoff, Message: "a logon is still under way", Err: ctx.Err()})
	}
}

// logOffAll logs off what is held now and keeps what could not be logged off.
func (c *Client) logOffAll(ctx context.Context) error {
	s := &c.sessions
	s.mu.Lock()
	held, current := slices.Clone(s.replaced), s.current
	if current != nil {
		held = append(held, current)
	}
	s.mu.Unlock()

	errs := make([]error, len(held))
	var all sync.WaitGroup
	for i, one := range held {
		all.Go(func() { errs[i] = c.logOff(ctx, one, one != current) })
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
		s.replaced = slices.DeleteFunc(s.replaced, func(old *session) bool { return old == one })
	}
	return errors.Join(errs...)
}

func (c *Client) logOff(ctx context.Context, s *session, replaced bool) error {
	r := remove(opLogoff, s.user, "logonSessions/"+s.id)
	resp, err := c.send(ctx, r, func(h http.Header) { h[tokenHeader] = []string{s.token.Reveal()} })
	if err != nil {
		return err
	}
	switch {
	case resp.Status >= 200 && resp.Status <= 299:
		if err := consent(resp.Body); err != nil {
			return c.misunderstood(r, resp, err)
		}
		return nil
	case resp.Status == http.StatusUnauthorized:
		return nil
	case resp.Status == http.StatusNotFound:
		if _, own := errorBody(resp.Body); own {
			return nil
		}
	case resp.Status == http.StatusInternalServerError && replaced:
		// What made it the replaced one: the server does not know it.
		return nil
	}
	return c.refusal(r, resp)
}
