// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
)

// startProxy starts a proxy that answers each CONNECT with handler, and returns a sender that uses it.
func startProxy(t *testing.T, handler http.HandlerFunc, trust Trust) (s *Sender, proxy *httptest.Server) {
	t.Helper()
	proxy = memnet.NewServer(t, handler)
	proxy.Start()
	transport, err := NewTransport(trust)
	ok(t, err)
	address, err := url.Parse(proxy.URL)
	ok(t, err)
	address.User = url.UserPassword("user", "hunter22")
	transport.Proxy = http.ProxyURL(address)
	s = NewSender(SenderConfig{Transport: transport, MaxRetries: 2})
	t.Cleanup(s.CloseIdleConnections)
	return s, proxy
}

// refusedBy checks that a request fails because of the proxy, and returns the error.
func refusedBy(t *testing.T, s *Sender, proxy *httptest.Server) *ProxyError {
	t.Helper()
	_, err := s.Send(t.Context(), Request{Method: http.MethodPost, URL: "https://em.example:9398/api/", Class: ClassWrite})
	var refused *ProxyError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a ProxyError", err)
	}
	var lost *NoAnswerError
	if !errors.As(err, &lost) || lost.Sent {
		t.Errorf("got %v, want a NoAnswerError without Sent set", err)
	}
	equal(t, "the proxy", refused.Proxy, proxy.URL)
	if !strings.Contains(err.Error(), "the proxy "+proxy.URL) || strings.Contains(err.Error(), "hunter22") {
		t.Errorf("the error %v does not name the proxy, or has its password", err)
	}
	return refused
}

func TestProxy_ARefusalIsAnErrorWithItsStatus(t *testing.T) {
	for status, attempts := range map[int]int{403: 1, 407: 1, 404: 1, 408: 3, 429: 3, 502: 3, 503: 3, 504: 3} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n atomic.Int32
				s, proxy := startProxy(t, func(w http.ResponseWriter, r *http.Request) {
					n.Add(1)
					equal(t, "the method", r.Method, http.MethodConnect)
					w.WriteHeader(status)
				}, Trust{})
				refused := refusedBy(t, s, proxy)
				equal(t, "the status", refused.Status, status)
				equal(t, "the number of attempts", int(n.Load()), attempts)
				if text := http.StatusText(status); !strings.Contains(refused.Error(), text) {
					t.Errorf("the error %v does not say %q", refused, text)
				}
			})
		})
	}
}

func TestProxy_AProxyThatCannotBeUsedIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		down    bool
	}{
		"nothing listens": {http.NotFound, true},
		"it hangs up": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			ok(t, err)
			_ = conn.Close()
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, proxy := startProxy(t, c.handler, Trust{})
				if c.down {
					proxy.Close()
				}
				equal(t, "the status", refusedBy(t, s, proxy).Status, 0)
			})
		})
	}
}

// A proxy that inspects TLS presents a certificate of its own.
func TestProxy_ACertificateIsTheServersMatter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := memnet.NewServer(t, http.NotFoundHandler())
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		s, _ := startProxy(t, func(w http.ResponseWriter, _ *http.Request) {
			to, err := memnet.Dial(t.Context(), "tcp", server.Listener.Addr().String())
			ok(t, err)
			w.WriteHeader(http.StatusOK)
			from, _, err := http.NewResponseController(w).Hijack()
			ok(t, err)
			go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
			_, _ = io.Copy(from, to)
			_ = from.Close()
		}, Trust{})
		_, err := s.Send(t.Context(), Request{Method: http.MethodGet, URL: "https://em.example:9398/"})
		var cert *CertificateError
		var refused *ProxyError
		if !errors.As(err, &cert) || errors.As(err, &refused) {
			t.Errorf("got %v, want a CertificateError", err)
		}
	})
}

func TestConnectionError_HasTheCause(t *testing.T) {
	lookup := func(e net.DNSError) func(context.Context, string, string) (net.Conn, error) {
		return func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &e}
		}
	}
	for name, c := range map[string]struct {
		dial     func(ctx context.Context, network, address string) (net.Conn, error)
		want     ConnectionCause
		attempts int
	}{
		"unknown name":     {lookup(net.DNSError{IsNotFound: true}), UnknownHost, 1},
		"failing lookup":   {lookup(net.DNSError{IsTemporary: true}), UnknownHost, 3},
		"closed port":      {memnet.Dial, NoConnection, 3},
		"plain HTTP":       {speaking("HTTP/1.1 400 Bad Request\r\n\r\n"), NotTLS, 1},
		"another protocol": {speaking("SSH-2.0-OpenSSH_9.6\r\n"), NotTLS, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				transport, err := NewTransport(Trust{})
				ok(t, err)
				attempts := 0
				transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
					attempts++
					return c.dial(ctx, network, address)
				}
				s := NewSender(SenderConfig{Transport: transport, MaxRetries: 2})
				defer s.CloseIdleConnections()
				_, err = s.Send(t.Context(), Request{Method: http.MethodGet, URL: "https://127.0.0.1:9/", Class: ClassLogon})
				var failed *ConnectionError
				if !errors.As(err, &failed) {
					t.Fatalf("got %v, want a ConnectionError", err)
				}
				equal(t, "the cause", failed.Cause, c.want)
				equal(t, "the number of attempts", attempts, c.attempts)
			})
		})
	}
}

// speaking returns a dial function whose connections send this text.
func speaking(text string) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			go func() { _, _ = io.Copy(io.Discard, server) }()
			_, _ = io.WriteString(server, text)
		}()
		return client, nil
	}
}
