// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// session is one logon session.
type session struct {
	token    httpkit.Secret // for the X-RestSvcSessionId header
	id       string         // for logging off; differs from the token
	user     string
	created  time.Time
	renewed  bool        // it replaced another session
	accepted atomic.Bool // the server has accepted it at least once
}

// Format prints the session without its token.
func (s *session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "session of "+s.user) }

// sessions are the logon sessions that a client holds.
type sessions struct {
	mu          sync.Mutex
	current     *session
	replaced    []*session
	opening     []*session  // of logons in progress: the server has opened them, but their response is not read yet
	unusable    []*session  // of failed logons, if they could not be logged off
	failed      error       // the error of a logon that is not tried again
	lastFailure *LogonError // the error of the last logon; nil if it succeeded
	closed      bool
	loggingOn   int       // number of logons in progress
	suspectedAt time.Time // when a 500 last caused a logon
	suspect     *session  // the session of the request that got this 500, until the logon has ended
	inProgress  sync.WaitGroup
	logons      httpkit.Group[struct{}, *session]
	loggingOff  httpkit.Slot // held by the call of Close that logs off
}

func (s *sessions) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// close makes all further requests fail.
func (s *sessions) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

func (s *sessions) isLoggingOn() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loggingOn > 0
}

func (s *sessions) tokens() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, one := range s.known() {
		all = append(all, one.token.Reveal())
	}
	return all
}

// known returns every session that the client has opened and not logged off. The caller holds the lock.
func (s *sessions) known() []*session {
	all := slices.Concat(s.replaced, s.opening, s.unusable)
	if s.current != nil {
		all = append(all, s.current)
	}
	return all
}

// isKnown reports whether a session of this client has the ID.
func (s *sessions) isKnown(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.known(), func(one *session) bool { return one.id == id })
}

// opens records that the server has opened a session. From now on, no error shows its token.
func (s *sessions) opens(fresh *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opening = append(s.opening, fresh)
}

// identify sets what is known about a session.
func (s *sessions) identify(one *session, known sessionInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one.id, one.user = cmp.Or(known.id, one.id), cmp.Or(known.user, one.user)
}

// discards records that a session of a failed logon has been logged off or, if err is not nil, could not be.
func (s *sessions) discards(fresh *session, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opening = without(s.opening, fresh)
	if err != nil {
		s.unusable = append(s.unusable, fresh)
	}
}

func without(list []*session, one *session) []*session {
	return slices.DeleteFunc(list, func(s *session) bool { return s == one })
}

// ready returns the session to use, or the error that all further requests get. It returns neither if a logon is needed
// or in progress.
func (s *sessions) ready(stale *session) (*session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, err := s.usable(stale)
	if s.loggingOn > 0 {
		one = nil
	}
	return one, err
}

// usable returns the session to use, or the error that all further requests get. It returns neither if a logon is
// needed. The caller holds the lock.
func (s *sessions) usable(stale *session) (*session, error) {
	switch {
	case s.closed:
		return nil, ErrClosed
	case s.failed != nil:
		return nil, s.failed
	case s.current == stale:
		return nil, nil
	}
	return s.current, nil
}

// logonFailed returns the error of a failed logon, which is that of the previous logon if this failed in the same way.
// The caller holds the lock.
func (s *sessions) logonFailed(e *LogonError) *LogonError {
	s.lastFailure = e.Or(s.lastFailure)
	return s.lastFailure
}

// setCurrent makes fresh the current session and returns the session to use. Close logs off the session that fresh
// replaces.
func (s *sessions) setCurrent(fresh, stale *session) (*session, error) {
	s.opening, s.lastFailure = without(s.opening, fresh), nil
	if s.current != nil && s.current != stale {
		// The logon was abandoned and succeeded nevertheless, and another one has replaced stale since.
		s.replaced = append(s.replaced, fresh)
		return s.current, nil
	}
	if s.current != nil {
		fresh.renewed = true
		s.replaced = append(s.replaced, s.current)
	}
	s.current = fresh
	if s.closed {
		return nil, ErrClosed
	}
	return fresh, nil
}

// mayBeUnknown reports whether a 500 may mean that the server does not know the session. It returns true at most once
// per suspectInterval, so that a failing server is not flooded with logons. In addition, it returns true if a logon is
// due or in progress, or if the session has been replaced already: the request is then sent again in the new session.
func (s *sessions) mayBeUnknown(used *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != used || s.loggingOn > 0 || s.suspect == used {
		return true
	}
	if !s.suspectedAt.IsZero() && time.Since(s.suspectedAt) < suspectInterval {
		return false
	}
	s.suspectedAt, s.suspect = time.Now(), used
	return true
}
