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

func TestPoll_DoublesThePauseAfterEachLook(t *testing.T) {
	for name, pace := range map[string]Pace{
		"looks first": {}, "pauses first": {PauseFirst: true},
		"exact": {Exact: true}, "exact, pauses first": {PauseFirst: true, Exact: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pace.Min, pace.Max = time.Second, 5*time.Second
				looks, last, most := 0, time.Now(), time.Duration(0)
				if pace.PauseFirst {
					most = pace.Min
				}
				done, err := Poll(t.Context(), pace, func(pause time.Duration) (bool, error) {
					least := most / 2
					if pace.Exact {
						least = most
					}
					if took := time.Since(last); took < least || took > most {
						t.Errorf("look %d came after %s, want %s to %s", looks+1, took, least, most)
					}
					looks, last, most = looks+1, time.Now(), pause
					return looks == 6, nil
				})
				ok(t, err)
				equal(t, "done", done, true)
				equal(t, "the number of looks", looks, 6)
				equal(t, "the last pause that was passed to look", most, 5*time.Second)
			})
		})
	}
}

func TestPoll_TheLastLookBeginsNoEarlierThanUntil(t *testing.T) {
	for name, tc := range map[string]struct {
		until, look time.Duration // Until, relative to the start, and how long each look takes
		least, most int           // looks
		last        time.Duration // the latest start of the last look
	}{
		"now":                   {0, 0, 1, 1, 0},
		"in the past":           {-time.Hour, 0, 1, 1, 0},
		"after several looks":   {10 * time.Second, 0, 5, 10, 14 * time.Second},
		"during the first look": {10 * time.Second, time.Minute, 2, 2, 61 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun, looks := time.Now(), 0
				var last time.Duration
				pace := Pace{Min: time.Second, Max: 4 * time.Second, Until: begun.Add(tc.until)}
				done, err := Poll(t.Context(), pace, func(time.Duration) (bool, error) {
					looks, last = looks+1, time.Since(begun)
					time.Sleep(tc.look)
					return false, nil
				})
				ok(t, err)
				equal(t, "done", done, false)
				if looks < tc.least || looks > tc.most || last < tc.until || last > tc.last {
					t.Errorf("looked %d times, the last time after %s", looks, last)
				}
			})
		})
	}
}

func TestPoll_EndsWithTheErrorOfALookOrOfTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken, looks := errors.New("broken"), 0
		_, err := Poll(t.Context(), Pace{Min: time.Second, Max: time.Second}, func(time.Duration) (bool, error) {
			looks++
			return false, broken
		})
		equal(t, "the error", err, broken)
		equal(t, "the number of looks", looks, 1)

		for _, first := range []bool{false, true} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			took := stopwatch(t)
			pace := Pace{Min: time.Hour, Max: time.Hour, PauseFirst: first}
			_, err = Poll(ctx, pace, func(time.Duration) (bool, error) { return false, nil })
			took(time.Minute, time.Minute)
			equal(t, "the error", err, context.DeadlineExceeded)
		}
	})
}
