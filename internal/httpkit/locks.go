// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// Slot is a lock that can be held while requests are made: a caller stops waiting for it when its context ends. A free
// slot is taken even if the context has ended.
type Slot chan struct{}

// NewSlot returns a free slot.
func NewSlot() Slot { return make(Slot, 1) }

// Lock takes the slot. If ctx ends first, it returns context.Cause(ctx).
func (s Slot) Lock(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	default:
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Unlock releases the slot.
func (s Slot) Unlock() { <-s }

// Key names one of several locks. Locks are taken in the order of their ranks and, within a rank, of their names. Each
// API client documents the order of its ranks in one place.
type Key struct {
	Rank int
	Name string
}

func (k Key) compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Rank, other.Rank), cmp.Compare(k.Name, other.Name))
}

// Locks serializes work by key. Its zero value is ready for use.
type Locks struct {
	mu   sync.Mutex
	held map[Key]*keyLock
}

type keyLock struct {
	slot  Slot
	users int
}

// Lock takes the locks of all keys and returns a function that releases them. It takes them in the order of the keys,
// and a repeated key once, so that two callers with overlapping keys cannot wait for each other. A caller that already
// holds locks may take only locks that come later in that order. If ctx ends first, Lock returns context.Cause(ctx) and
// holds none of the locks.
func (l *Locks) Lock(ctx context.Context, keys ...Key) (unlock func(), err error) {
	keys = slices.Compact(slices.SortedFunc(slices.Values(keys), Key.compare))
	taken := make([]Key, 0, len(keys))
	unlock = func() {
		for _, key := range slices.Backward(taken) {
			l.release(key)
		}
	}
	for _, key := range keys {
		if err := l.take(ctx, key); err != nil {
			unlock()
			return nil, err
		}
		taken = append(taken, key)
	}
	return unlock, nil
}

func (l *Locks) take(ctx context.Context, key Key) error {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[Key]*keyLock{}
	}
	lock, ok := l.held[key]
	if !ok {
		lock = &keyLock{slot: NewSlot()}
		l.held[key] = lock
	}
	lock.users++
	l.mu.Unlock()

	err := lock.slot.Lock(ctx)
	if err != nil {
		l.leave(key, lock)
	}
	return err
}

func (l *Locks) release(key Key) {
	l.mu.Lock()
	lock := l.held[key]
	l.mu.Unlock()
	lock.slot.Unlock()
	l.leave(key, lock)
}

// leave removes a lock that no caller holds or waits for, so that the map does not grow with every key ever used.
func (l *Locks) leave(key Key, lock *keyLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lock.users--
	if lock.users == 0 {
		delete(l.held, key)
	}
}
