// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"cmp"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// maxBody bounds the body of a request.
const maxBody = 4 << 20

// Server is a simulated Enterprise Manager. It serves /api on any host name, over HTTP and HTTPS.
type Server struct {
	mu       sync.Mutex // guards opts, store, sessions, lists
	opts     Options
	store    *Store
	sessions []*session
	lists    uint64 // shuffled so far

	journal journal
	faults  faults
}

// New returns a server with the seeded infrastructure and an account for each user.
func New(opts Options) *Server {
	s := &Server{opts: opts.withDefaults()}
	s.store = &Store{opts: &s.opts}
	seedInfrastructure(s.store)
	for _, u := range s.opts.Users {
		if len(u.Groups) > 0 && len(u.Roles) == 0 {
			continue
		}
		s.store.AddAccount(Account{
			Type: "User", Name: cmp.Or(u.Account, u.Name), Roles: u.Roles, AllowRestoreAllVms: true,
		})
	}
	if s.opts.OddAccount {
		seedOddAccount(s.store)
	}
	if s.opts.Demo {
		SeedDemo(s.store)
	}
	return s
}

// Mutate calls change with the store locked, to simulate a change outside the clients under test.
func (s *Server) Mutate(change func(*Store)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.settle()
	change(s.store)
}

// Configure changes the options of a running server, including OnRequest and Latency.
func (s *Server) Configure(change func(*Options)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.opts)
	s.opts = s.opts.withDefaults()
}

// OpenSessions returns the number of sessions that have neither been logged off nor expired.
func (s *Server) OpenSessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropIdle()
	return len(s.sessions)
}

// ExpireSessions ends every session.
func (s *Server) ExpireSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions = nil
}

// call is the request that a handler processes. Handlers run with the server locked.
type call struct {
	http    *http.Request
	query   url.Values
	body    []byte
	vars    []string
	session *session
	entry   *Request

	accounts []*Account // from which the session's user has rights

	referencesOnly bool
}

// wantsEntity reports whether the client asked for format=Entity.
func (c *call) wantsEntity() bool { return strings.EqualFold(c.query.Get("format"), "Entity") }

// wantsEntities is wantsEntity for a collection, for which some builds always return references.
func (c *call) wantsEntities() bool { return c.wantsEntity() && !c.referencesOnly }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, readErr := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	entry := s.arrive(r, body)
	f := s.faults.pick(entry)
	if f != nil {
		entry.Fault = f.label()
	}
	entry.Seq = s.journal.add(entry)

	answer := response{}
	if readErr != nil {
		unreadable := fail(http.StatusBadRequest, "The body cannot be read: %s", readErr)
		answer = unreadable.render(wantsJSON(r.Header.Get("Accept")))
	} else {
		answer = s.answer(r, body, &entry, f)
	}
	answer = f.alter(answer)
	entry.Status = answer.status
	if f.drops() {
		entry.Status = 0
	}
	s.journal.finish(entry)
	onRequest, latency := s.hooks()
	if onRequest != nil {
		onRequest(entry)
	}
	f.afterCommit(r.Context())
	pause(r.Context(), latency)
	if f.drops() {
		dropConnection(w)
		return
	}
	f.send(w, answer)
}

// answer carries out the request and returns the response. If the fault replaces the response before the commit, the
// request is not carried out.
func (s *Server) answer(r *http.Request, body []byte, entry *Request, f *Fault) response {
	f.beforeCommit()
	if f.replaces() {
		return response{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.settle()
	s.dropIdle()
	if f.expires(false) {
		s.dropSession(entry.SessionID)
	}
	c := &call{http: r, query: r.URL.Query(), body: body, entry: entry, referencesOnly: s.opts.ReferencesOnly}
	found := s.dispatch(c)
	if s.opts.BareNotFound && found.status == http.StatusNotFound {
		found = bare(http.StatusNotFound)
	}
	answer := found.render(wantsJSON(r.Header.Get("Accept")))
	if f.expires(true) {
		s.dropSession(entry.SessionID)
	}
	return answer
}

// dispatch finds the route, checks the session and the user's rights, and runs the handler.
func (s *Server) dispatch(c *call) response {
	found, vars, allowed := findRoute(c.http.Method, c.http.URL.Path)
	c.vars = vars
	if found != nil && found.access == accessPublic {
		return found.handle(s, c)
	}
	if c.session = s.findSession(c.http); c.session == nil && (found != nil || !isPublic(c.http.URL.Path)) {
		return fail(s.opts.UnknownSessionStatus, "The logon session was not found or has expired.")
	}
	switch {
	case found == nil && allowed == nil:
		return fail(http.StatusNotFound, "Resource %s was not found.", c.http.URL.Path)
	case found == nil:
		return fail(http.StatusMethodNotAllowed, "Method %s is not allowed.", c.http.Method).
			with("Allow", strings.Join(allowed, ", "))
	}
	c.session.lastUsed = time.Now()
	c.accounts = s.accountsOf(c.session.user)
	if !found.access.allows(c) {
		return fail(http.StatusForbidden, "Access is denied.")
	}
	return found.handle(s, c)
}

// isPublic reports whether the path needs no session with any method, or is outside the API.
func isPublic(path string) bool {
	below, ok := belowAPI(path)
	below = strings.Trim(below, "/")
	return !ok || below == "" || strings.EqualFold(below, "sessionMngr")
}

// arrive returns the journal entry of a request. Looking up the session does not extend its idle time.
func (s *Server) arrive(r *http.Request, body []byte) Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry := Request{
		At: time.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: string(body),
		RemoteAddr: r.RemoteAddr,
	}
	if open := s.findSession(r); open != nil {
		entry.User, entry.SessionID = open.user.Name, open.id
	}
	return entry
}

func (s *Server) hooks() (func(Request), time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opts.OnRequest, s.opts.Latency
}
