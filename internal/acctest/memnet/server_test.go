// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package memnet

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// echoServer returns a server that echoes request bodies, and a counter of the connections made to it.
// The caller starts the server.
func echoServer(t *testing.T) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	connections := &atomic.Int32{}
	s := NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	return s, connections
}

// echo sends a body and fails the test unless the server sends it back.
func echo(t *testing.T, c *http.Client, url string, body []byte) {
	t.Helper()
	resp, err := c.Post(url, "text/plain", bytes.NewReader(body))
	if err != nil {
		t.Error(err)
		return
	}
	got, err := io.ReadAll(resp.Body)
	if err != nil || !bytes.Equal(got, body) {
		t.Errorf("got %d bytes of the %d sent back, error %v", len(got), len(body), err)
	}
	_ = resp.Body.Close()
}

func TestServer_KeepsHTTPAndHTTPSConnectionsAlive(t *testing.T) {
	for name, start := range map[string]func(*httptest.Server){
		"HTTP": (*httptest.Server).Start, "HTTPS": (*httptest.Server).StartTLS,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, connections := echoServer(t)
				start(s)
				for range 5 {
					echo(t, Client(s), s.URL, []byte("hello"))
					time.Sleep(time.Minute)
				}
				if n := connections.Load(); n != 1 {
					t.Errorf("5 requests made %d connections, want 1", n)
				}
			})
		})
	}
}

func TestServer_IsReachedByACloneOfTheDefaultTransport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := echoServer(t)
		s.Start()
		standard, _ := http.DefaultTransport.(*http.Transport)
		transport := standard.Clone()
		t.Cleanup(transport.CloseIdleConnections)
		echo(t, &http.Client{Transport: transport}, s.URL, []byte("hello"))
	})
}

func TestServer_BodiesLargerThanTheBufferPassInBothDirections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := echoServer(t)
		s.Start()
		s.Client().Timeout = time.Minute
		echo(t, Client(s), s.URL, bytes.Repeat([]byte("0123456789abcdef"), 5*buffer/16))
	})
}

func TestServer_ConcurrentRequestsDoNotInterfere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, start := range []func(*httptest.Server){(*httptest.Server).Start, (*httptest.Server).StartTLS} {
			s, _ := echoServer(t)
			start(s)
			var all sync.WaitGroup
			client := Client(s)
			transport, _ := client.Transport.(*http.Transport)
			transport.MaxConnsPerHost, transport.MaxIdleConnsPerHost = 20, 20
			for i := range 40 {
				all.Go(func() {
					for j := range 5 {
						echo(t, client, s.URL, fmt.Appendf(nil, "request %d of %d", j, i))
					}
				})
			}
			all.Wait()
		}
	})
}

func TestServer_ARequestAfterAResetUsesANewConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, connections := echoServer(t)
		l, _ := s.Listener.(*Listener)
		s.Start()
		echo(t, Client(s), s.URL, []byte("before"))
		l.Reset()
		synctest.Wait() // until the client has dropped the connection
		echo(t, Client(s), s.URL, []byte("after"))
		if n := connections.Load(); n != 2 {
			t.Errorf("%d connections were made, want 2", n)
		}
	})
}
