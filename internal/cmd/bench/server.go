// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// server is a simulated Enterprise Manager in the process of the bench. What it uses is not part of any figure, but it
// shares the processors with Terraform and the provider.
type server struct {
	*emsim.Server
	listening   *http.Server
	url, caPEM  string
	connections atomic.Int64
	sent        atomic.Int64 // bytes, as encrypted
}

func startServer() (*server, error) {
	certificate, err := simkit.SelfSigned()
	if err != nil {
		return nil, err
	}
	s := &server{
		Server: emsim.New(emsim.Options{}),
		caPEM:  string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})),
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it listens until the bench ends
	if err != nil {
		return nil, err
	}
	s.url = "https://" + listener.Addr().String()
	s.listening = &http.Server{
		Handler: s.Server, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}},
	}
	go func() { _ = s.listening.ServeTLS(counting{listener, s}, "", "") }()
	return s, nil
}

func (s *server) close() { _ = s.listening.Close() }

// environment returns the variables that make the provider use this server.
func (s *server) environment() []string {
	return []string{
		"VEEAM_EM_ENDPOINT=" + s.url, "VEEAM_EM_USERNAME=" + emsim.DefaultUser,
		"VEEAM_EM_PASSWORD=" + emsim.DefaultPassword, "VEEAM_EM_CA_PEM=" + s.caPEM,
	}
}

// slow sets how long the server takes for each response, and then until it lists a new scope.
func (s *server) slow(latency, scopes time.Duration) {
	s.Configure(func(o *emsim.Options) { o.Latency, o.ScopeDelay = latency, scopes })
}

// traffic is what the provider has sent to the server and received from it.
type traffic struct {
	requests    map[string]int // by method and path
	connections int
	received    int64 // bytes
}

func (t traffic) total() (n int) {
	for _, of := range t.requests {
		n += of
	}
	return n
}

var guid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// takeTraffic returns the traffic since the last call.
func (s *server) takeTraffic() traffic {
	t := traffic{requests: map[string]int{}, connections: int(s.connections.Swap(0)), received: s.sent.Swap(0)}
	for _, r := range s.Journal() {
		t.requests[r.Method+" "+guid.ReplaceAllString(r.Path, "{id}")]++
	}
	s.ResetJournal()
	return t
}

// counting is a listener that counts connections and the bytes that are sent over them.
type counting struct {
	net.Listener
	server *server
}

// Accept implements net.Listener.
func (c counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c.server.connections.Add(1)
	return counted{conn, c.server}, nil
}

type counted struct {
	net.Conn
	server *server
}

// Write implements io.Writer.
func (c counted) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.server.sent.Add(int64(n))
	return n, err
}
