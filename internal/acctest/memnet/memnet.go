// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package memnet is an in-memory loopback network for tests. Its connections need no sockets, so servers and clients
// that use it can run inside a testing/synctest bubble, where time is virtual.
//
// Importing the package makes [http.DefaultTransport], and every transport cloned from it, dial the addresses of
// [Listen] in memory. All other addresses are dialed as before.
//
// The connections fail in the same ways as TCP connections on loopback: a dial to a closed listener is refused, closing
// a connection with unread data or after SetLinger(0) resets the peer, and a connection whose peer has vanished neither
// delivers data nor fails.
package memnet

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Listeners use ports below the ephemeral ports that operating systems assign to sockets.
const firstPort, lastPort = 10_000, 29_999

// backlog is how many connections can wait for a listener to accept them.
const backlog = 128

// dialTimeout is how long a dial waits for room in the backlog. It is the dial timeout of [http.DefaultTransport].
const dialTimeout = 30 * time.Second

// registry holds the listener of each address; the value is nil if the listener has been closed.
var registry = struct {
	sync.Mutex
	listeners map[string]*Listener
	next      int
}{listeners: map[string]*Listener{}}

func init() {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		panic("memnet: http.DefaultTransport is not a *http.Transport")
	}
	outside := standard.DialContext
	standard.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if _, known := lookup(address); known {
			return Dial(ctx, network, address)
		}
		return outside(ctx, network, address)
	}
}

func lookup(address string) (l *Listener, known bool) {
	registry.Lock()
	defer registry.Unlock()
	l, known = registry.listeners[address]
	return l, known
}

// Listener accepts connections in memory. It implements [net.Listener].
type Listener struct {
	addr    net.Addr
	waiting chan *conn
	done    chan struct{}

	mu      sync.Mutex
	closed  bool
	refuses bool
	conns   []*conn // the server's ends
}

// Listen returns a listener on a loopback address that no other listener uses. It is closed when the test ends.
func Listen(t testing.TB) *Listener {
	t.Helper()
	l := &Listener{waiting: make(chan *conn, backlog), done: make(chan struct{})}
	registry.Lock()
	defer registry.Unlock()
	for range lastPort - firstPort + 1 {
		port := firstPort + registry.next
		registry.next = (registry.next + 1) % (lastPort - firstPort + 1)
		l.addr = loopback(uint16(port))
		if registry.listeners[l.addr.String()] == nil {
			registry.listeners[l.addr.String()] = l
			t.Cleanup(func() { _ = l.Close() })
			return l
		}
	}
	t.Fatal("memnet: every address is in use")
	return nil
}

// Addr returns the listener's address, such as 127.0.0.1:10000.
func (l *Listener) Addr() net.Addr { return l.addr }

// Accept waits for the next connection. After Close it fails with [net.ErrClosed].
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case <-l.done:
		return nil, l.fail("accept", net.ErrClosed)
	default:
	}
	select {
	case c := <-l.waiting:
		return c, nil
	case <-l.done:
		return nil, l.fail("accept", net.ErrClosed)
	}
}

// Close refuses further connections and resets those that have not been accepted.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return l.fail("close", net.ErrClosed)
	}
	l.closed = true
	close(l.done)
	registry.Lock()
	registry.listeners[l.addr.String()] = nil
	registry.Unlock()
	for {
		select {
		case c := <-l.waiting:
			_ = c.abort()
		default:
			return nil
		}
	}
}

// Vanish cuts the connections that exist now, as when the server loses power: neither end is notified, and data in
// transit or sent later is lost. New connections are not affected.
func (l *Listener) Vanish() {
	for _, c := range l.take() {
		c.cut()
	}
}

// Reset resets the connections that exist now, as when the server process restarts.
func (l *Listener) Reset() {
	for _, c := range l.take() {
		_ = c.abort()
	}
}

// Refuse makes the listener refuse connections, as if the server were down, until it is called with false.
func (l *Listener) Refuse(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuses = on
}

// take returns the connections that exist now and removes them from the listener.
func (l *Listener) take() []*conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.conns
	l.conns = nil
	return taken
}

func (l *Listener) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Addr: l.addr, Err: err}
}

// connect makes a connection to the listener and returns the client's end.
func (l *Listener) connect(ctx context.Context, local net.Addr) (*conn, error) {
	client, server := pair(local, l.addr)
	if !l.admit(server) {
		return nil, syscall.ECONNREFUSED
	}
	timeout := time.NewTimer(dialTimeout)
	defer timeout.Stop()
	select {
	case l.waiting <- server:
	case <-l.done:
		return nil, syscall.ECONNREFUSED
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timeout.C:
		return nil, os.ErrDeadlineExceeded
	}
	select {
	case <-l.done: // Close may have emptied the backlog before the connection was added
		_ = server.abort()
		return nil, syscall.ECONNREFUSED
	default:
		return client, nil
	}
}

// admit records a connection. It reports false, and records nothing, if the listener is closed or refuses connections.
func (l *Listener) admit(server *conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.refuses {
		return false
	}
	l.conns = append(l.conns, server)
	return true
}

// Dial connects to a listener. If the listener has been closed, the connection is refused.
func Dial(ctx context.Context, network, address string) (net.Conn, error) {
	fail := func(err error) (net.Conn, error) {
		var code syscall.Errno
		if errors.As(err, &code) {
			err = os.NewSyscallError("connect", err)
		}
		target, _ := net.ResolveTCPAddr("tcp", address) // a numeric address needs no DNS lookup
		return nil, &net.OpError{Op: "dial", Net: network, Addr: target, Err: err}
	}
	if err := ctx.Err(); err != nil {
		return fail(err)
	}
	l, _ := lookup(address)
	if l == nil {
		return fail(syscall.ECONNREFUSED)
	}
	c, err := l.connect(ctx, clientAddr())
	if err != nil {
		return fail(err)
	}
	return c, nil
}

var clients struct {
	sync.Mutex
	n uint16
}

// clientAddr returns the address of a client's end.
func clientAddr() net.Addr {
	clients.Lock()
	defer clients.Unlock()
	clients.n++
	return loopback(lastPort + 1 + clients.n%20_000)
}

func loopback(port uint16) net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port))
}
