// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"iter"
	"sync"
)

// readAhead is the most items that ReadAhead reads at the same time. A client has as many connections.
const readAhead = 16

// Outcome is what reading an item returned.
type Outcome[R any] struct {
	Result R
	Err    error
}

// ReadAhead calls read for each item and yields the item and what read returned, in the order of the items. It reads
// up to 16 items at the same time, or as many as the consumer wants if that is less and not 0. When the consumer stops,
// it cancels what is still being read, and waits for it.
func ReadAhead[T, R any](
	ctx context.Context, items []T, wanted int64, read func(context.Context, T) (R, error),
) iter.Seq2[T, Outcome[R]] {
	return func(yield func(T, Outcome[R]) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var reads sync.WaitGroup
		defer reads.Wait()
		defer cancel()
		most := int64(readAhead)
		if wanted > 0 {
			most = min(most, wanted)
		}
		results := make(chan chan Outcome[R], most)
		next := 0
		begin := func() {
			if next == len(items) {
				return
			}
			item, result := items[next], make(chan Outcome[R], 1)
			next++
			results <- result
			reads.Go(func() {
				r, err := read(ctx, item)
				result <- Outcome[R]{r, err}
			})
		}
		for range most {
			begin()
		}
		for _, item := range items {
			if !yield(item, <-<-results) {
				return
			}
			begin()
		}
	}
}
