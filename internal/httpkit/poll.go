// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"cmp"
	"context"
	"time"
)

// The pauses of a [Pace] that does not define any.
const (
	PollMin = 250 * time.Millisecond
	PollMax = 2 * time.Second
)

// Pace defines how often to poll, and for how long.
type Pace struct {
	// Min is the pause after the first look. It doubles with each look, up to Max. 0 means PollMin or PollMax.
	Min, Max time.Duration
	// Until is the time at which to stop; the zero time means never. The last look begins at that time or later: one that
	// began earlier and took long could show an outdated state.
	Until      time.Time
	PauseFirst bool          // pause before the first look too
	First      time.Duration // a longer pause before the first look, which is not shortened; see [Expected]
	Exact      bool          // do not shorten the pauses at random; for a single goroutine
}

// Poll calls look until it reports that it is done, until it returns an error, until pace.Until, or until ctx ends. It
// returns the results of the last call. If ctx ends during a pause, Poll returns ctx.Err(); look must observe ctx
// itself. The argument of look is the pause that follows the call.
//
// Unless the pace is exact, each pause is shortened at random by up to half, so that goroutines that poll the same
// server do not do so at the same time.
func Poll(ctx context.Context, pace Pace, look func(pause time.Duration) (done bool, err error)) (bool, error) {
	pace.Min, pace.Max = cmp.Or(pace.Min, PollMin), cmp.Or(pace.Max, PollMax)
	pause := pace.Min
	if pace.First > 0 {
		if err := sleep(ctx, pace.First); err != nil {
			return false, err
		}
	}
	if pace.PauseFirst {
		if err := pace.rest(ctx, pause); err != nil {
			return false, err
		}
		pause = min(2*pause, pace.Max)
	}
	for ; ; pause = min(2*pause, pace.Max) {
		last := !pace.Until.IsZero() && !time.Now().Before(pace.Until)
		done, err := look(pause)
		if done || err != nil || last {
			return done, err
		}
		if err := pace.rest(ctx, pause); err != nil {
			return false, err
		}
	}
}

func (p Pace) rest(ctx context.Context, pause time.Duration) error {
	if !p.Exact {
		pause = jitter(pause)
	}
	return sleep(ctx, pause)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
