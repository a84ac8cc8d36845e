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

// buffer is how many bytes a connection holds in each direction that have not been read, as the kernel's buffers do.
const buffer = 256 << 10

// conn is one end of a connection.
type conn struct {
	local, remote net.Addr
	in, out       *stream
	read, write   deadline

	mu     sync.Mutex
	linger bool // false: Close resets the connection
	closed chan struct{}
}

// pair returns the two ends of a new connection.
func pair(clientAddr, serverAddr net.Addr) (client, server *conn) {
	up, down := newStream(), newStream()
	end := func(local, remote net.Addr, in, out *stream) *conn {
		return &conn{local: local, remote: remote, in: in, out: out, linger: true, closed: make(chan struct{})}
	}
	return end(clientAddr, serverAddr, down, up), end(serverAddr, clientAddr, up, down)
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// SetLinger with 0 makes Close reset the connection, as that of [net.TCPConn].
func (c *conn) SetLinger(seconds int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.linger = seconds != 0
	return nil
}

func (c *conn) SetDeadline(t time.Time) error {
	c.read.set(t)
	c.write.set(t)
	return nil
}

func (c *conn) SetReadDeadline(t time.Time) error  { c.read.set(t); return nil }
func (c *conn) SetWriteDeadline(t time.Time) error { c.write.set(t); return nil }

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.wait(&c.read, c.in, func(s *stream) (int, bool, error) {
		switch {
		case len(p) == 0:
			return 0, true, nil
		case len(s.data) > 0:
			n := copy(p, s.data)
			s.data = s.data[n:]
			return n, true, nil
		case s.reset:
			return 0, true, os.NewSyscallError("read", syscall.ECONNRESET)
		case s.ended:
			return 0, true, io.EOF
		}
		return 0, false, nil
	})
	if err != nil && err != io.EOF { //nolint:errorlint // the very io.EOF, as every reader returns it
		err = &net.OpError{Op: "read", Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
	}
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	sent := 0
	for {
		n, err := c.wait(&c.write, c.out, func(s *stream) (int, bool, error) {
			switch {
			case s.reset:
				return 0, true, os.NewSyscallError("write", syscall.EPIPE)
			case s.unread:
				// The first write after the peer has gone succeeds, and its answer is a reset.
				s.reset = true
				c.in.fail()
				return len(p) - sent, true, nil
			case len(s.data) < buffer:
				n := min(buffer-len(s.data), len(p)-sent)
				if !s.lost {
					s.data = append(s.data, p[sent:sent+n]...)
				} else if s.swallowed += n; s.swallowed > buffer {
					return 0, false, nil
				}
				return n, true, nil
			}
			return 0, false, nil
		})
		sent += n
		if err != nil {
			return sent, &net.OpError{Op: "write", Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
		}
		if sent == len(p) {
			return sent, nil
		}
	}
}

// wait calls try, which reports whether it is done, after each change of the stream until it is, the deadline passes or the
// connection is closed.
func (c *conn) wait(d *deadline, s *stream, try func(*stream) (int, bool, error)) (int, error) {
	for {
		expired := d.expired()
		select {
		case <-c.closed:
			return 0, net.ErrClosed
		case <-expired:
			return 0, os.ErrDeadlineExceeded
		default:
		}
		s.mu.Lock()
		n, done, err := try(s)
		if done && n > 0 {
			s.notify()
		}
		changed := s.changed
		s.mu.Unlock()
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

// Close ends what this end sends. If data was not read, or SetLinger(0) was called, it resets the connection instead.
func (c *conn) Close() error {
	c.mu.Lock()
	linger := c.linger
	c.mu.Unlock()
	return c.close(!linger)
}

// CloseWrite ends what this end sends, and leaves it reading.
func (c *conn) CloseWrite() error {
	c.out.end()
	return nil
}

// abort resets the connection.
func (c *conn) abort() error { return c.close(true) }

func (c *conn) close(reset bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.closed:
		return &net.OpError{Op: "close", Net: "tcp", Source: c.local, Addr: c.remote, Err: net.ErrClosed}
	default:
	}
	close(c.closed)
	c.read.set(time.Time{})
	c.write.set(time.Time{})
	if c.in.abandon() || reset {
		c.in.fail()
		c.out.fail()
		return nil
	}
	c.out.end()
	return nil
}

// stream is one direction of a connection.
type stream struct {
	mu        sync.Mutex
	data      []byte
	ended     bool // the writer has closed its end
	reset     bool
	unread    bool // the reader has closed its end
	lost      bool // nothing arrives any more
	swallowed int  // bytes written since then
	changed   chan struct{}
}

func newStream() *stream { return &stream{changed: make(chan struct{})} }

// notify wakes up who waits for a change. The stream is locked.
func (s *stream) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// change makes a change that the other end sees, unless nothing arrives there any more.
func (s *stream) change(make func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.lost {
		make()
		s.notify()
	}
}

func (s *stream) end()  { s.change(func() { s.ended = true }) }
func (s *stream) fail() { s.change(func() { s.reset = true }) }

// abandon notes that nobody reads any more, and reports whether there was something to read.
func (s *stream) abandon() (unread bool) {
	s.change(func() {
		unread = len(s.data) > 0
		s.data, s.unread = nil, true
	})
	return unread
}

// cut loses what is on its way and what will be sent.
func (s *stream) cut() { s.change(func() { s.data, s.lost = nil, true }) }

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

// set moves the deadline; the zero time is none. Who waits for the one before waits for the new one.
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
