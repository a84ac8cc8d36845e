// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"reflect"
	"sync"
)

// Run contains what the resources of one run of Terraform share: one value of each type. Its zero value is ready to
// use.
type Run struct {
	mu     sync.Mutex
	values map[reflect.Type]any
}

// Of returns the run's value of type T, which starts as the zero value.
func Of[T any](r *Run) *T {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := reflect.TypeFor[T]()
	if v, ok := r.values[key].(*T); ok {
		return v
	}
	if r.values == nil {
		r.values = map[reflect.Type]any{}
	}
	v := new(T)
	r.values[key] = v
	return v
}
