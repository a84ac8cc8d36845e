// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const tokenHeader = "X-RestSvcSessionId"

// server is a simulated Enterprise Manager on a loopback address.
type server struct {
	*emsim.Server
	t           testing.TB
	url, caPEM  string
	fingerprint string // SHA-256 of the leaf certificate, upper-case hex with colons

	mu        sync.Mutex
	issued    []string // tokens that the server issued
	presented []string // credentials of every request: tokens and Authorization values
}

// startServer starts a server. When the test ends, it fails the test if a session is still open.
func startServer(t testing.TB, options emsim.Options) *server {
	t.Helper()
	s := &server{Server: emsim.New(options), t: t}
	certificate := s.certificate()
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "https://" + listener.Addr().String()
	// The server is closed without waiting for requests in progress: some are held until the test ends.
	front := &http.Server{
		Handler: s.watch(), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}},
	}
	go func() { _ = front.ServeTLS(listener, "", "") }()
	t.Cleanup(func() { _ = front.Close() })
	t.Cleanup(func() {
		if n := s.OpenSessions(); n != 0 {
			t.Errorf("the test left %d sessions open on the server", n)
		}
	})
	return s
}

// certificate returns a self-signed certificate, as a new installation has.
func (s *server) certificate() tls.Certificate {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "em.example.com"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		BasicConstraintsValid: true,
		IsCA:                  true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	sum := sha256.Sum256(der)
	s.fingerprint = strings.ReplaceAll(fmt.Sprintf("% X", sum[:]), " ", ":")
	s.caPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// watch records the credentials of each request, which the journal does not keep.
func (s *server) watch() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		for _, name := range []string{tokenHeader, "Authorization"} {
			s.presented = append(s.presented, r.Header.Values(name)...)
		}
		s.mu.Unlock()
		s.ServeHTTP(&watched{w, s}, r)
	})
}

// watched is a ResponseWriter that records the tokens that the server issues.
type watched struct {
	http.ResponseWriter
	server *server
}

func (w *watched) WriteHeader(status int) {
	if token := w.Header().Get(tokenHeader); token != "" {
		w.server.mu.Lock()
		w.server.issued = append(w.server.issued, token)
		w.server.mu.Unlock()
	}
	w.ResponseWriter.WriteHeader(status)
}

// Hijack lets faults drop the connection.
func (w *watched) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// tokens returns the tokens that the server has issued so far.
func (s *server) tokens() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.issued)
}

// credentials returns the tokens and Authorization values that requests have presented so far.
func (s *server) credentials() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.presented)
}

// environment returns environment variables that configure the provider for this server. With its long request timeout,
// the provider does not give up requests that the server holds.
func (s *server) environment(more ...string) []string {
	return append([]string{
		"VEEAM_EM_REQUEST_TIMEOUT=" + never.String(),
		"VEEAM_EM_ENDPOINT=" + s.url, "VEEAM_EM_USERNAME=" + emsim.DefaultUser,
		"VEEAM_EM_PASSWORD=" + emsim.DefaultPassword, "VEEAM_EM_CA_PEM=" + s.caPEM,
	}, more...)
}

// count returns the number of requests in the journal with this method whose path starts with path.
func (s *server) count(method, path string) int {
	n := 0
	for _, r := range s.Journal() {
		if r.Method == method && strings.HasPrefix(r.Path, path) {
			n++
		}
	}
	return n
}

// sessions checks that the journal contains this number of logons and that no session is open.
func (s *server) sessions(logons int) {
	s.t.Helper()
	if n := s.count(http.MethodPost, "/api/sessionMngr"); n != logons {
		s.t.Errorf("there were %d logons, want %d:\n%s", n, logons, s.requests())
	}
	if n := s.OpenSessions(); n != 0 {
		s.t.Errorf("%d sessions are still open on the server:\n%s", n, s.requests())
	}
}

// requests returns the journal as text.
func (s *server) requests() string {
	var b strings.Builder
	for _, r := range s.Journal() {
		fmt.Fprintf(&b, "  %s %s %d %s\n", r.Method, r.Path, r.Status, r.Fault)
	}
	return b.String()
}

// writes returns the requests that change something, as "METHOD path".
func (s *server) writes() []string {
	var out []string
	for _, r := range s.Journal() {
		if r.IsWrite() {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}

// sent returns a function that reports whether a journal contains this request.
func sent(method, path string) func([]emsim.Request) bool {
	return func(journal []emsim.Request) bool {
		return slices.ContainsFunc(journal, func(r emsim.Request) bool { return r.Method == method && r.Path == path })
	}
}

// answered returns a function that reports whether a journal contains this request with this response status.
func answered(method, path string, status int) func([]emsim.Request) bool {
	return func(journal []emsim.Request) bool {
		return slices.ContainsFunc(journal, func(r emsim.Request) bool {
			return r.Method == method && r.Path == path && r.Status == status
		})
	}
}

// readAfterPost returns a function that reports whether a journal contains a GET of the path after a POST to it.
func readAfterPost(path string) func([]emsim.Request) bool {
	return func(journal []emsim.Request) bool {
		i := slices.IndexFunc(journal, func(r emsim.Request) bool {
			return r.Method == http.MethodPost && r.Path == path
		})
		return i >= 0 && sent(http.MethodGet, path)(journal[i:])
	}
}

// accounts returns the accounts on the server, without those that it started with.
func (s *server) accounts() []emsim.AccountSnapshot {
	return slices.DeleteFunc(s.Snapshot(), func(a emsim.AccountSnapshot) bool {
		return a.Name == emsim.DefaultUser || a.Name == emsim.ViewerUser
	})
}

// holds checks that the server holds these accounts and no others. It ignores their IDs.
func (s *server) holds(want ...emsim.AccountSnapshot) {
	s.t.Helper()
	if got := emsim.WithoutIDs(s.accounts()); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		s.t.Errorf("the server holds\n  %+v\nwant\n  %+v", got, want)
	}
}

// list makes the server list every scope of the account now, without further delay.
func (s *server) list(accountID string) {
	s.Mutate(func(store *emsim.Store) {
		for _, scope := range store.Account(accountID).Scopes {
			scope.ListedAt = time.Now().Add(-time.Second)
		}
	})
}
