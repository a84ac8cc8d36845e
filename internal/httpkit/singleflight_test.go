// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestGroup_ARunIsCanceledWhenNoCallerWaitsAndIsNotJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, int]
		ended := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		took := stopwatch(t)
		time.AfterFunc(time.Hour, cancel)
		_, err := g.Do(ctx, "k", time.Time{}, func(own context.Context) (int, error) {
			<-own.Done()
			close(ended)
			return 0, own.Err()
		})
		if err == nil {
			t.Fatal("no error")
		}
		<-ended
		took(time.Hour, time.Hour)
		n, err := g.Do(t.Context(), "k", time.Time{}, func(context.Context) (int, error) { return 7, nil })
		ok(t, err)
		equal(t, "the value", n, 7)
	})
}

func TestGroup_ARunIsJoinedOnlyIfItStartedAfterTheGivenTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, int]
		started := time.Now()
		release := make(chan struct{})
		first := make(chan int)
		go func() {
			n, _ := g.Do(t.Context(), "k", time.Time{}, func(context.Context) (int, error) { <-release; return 1, nil })
			first <- n
		}()
		synctest.Wait()
		joined := make(chan int)
		go func() {
			n, _ := g.Do(t.Context(), "k", started.Add(-1), func(context.Context) (int, error) { return 2, nil })
			joined <- n
		}()
		synctest.Wait()
		// A run that started exactly at that time is too old: what happened then may have happened after the run began.
		n, err := g.Do(t.Context(), "k", started, func(context.Context) (int, error) { return 3, nil })
		ok(t, err)
		equal(t, "the value of the new run", n, 3)
		close(release)
		equal(t, "the value of the first run", <-first, 1)
		equal(t, "the value of the joined run", <-joined, 1)
	})
}

func TestCachedMap_LoadsTheValueOfEachKeyUntilThatSucceeds(t *testing.T) {
	var m CachedMap[string, int]
	loads := 0
	get := func(key string, err error) (int, error) {
		return m.Get(t.Context(), key, func(context.Context) (int, error) { loads++; return loads, err })
	}
	failed := errors.New("failed")
	if _, err := get("a", failed); !errors.Is(err, failed) {
		t.Errorf("the error is %v", err)
	}
	for _, c := range []struct {
		key  string
		want int
	}{{"a", 2}, {"b", 3}, {"a", 2}, {"b", 3}} {
		if got, err := get(c.key, nil); got != c.want || err != nil {
			t.Errorf("%s is %d, %v, want %d", c.key, got, err, c.want)
		}
	}
}

func TestCachedMap_TakesAValueThatIsKnownUnlessItHasOne(t *testing.T) {
	var m CachedMap[string, int]
	if n, known := m.Peek("a"); known {
		t.Errorf("an empty map has the value %d", n)
	}
	m.Put("a", 1)
	m.Put("a", 2)
	got, err := m.Get(t.Context(), "a", func(context.Context) (int, error) { return 3, nil })
	ok(t, err)
	equal(t, "the value", got, 1)
	got, known := m.Peek("a")
	equal(t, "the value", got, 1)
	equal(t, "whether it is known", known, true)
}
