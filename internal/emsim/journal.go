// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Request is one entry of the journal. It never contains the Authorization header or a session token.
type Request struct {
	Seq        int       `json:"seq"` // from 1, in the order of arrival
	At         time.Time `json:"at"`
	Method     string    `json:"method"`
	Path       string    `json:"path"` // begins with /api
	Query      string    `json:"query,omitempty"`
	Body       string    `json:"body,omitempty"`
	Status     int       `json:"status"` // as sent; 0: not sent, or not sent yet
	User       string    `json:"user,omitempty"`
	SessionID  string    `json:"session_id,omitempty"`
	Fault      string    `json:"fault,omitempty"` // the fault that hit the request
	RemoteAddr string    `json:"remote_addr,omitempty"`
}

// IsWrite reports whether the request can change data: every POST, PUT, PATCH and DELETE except logon and logoff.
func (r Request) IsWrite() bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions {
		return false
	}
	return !strings.HasPrefix(r.Path, "/api/sessionMngr") && !strings.HasPrefix(r.Path, "/api/logonSessions")
}

// journal keeps the requests in the order of arrival.
type journal struct {
	mu      sync.Mutex
	seq     int
	entries []Request
	changed chan struct{} // closed at the next change; nil if nothing waits for a change
}

func (j *journal) add(entry Request) (seq int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	entry.Seq = j.seq
	j.entries = append(j.entries, entry)
	j.notify()
	return j.seq
}

// finish completes an entry, unless a reset has dropped it.
func (j *journal) finish(entry Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := len(j.entries) - 1; i >= 0; i-- {
		if j.entries[i].Seq == entry.Seq {
			j.entries[i] = entry
			j.notify()
			return
		}
	}
}

// Journal returns every request since the start or the last reset. An entry is complete before its response is sent.
func (s *Server) Journal() []Request {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return slices.Clone(s.journal.entries)
}

// ResetJournal empties the journal. The numbering of the requests continues.
func (s *Server) ResetJournal() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.journal.entries = nil
	s.journal.notify()
}
