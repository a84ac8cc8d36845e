// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// maxCandidates bounds the list of an error: whoever mistyped a name finds it among the closest few.
const maxCandidates = 10

// Candidate is something that a look-up could have meant.
type Candidate struct {
	Name string // compared with what was wanted
	Text string // as the list shows it
}

// Candidates lists what a look-up of wanted could have meant, one a line and the closest name first: at most 10, then how many
// more there are. It begins with a line break, to go behind a sentence. Of no candidates it is ": none".
func Candidates(wanted string, candidates []Candidate) string {
	if len(candidates) == 0 {
		return ": none"
	}
	type ranked struct {
		Candidate
		distance int
	}
	sorted := make([]ranked, 0, len(candidates))
	for _, c := range candidates {
		sorted = append(sorted, ranked{c, farness(strings.ToLower(wanted), strings.ToLower(c.Name))})
	}
	slices.SortFunc(sorted, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), strings.Compare(a.Name, b.Name), strings.Compare(a.Text, b.Text))
	})
	var b strings.Builder
	b.WriteString(":\n")
	for _, c := range sorted[:min(len(sorted), maxCandidates)] {
		b.WriteString("\n  - " + c.Text)
	}
	if more := len(sorted) - maxCandidates; more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	return b.String()
}

// farness returns how far name is from what was wanted: 0 if they are equal. A part of the name is close, and so is a
// name with something added, because host names are given with and without their domain.
func farness(wanted, name string) int {
	switch {
	case wanted == name:
		return 0
	case strings.Contains(name, wanted), strings.HasPrefix(wanted, name):
		return 1
	}
	return 1 + levenshtein.Distance(wanted, name, nil)
}
