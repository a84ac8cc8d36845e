// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package simkit

import (
	"context"
	"slices"
)

// AwaitJournal waits until satisfied returns true for the entries of the journal. It calls satisfied immediately and
// after each change of the journal. If ctx ends first, AwaitJournal returns ctx's error.
func (f *Front) AwaitJournal(ctx context.Context, satisfied func([]Request) bool) error {
	for {
		entries, changed := f.journal.watch()
		if satisfied(entries) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// watch returns the entries, and a channel that is closed when they change.
func (j *journal) watch() ([]Request, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return slices.Clone(j.entries), j.changed
}

// notify wakes every goroutine that waits for a change. The caller holds the journal's lock.
func (j *journal) notify() {
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}
