// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// within fails the test where work takes longer than a deadlock would be worth waiting for.
func within(t *testing.T, work func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); work() }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("still not done after 20 s")
	}
}

// size tells how many keys the locks remember.
func (l *Locks) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}

func TestLocks_OneHolderAtATimeForEachKey(t *testing.T) {
	var locks Locks
	var inside atomic.Int32
	counter := 0 // without a lock of its own: the race detector sees two holders
	within(t, func() {
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				for range 20 {
					unlock, err := locks.Lock(t.Context(), "a")
					if err != nil {
						t.Error(err)
						return
					}
					if n := inside.Add(1); n != 1 {
						t.Errorf("%d holders at once", n)
					}
					counter++
					inside.Add(-1)
					unlock()
				}
			})
		}
		all.Wait()
	})
	if counter != 1000 {
		t.Errorf("counted %d, want 1000", counter)
	}
	if n := locks.size(); n != 0 {
		t.Errorf("%d keys are remembered", n)
	}
}

func TestLocks_OverlappingKeysInAnyOrderDoNotDeadlock(t *testing.T) {
	var locks Locks
	sets := [][]string{{"a", "b", "c"}, {"c", "b", "a"}, {"b", "a"}, {"c", "a"}, {"c", "b"}, {"a"}, {"b", "b", "a"}}
	counters := map[string]*int{"a": new(int), "b": new(int), "c": new(int)}
	within(t, func() {
		var all sync.WaitGroup
		for i := range 70 {
			keys := sets[i%len(sets)]
			all.Go(func() {
				for range 20 {
					unlock, err := locks.Lock(t.Context(), keys...)
					if err != nil {
						t.Error(err)
						return
					}
					for _, key := range keys {
						*counters[key]++
					}
					unlock()
				}
			})
		}
		all.Wait()
	})
	if a, b, c := *counters["a"], *counters["b"], *counters["c"]; a != 1200 || b != 1200 || c != 800 {
		t.Errorf("counted %d, %d, %d", a, b, c)
	}
	if n := locks.size(); n != 0 {
		t.Errorf("%d keys are remembered", n)
	}
}

func TestLocks_OtherKeysAreFreeMeanwhile(t *testing.T) {
	var locks Locks
	unlock, err := locks.Lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	within(t, func() {
		other, err := locks.Lock(t.Context(), "b")
		if err != nil {
			t.Error(err)
			return
		}
		other()
	})
}

func TestLocks_AKeyGivenTwiceIsTakenOnce(t *testing.T) {
	var locks Locks
	within(t, func() {
		keys := []string{"b", "a", "b"}
		unlock, err := locks.Lock(t.Context(), keys...)
		if err != nil {
			t.Error(err)
			return
		}
		unlock()
		if keys[0] != "b" || keys[1] != "a" || keys[2] != "b" {
			t.Errorf("the caller's keys were changed to %q", keys)
		}
	})
	if n := locks.size(); n != 0 {
		t.Errorf("%d keys are remembered", n)
	}
}

func TestLocks_NoKeyIsNoLock(t *testing.T) {
	var locks Locks
	unlock, err := locks.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestLocks_AContextThatEndsWhileWaitingHoldsNothing(t *testing.T) {
	var locks Locks
	holder, err := locks.Lock(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	failed := make(chan error, 1)
	go func() {
		unlock, err := locks.Lock(ctx, "a", "b", "c") // gets a, waits for b
		if err == nil {
			unlock()
		}
		failed <- err
	}()
	for locks.size() < 2 { // a is taken, b is waited for by two
		time.Sleep(time.Millisecond)
	}
	cancel(cause)
	if err := <-failed; !errors.Is(err, cause) {
		t.Fatalf("error %v, want the cause of the context", err)
	}
	within(t, func() {
		unlock, err := locks.Lock(t.Context(), "a", "c")
		if err != nil {
			t.Error(err)
			return
		}
		unlock()
	})
	if n := locks.size(); n != 1 {
		t.Errorf("%d keys are remembered while one is held", n)
	}
	holder()
	if n := locks.size(); n != 0 {
		t.Errorf("%d keys are remembered", n)
	}
}

func TestLocks_ADeadlineIsReportedAsOne(t *testing.T) {
	var locks Locks
	holder, err := locks.Lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer holder()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := locks.Lock(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}
