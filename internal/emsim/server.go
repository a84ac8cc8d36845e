// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// Server is a simulated Enterprise Manager. It serves /api on any host name, over HTTP and HTTPS.
type Server struct {
	*simkit.Front // the journal and the faults

	mu       sync.Mutex // guards opts, store, sessions, lists
	opts     Options
	store    *Store
	sessions []*session
	lists    uint64 // sent so far
}

// New returns a server with the seeded infrastructure and an account for each user.
func New(opts Options) *Server {
	s := &Server{opts: opts.withDefaults()}
	s.Front = simkit.NewFront(simkit.Product{
		Arrive: s.arrive, Answer: s.answer, Unreadable: s.unreadable, Hooks: s.hooks,
		ContentType: xmlContent, OtherSchema: otherNamespace,
	})
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

// answer carries out the request and returns the response.
func (s *Server) answer(r *http.Request, body []byte, entry *Request, f *Fault) simkit.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.settle()
	s.dropIdle()
	if f.Expires(false) {
		s.dropSession(entry.SessionID)
	}
	c := &call{http: r, query: r.URL.Query(), body: body, entry: entry, referencesOnly: s.opts.ReferencesOnly}
	found := s.dispatch(c)
	if s.opts.BareNotFound && found.status == http.StatusNotFound {
		found = bare(http.StatusNotFound)
	}
	answer := found.render(wantsJSON(r.Header.Get("Accept")))
	if f.Expires(true) {
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

// arrive adds the session to the journal entry of a request. Looking it up does not extend its idle time.
func (s *Server) arrive(r *http.Request, entry *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if open := s.findSession(r); open != nil {
		entry.User, entry.SessionID = open.user.Name, open.id
	}
}

func (s *Server) hooks() (func(Request), time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opts.OnRequest, s.opts.Latency
}

func (*Server) unreadable(r *http.Request, err error) simkit.Response {
	return fail(http.StatusBadRequest, "The body cannot be read: %s", err).render(wantsJSON(r.Header.Get("Accept")))
}

// otherNamespace returns a document in the namespace of a different schema.
func otherNamespace(document []byte) []byte {
	return bytes.ReplaceAll(document, []byte(namespace), []byte("http://www.veeam.com/ent/v9.9"))
}
