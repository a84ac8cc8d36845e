// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Group lets callers that want the same thing at the same time share one run of
// it. The run has a context of its own: it ends early only when every caller
// that waits for it has gone. Its zero value is ready for use.
type Group[K comparable, T any] struct {
	mu      sync.Mutex
	flights map[K]*flight[T]
}

type flight[T any] struct {
	started time.Time
	met     *atomic.Value // string: what the last failed attempt of a request of the run came to
	waiters int
	cancel  context.CancelFunc
	done    chan struct{}
	val     T
	err     error
}

// Do joins the run under way for key, if it started after the time asked, or
// starts one. It returns early with ctx's error.
func (g *Group[K, T]) Do(ctx context.Context, key K, asked time.Time, run func(context.Context) (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	g.mu.Lock()
	f := g.flights[key]
	if f == nil || !f.started.After(asked) {
		f = g.start(ctx, key, run)
	}
	f.waiters++
	g.mu.Unlock()

	select {
	case <-f.done:
		return f.val, f.err
	case <-ctx.Done():
		g.leave(key, f)
		return none, f.unfinished(ctx.Err())
	}
}

// metKey is the key under which a run's context carries flight.met.
type metKey struct{}

// unfinished adds to the error of a caller that stops waiting what the run has
// met so far.
func (f *flight[T]) unfinished(err error) error {
	if met, ok := f.met.Load().(string); ok {
		return fmt.Errorf("%w; the request that it waited for came to: %s", err, met)
	}
	return err
}

func (g *Group[K, T]) start(ctx context.Context, key K, run func(context.Context) (T, error)) *flight[T] {
	met := &atomic.Value{}
	own, cancel := context.WithCancel(context.WithValue(context.WithoutCancel(ctx), metKey{}, met))
	f := &flight[T]{started: time.Now(), met: met, cancel: cancel, done: make(chan struct{})}
	if g.flights == nil {
		g.flights = map[K]*flight[T]{}
	}
	g.flights[key] = f
	go func() {
		defer cancel()
		f.val, f.err = run(own)
		g.forget(key, f)
		close(f.done)
	}()
	return f
}

func (g *Group[K, T]) forget(key K, f *flight[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.flights[key] == f {
		delete(g.flights, key)
	}
}

func (g *Group[K, T]) leave(key K, f *flight[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f.waiters--; f.waiters > 0 {
		return
	}
	// A run that is being called off must not be joined.
	if g.flights[key] == f {
		delete(g.flights, key)
	}
	f.cancel()
}

// Cached keeps the first success of a read; failures are not kept. Its zero
// value is ready for use.
type Cached[T any] struct {
	mu    sync.Mutex
	ok    bool
	val   T
	group Group[struct{}, T]
}

// Get returns the value that is kept, or else that of load. Callers at the same
// time share one run of load.
func (c *Cached[T]) Get(ctx context.Context, load func(context.Context) (T, error)) (T, error) {
	if val, ok := c.peek(); ok {
		return val, nil
	}
	return c.group.Do(ctx, struct{}{}, time.Time{}, func(ctx context.Context) (T, error) {
		if val, ok := c.peek(); ok {
			return val, nil
		}
		val, err := load(ctx)
		if err == nil {
			c.mu.Lock()
			c.val, c.ok = val, true
			c.mu.Unlock()
		}
		return val, err
	})
}

func (c *Cached[T]) peek() (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.val, c.ok
}
