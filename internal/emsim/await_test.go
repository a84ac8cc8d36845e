// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// logonUnderWay starts a logon without a network. The channel receives the status when the response is complete.
func logonUnderWay(ctx context.Context, s *emsim.Server) <-chan int {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/api/sessionMngr/?v=latest", http.NoBody)
	r.SetBasicAuth(emsim.DefaultUser, emsim.DefaultPassword)
	status := make(chan int, 1)
	go func() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		status <- w.Code
	}()
	return status
}

// answered returns a condition that is met if the first request of the journal has that status.
func answered(status int) func([]emsim.Request) bool {
	return func(journal []emsim.Request) bool { return len(journal) > 0 && journal[0].Status == status }
}

func TestAwaitJournal_ReturnsAsSoonAsTheConditionIsMet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, release := emsim.New(emsim.Options{}), make(chan struct{})
		await := func(satisfied func([]emsim.Request) bool) <-chan error {
			done := make(chan error, 1)
			go func() { done <- s.AwaitJournal(t.Context(), satisfied) }()
			return done
		}
		returned := func(what string, done <-chan error, want bool) {
			t.Helper()
			synctest.Wait()
			if got := len(done) == 1; got != want {
				t.Errorf("%s: returned %t, want %t", what, got, want)
			}
		}
		arrival := await(func(journal []emsim.Request) bool { return len(journal) == 1 })
		answer := await(answered(http.StatusCreated))
		returned("arrival, before the request", arrival, false)

		s.Inject(emsim.Fault{Kind: emsim.FaultHoldBeforeCommit, Release: release})
		logonUnderWay(t.Context(), s)
		returned("arrival", arrival, true)
		returned("response, while the request is held", answer, false)

		close(release)
		returned("response", answer, true)
		reset := await(func(journal []emsim.Request) bool { return len(journal) == 0 })
		returned("reset, before the reset", reset, false)
		s.ResetJournal()
		returned("reset", reset, true)
		for _, done := range []<-chan error{arrival, answer, reset} {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestAwaitJournal_FailsOnlyIfTheContextEndsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := emsim.New(emsim.Options{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := s.AwaitJournal(ctx, answered(http.StatusCreated)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the context's error", err)
		}
		if status := <-logonUnderWay(t.Context(), s); status != http.StatusCreated {
			t.Fatalf("status %d", status)
		}
		if err := s.AwaitJournal(ctx, answered(http.StatusCreated)); err != nil {
			t.Errorf("error %v, want none because the journal already contains the response", err)
		}
	})
}

func TestFaultHold_CommitsBeforeOrAfterTheReleaseAndRespondsAfterIt(t *testing.T) {
	for kind, early := range map[emsim.FaultKind]bool{
		emsim.FaultHoldBeforeCommit: false, emsim.FaultHoldAfterCommit: true,
	} {
		synctest.Test(t, func(t *testing.T) {
			s, release := emsim.New(emsim.Options{SessionIdle: 48 * time.Hour}), make(chan struct{})
			s.Inject(emsim.Fault{Kind: kind, Release: release})
			status := logonUnderWay(t.Context(), s)
			time.Sleep(24 * time.Hour)
			if got := s.OpenSessions() == 1; got != early {
				t.Errorf("%s: committed %t before the release", kind, got)
			}
			select {
			case code := <-status:
				t.Errorf("%s: status %d before the release", kind, code)
			default:
			}
			if got := s.Journal()[0]; got.Fault != kind.String() || (got.Status == http.StatusCreated) != early {
				t.Errorf("%s: journal %+v", kind, got)
			}
			close(release)
			if code := <-status; code != http.StatusCreated || s.OpenSessions() != 1 {
				t.Errorf("%s: status %d, %d sessions", kind, code, s.OpenSessions())
			}
		})
	}
}

// The server carries out a request even if the client disconnects, but it does not hold a response that no client waits
// for.
func TestFaultHold_ContinuesAfterADisconnectOnlyBeforeTheCommit(t *testing.T) {
	for kind, held := range map[emsim.FaultKind]bool{
		emsim.FaultHoldBeforeCommit: true, emsim.FaultHoldAfterCommit: false,
	} {
		synctest.Test(t, func(t *testing.T) {
			s, release := emsim.New(emsim.Options{}), make(chan struct{})
			s.Inject(emsim.Fault{Kind: kind, Release: release})
			ctx, cancel := context.WithCancel(t.Context())
			status := logonUnderWay(ctx, s)
			synctest.Wait()
			cancel()
			synctest.Wait()
			if got := len(status) == 0; got != held {
				t.Errorf("%s: held %t after the client disconnected", kind, got)
			}
			close(release)
			<-status
			if n := s.OpenSessions(); n != 1 {
				t.Errorf("%s: %d sessions", kind, n)
			}
		})
	}
}
