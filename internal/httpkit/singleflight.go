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

// Group lets callers that ask for the same thing at the same time share one run of a function. The run has its own
// context, which is canceled only when every caller has stopped waiting. The zero value of a Group is ready for use.
type Group[K comparable, T any] struct {
	mu      sync.Mutex
	flights map[K]*flight[T]
}

type flight[T any] struct {
	started time.Time
	outcome *atomic.Value // string: the outcome of the last attempt of a request in the run
	waiters int
	cancel  context.CancelFunc
	done    chan struct{}
	val     T
	err     error
}

// Do waits for the current run for key, if that started after the time asked; otherwise it starts a new run. It returns
// the results of the run. If ctx ends first, the error wraps ctx.Err().
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

// outcomeKey is the context key of flight.outcome.
type outcomeKey struct{}

// unfinished adds the outcome of the last attempt in the run to the error of a caller that stops waiting.
func (f *flight[T]) unfinished(err error) error {
	if outcome, ok := f.outcome.Load().(string); ok {
		return fmt.Errorf("%w; the last attempt of the shared request ended with: %s", err, outcome)
	}
	return err
}

func (g *Group[K, T]) start(ctx context.Context, key K, run func(context.Context) (T, error)) *flight[T] {
	outcome := &atomic.Value{}
	own, cancel := context.WithCancel(context.WithValue(context.WithoutCancel(ctx), outcomeKey{}, outcome))
	f := &flight[T]{started: time.Now(), outcome: outcome, cancel: cancel, done: make(chan struct{})}
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
	// No other caller may join a run that is being canceled.
	if g.flights[key] == f {
		delete(g.flights, key)
	}
	f.cancel()
}

// Cached keeps the first value that was loaded successfully. Errors are not kept. Its zero value is ready for use.
type Cached[T any] struct {
	mu    sync.Mutex
	ok    bool
	val   T
	group Group[struct{}, T]
}

// Get returns the cached value or, if there is none, calls load. Concurrent callers share one call of load.
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

// put caches a value, unless there is one already.
func (c *Cached[T]) put(val T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ok {
		c.val, c.ok = val, true
	}
}

// CachedMap is a [Cached] for each key. Its zero value is ready for use.
type CachedMap[K comparable, T any] struct {
	mu sync.Mutex
	of map[K]*Cached[T]
}

// Get returns the cached value of the key or, if there is none, calls load, as [Cached.Get] does.
func (m *CachedMap[K, T]) Get(ctx context.Context, key K, load func(context.Context) (T, error)) (T, error) {
	return m.at(key).Get(ctx, load)
}

// Peek returns the cached value of the key, if there is one.
func (m *CachedMap[K, T]) Peek(key K) (T, bool) { return m.at(key).peek() }

// Put caches a value that has become known in another way, unless the key has one already.
func (m *CachedMap[K, T]) Put(key K, val T) { m.at(key).put(val) }

func (m *CachedMap[K, T]) at(key K) *Cached[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of == nil {
		m.of = map[K]*Cached[T]{}
	}
	if m.of[key] == nil {
		m.of[key] = &Cached[T]{}
	}
	return m.of[key]
}
