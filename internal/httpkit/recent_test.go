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

// counter returns how often it has been read.
type counter struct{ reads int }

func (c *counter) read(context.Context) (int, error) {
	c.reads++
	return c.reads, nil
}

func TestRecent_ReturnsAReadingOnlyIfItWasRequestedAfterTheGivenTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Recent[string, int]
		var c counter
		get := func(key string, asked time.Time, want int) time.Time {
			t.Helper()
			got, err := r.Get(t.Context(), key, asked, c.read)
			ok(t, err)
			equal(t, "the value", got.Value, want)
			return got.Started
		}
		first := get("a", time.Time{}, 1)
		time.Sleep(time.Second)
		get("a", first.Add(-1), 1)
		get("b", first.Add(-1), 2)
		second := get("a", first, 3) // what happened at that moment may be missing
		equal(t, "the time", second, first.Add(time.Second))
		get("a", first, 3)
	})
}

func TestRecent_DoesNotKeepAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Recent[string, int]
		var c counter
		broken := errors.New("broken")
		_, err := r.Get(t.Context(), "a", time.Time{}, func(context.Context) (int, error) { return 9, broken })
		if !errors.Is(err, broken) {
			t.Errorf("the error is %v", err)
		}
		got, err := r.Get(t.Context(), "a", time.Time{}, c.read)
		ok(t, err)
		equal(t, "the value", got.Value, 1)
	})
}

func TestRecent_ASlowRequestDoesNotReplaceTheResultOfALaterOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Recent[string, int]
		slow := make(chan Reading[int])
		go func() {
			got, _ := r.Get(t.Context(), "a", time.Time{}, func(context.Context) (int, error) {
				time.Sleep(time.Minute)
				return 1, nil
			})
			slow <- got
		}()
		time.Sleep(time.Second)
		_, err := r.Get(t.Context(), "a", time.Now(), func(context.Context) (int, error) { return 2, nil })
		ok(t, err)
		equal(t, "the slow value", (<-slow).Value, 1)
		got, err := r.Get(t.Context(), "a", time.Time{}, func(context.Context) (int, error) { return 3, nil })
		ok(t, err)
		equal(t, "the value", got.Value, 2)
	})
}

func TestExpected_FollowsTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e Expected
		pause := func() time.Duration { return e.Watch(time.Now()).Pause() }
		equal(t, "the first pause", pause(), 0)
		w := e.Watch(time.Now())
		time.Sleep(400 * time.Millisecond)
		w.Looked(false)
		time.Sleep(400 * time.Millisecond)
		w.Looked(true)
		w.Looked(true)
		equal(t, "the pause, between the two looks", pause(), 700*time.Millisecond)
		equal(t, "the pause for what began earlier", w.Pause(), 0)
		w = e.Watch(time.Now())
		time.Sleep(pause())
		w.Looked(true)
		equal(t, "the pause after a first look that was enough", pause(), 618750*time.Microsecond)
		w = e.Watch(time.Now())
		w.Looked(false)
		time.Sleep(time.Hour)
		w.Looked(true)
		equal(t, "the pause after a long time", pause() <= PollMax, true)
	})
}

func TestPoll_TheFirstLookFollowsAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took := stopwatch(t)
		_, err := Poll(t.Context(), Pace{First: 7 * time.Second}, func(pause time.Duration) (bool, error) {
			equal(t, "the next pause", pause, PollMin)
			return true, nil
		})
		ok(t, err)
		took(7*time.Second, 7*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = Poll(ctx, Pace{First: 7 * time.Second}, func(time.Duration) (bool, error) {
			t.Error("looked")
			return true, nil
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the error is %v", err)
		}
	})
}
