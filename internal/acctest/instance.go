// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Instance is what the running simulated servers of all products have in common: the address, the providers and clients
// that use the server, and the requests that it gets.
type Instance struct {
	URL     string           // https://127.0.0.1:port
	CAPEM   string           // the server's certificate; empty without TLS
	Network *memnet.Listener // for tests that break connections

	t          testing.TB
	simulated  simulated
	access     access
	handshakes atomic.Int64
	clients    *tfkit.Clients
	beside     []*Instance // of the other products that the providers use

	mu          sync.Mutex
	extraConfig string
}

// simulated is the simulated server of a product.
type simulated interface {
	http.Handler
	Journal() []simkit.Request
	ResetJournal()
	OpenSessions() int
}

// access is how a provider or a client gets access to a product.
type access struct {
	attribute  string // of the provider
	user       string
	password   string
	apiVersion string // empty: the default
}

// newInstance returns a server that does not listen yet. When the test ends, it logs off every provider and client that
// used the server, and fails the test if a session is still open.
func newInstance(t testing.TB, product simulated, a access) (*Instance, *httptest.Server) {
	t.Helper()
	i := &Instance{t: t, simulated: product, access: a, clients: &tfkit.Clients{}}
	listening := memnet.NewServer(t, product)
	listening.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			i.handshakes.Add(1)
		}
	}
	listening.Config.ErrorLog = log.New(io.Discard, "", 0) // many tests break connections on purpose
	i.Network, _ = listening.Listener.(*memnet.Listener)
	t.Cleanup(func() {
		i.LogOff()
		if n := product.OpenSessions(); n != 0 {
			t.Errorf("the test left %d sessions open on the server", n)
		}
	})
	return i, listening
}

func start(t testing.TB, product simulated, a access) *Instance {
	t.Helper()
	i, listening := newInstance(t, product, a)
	listening.Start()
	i.URL = listening.URL
	return i
}

func startTLS(t testing.TB, product simulated, a access) *Instance {
	t.Helper()
	i, listening := newInstance(t, product, a)
	cert, err := simkit.SelfSigned()
	if err != nil {
		t.Fatal(err)
	}
	listening.TLS = &tls.Config{
		MinVersion:       tls.VersionTLS12,
		Certificates:     []tls.Certificate{cert},
		CurvePreferences: []tls.CurveID{tls.X25519},
	}
	listening.StartTLS()
	i.URL = listening.URL
	i.CAPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: listening.Certificate().Raw}))
	return i
}

// LogOff ends the sessions of all providers that have run so far, as a provider process does when it exits.
func (i *Instance) LogOff() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := i.clients.Close(ctx); err != nil {
		i.t.Errorf("logging off: %v", err)
	}
}

// Connections returns how many connections were made to the server. Each one has its own TLS handshake.
func (i *Instance) Connections() int { return int(i.handshakes.Load()) }
