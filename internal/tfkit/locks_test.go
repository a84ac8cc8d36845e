// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// size tells how many keys the locks remember.
func (l *Locks) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}

func TestLocks_OneHolderAtATimeForEachKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		begun := time.Now()
		var inside atomic.Int32
		counter := 0 // without a lock of its own: the race detector sees two holders
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
					time.Sleep(time.Second)
					inside.Add(-1)
					unlock()
				}
			})
		}
		all.Wait()
		if counter != 1000 {
			t.Errorf("counted %d, want 1000", counter)
		}
		if took := time.Since(begun); took != 1000*time.Second {
			t.Errorf("1000 holders of a second each took %s", took)
		}
		if n := locks.size(); n != 0 {
			t.Errorf("%d keys are remembered", n)
		}
	})
}

func TestLocks_OverlappingKeysInAnyOrderDoNotDeadlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		sets := [][]string{{"a", "b", "c"}, {"c", "b", "a"}, {"b", "a"}, {"c", "a"}, {"c", "b"}, {"a"}, {"b", "b", "a"}}
		counters := map[string]*int{"a": new(int), "b": new(int), "c": new(int)}
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
					time.Sleep(time.Second)
					unlock()
				}
			})
		}
		all.Wait()
		if a, b, c := *counters["a"], *counters["b"], *counters["c"]; a != 1200 || b != 1200 || c != 800 {
			t.Errorf("counted %d, %d, %d", a, b, c)
		}
		if n := locks.size(); n != 0 {
			t.Errorf("%d keys are remembered", n)
		}
	})
}

func TestLocks_OtherKeysAreFreeMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		unlock, err := locks.Lock(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		other, err := locks.Lock(t.Context(), "b")
		if err != nil {
			t.Fatal(err)
		}
		other()
	})
}

func TestLocks_AKeyGivenTwiceIsTakenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		keys := []string{"b", "a", "b"}
		unlock, err := locks.Lock(t.Context(), keys...)
		if err != nil {
			t.Fatal(err)
		}
		unlock()
		if keys[0] != "b" || keys[1] != "a" || keys[2] != "b" {
			t.Errorf("the caller's keys were changed to %q", keys)
		}
		if n := locks.size(); n != 0 {
			t.Errorf("%d keys are remembered", n)
		}
	})
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
	synctest.Test(t, func(t *testing.T) {
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
		synctest.Wait()
		if n := locks.size(); n != 2 { // a is taken, b is held by one and waited for by the other
			t.Fatalf("%d keys are remembered while one waits", n)
		}
		cancel(cause)
		if err := <-failed; !errors.Is(err, cause) {
			t.Fatalf("error %v, want the cause of the context", err)
		}
		unlock, err := locks.Lock(t.Context(), "a", "c")
		if err != nil {
			t.Fatal(err)
		}
		unlock()
		if n := locks.size(); n != 1 {
			t.Errorf("%d keys are remembered while one is held", n)
		}
		holder()
		if n := locks.size(); n != 0 {
			t.Errorf("%d keys are remembered", n)
		}
	})
}

func TestLocks_ADeadlineIsReportedAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		holder, err := locks.Lock(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		defer holder()
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err := locks.Lock(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if waited := time.Since(begun); waited != time.Hour {
			t.Errorf("waited for %s, want the whole hour", waited)
		}
	})
}
