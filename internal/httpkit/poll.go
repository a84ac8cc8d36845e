// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"time"
)

// Pace says how often to look at something, and for how long.
type Pace struct {
	Min, Max time.Duration // the pause after the first look, which doubles with each look, and its limit
	// Until is the time at which to stop looking; zero means never. The last look begins no earlier, because a look that
	// takes long may show what the server had long before.
	Until      time.Time
	PauseFirst bool // pause before the first look too
	Exact      bool // do not shorten the pauses: for what a single goroutine looks at
}

// Poll looks until look reports that it is done or fails, until the pace says
// that it is time to stop, or until ctx ends. It returns what the last look
// reported. If ctx ends during a pause, the error is ctx's own; look has to
// heed ctx itself. Each look is told how long the pause after it is.
//
// Unless the pace is exact, each pause is shortened at random by up to a half, so
// that goroutines that look at the same server spread.
func Poll(ctx context.Context, pace Pace, look func(pause time.Duration) (done bool, err error)) (bool, error) {
	pause := pace.Min
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
	if p.Exact {
		return sleep(ctx, pause)
	}
	return Pause(ctx, pause)
}

// Pause waits for a time between half of d and d. If ctx ends before that, it
// returns ctx's error at once.
func Pause(ctx context.Context, d time.Duration) error { return sleep(ctx, jitter(d)) }

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
