// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"sync"
	"time"
)

// Recent shares what is read from a server among callers for which it is recent enough: they ask for the same thing at
// the same time or soon after one another. Its zero value is ready for use.
type Recent[K comparable, T any] struct {
	group Group[K, Reading[T]]
	mu    sync.Mutex
	last  map[K]Reading[T]
}

// Reading is a value that was read from a server.
type Reading[T any] struct {
	Started time.Time // when the value was requested
	Value   T
}

// Get returns the value of the key that was requested last, if that was after the time asked. Otherwise it waits for
// the current request for the key, if that began after the time asked, or calls read. The error is that of read or, if
// ctx ends first, wraps ctx.Err().
func (r *Recent[K, T]) Get(
	ctx context.Context, key K, asked time.Time, read func(context.Context) (T, error),
) (Reading[T], error) {
	r.mu.Lock()
	last, ok := r.last[key]
	r.mu.Unlock()
	if ok && last.Started.After(asked) {
		return last, ctx.Err()
	}
	return r.group.Do(ctx, key, asked, func(ctx context.Context) (Reading[T], error) {
		started := time.Now()
		value, err := read(ctx)
		if err != nil {
			return Reading[T]{}, err
		}
		reading := Reading[T]{started, value}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.last == nil {
			r.last = map[K]Reading[T]{}
		}
		if started.After(r.last[key].Started) {
			r.last[key] = reading
		}
		return reading, nil
	})
}
