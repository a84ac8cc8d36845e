// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package memnet

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// buffer is how many unread bytes a connection holds in each direction, like the kernel's socket buffers.
const buffer = 256 << 10

// conn is one end of a connection.
type conn struct {
	local, remote net.Addr
	read, write   deadline
	closed        chan struct{}

	mu       *sync.Mutex // shared by both ends and their streams
	in, out  *stream
	abrupt   bool // Close resets the connection
	reported bool // a read or a write has failed with ECONNRESET, which happens only once
}

// pair returns the two ends of a new connection.
func pair(clientAddr, serverAddr net.Addr) (client, server *conn) {
	mu, up, down := &sync.Mutex{}, newStream(), newStream()
	end := func(local, remote net.Addr, in, out *stream) *conn {
		return &conn{local: local, remote: remote, closed: make(chan struct{}), mu: mu, in: in, out: out}
	}
	return end(clientAddr, serverAddr, down, up), end(serverAddr, clientAddr, up, down)
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// SetLinger with 0 makes Close reset the connection, as for a [net.TCPConn].
func (c *conn) SetLinger(seconds int) error {
	return c.set(func() { c.abrupt = seconds == 0 })
}

func (c *conn) SetDeadline(t time.Time) error {
	return c.set(func() { c.read.set(t); c.write.set(t) })
}

func (c *conn) SetReadDeadline(t time.Time) error  { return c.set(func() { c.read.set(t) }) }
func (c *conn) SetWriteDeadline(t time.Time) error { return c.set(func() { c.write.set(t) }) }

// set changes an option of the connection. It fails if the connection is closed.
func (c *conn) set(change func()) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isClosed() {
		return c.fail("set", net.ErrClosed)
	}
	change()
	return nil
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.wait(&c.read, c.in, func() (int, bool, error) {
		switch {
		case len(p) == 0:
			return 0, true, nil
		case len(c.in.data) > 0:
			n := copy(p, c.in.data)
			c.in.data = c.in.data[n:]
			return n, true, nil
		case c.in.ended || c.in.reset && c.reported:
			return 0, true, io.EOF
		case c.in.reset:
			c.reported = true
			return 0, true, os.NewSyscallError("read", syscall.ECONNRESET)
		}
		return 0, false, nil
	})
	if err != nil && err != io.EOF { //nolint:errorlint // readers return io.EOF itself, never wrapped
		err = c.fail("read", err)
	}
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	sent := 0
	for {
		n, err := c.wait(&c.write, c.out, func() (int, bool, error) { return c.send(p[sent:]) })
		sent += n
		if err != nil {
			return sent, c.fail("write", err)
		}
		if sent == len(p) {
			return sent, nil
		}
	}
}

// send sends as much as the buffer has room for and reports whether it is done. The caller holds the lock.
func (c *conn) send(p []byte) (int, bool, error) {
	s := c.out
	switch {
	case s.reset && !c.in.ended && !c.reported:
		c.reported = true
		return 0, true, os.NewSyscallError("write", syscall.ECONNRESET)
	case s.reset || s.ended:
		return 0, true, os.NewSyscallError("write", syscall.EPIPE)
	case len(p) == 0:
		return 0, true, nil
	case s.unread:
		// The first write after the peer has closed succeeds; the peer answers it with a reset.
		s.reset = true
		c.in.change(func() { c.in.reset = true })
		return len(p), true, nil
	}
	n := min(buffer-len(s.data)-s.swallowed, len(p))
	if s.lost {
		s.swallowed += n
	} else {
		s.data = append(s.data, p[:n]...)
	}
	return n, n > 0, nil
}

// wait calls try after each change of the stream until try reports that it is done, the deadline passes, or the
// connection is closed.
func (c *conn) wait(d *deadline, s *stream, try func() (int, bool, error)) (int, error) {
	for {
		expired := d.expired()
		select {
		case <-c.closed:
			return 0, net.ErrClosed
		case <-expired:
			return 0, os.ErrDeadlineExceeded
		default:
		}
		c.mu.Lock()
		n, done, err := try()
		if done && n > 0 {
			s.notify()
		}
		changed := s.changed
		c.mu.Unlock()
		if done {
			return n, err
		}
		select {
		case <-changed:
		case <-c.closed:
		case <-expired:
		}
	}
}

// CloseWrite closes the sending direction of this end. This end can still read.
func (c *conn) CloseWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isClosed() {
		return c.fail("close", net.ErrClosed)
	}
	c.out.end()
	return nil
}

// Close closes the connection. If received data was not read or SetLinger(0) was called, it resets the connection.
func (c *conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.close(c.abrupt)
}

// abort resets the connection.
func (c *conn) abort() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.close(true)
}

func (c *conn) close(reset bool) error {
	if c.isClosed() {
		return c.fail("close", net.ErrClosed)
	}
	close(c.closed)
	c.read.set(time.Time{})
	c.write.set(time.Time{})
	if unread := c.in.abandon(); unread || reset {
		c.out.change(func() { c.out.reset = true })
		c.in.change(func() { c.in.reset = true })
		return nil
	}
	c.out.end()
	return nil
}

// cut discards the data in transit in both directions and everything that is sent later.
func (c *conn) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range []*stream{c.in, c.out} {
		s.change(func() { s.data, s.lost = nil, true })
	}
}

func (c *conn) isClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

func (c *conn) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}

// stream is one direction of a connection. The connection's lock guards it.
type stream struct {
	data      []byte
	ended     bool // the writer has closed its end
	reset     bool
	unread    bool // the reader has closed its end
	lost      bool // nothing that is written arrives
	swallowed int  // bytes written since then
	changed   chan struct{}
}

func newStream() *stream { return &stream{changed: make(chan struct{})} }

// notify wakes up the reads and writes that are waiting for a change.
func (s *stream) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// change makes a change that the other end sees. It does nothing if the stream is lost.
func (s *stream) change(change func()) {
	if !s.lost {
		change()
		s.notify()
	}
}

func (s *stream) end() { s.change(func() { s.ended = true }) }

// abandon records that the reader has closed its end and reports whether unread data was left.
func (s *stream) abandon() (unread bool) {
	s.change(func() {
		unread = len(s.data) > 0
		s.data, s.unread = nil, true
	})
	return unread
}

// deadline is a point in time that can be moved.
type deadline struct {
	mu    sync.Mutex
	timer *time.Timer
	done  chan struct{}
}

// expired returns a channel that is closed when the deadline passes.
func (d *deadline) expired() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.channel()
}

func (d *deadline) channel() chan struct{} {
	if d.done == nil {
		d.done = make(chan struct{})
	}
	return d.done
}

// set moves the deadline; the zero time means no deadline. Reads and writes that are waiting use the new deadline.
func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil && !d.timer.Stop() {
		<-d.channel() // the timer's function is about to close it
	}
	d.timer = nil
	select {
	case <-d.channel():
		d.done = make(chan struct{})
	default:
	}
	if t.IsZero() {
		return
	}
	done := d.channel()
	if wait := time.Until(t); wait > 0 {
		d.timer = time.AfterFunc(wait, func() { close(done) })
		return
	}
	close(done)
}
