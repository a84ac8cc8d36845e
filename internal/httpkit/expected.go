// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"sync"
	"time"
)

// Expected is how long a server is expected to take for a kind of change, from how long it took before. Its zero value
// expects no time.
type Expected struct {
	mu        sync.Mutex
	low, high time.Duration // the server took longer than low and not longer than high, which is at most PollMax
}

// Watch begins to watch a change that began at the given time.
func (e *Expected) Watch(began time.Time) *Watch { return &Watch{of: e, began: began} }

// pause is closer to high than to low, because a look that comes too early costs another one.
func (e *Expected) pause() time.Duration { return e.high - (e.high-e.low)/4 }

// Watch is a change that a goroutine waits for.
type Watch struct {
	of     *Expected
	began  time.Time
	missed time.Duration // when the last look that did not see the change ended; 0: there was none
	done   bool
}

// Pause returns how long to wait before it is worth a look.
func (w *Watch) Pause() time.Duration {
	w.of.mu.Lock()
	defer w.of.mu.Unlock()
	return max(w.of.pause()-time.Since(w.began), 0)
}

// Looked records whether a look has seen the change. Further looks do not count.
func (w *Watch) Looked(seen bool) {
	took := time.Since(w.began)
	switch {
	case w.done:
	case !seen:
		w.missed = took
	default:
		w.done = true
		w.of.learn(w.missed, took)
	}
}

func (e *Expected) learn(missed, took time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if missed > 0 {
		e.low, e.high = min(missed, PollMax), min(took, PollMax)
		return
	}
	// The server may be faster than before.
	e.high = min(e.pause(), took)
	e.low = min(e.low-e.low/16, e.high)
}
