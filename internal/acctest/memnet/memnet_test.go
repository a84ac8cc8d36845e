// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package memnet

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// connect returns the two ends of a connection. They are closed when the test ends.
func connect(t *testing.T, l *Listener) (client, server net.Conn) {
	t.Helper()
	client = dial(t, l)
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return client, server
}

func dial(t *testing.T, l *Listener) net.Conn {
	t.Helper()
	c, err := Dial(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// fails fails the test unless err is want, which may be nil.
func fails(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// reads reads once and fails the test unless the read returns this text and this error.
func reads(t *testing.T, c net.Conn, text string, want error) {
	t.Helper()
	p := make([]byte, 100)
	n, err := c.Read(p)
	if string(p[:n]) != text {
		t.Errorf("read %q, want %q", p[:n], text)
	}
	fails(t, "read", err, want)
}

// writes writes the text and fails the test unless the write returns this error.
func writes(t *testing.T, c net.Conn, text string, want error) {
	t.Helper()
	n, err := io.WriteString(c, text)
	if want == nil && n != len(text) {
		t.Errorf("wrote %d bytes of %q", n, text)
	}
	fails(t, "write", err, want)
}

// took fails the test unless run takes exactly this long.
func took(t *testing.T, what string, want time.Duration, run func()) {
	t.Helper()
	started := time.Now()
	run()
	if got := time.Since(started); got != want {
		t.Errorf("%s took %s, want %s", what, got, want)
	}
}

func TestDial_IsRefusedByAClosedListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		fails(t, "Close", l.Close(), nil)
		_, err := Dial(t.Context(), "tcp", l.Addr().String())
		fails(t, "Dial", err, syscall.ECONNREFUSED)
		if want := "dial tcp " + l.Addr().String() + ": connect: connection refused"; err.Error() != want {
			t.Errorf("the error is %q, want %q", err, want)
		}
		fails(t, "Close again", l.Close(), net.ErrClosed)
	})
}

func TestDial_DoesNotConnectIfTheContextIsCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := Dial(ctx, "tcp", l.Addr().String())
		fails(t, "Dial", err, context.Canceled)
		if n := len(l.waiting); n != 0 {
			t.Errorf("%d connections are waiting to be accepted", n)
		}
	})
}

func TestDial_WaitsWhileTheBacklogIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		for range backlog {
			dial(t, l)
		}
		took(t, "a dial while the backlog stays full", 30*time.Second, func() {
			_, err := Dial(t.Context(), "tcp", l.Addr().String())
			fails(t, "Dial", err, os.ErrDeadlineExceeded)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		took(t, "a dial until its context ends", 10*time.Second, func() {
			_, err := Dial(ctx, "tcp", l.Addr().String())
			fails(t, "Dial", err, context.DeadlineExceeded)
		})
		time.AfterFunc(20*time.Second, func() { _, _ = l.Accept() })
		took(t, "a dial until an Accept makes room", 20*time.Second, func() { dial(t, l) })
		time.AfterFunc(20*time.Second, func() { _ = l.Close() })
		took(t, "a dial until the listener closes", 20*time.Second, func() {
			_, err := Dial(t.Context(), "tcp", l.Addr().String())
			fails(t, "Dial", err, syscall.ECONNREFUSED)
		})
	})
}

func TestRefuse_RefusesNewConnectionsUntilItIsTurnedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		client, server := connect(t, l)
		l.Refuse(true)
		_, err := Dial(t.Context(), "tcp", l.Addr().String())
		fails(t, "Dial", err, syscall.ECONNREFUSED)
		writes(t, client, "as before", nil)
		reads(t, server, "as before", nil)
		l.Refuse(false)
		connect(t, l)
	})
}

// This test does not run in a bubble because the other address is a real socket.
func TestDefaultTransport_DialsListenersInMemoryAndOtherAddressesOverTheNetwork(t *testing.T) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("http.DefaultTransport is not an *http.Transport")
	}
	for _, transport := range []*http.Transport{standard, standard.Clone()} {
		c, err := transport.DialContext(t.Context(), "tcp", Listen(t).Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, inMemory := c.(*conn); !inMemory {
			t.Errorf("dialing the listener's address returned a %T", c)
		}
		_ = c.Close()

		outside, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = outside.Close() }()
		c, err = transport.DialContext(t.Context(), "tcp", outside.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, isSocket := c.(*net.TCPConn); !isSocket {
			t.Errorf("dialing another address returned a %T", c)
		}
		_ = c.Close()
	}
}

func TestListen_GivesEachListenerItsOwnAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := map[string]bool{}
		for range 100 {
			address := Listen(t).Addr().String()
			if seen[address] {
				t.Fatalf("%s was assigned twice", address)
			}
			seen[address] = true
		}
	})
}

func TestListenerClose_ResetsOnlyConnectionsThatWereNotAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		client, server := connect(t, l)
		waiting := dial(t, l)
		writes(t, waiting, "hello", nil)
		fails(t, "Close", l.Close(), nil)
		reads(t, waiting, "", syscall.ECONNRESET)
		writes(t, client, "still here", nil)
		reads(t, server, "still here", nil)
	})
}

func TestListenerClose_EndsAWaitingAccept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		done := make(chan error)
		go func() { _, err := l.Accept(); done <- err }()
		synctest.Wait()
		fails(t, "Close", l.Close(), nil)
		fails(t, "Accept", <-done, net.ErrClosed)
		_, err := l.Accept()
		fails(t, "Accept after Close", err, net.ErrClosed)
	})
}

func TestConn_BothEndsKnowBothAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		client, server := connect(t, l)
		for what, pair := range map[string][2]net.Addr{
			"the server's address at the client": {client.RemoteAddr(), l.Addr()},
			"the server's address at the server": {server.LocalAddr(), l.Addr()},
			"the client's address":               {client.LocalAddr(), server.RemoteAddr()},
		} {
			if pair[0].String() != pair[1].String() {
				t.Errorf("%s is %s, want %s", what, pair[0], pair[1])
			}
		}
	})
}

func TestConnClose_ThePeerReadsWhatWasSentAndThenEOF(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, Listen(t))
		writes(t, server, "goodbye", nil)
		fails(t, "Close", server.Close(), nil)
		reads(t, client, "goodbye", nil)
		reads(t, client, "", io.EOF)
		reads(t, client, "", io.EOF)
	})
}

func TestConnClose_WithLinger0ThePeerReadsWhatWasSentAndThenAReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, Listen(t))
		writes(t, server, "half an ans", nil)
		fails(t, "SetLinger", server.(*conn).SetLinger(0), nil)
		fails(t, "Close", server.Close(), nil)
		reads(t, client, "half an ans", nil)
		reads(t, client, "", syscall.ECONNRESET)
		reads(t, client, "", io.EOF) // the reset is reported once
		writes(t, client, "hello", syscall.EPIPE)
	})
}

func TestConnClose_WithLinger0AWriteByThePeerReportsTheReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, Listen(t))
		fails(t, "SetLinger", server.(*conn).SetLinger(0), nil)
		fails(t, "Close", server.Close(), nil)
		writes(t, client, "hello", syscall.ECONNRESET)
		writes(t, client, "hello", syscall.EPIPE)
	})
}

func TestConnClose_WithUnreadDataResetsThePeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, Listen(t))
		writes(t, client, "a request that was not read", nil)
		fails(t, "Close", server.Close(), nil)
		reads(t, client, "", syscall.ECONNRESET)
	})
}

func TestConnClose_TheFirstWriteByThePeerSucceedsAndTheNextFailsWithABrokenPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, Listen(t))
		writes(t, server, "goodbye", nil)
		fails(t, "Close", server.Close(), nil)
		writes(t, client, "hello?", nil)
		writes(t, client, "hello?", syscall.EPIPE)
		reads(t, client, "goodbye", nil)
		reads(t, client, "", io.EOF)
	})
}

func TestConnClose_EndsWaitingReadsAndWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := connect(t, Listen(t))
		done := make(chan error, 2)
		go func() { _, err := client.Read(make([]byte, 1)); done <- err }()
		go func() { _, err := client.Write(make([]byte, buffer+1)); done <- err }()
		synctest.Wait()
		fails(t, "Close", client.Close(), nil)
		fails(t, "the first to end", <-done, net.ErrClosed)
		fails(t, "the second to end", <-done, net.ErrClosed)
	})
}

func TestConnClose_MakesEveryLaterCallFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end, _ := connect(t, Listen(t))
		c := end.(*conn)
		fails(t, "Close", c.Close(), nil)
		_, readErr := c.Read(make([]byte, 1))
		_, writeErr := c.Write([]byte("x"))
		for what, err := range map[string]error{
			"Read":             readErr,
			"Write":            writeErr,
			"Close":            c.Close(),
			"CloseWrite":       c.CloseWrite(),
			"SetLinger":        c.SetLinger(0),
			"SetDeadline":      c.SetDeadline(time.Now()),
			"SetReadDeadline":  c.SetReadDeadline(time.Now()),
			"SetWriteDeadline": c.SetWriteDeadline(time.Now()),
		} {
			fails(t, what, err, net.ErrClosed)
		}
	})
}

func TestConnCloseWrite_ClosesOnlyOneDirection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, Listen(t))
		writes(t, client, "a question", nil)
		fails(t, "CloseWrite", client.(*conn).CloseWrite(), nil)
		writes(t, client, "more", syscall.EPIPE)
		reads(t, server, "a question", nil)
		reads(t, server, "", io.EOF)
		writes(t, server, "an answer", nil)
		reads(t, client, "an answer", nil)
		fails(t, "Close", server.Close(), nil)
		reads(t, client, "", io.EOF)
	})
}

func TestConn_AWriteLargerThanTheBufferWaitsForTheReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, Listen(t))
		done := make(chan int)
		go func() { n, _ := client.Write(make([]byte, buffer+3)); done <- n }()
		synctest.Wait()
		select {
		case n := <-done:
			t.Fatalf("the write of %d bytes did not wait", n)
		default:
		}
		for _, step := range []struct{ size, left int }{{2, 1}, {1, 0}} {
			if _, err := io.ReadFull(server, make([]byte, step.size)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			select {
			case n := <-done:
				if step.left > 0 || n != buffer+3 {
					t.Errorf("the write ended after %d bytes, with %d left", n, step.left)
				}
			default:
				if step.left == 0 {
					t.Error("the write still waits although there is room")
				}
			}
		}
		if _, err := io.ReadFull(server, make([]byte, buffer)); err != nil {
			t.Error(err)
		}
	})
}

func TestConn_ZeroByteReadsAndWritesDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := connect(t, Listen(t))
		writes(t, client, strings.Repeat("x", buffer), nil)
		fails(t, "SetDeadline", client.SetDeadline(time.Now().Add(time.Minute)), nil)
		took(t, "both", 0, func() {
			writes(t, client, "", nil)
			_, err := client.Read(nil)
			fails(t, "read", err, nil)
		})
	})
}

func TestDeadline_EndsAReadAndAWriteAtItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := connect(t, Listen(t))
		fails(t, "SetReadDeadline", client.SetReadDeadline(time.Now().Add(time.Minute)), nil)
		fails(t, "SetWriteDeadline", client.SetWriteDeadline(time.Now().Add(time.Hour)), nil)
		took(t, "the read", time.Minute, func() { reads(t, client, "", os.ErrDeadlineExceeded) })
		took(t, "the write", 59*time.Minute, func() {
			n, err := client.Write(make([]byte, buffer+10))
			fails(t, "write", err, os.ErrDeadlineExceeded)
			if n != buffer {
				t.Errorf("it wrote %d bytes, want %d", n, buffer)
			}
		})
		took(t, "a read after the deadline", 0, func() { reads(t, client, "", os.ErrDeadlineExceeded) })
		var timeout net.Error
		if _, err := client.Read(make([]byte, 1)); !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%v is not a timeout", err)
		}
	})
}

func TestDeadline_CanBeMovedWhileAReadWaits(t *testing.T) {
	for name, tc := range map[string]struct {
		first, second, ends time.Duration // since the start; the second deadline is set after 10 s
	}{
		"to later":    {time.Minute, time.Hour, time.Hour},
		"to earlier":  {time.Hour, time.Minute, time.Minute},
		"to now":      {time.Hour, 10 * time.Second, 10 * time.Second},
		"to the past": {time.Hour, time.Second, 10 * time.Second},
		// The read starts after 10 s, when the first deadline has passed and another one is set.
		"after it has passed": {time.Second, 0, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, _ := connect(t, Listen(t))
				started := time.Now()
				fails(t, "SetReadDeadline", client.SetReadDeadline(started.Add(tc.first)), nil)
				took(t, "the read", tc.ends, func() {
					if tc.second > 0 {
						time.AfterFunc(10*time.Second, func() { _ = client.SetReadDeadline(started.Add(tc.second)) })
					} else {
						time.Sleep(10 * time.Second)
						fails(t, "SetReadDeadline", client.SetReadDeadline(started.Add(30*time.Second)), nil)
					}
					reads(t, client, "", os.ErrDeadlineExceeded)
				})
			})
		})
	}
}

func TestDeadline_IsRemovedByTheZeroTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, Listen(t))
		fails(t, "SetDeadline", client.SetDeadline(time.Now().Add(time.Second)), nil)
		time.Sleep(2 * time.Second)
		writes(t, client, "late", os.ErrDeadlineExceeded)
		fails(t, "SetDeadline", client.SetDeadline(time.Time{}), nil)
		time.AfterFunc(24*time.Hour, func() { _, _ = io.WriteString(server, "at last") })
		took(t, "the read", 24*time.Hour, func() { reads(t, client, "at last", nil) })
		writes(t, client, "in time", nil)
	})
}

func TestDeadline_APassedDeadlineFailsReadsEvenIfDataIsAvailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, Listen(t))
		writes(t, server, "here", nil)
		fails(t, "SetReadDeadline", client.SetReadDeadline(time.Now()), nil)
		reads(t, client, "", os.ErrDeadlineExceeded)
		fails(t, "SetReadDeadline", client.SetReadDeadline(time.Time{}), nil)
		reads(t, client, "here", nil)
	})
}

func TestVanish_NotifiesNeitherEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		client, server := connect(t, l)
		writes(t, server, "in transit", nil)
		l.Vanish()
		for _, end := range []net.Conn{client, server} {
			fails(t, "SetReadDeadline", end.SetReadDeadline(time.Now().Add(time.Minute)), nil)
			took(t, "the read", time.Minute, func() { reads(t, end, "", os.ErrDeadlineExceeded) })
			writes(t, end, "hello?", nil)
		}
		fails(t, "SetLinger", server.(*conn).SetLinger(0), nil)
		fails(t, "Close", server.Close(), nil)
		fails(t, "SetReadDeadline", client.SetReadDeadline(time.Now().Add(time.Minute)), nil)
		took(t, "the read after the other end has closed", time.Minute, func() {
			reads(t, client, "", os.ErrDeadlineExceeded)
		})
		writes(t, client, "hello?", nil)
	})
}

func TestVanish_DiscardsWritesUntilTheBufferIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		client, _ := connect(t, l)
		l.Vanish()
		fails(t, "SetWriteDeadline", client.SetWriteDeadline(time.Now().Add(time.Minute)), nil)
		for _, step := range []struct{ size, written int }{{buffer - 10, buffer - 10}, {11, 10}, {1, 0}} {
			n, err := client.Write(make([]byte, step.size))
			if n != step.written {
				t.Errorf("a write of %d bytes wrote %d, want %d", step.size, n, step.written)
			}
			if step.size == step.written {
				fails(t, "write", err, nil)
			} else {
				fails(t, "write", err, os.ErrDeadlineExceeded)
			}
		}
	})
}

func TestVanish_DoesNotAffectNewConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		connect(t, l)
		l.Vanish()
		client, server := connect(t, l)
		writes(t, client, "hello", nil)
		reads(t, server, "hello", nil)
	})
}

func TestReset_ResetsOnlyTheConnectionsThatExist(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		client, server := connect(t, l)
		l.Reset()
		reads(t, client, "", syscall.ECONNRESET)
		reads(t, server, "", net.ErrClosed) // Reset has closed the server's end
		client, server = connect(t, l)
		writes(t, client, "hello", nil)
		reads(t, server, "hello", nil)
	})
}
