// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
)

const token = "token-of-a-session"

// newSender starts an in-memory server and returns a sender to it and a request of the given class.
func newSender(t *testing.T, class Class, answer http.HandlerFunc, change ...func(*SenderConfig)) (*Sender, Request) {
	t.Helper()
	server := memnet.NewServer(t, answer)
	server.Start()
	transport, err := NewTransport(Trust{})
	ok(t, err)
	cfg := SenderConfig{
		Server: "Some server", Transport: transport, MaxRetries: 2,
		Scrub: func(s string) string { return Scrub(s, token) },
	}
	for _, f := range change {
		f(&cfg)
	}
	s := NewSender(cfg)
	t.Cleanup(s.CloseIdleConnections)
	header := http.Header{"Authorization": {"Bearer " + token}}
	return s, Request{Op: "read", Method: http.MethodPut, URL: server.URL + "/v1/x?y=z", Header: header, Class: class}
}

func TestSend_RetriesARequestAsItsClassAllows(t *testing.T) {
	for _, tc := range []struct {
		status                   int
		idempotent, write, logon int // attempts, of at most 3
	}{
		{200, 1, 1, 1},
		{400, 1, 1, 1},
		{404, 1, 1, 1},
		{500, 1, 1, 1},
		{429, 3, 3, 3},
		{502, 3, 1, 3},
		{503, 3, 1, 3},
		{504, 3, 1, 3},
	} {
		classes := map[Class]int{ClassIdempotent: tc.idempotent, ClassWrite: tc.write, ClassLogon: tc.logon}
		for class, attempts := range classes {
			t.Run(fmt.Sprintf("%d, class %d", tc.status, class), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var n atomic.Int32
					s, r := newSender(t, class, func(w http.ResponseWriter, _ *http.Request) {
						n.Add(1)
						w.WriteHeader(tc.status)
						_, _ = io.WriteString(w, "body")
					})
					resp, err := s.Send(t.Context(), r)
					ok(t, err)
					equal(t, "the status", resp.Status, tc.status)
					equal(t, "the body", string(resp.Body), "body")
					equal(t, "the number of attempts", int(n.Load()), attempts)
				})
			})
		}
	}
}

func TestSend_TheErrorSaysWhetherTheServerMayHaveSeenTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newSender(t, ClassWrite, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		took := stopwatch(t)
		_, err := s.Send(t.Context(), r)
		took(time.Minute, time.Minute)
		var lost *NoAnswerError
		if !errors.As(err, &lost) || !lost.Sent {
			t.Errorf("got %v, want a NoAnswerError with Sent set", err)
		}
		equal(t, "the text", err.Error(), "no complete response within 1m0s, the time limit of one attempt")

		r.URL = "http://127.0.0.1:9/" // memnet never uses this port
		s.config.Transport.DialContext = memnet.Dial
		_, err = s.Send(t.Context(), r)
		if !errors.As(err, &lost) || lost.Sent || !strings.HasPrefix(err.Error(), "no response in 3 attempts: ") {
			t.Errorf("got %v, want a NoAnswerError of 3 attempts without Sent set", err)
		}
	})
}

func TestSend_PassesOnTheHeaderOfAResponseEvenIfItsBodyBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempt int
		s, r := newSender(t, ClassLogon, func(w http.ResponseWriter, _ *http.Request) {
			attempt++
			w.Header().Set("X-Attempt", fmt.Sprint(attempt))
			if attempt == 1 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			w.Header().Set("Content-Length", "10")
			_, _ = io.WriteString(w, "half")
		})
		var received []string
		r.Received = func(h http.Header) { received = append(received, h.Get("X-Attempt")) }
		_, err := s.Send(t.Context(), r)
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got %v, want an unexpected EOF", err)
		}
		equal(t, "the headers", strings.Join(received, " "), "2")
	})
}

func TestSend_DecodesALargeBodyWhileItIsReceived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempt, mib := 0, 20
		s, r := newSender(t, ClassIdempotent, func(w http.ResponseWriter, _ *http.Request) {
			attempt++
			if attempt == 1 {
				w.Header().Set("Content-Length", "10")
				_, _ = io.WriteString(w, "half")
				return
			}
			chunk := bytes.Repeat([]byte("x"), 1<<20)
			for range mib {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		})
		var decoded []int64
		problem := errors.New("not what was expected")
		r.Decode = func(body io.Reader) error {
			n, _ := io.Copy(io.Discard, body)
			decoded = append(decoded, n)
			return problem
		}
		resp, err := s.Send(t.Context(), r)
		ok(t, err)
		equal(t, "the bytes of each attempt", fmt.Sprint(decoded), "[4 20971520]")
		equal(t, "the error of the decoder", resp.Decoded, problem) // which is no reason for a retry
		equal(t, "the body that is kept", len(resp.Body), 4096)

		mib = 300
		_, err = s.Send(t.Context(), r)
		if err == nil || err.Error() != "the response is larger than 256 MiB" {
			t.Errorf("got %v, want an error about the size", err)
		}
		equal(t, "the number of attempts", attempt, 3)
	})
}

func TestSend_DecodesOnlyTheBodyOfASuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, status := range []int{302, 404, 503} {
			s, r := newSender(t, ClassIdempotent, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = io.WriteString(w, "why")
			})
			r.Decode = func(io.Reader) error { t.Error("the body of an error was decoded"); return nil }
			resp, err := s.Send(t.Context(), r)
			ok(t, err)
			equal(t, "the body", string(resp.Body), "why")
		}
	})
}

func TestSend_DoesNotRetryAnAbandonedRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		s, r := newSender(t, ClassIdempotent, func(w http.ResponseWriter, _ *http.Request) {
			n.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		r.Abandoned = func() bool { return n.Load() == 2 }
		resp, err := s.Send(t.Context(), r)
		ok(t, err)
		equal(t, "the status", resp.Status, http.StatusServiceUnavailable)
		equal(t, "the number of attempts", n.Load(), 2)
	})
}

func TestSend_SendsTheBodyWithEachAttemptAndLogsNoSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var bodies, logged []string
		s, r := newSender(t, ClassIdempotent, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			mu.Lock()
			bodies = append(bodies, string(body))
			mu.Unlock()
			w.WriteHeader(http.StatusServiceUnavailable)
		}, func(cfg *SenderConfig) {
			cfg.MaxRetries = 1
			cfg.Log = func(_ context.Context, message string, fields map[string]any) {
				logged = append(logged, fmt.Sprintln(message, fields["path"], fields["attempt"], fields["status"]))
			}
		})
		r.URL += "&secret=" + token
		r.Body = []byte(`{"a":1}`)
		_, err := s.Send(t.Context(), r)
		ok(t, err)
		equal(t, "the bodies", fmt.Sprint(bodies), `[{"a":1} {"a":1}]`)
		equal(t, "the log", strings.Join(logged, ""),
			"Some server request /v1/x?y=z&secret=REDACTED 1 503\nSome server request /v1/x?y=z&secret=REDACTED 2 503\n")
	})
}

func TestSend_RetriesIdempotentRequestsIfTheBodySaysThatTheyCanSucceedLater(t *testing.T) {
	for name, tc := range map[string]struct {
		class    Class
		status   int
		body     string
		attempts int
	}{
		"idempotent":             {ClassIdempotent, 500, "busy", 3},
		"idempotent, other body": {ClassIdempotent, 500, "broken", 1},
		"idempotent, success":    {ClassIdempotent, 200, "busy", 1},
		"write":                  {ClassWrite, 500, "busy", 1},
		"logon":                  {ClassLogon, 500, "busy", 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n atomic.Int32
				s, r := newSender(t, tc.class, func(w http.ResponseWriter, _ *http.Request) {
					n.Add(1)
					w.WriteHeader(tc.status)
					_, _ = io.WriteString(w, tc.body)
				}, func(cfg *SenderConfig) {
					cfg.Transient = func(body []byte) bool { return string(body) == "busy" }
				})
				resp, err := s.Send(t.Context(), r)
				ok(t, err)
				equal(t, "the body", string(resp.Body), tc.body)
				equal(t, "the number of attempts", int(n.Load()), tc.attempts)
			})
		})
	}
}

func TestSend_RetriesAnErrorResponseWhoseBodyBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		s, r := newSender(t, ClassIdempotent, func(w http.ResponseWriter, _ *http.Request) {
			if n.Add(1) == 1 {
				w.Header().Set("Content-Length", "10")
			}
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "half")
		}, func(cfg *SenderConfig) { cfg.Transient = func([]byte) bool { return false } })
		resp, err := s.Send(t.Context(), r)
		ok(t, err)
		equal(t, "the body", string(resp.Body), "half")
		equal(t, "the number of attempts", n.Load(), 2)
	})
}
