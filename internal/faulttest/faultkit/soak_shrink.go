// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"reflect"
	"slices"
	"strings"
)

// Shrink returns the smallest world that it can find whose result fails the same check as the given result. It runs at
// most tries smaller worlds. Each one is run up to twice, because a failure may depend on the order of goroutines.
func (w World[O]) Shrink(result Result, tries int, run func(World[O]) Result) (World[O], Result) {
	fails := func(smaller World[O]) bool {
		for range 2 {
			if tries--; tries < 0 {
				return false
			}
			if got := run(smaller); alike(got, result) {
				w, result = smaller, got
				return true
			}
		}
		return false
	}
	// First it removes the steps after the failed one, then as many others as possible.
	w.Steps = w.Steps[:min(result.Steps, len(w.Steps))]
	for size := len(w.Steps) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(w.Steps); {
			if !fails(w.without(at, size)) {
				at += size
			}
		}
	}
	for n := range w.Steps {
		for _, smaller := range w.Steps[n].smaller() {
			for at := 0; at < smaller.parts; {
				if !fails(w.with(n, smaller.without(w.Steps[n], at))) {
					at++
				} else {
					smaller.parts--
				}
			}
		}
	}
	EachOption(&w.Quirks, func(name string, _ reflect.Value) {
		smaller := w
		EachOption(&smaller.Quirks, func(other string, field reflect.Value) {
			if other == name && !field.IsZero() {
				field.SetZero()
				fails(smaller)
			}
		})
	})
	if w.TLS {
		smaller := w
		smaller.TLS = false
		fails(smaller)
	}
	return w, result
}

// alike reports whether two results failed the same check: the texts of their first failures agree up to the colon.
func alike(a, b Result) bool {
	kind := func(r Result) string {
		if len(r.Broken) == 0 {
			return ""
		}
		first, _, _ := strings.Cut(r.Broken[0], ":")
		return first
	}
	return kind(a) != "" && kind(a) == kind(b)
}

func (w World[O]) without(at, size int) World[O] {
	w.Steps = slices.Delete(slices.Clone(w.Steps), at, at+size)
	return w
}

func (w World[O]) with(n int, s Step) World[O] {
	w.Steps = slices.Clone(w.Steps)
	w.Steps[n] = s
	return w
}

// reduction is a list in a step from which parts can be removed.
type reduction struct {
	parts   int
	without func(s Step, at int) Step
}

func (s Step) smaller() []*reduction {
	return []*reduction{
		{len(s.Faults), func(s Step, at int) Step { s.Faults = cut(s.Faults, at); return s }},
		{len(s.Outside), func(s Step, at int) Step { s.Outside = cut(s.Outside, at); return s }},
		{len(s.Edits), func(s Step, at int) Step { s.Edits = cut(s.Edits, at); return s }},
		{1, func(s Step, _ int) Step { s.Pause, s.Parallelism = 0, 1; return s }},
	}
}

func cut[T any](list []T, at int) []T { return slices.Delete(slices.Clone(list), at, at+1) }
