// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// group lets callers that want the same thing at the same time share one run of
// it. The run has a context of its own: it ends early only when every caller
// that waits for it has gone.
type group[K comparable, T any] struct {
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

// do joins the run under way for key, if it started after the time asked, or
// starts one. It returns early with ctx's error.
func (g *group[K, T]) do(ctx context.Context, key K, asked time.Time, run func(context.Context) (T, error)) (T, error) {
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

// unfinished adds to the error of a caller that waits no longer what the run has
// met so far.
func (f *flight[T]) unfinished(err error) error {
	if met, ok := f.met.Load().(string); ok {
		return fmt.Errorf("%w; the request that it waited for came to: %s", err, met)
	}
	return err
}

func (g *group[K, T]) start(ctx context.Context, key K, run func(context.Context) (T, error)) *flight[T] {
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

func (g *group[K, T]) forget(key K, f *flight[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.flights[key] == f {
		delete(g.flights, key)
	}
}

func (g *group[K, T]) leave(key K, f *flight[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f.waiters--; f.waiters > 0 {
		return
	}
	// Nobody may join a run that is being called off.
	if g.flights[key] == f {
		delete(g.flights, key)
	}
	f.cancel()
}

// cached keeps the first success of a read; failures are not kept.
type cached[T any] struct {
	mu    sync.Mutex
	ok    bool
	val   T
	group group[struct{}, T]
}

func (c *cached[T]) get(ctx context.Context, load func(context.Context) (T, error)) (T, error) {
	if val, ok := c.peek(); ok {
		return val, nil
	}
	return c.group.do(ctx, struct{}{}, time.Time{}, func(ctx context.Context) (T, error) {
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

func (c *cached[T]) peek() (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.val, c.ok
}

// slot is a lock to be held while requests are made; waiting for it ends with
// the context. One that is free is taken even if the context has ended.
type slot chan struct{}

func newSlot() slot { return make(slot, 1) }

func (s slot) lock(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	default:
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s slot) unlock() { <-s }

// keyedLock is a slot for each key.
type keyedLock struct {
	mu   sync.Mutex
	held map[string]*heldLock
}

type heldLock struct {
	slot  slot
	users int
}

func (k *keyedLock) lock(ctx context.Context, key string) (unlock func(), err error) {
	k.mu.Lock()
	if k.held == nil {
		k.held = map[string]*heldLock{}
	}
	h := k.held[key]
	if h == nil {
		h = &heldLock{slot: newSlot()}
		k.held[key] = h
	}
	h.users++
	k.mu.Unlock()

	drop := func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if h.users--; h.users == 0 {
			delete(k.held, key)
		}
	}
	if err := h.slot.lock(ctx); err != nil {
		drop()
		return nil, err
	}
	return func() { h.slot.unlock(); drop() }, nil
}

// sleep waits for d, or gives ctx's error at once when that ends.
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
