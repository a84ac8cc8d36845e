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

// connect returns the two ends of a connection, which the test closes when it ends.
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

// fails fails the test unless err is want; nil is no error.
func fails(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// reads reads once, and fails the test unless that gives the text and the error.
func reads(t *testing.T, c net.Conn, text string, want error) {
	t.Helper()
	p := make([]byte, 100)
	n, err := c.Read(p)
	if string(p[:n]) != text {
		t.Errorf("read %q, want %q", p[:n], text)
	}
	fails(t, "read", err, want)
}

// writes writes a text, and fails the test unless that gives the error.
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

func TestDial_AClosedListenerRefusesTheConnection(t *testing.T) {
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

func TestDial_ACanceledContextMakesNoConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := Dial(ctx, "tcp", l.Addr().String())
		fails(t, "Dial", err, context.Canceled)
		if n := len(l.waiting); n != 0 {
			t.Errorf("%d connections wait to be accepted", n)
		}
	})
}

func TestDial_AFullBacklogIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		for range backlog {
			dial(t, l)
		}
		took(t, "a dial that nothing makes room for", 30*time.Second, func() {
			_, err := Dial(t.Context(), "tcp", l.Addr().String())
			fails(t, "Dial", err, os.ErrDeadlineExceeded)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		took(t, "a dial that its context ends", 10*time.Second, func() {
			_, err := Dial(ctx, "tcp", l.Addr().String())
			fails(t, "Dial", err, context.DeadlineExceeded)
		})
		time.AfterFunc(20*time.Second, func() { _, _ = l.Accept() })
		took(t, "a dial that an Accept makes room for", 20*time.Second, func() { dial(t, l) })
		time.AfterFunc(20*time.Second, func() { _ = l.Close() })
		took(t, "a dial that the listener's end refuses", 20*time.Second, func() {
			_, err := Dial(t.Context(), "tcp", l.Addr().String())
			fails(t, "Dial", err, syscall.ECONNREFUSED)
		})
	})
}

func TestRefuse_RefusesConnectionsUntilItIsTurnedOff(t *testing.T) {
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

// Not in a bubble: the other address is a socket.
func TestDefaultTransport_DialsListenersInMemoryAndOtherAddressesOutside(t *testing.T) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("http.DefaultTransport is no *http.Transport")
	}
	for _, transport := range []*http.Transport{standard, standard.Clone()} {
		c, err := transport.DialContext(t.Context(), "tcp", Listen(t).Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, inMemory := c.(*conn); !inMemory {
			t.Errorf("the listener's address gives a %T", c)
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
			t.Errorf("another address gives a %T", c)
		}
		_ = c.Close()
	}
}

func TestListen_EachListenerHasAnAddressOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := map[string]bool{}
		for range 100 {
			address := Listen(t).Addr().String()
			if seen[address] {
				t.Fatalf("%s was given twice", address)
			}
			seen[address] = true
		}
	})
}

func TestListenerClose_ResetsConnectionsThatWereNotAcceptedAndLeavesTheOthers(t *testing.T) {
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

func TestListenerClose_EndsAnAcceptThatWaits(t *testing.T) {
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

func TestConn_EachEndKnowsBothAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		client, server := connect(t, l)
		for what, pair := range map[string][2]net.Addr{
			"the server's address": {client.RemoteAddr(), l.Addr()}, "the same, by the server": {server.LocalAddr(), l.Addr()},
			"the client's address": {client.LocalAddr(), server.RemoteAddr()},
		} {
			if pair[0].String() != pair[1].String() {
				t.Errorf("%s is %s, want %s", what, pair[0], pair[1])
			}
		}
	})
}

func TestConnClose_ThePeerReadsWhatWasSentAndThenTheEnd(t *testing.T) {
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

func TestConnClose_WithLinger0AWriteOfThePeerMeetsTheReset(t *testing.T) {
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

func TestConnClose_TheFirstWriteOfThePeerSucceedsAndTheNextMeetsABrokenPipe(t *testing.T) {
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

func TestConnClose_EndsReadsAndWritesThatWait(t *testing.T) {
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

func TestConnClose_NothingWorksAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end, _ := connect(t, Listen(t))
		c := end.(*conn)
		fails(t, "Close", c.Close(), nil)
		_, readErr := c.Read(make([]byte, 1))
		_, writeErr := c.Write([]byte("x"))
		for what, err := range map[string]error{
			"Read": readErr, "Write": writeErr, "Close": c.Close(), "CloseWrite": c.CloseWrite(), "SetLinger": c.SetLinger(0),
			"SetDeadline": c.SetDeadline(time.Now()), "SetReadDeadline": c.SetReadDeadline(time.Now()), "SetWriteDeadline": c.SetWriteDeadline(time.Now()),
		} {
			fails(t, what, err, net.ErrClosed)
		}
	})
}

func TestConnCloseWrite_EndsOneDirectionAlone(t *testing.T) {
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
					t.Error("the write waits, although there is room")
				}
			}
		}
		if _, err := io.ReadFull(server, make([]byte, buffer)); err != nil {
			t.Error(err)
		}
	})
}

func TestConn_ReadingOrWritingNothingDoesNotWait(t *testing.T) {
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
			t.Errorf("%v is no time-out", err)
		}
	})
}

func TestDeadline_CanBeMovedWhileAReadWaits(t *testing.T) {
	for name, tc := range map[string]struct {
		first, second, ends time.Duration // from the start; the second is set after 10 s
	}{
		"later":   {time.Minute, time.Hour, time.Hour},
		"earlier": {time.Hour, time.Minute, time.Minute},
		"to now":  {time.Hour, 10 * time.Second, 10 * time.Second},
		"to past": {time.Hour, time.Second, 10 * time.Second},
		"anew":    {time.Second, 0, 30 * time.Second}, // the first has passed; the read starts after 10 s, with another 20
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

func TestDeadline_TheZeroTimeIsNone(t *testing.T) {
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

func TestDeadline_OneThatHasPassedHidesWhatCanBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, Listen(t))
		writes(t, server, "here", nil)
		fails(t, "SetReadDeadline", client.SetReadDeadline(time.Now()), nil)
		reads(t, client, "", os.ErrDeadlineExceeded)
		fails(t, "SetReadDeadline", client.SetReadDeadline(time.Time{}), nil)
		reads(t, client, "here", nil)
	})
}

func TestVanish_NeitherEndHearsAnything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		client, server := connect(t, l)
		writes(t, server, "on its way", nil)
		l.Vanish()
		for _, end := range []net.Conn{client, server} {
			fails(t, "SetReadDeadline", end.SetReadDeadline(time.Now().Add(time.Minute)), nil)
			took(t, "the read", time.Minute, func() { reads(t, end, "", os.ErrDeadlineExceeded) })
			writes(t, end, "hello?", nil)
		}
		fails(t, "SetLinger", server.(*conn).SetLinger(0), nil)
		fails(t, "Close", server.Close(), nil)
		fails(t, "SetReadDeadline", client.SetReadDeadline(time.Now().Add(time.Minute)), nil)
		took(t, "the read after the other end is closed", time.Minute, func() { reads(t, client, "", os.ErrDeadlineExceeded) })
		writes(t, client, "hello?", nil)
	})
}

func TestVanish_SwallowsWritesUntilTheBufferIsFull(t *testing.T) {
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

func TestReset_ResetsTheConnectionsThatExistAndNoOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen(t)
		client, server := connect(t, l)
		l.Reset()
		reads(t, client, "", syscall.ECONNRESET)
		reads(t, server, "", net.ErrClosed) // its process is gone
		client, server = connect(t, l)
		writes(t, client, "hello", nil)
		reads(t, server, "hello", nil)
	})
}
