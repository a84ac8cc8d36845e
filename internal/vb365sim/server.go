// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// Server is a simulated server of Veeam Backup for Microsoft 365. It serves /v6, /v7 and /v8 on any host name, over
// HTTP and HTTPS.
type Server struct {
	*simkit.Front // the journal and the faults

	mu       sync.Mutex // guards the fields below
	opts     Options
	store    *Store
	sessions []*session
	sets     map[string][]object // pages of a list are cut from the set that the first page has made
	setIDs   []string            // oldest first
	lists    uint64              // sent so far
}

// New returns a server with the seeded organizations and no role.
func New(opts Options) *Server {
	s := &Server{opts: opts.withDefaults(), sets: map[string][]object{}}
	s.Front = simkit.NewFront(simkit.Product{
		Arrive: s.arrive, Answer: s.answer, Unreadable: s.unreadable, Hooks: s.hooks,
		ContentType: jsonContent, OtherSchema: otherSchema,
	})
	s.store = &Store{opts: &s.opts}
	seed(s.store)
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

// call is the request that a handler processes. Handlers run with the server locked.
type call struct {
	http    *http.Request
	version int // 6, 7 or 8
	query   url.Values
	body    []byte
	vars    []string
	entry   *Request
	session *session
}

// answer carries out the request and returns the response.
func (s *Server) answer(r *http.Request, body []byte, entry *Request, f *Fault) simkit.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.settle()
	s.dropExpired()
	if f.Expires(false) {
		s.expireAccess(entry.SessionID)
	}
	c := &call{http: r, query: r.URL.Query(), body: body, entry: entry}
	found := s.dispatch(c)
	if f.Expires(true) {
		s.expireAccess(entry.SessionID)
	}
	return found.render()
}

// dispatch finds the route, checks the token and the query, and runs the handler.
func (s *Server) dispatch(c *call) response {
	version, below, _ := strings.Cut(strings.TrimPrefix(c.http.URL.EscapedPath(), "/"), "/")
	if !slices.ContainsFunc(s.opts.Versions, func(v string) bool { return strings.EqualFold(v, version) }) {
		return empty(http.StatusNotFound)
	}
	c.version = int(version[1] - '0')
	found, vars, allowed := findRoute(c.http.Method, below, c.version)
	if found == nil && allowed == nil {
		return empty(http.StatusNotFound)
	}
	if s.opts.OperatorsOnly {
		return s.fail(c, http.StatusForbidden, "ResourceAccessDenied", "Only restore operators can authenticate.")
	}
	if found == nil {
		return empty(http.StatusMethodNotAllowed).with("Allow", strings.Join(allowed, ", "))
	}
	c.vars = vars
	if found.access != accessPublic {
		if c.session = s.findSession(c.http); c.session == nil {
			return s.unauthorized(c)
		}
		if found.access == accessAdmin && !c.session.user.Administrator {
			return s.fail(c, http.StatusForbidden, "ResourceAccessDenied", "Access is denied.")
		}
	}
	if err := found.checkQuery(c); err != nil {
		return s.invalid(c, err)
	}
	return found.handle(s, c)
}

// arrive adds the session to the journal entry of a request, and removes passwords and tokens from it.
func (s *Server) arrive(r *http.Request, entry *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if open := s.findSession(r); open != nil {
		entry.User, entry.SessionID = open.user.Name, open.id
	}
	if strings.HasSuffix(strings.ToLower(entry.Path), "/token") {
		entry.Body = redactForm(entry.Body)
	}
}

func (s *Server) hooks() (func(Request), time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opts.OnRequest, s.opts.Latency
}

func (*Server) unreadable(_ *http.Request, err error) simkit.Response {
	return response{
		status: http.StatusBadRequest, body: object{"message": "The body cannot be read: " + err.Error()},
	}.render()
}
