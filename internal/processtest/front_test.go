// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"bufio"
	"context"
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
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// tokenHeader contains the token of a session of Enterprise Manager.
const tokenHeader = "X-RestSvcSessionId"

// front is what the simulated servers of both products have in common: the listener, the certificate, the credentials
// that it has seen, and checks of the journal.
type front struct {
	t           testing.TB
	simulated   simulated
	isLogon     func(emsim.Request) bool
	issues      func(http.Header, []byte) []string
	url, caPEM  string
	fingerprint string // SHA-256 of the leaf certificate, upper-case hex with colons

	mu        sync.Mutex
	issued    []string // tokens that the server issued
	presented []string // credentials of every request: tokens and Authorization values
}

// simulated is the simulated server of a product. The requests of both products have the same type.
type simulated interface {
	http.Handler
	Journal() []emsim.Request
	AwaitJournal(ctx context.Context, satisfied func([]emsim.Request) bool) error
	OpenSessions() int
	ExpireSessions()
	Inject(fault emsim.Fault)
	ClearFaults()
}

// startFront starts a server of the product. When the test ends, it fails the test if a session is still open.
//
// isLogon reports whether a request of the journal is a logon. issues returns the tokens in a response.
func startFront(
	t testing.TB, product simulated, isLogon func(emsim.Request) bool, issues func(http.Header, []byte) []string,
) *front {
	t.Helper()
	f := &front{t: t, simulated: product, isLogon: isLogon, issues: issues}
	certificate := f.certificate()
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.url = "https://" + listener.Addr().String()
	// The server is closed without waiting for requests in progress: some are held until the test ends.
	listening := &http.Server{
		Handler: f.watch(), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}},
	}
	go func() { _ = listening.ServeTLS(listener, "", "") }()
	t.Cleanup(func() { _ = listening.Close() })
	t.Cleanup(func() {
		if n := product.OpenSessions(); n != 0 {
			t.Errorf("the test left %d sessions open on the server", n)
		}
	})
	return f
}

// certificate returns a self-signed certificate, as a new installation has.
func (f *front) certificate() tls.Certificate {
	f.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
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
		f.t.Fatal(err)
	}
	sum := sha256.Sum256(der)
	f.fingerprint = strings.ReplaceAll(fmt.Sprintf("% X", sum[:]), " ", ":")
	f.caPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// watch records the credentials of each request, which the journal does not keep.
func (f *front) watch() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		for _, name := range []string{tokenHeader, "Authorization"} {
			f.presented = append(f.presented, r.Header.Values(name)...)
		}
		f.mu.Unlock()
		f.simulated.ServeHTTP(&watched{w, f}, r)
	})
}

// watched is a ResponseWriter that records the tokens that the server issues.
type watched struct {
	http.ResponseWriter
	front *front
}

func (w *watched) Write(body []byte) (int, error) {
	w.front.mu.Lock()
	w.front.issued = append(w.front.issued, w.front.issues(w.Header(), body)...)
	w.front.mu.Unlock()
	return w.ResponseWriter.Write(body)
}

// Hijack lets faults drop the connection.
func (w *watched) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// tokens returns the tokens that the server has issued so far.
func (f *front) tokens() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.issued)
}

// credentials returns the tokens and Authorization values that requests have presented so far.
func (f *front) credentials() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.presented)
}

// count returns the number of requests in the journal with this method whose path starts with path.
func (f *front) count(method, path string) int {
	n := 0
	for _, r := range f.simulated.Journal() {
		if r.Method == method && strings.HasPrefix(r.Path, path) {
			n++
		}
	}
	return n
}

// sessions checks that the journal contains this number of logons and that no session is open.
func (f *front) sessions(logons int) {
	f.t.Helper()
	if n := f.logons(); n != logons {
		f.t.Errorf("there were %d logons, want %d:\n%s", n, logons, f.requests())
	}
	if n := f.simulated.OpenSessions(); n != 0 {
		f.t.Errorf("%d sessions are still open on the server:\n%s", n, f.requests())
	}
}

// logons returns the number of logons in the journal.
func (f *front) logons() int {
	n := 0
	for _, r := range f.simulated.Journal() {
		if f.isLogon(r) {
			n++
		}
	}
	return n
}

// requests returns the journal as text.
func (f *front) requests() string {
	var b strings.Builder
	for _, r := range f.simulated.Journal() {
		fmt.Fprintf(&b, "  %s %s %d %s\n", r.Method, r.Path, r.Status, r.Fault)
	}
	return b.String()
}

// writes returns the requests that change something, as "METHOD path".
func (f *front) writes() []string {
	var out []string
	for _, r := range f.simulated.Journal() {
		if r.IsWrite() {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}
