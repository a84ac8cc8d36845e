// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
)

const (
	accountID = "d6701c3d-15f4-421d-b376-c0e2634bc1f4"
	roleID    = "f84a8b62-49b8-4d0c-b25b-92321b52bab6"
	otherRole = "d19a3d33-cb77-4ffe-94e6-001432483a4e"
	scopeID   = "bceb75f9-5c10-4f39-9eb5-c000a2fabaee"
	rootID    = "a2b0c55d-829a-4efe-bd95-125ee77ba9dd"
	password  = "correct-horse-battery"
)

// receivedRequest is a request that the server received.
type receivedRequest struct {
	method, uri, body string
	header            http.Header
	at                time.Time
}

func (r receivedRequest) String() string { return r.method + " " + r.uri }

// fake is a server that implements logon sessions and passes all other requests to answer.
type fake struct {
	t       testing.TB
	server  *httptest.Server
	network *memnet.Listener
	answer  http.HandlerFunc
	logon   http.HandlerFunc // nil means that the fake responds as the API reference says
	logoff  http.HandlerFunc // handles each DELETE; nil means that the fake responds as the API reference says

	mu          sync.Mutex
	requests    []receivedRequest
	open        map[string]string // session ID by token
	unknown     int               // status for an unknown token
	serial      int
	idle        time.Duration        // a session that is not used for this long expires; 0 means never
	used        map[string]time.Time // last use by token
	connections int                  // number of connections so far
}

// newFake starts a fake and returns it.
func newFake(t testing.TB, answer http.HandlerFunc) *fake {
	t.Helper()
	f := unstarted(t, answer)
	f.server.Start()
	return f
}

func unstarted(t testing.TB, answer http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{
		t: t, answer: answer, unknown: http.StatusUnauthorized,
		open: map[string]string{}, used: map[string]time.Time{},
	}
	f.server = memnet.NewServer(t, f)
	f.network, _ = f.server.Listener.(*memnet.Listener)
	f.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	f.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.connections++
		}
	}
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	uri := strings.TrimPrefix(r.URL.RequestURI(), "/api")
	f.mu.Lock()
	f.requests = append(f.requests, receivedRequest{r.Method, uri, string(body), r.Header.Clone(), time.Now()})
	token := r.Header.Get(tokenHeader)
	if f.idle > 0 && time.Since(f.used[token]) >= f.idle {
		delete(f.open, token)
	}
	id, known := f.open[token]
	f.used[token] = time.Now()
	unknown := f.unknown
	f.mu.Unlock()
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	switch {
	case r.URL.Path == "/api/sessionMngr/":
		if f.logon != nil {
			f.logon(w, r)
			return
		}
		f.logOn(w, r)
	case !known:
		w.WriteHeader(unknown)
	case r.Method == http.MethodDelete && f.logoff != nil:
		f.logoff(w, r)
	case r.Method == http.MethodDelete && r.URL.Path == "/api/logonSessions/"+id:
		f.mu.Lock()
		delete(f.open, token)
		f.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
	default:
		f.answer(w, r)
	}
}

func (f *fake) logOn(w http.ResponseWriter, r *http.Request) {
	if user, pass, _ := r.BasicAuth(); user != `SRV12\Administrator` || pass != password {
		w.Header().Set("WWW-Authenticate", "Basic Realm=RestSvc")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	f.mu.Lock()
	f.serial++
	token, id := fmt.Sprintf("token-number-%d", f.serial), fmt.Sprintf("15a3fc97-0325-4119-b789-%012d", f.serial)
	f.open[token], f.used[token] = id, time.Now()
	f.mu.Unlock()
	w.Header().Set(tokenHeader, token)
	w.Header().Set("Set-Cookie", tokenHeader+"="+token+"; Path=/api;")
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `<LogonSession `+ns+` Type="LogonSession"
  Href="https://srv12.tech.local:9398/api/logonSessions/`+id+`">
  <Links><Link Rel="Down" Type="EnterpriseSecuritySettings" Href="https://srv12.tech.local:9398/api/security" /></Links>
  <UserName>SRV12\Administrator</UserName><SessionId>`+id+`</SessionId></LogonSession>`)
}

// expire makes all sessions expire.
func (f *fake) expire() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open = map[string]string{}
}

// restart ends all sessions and connections, as a restart of the server does.
func (f *fake) restart() {
	f.expire()
	f.network.Reset()
}

func (f *fake) openSessions() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.open)
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

// expectConnections fails the test unless the client has made n connections.
func (f *fake) expectConnections(n int) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	equal(f.t, "the number of connections", f.connections, n)
}

func (f *fake) config() Config {
	return Config{Endpoint: f.server.URL, Username: `SRV12\Administrator`, Password: password, MaxRetries: 2}
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

// drop resets the connection without a response.
func drop(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	if tcp, ok := conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func reply(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

const ns = `xmlns="http://www.veeam.com/ent/v1.0"`

func errorXML(status int, message string) string {
	return fmt.Sprintf(`<Error %s Message=%q StatusCode="%d" Status="x">
<StackTrace>at Veeam.Secret.Place()</StackTrace>
</Error>`, ns, message, status)
}

func accountDoc(id, name string, all bool) string {
	return fmt.Sprintf(`<EnterpriseAccount %s Type="EnterpriseAccount" Name="%s" UID="urn:veeam:EnterpriseAccount:%s"
  Href="https://enterprise04.tech.local:9398/api/security/accounts/%s?format=Entity">
<AccountType>User</AccountType><AllowRestoreAllVms>%t</AllowRestoreAllVms>
<FlrSettings><FlrInplaceOnly>false</FlrInplaceOnly><FlrExtentionRestrictions /></FlrSettings>
<SqlSettings><DenyInPlaceRestore>false</DenyInPlaceRestore></SqlSettings>
</EnterpriseAccount>`, ns, name, id, id, all)
}

func accountList(docs ...string) string {
	return "<EnterpriseAccounts " + ns + ">" + strings.Join(docs, "") + "</EnterpriseAccounts>"
}

func rolesDoc(ids ...string) string {
	var b strings.Builder
	b.WriteString("<EnterpriseAccountInRoleList " + ns + ">")
	for _, id := range ids {
		fmt.Fprintf(&b, `<EnterpriseAccountInRole
  Href="https://enterprise04.tech.local:9398/api/security/accounts/%s/roles/%s">
<RoleName>File Restore Operator</RoleName>
</EnterpriseAccountInRole>`, accountID, id)
	}
	return b.String() + "</EnterpriseAccountInRoleList>"
}

type listedScope struct{ id, name, root, kind, state string }

func scopesDoc(scopes ...listedScope) string {
	var b strings.Builder
	b.WriteString("<EnterpriseAccountHierarchyScopes " + ns + ">")
	for _, s := range scopes {
		fmt.Fprintf(&b, `<EnterpriseAccountHierarchyScope
  Href="https://localhost:9398/api/security/accounts/%s/scopes/%s">
<Name>%s</Name><HierarchyRootName>%s</HierarchyRootName><Platform>VMware</Platform>
<HierarchyObjectType>%s</HierarchyObjectType><State>%s</State>
</EnterpriseAccountHierarchyScope>`,
			accountID, s.id, s.name, s.root, s.kind, s.state)
	}
	return b.String() + "</EnterpriseAccountHierarchyScopes>"
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// stopwatch returns a function that fails the test if the time since then is less than least or more than most.
func stopwatch(t *testing.T) (took func(least, most time.Duration)) {
	t.Helper()
	start := time.Now()
	return func(least, most time.Duration) {
		t.Helper()
		if got := time.Since(start); got < least || got > most {
			t.Errorf("it took %s, want %s to %s", got, least, most)
		}
	}
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

// omits fails the test if the text of err contains the part.
func omits(t *testing.T, err error, part string) {
	t.Helper()
	if strings.Contains(err.Error(), part) {
		t.Errorf("the error %q contains %q", err, part)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
