// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"sync"
)

// Slot is a lock to be held while requests are made; waiting for it ends with
// the context. One that is free is taken even if the context has ended.
type Slot chan struct{}

// NewSlot returns a slot that is free.
func NewSlot() Slot { return make(Slot, 1) }

// Lock takes the slot. The error is ctx's.
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
		return ctx.Err()
	}
}

// Unlock gives the slot back.
func (s Slot) Unlock() { <-s }

// KeyedLock is a slot for each key.
type KeyedLock struct {
	mu   sync.Mutex
	held map[string]*heldLock
}

type heldLock struct {
	slot  Slot
	users int
}

// Lock takes the slot of the key.
func (k *KeyedLock) Lock(ctx context.Context, key string) (unlock func(), err error) {
	k.mu.Lock()
	if k.held == nil {
		k.held = map[string]*heldLock{}
	}
	h := k.held[key]
	if h == nil {
		h = &heldLock{slot: NewSlot()}
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
	if err := h.slot.Lock(ctx); err != nil {
		drop()
		return nil, err
	}
	return func() { h.slot.Unlock(); drop() }, nil
}
