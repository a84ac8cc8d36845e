// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// The keys are in the order in which they are taken: the rank comes before the name.
var keyA, keyB, keyC = Key{Rank: 1, Name: "z"}, Key{Rank: 2, Name: "a"}, Key{Rank: 2, Name: "b"}

// size returns the number of keys that have an entry.
func (l *Locks) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}

func TestLocks_EachKeyHasOneHolderAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		begun := time.Now()
		var inside atomic.Int32
		counter := 0 // not synchronized otherwise, so that the race detector reports two holders
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				for range 20 {
					unlock, err := locks.Lock(t.Context(), keyA)
					if err != nil {
						t.Error(err)
						return
					}
					if n := inside.Add(1); n != 1 {
						t.Errorf("the key has %d holders, want 1", n)
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
			t.Errorf("1000 holders that sleep for 1s each took %s, want 1000s", took)
		}
		if n := locks.size(); n != 0 {
			t.Errorf("%d keys have an entry, want none", n)
		}
	})
}

func TestLocks_OverlappingKeysInAnyOrderDoNotDeadlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		sets := [][]Key{
			{keyA, keyB, keyC}, {keyC, keyB, keyA}, {keyB, keyA}, {keyC, keyA}, {keyC, keyB}, {keyA}, {keyB, keyB, keyA},
		}
		counters := map[Key]*int{keyA: new(int), keyB: new(int), keyC: new(int)}
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
		if a, b, c := *counters[keyA], *counters[keyB], *counters[keyC]; a != 1200 || b != 1200 || c != 800 {
			t.Errorf("counted %d, %d, %d, want 1200, 1200, 800", a, b, c)
		}
		if n := locks.size(); n != 0 {
			t.Errorf("%d keys have an entry, want none", n)
		}
	})
}

func TestLocks_ALockedKeyLeavesOtherKeysFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		unlock, err := locks.Lock(t.Context(), keyA)
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		other, err := locks.Lock(t.Context(), keyB)
		if err != nil {
			t.Fatal(err)
		}
		other()
	})
}

func TestLocks_ARepeatedKeyIsTakenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		keys := []Key{keyB, keyA, keyB}
		unlock, err := locks.Lock(t.Context(), keys...)
		if err != nil {
			t.Fatal(err)
		}
		unlock()
		if !slices.Equal(keys, []Key{keyB, keyA, keyB}) {
			t.Errorf("the caller's keys were changed to %v", keys)
		}
		if n := locks.size(); n != 0 {
			t.Errorf("%d keys have an entry, want none", n)
		}
	})
}

func TestLocks_WithoutKeysTakesNoLock(t *testing.T) {
	var locks Locks
	unlock, err := locks.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestLocks_ACallWhoseContextEndsWhileWaitingHoldsNoLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		holder, err := locks.Lock(t.Context(), keyB)
		if err != nil {
			t.Fatal(err)
		}
		cause := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		failed := make(chan error, 1)
		go func() {
			unlock, err := locks.Lock(ctx, keyA, keyB, keyC) // takes A, waits for B
			if err == nil {
				unlock()
			}
			failed <- err
		}()
		synctest.Wait()
		if n := locks.size(); n != 2 { // the waiting call holds A; the first call holds B
			t.Fatalf("%d keys have an entry while a call waits, want 2", n)
		}
		cancel(cause)
		if err := <-failed; !errors.Is(err, cause) {
			t.Fatalf("got the error %v, want the cause of the context", err)
		}
		unlock, err := locks.Lock(t.Context(), keyA, keyC)
		if err != nil {
			t.Fatal(err)
		}
		unlock()
		if n := locks.size(); n != 1 {
			t.Errorf("%d keys have an entry while one is held, want 1", n)
		}
		holder()
		if n := locks.size(); n != 0 {
			t.Errorf("%d keys have an entry, want none", n)
		}
	})
}

func TestLocks_ADeadlineIsReportedAsDeadlineExceeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks Locks
		holder, err := locks.Lock(t.Context(), keyA)
		if err != nil {
			t.Fatal(err)
		}
		defer holder()
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err := locks.Lock(ctx, keyA); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got the error %v, want DeadlineExceeded", err)
		}
		if waited := time.Since(begun); waited != time.Hour {
			t.Errorf("waited for %s, want one hour", waited)
		}
	})
}

func TestLocks_AreTakenByRankAndThenByName(t *testing.T) {
	keys := []Key{{3, "a"}, {1, "b"}, {2, "z"}, {1, "a"}, {10, ""}}
	slices.SortFunc(keys, Key.compare)
	if want := []Key{{1, "a"}, {1, "b"}, {2, "z"}, {3, "a"}, {10, ""}}; !slices.Equal(keys, want) {
		t.Errorf("the order is %v, want %v", keys, want)
	}
}

func TestSlot_AFreeSlotIsTakenEvenIfTheContextHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var locks Locks
		slot := NewSlot()
		for range 20 { // a select with two ready cases would choose either of them at random
			ok(t, slot.Lock(ctx))
			if err := slot.Lock(ctx); !errors.Is(err, context.Canceled) {
				t.Fatalf("locking a held slot returned %v, want Canceled", err)
			}
			slot.Unlock()
			unlock, err := locks.Lock(ctx, keyA)
			ok(t, err)
			unlock()
		}
	})
}
