// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"strconv"
	"strings"
)

// edit replaces the source between two offsets. In the text, # stands for the number of the mutant.
type edit struct {
	of       *mutant
	from, to int
	text     string
}

// variant returns the source with all mutants that compile. It has the same lines as the source.
func (f *file) variant() string {
	// At one position, the edits that end a change come first, from the inside out.
	edits := slices.Clone(f.ended)
	slices.Reverse(edits)
	edits = append(edits, f.opened...)
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	var out strings.Builder
	done, begun := 0, map[*mutant]bool{}
	for _, e := range edits {
		if e.of.broken {
			continue
		}
		out.WriteString(f.src[done:e.from])
		done = e.to
		if !begun[e.of] {
			begun[e.of], e.of.from = true, out.Len()
		}
		out.WriteString(strings.ReplaceAll(e.text, "#", strconv.Itoa(e.of.number)))
		e.of.to = out.Len()
	}
	return out.String() + f.src[done:]
}

// blame returns the innermost mutant at a position of the variant, or nil if there is none.
func (f *file) blame(variant string, line, column int) *mutant {
	offset := column - 1
	for n, text := range slices.Collect(strings.Lines(variant)) {
		if n < line-1 {
			offset += len(text)
		}
	}
	var found *mutant
	for _, m := range f.mutants {
		if !m.broken && m.from <= offset && offset < m.to && (found == nil || m.to-m.from < found.to-found.from) {
			found = m
		}
	}
	return found
}
