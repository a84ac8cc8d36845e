// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365spec"
)

const (
	username = `TECH\administrator`
	password = "correct-horse-battery"
	orgID    = "ae19d952-59dc-49f4-b12f-7d6bf465f521"
	roleID   = "97edf1c9-74a1-480d-8b60-29b9ef331bd9"
)

// receivedRequest is a request that the server received.
type receivedRequest struct {
	method, uri, body string
	header            http.Header
}

func (r receivedRequest) String() string { return r.method + " " + r.uri }

// fake is a server that implements the token endpoint and passes all other requests to answer.
type fake struct {
	t       testing.TB
	server  *httptest.Server
	version string
	answer  http.HandlerFunc
	grant   func(http.ResponseWriter, url.Values) bool // returns false if the fake shall answer; may be nil
	logout  http.HandlerFunc                           // may be nil

	mu       sync.Mutex
	requests []receivedRequest
	valid    map[string]bool // access and refresh tokens
	serial   int
	lifetime int // seconds
}

// newFake starts a server of v8 and returns it.
func newFake(t testing.TB, answer http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{t: t, version: V8, answer: answer, valid: map[string]bool{}, lifetime: 3600}
	f.server = memnet.NewServer(t, f)
	f.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	f.server.Start()
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	uri := strings.TrimPrefix(r.URL.RequestURI(), "/"+f.version)
	f.mu.Lock()
	f.requests = append(f.requests, receivedRequest{r.Method, uri, string(body), r.Header.Clone()})
	known := f.valid[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	f.mu.Unlock()
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	f.check(r, body)
	switch {
	case uri == "/token":
		form, _ := url.ParseQuery(string(body))
		if f.grant == nil || !f.grant(w, form) {
			f.issue(w, form)
		}
	case !known:
		w.WriteHeader(http.StatusUnauthorized)
	case uri == "/token/logout" && f.logout != nil:
		f.logout(w, r)
	case uri == "/token/logout":
		f.expire()
		w.WriteHeader(http.StatusNoContent)
	default:
		f.answer(w, r)
	}
}

// check fails the test unless the version of the API has the request.
func (f *fake) check(r *http.Request, body []byte) {
	document, err := vb365spec.Load(f.version)
	if err == nil {
		err = document.CheckRequest(vb365spec.Exchange{Request: r, RequestBody: body})
	}
	if err != nil {
		f.t.Error(err)
	}
}

func (f *fake) issue(w http.ResponseWriter, form url.Values) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch form.Get("grant_type") {
	case "password":
		if form.Get("username") != username || form.Get("password") != password {
			reply(w, 400, `{"error":"invalid_grant","error_description":"Incorrect user name or password."}`)
			return
		}
	case "refresh_token":
		if !f.valid[form.Get("refresh_token")] {
			reply(w, 400, `{"error":"invalid_grant","error_description":"Invalid refresh token."}`)
			return
		}
		delete(f.valid, form.Get("refresh_token"))
	}
	f.serial++
	access, refresh := fmt.Sprintf("access-token-%d", f.serial), fmt.Sprintf("refresh-token-%d", f.serial)
	f.valid[access], f.valid[refresh] = true, true
	reply(w, 200, fmt.Sprintf(`{"access_token":%q,"refresh_token":%q,"token_type":"bearer","expires_in":%d,"userName":"x",
		".issued":"2026-01-02T03:04:05Z",".expires":"2026-01-02T04:04:05Z"}`, access, refresh, f.lifetime))
}

// expire makes the tokens that begin with one of the prefixes invalid, or all tokens.
func (f *fake) expire(prefixes ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name := range f.valid {
		all := len(prefixes) == 0
		for _, prefix := range prefixes {
			all = all || strings.HasPrefix(name, prefix)
		}
		if all {
			delete(f.valid, name)
		}
	}
}

// received returns the requests whose "METHOD uri" begins with prefix.
func (f *fake) received(prefix string) []receivedRequest {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []receivedRequest
	for _, r := range f.requests {
		if strings.HasPrefix(r.String(), prefix) {
			all = append(all, r)
		}
	}
	return all
}

// expect fails the test unless the server has received n requests whose "METHOD uri" begins with prefix.
func (f *fake) expect(prefix string, n int) {
	f.t.Helper()
	if got := len(f.received(prefix)); got != n {
		f.t.Errorf("the server received %d requests %q, want %d; all requests: %v", got, prefix, n, f.received(""))
	}
}

// grants returns the grant types of the token requests.
func (f *fake) grants() string {
	var all []string
	for _, r := range f.received("POST /token") {
		if form, err := url.ParseQuery(r.body); err == nil && form.Has("grant_type") {
			all = append(all, form.Get("grant_type"))
		}
	}
	return strings.Join(all, " ")
}

func (f *fake) config() Config {
	return Config{
		Endpoint: f.server.URL, Username: username, Password: password, APIVersion: f.version, MaxRetries: 2,
	}
}

func (f *fake) client() *Client { return f.clientOf(f.config()) }

func (f *fake) clientOf(cfg Config) *Client {
	f.t.Helper()
	c, err := New(cfg)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { c.sender.CloseIdleConnections() })
	return c
}

// drop closes the connection without a response.
func drop(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_ = conn.Close()
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants fails the test unless err is an *Error whose text contains each part.
func wants(t *testing.T, err error, parts ...string) {
	t.Helper()
	_ = failure(t, err, parts...)
}

// failure is wants, and returns the error.
func failure(t *testing.T, err error, parts ...string) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want an *Error", err, err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error %q does not contain %q", err, part)
		}
	}
	return e
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
