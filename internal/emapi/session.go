// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// session is one logon session.
type session struct {
	token   httpkit.Secret // for the X-RestSvcSessionId header
	id      string         // for logging off; differs from the token
	user    string
	born    time.Time
	renewed bool        // it took the place of another
	proven  atomic.Bool // the server has taken it at least once
}

// Format keeps the token out of every text.
func (s *session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "session of "+s.user) }

// sessions are the logon sessions that a client holds.
type sessions struct {
	mu         sync.Mutex
	current    *session
	replaced   []*session
	failed     error // of a logon that is not tried again
	closed     bool
	renewing   int       // logons under way
	suspected  time.Time // when a 500 last caused a logon
	suspect    *session  // the session that this 500 was answered to, until its logon has ended
	underWay   sync.WaitGroup
	logons     httpkit.Group[struct{}, *session]
	loggingOff httpkit.Slot // for one Close at a time
}

func (s *sessions) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// close makes every request from now on fail.
func (s *sessions) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

func (s *sessions) isRenewing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.renewing > 0
}

func (s *sessions) tokens() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	if s.current != nil {
		all = append(all, s.current.token.Reveal())
	}
	for _, old := range s.replaced {
		all = append(all, old.token.Reveal())
	}
	return all
}

// ready gives the session to use, or the error that stands; neither where a
// logon is needed or under way.
func (s *sessions) ready(stale *session) (*session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, ErrClosed
	case s.failed != nil:
		return nil, s.failed
	case s.current != nil && s.current != stale && s.renewing == 0:
		return s.current, nil
	}
	return nil, nil
}

// take makes fresh the current session; what it replaces is logged off later.
func (s *sessions) take(fresh, stale *session) (*session, error) {
	if s.current != nil && s.current != stale {
		// A logon that was called off and came through all the same.
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

// doubt tells whether a 500 may mean that the session is unknown. To keep a
// server that fails from being flooded with logons, it says so once in a while;
// requests that meet the 500 before that logon has ended wait for it too.
func (s *sessions) doubt(used *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != used || s.renewing > 0 || s.suspect == used {
		return true
	}
	if !s.suspected.IsZero() && time.Since(s.suspected) < suspectInterval {
		return false
	}
	s.suspected, s.suspect = time.Now(), used
	return true
}
