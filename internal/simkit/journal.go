// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package simkit

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
	Path       string    `json:"path"`
	Query      string    `json:"query,omitempty"`
	Body       string    `json:"body,omitempty"`
	Status     int       `json:"status"` // as sent; 0: not sent, or not sent yet
	Sent       int       `json:"sent"`   // length of the body of the response in bytes
	User       string    `json:"user,omitempty"`
	SessionID  string    `json:"session_id,omitempty"`
	Fault      string    `json:"fault,omitempty"` // the fault that hit the request
	RemoteAddr string    `json:"remote_addr,omitempty"`
}

// IsWrite reports whether the request can change data: every POST, PUT, PATCH and DELETE except those that open,
// refresh or end a session.
func (r Request) IsWrite() bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions {
		return false
	}
	return !slices.ContainsFunc(sessionPaths, func(prefix string) bool { return strings.HasPrefix(r.Path, prefix) })
}

// sessionPaths are the prefixes of the paths of the requests that open, refresh or end a session.
var sessionPaths = []string{"/api/sessionMngr", "/api/logonSessions", "/v6/token", "/v7/token", "/v8/token"}

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
func (f *Front) Journal() []Request {
	f.journal.mu.Lock()
	defer f.journal.mu.Unlock()
	return slices.Clone(f.journal.entries)
}

// ResetJournal empties the journal. The numbering of the requests continues.
func (f *Front) ResetJournal() {
	f.journal.mu.Lock()
	defer f.journal.mu.Unlock()
	f.journal.entries = nil
	f.journal.notify()
}
