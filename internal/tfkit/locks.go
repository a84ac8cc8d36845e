// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"slices"
	"sync"
)

// Locks serialises work by key. Its zero value is ready for use.
type Locks struct {
	mu   sync.Mutex
	held map[string]*keyLock
}

type keyLock struct {
	free  chan struct{}
	users int
}

// Lock takes the locks of all keys and returns the function that gives them back. Keys are taken in
// sorted order, so that two callers with overlapping keys cannot wait for each other. The error is the
// context's, where it ends first; nothing is held then.
func (l *Locks) Lock(ctx context.Context, keys ...string) (unlock func(), err error) {
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	taken := make([]string, 0, len(keys))
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

func (l *Locks) take(ctx context.Context, key string) error {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[string]*keyLock{}
	}
	lock, ok := l.held[key]
	if !ok {
		lock = &keyLock{free: make(chan struct{}, 1)}
		lock.free <- struct{}{}
		l.held[key] = lock
	}
	lock.users++
	l.mu.Unlock()

	select {
	case <-lock.free:
		return nil
	case <-ctx.Done():
		l.leave(key, lock)
		return context.Cause(ctx)
	}
}

func (l *Locks) give(key string) {
	l.mu.Lock()
	lock := l.held[key]
	l.mu.Unlock()
	lock.free <- struct{}{}
	l.leave(key, lock)
}

// leave forgets a lock that nobody holds or waits for, so that the map does not grow with every key ever used.
func (l *Locks) leave(key string, lock *keyLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lock.users--
	if lock.users == 0 {
		delete(l.held, key)
	}
}
