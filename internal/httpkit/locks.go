// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// Slot is a lock to be held while requests are made; waiting for it ends with
// the context. One that is free is taken even if the context has ended.
type Slot chan struct{}

// NewSlot returns a slot that is free.
func NewSlot() Slot { return make(Slot, 1) }

// Lock takes the slot. The error is the cause of ctx's end.
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

// Unlock gives the slot back.
func (s Slot) Unlock() { <-s }

// Key names one of several locks. Locks are taken in the order of their ranks,
// and in that of their names within a rank. Each API client writes the order of
// its ranks down in one place.
type Key struct {
	Rank int
	Name string
}

func (k Key) compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Rank, other.Rank), cmp.Compare(k.Name, other.Name))
}

// Locks serialises work by key. Its zero value is ready for use.
type Locks struct {
	mu   sync.Mutex
	held map[Key]*keyLock
}

type keyLock struct {
	slot  Slot
	users int
}

// Lock takes the locks of all keys and returns the function that gives them
// back. Keys are taken in their order, each once, so that two callers with
// overlapping keys cannot wait for each other. A caller that holds locks already
// may take only such as come later. The error is the cause of ctx's end; no lock
// of this call is held then.
func (l *Locks) Lock(ctx context.Context, keys ...Key) (unlock func(), err error) {
	keys = slices.Compact(slices.SortedFunc(slices.Values(keys), Key.compare))
	taken := make([]Key, 0, len(keys))
	unlock = func() {
		for _, key := range slices.Backward(taken) {
			l.give(key)
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

func (l *Locks) give(key Key) {
	l.mu.Lock()
	lock := l.held[key]
	l.mu.Unlock()
	lock.slot.Unlock()
	l.leave(key, lock)
}

// leave forgets a lock that is neither held nor waited for, so that the map does not grow with every key ever used.
func (l *Locks) leave(key Key, lock *keyLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lock.users--
	if lock.users == 0 {
		delete(l.held, key)
	}
}
