// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// maxCandidates limits the list in an error. A mistyped name is among the closest few.
const maxCandidates = 10

// Candidate is an object that the user of a lookup may have meant.
type Candidate struct {
	Name string // compared with the wanted name
	Text string // shown in the list
}

// Candidates returns a list of the objects that the user may have meant, one per line, with the closest name first. It
// lists at most 10 and says how many more there are. The text begins with a colon, to follow an unfinished sentence.
// Without candidates it is ": none".
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
		sorted = append(sorted, ranked{c, distance(strings.ToLower(wanted), strings.ToLower(c.Name))})
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

// distance returns how much name differs from wanted: 0 if they are equal. It is small if one is a part of the other,
// because host names are written with and without their domain.
func distance(wanted, name string) int {
	switch {
	case wanted == name:
		return 0
	case strings.Contains(name, wanted), strings.HasPrefix(wanted, name):
		return 1
	}
	return 1 + levenshtein.Distance(wanted, name, nil)
}

// Lookup is a lookup of one of the objects that the server of a product lists, by an attribute of the configuration.
// Each object has an ID, which tells several matches apart.
type Lookup[T any] struct {
	Product           ProductInfo
	Kind              string // what is looked up, for example "file server"
	Attribute, Wanted string // the attribute and its value
	Matches           func(T) bool
	Candidates        func([]T) []Candidate
}

// Find returns the only object that matches, or an error at the attribute that lists candidates.
func (l Lookup[T]) Find(all []T) (found T, diags diag.Diagnostics) {
	matches := slices.DeleteFunc(slices.Clone(all), func(object T) bool { return !l.Matches(object) })
	switch len(matches) {
	case 0:
		diags.AddAttributeError(path.Root(l.Attribute), "The server has no such "+l.Kind,
			fmt.Sprintf("%s has no %s with the %s %q. Its %[2]ss are%[5]s",
				l.Product.Name, l.Kind, l.Attribute, l.Wanted, Candidates(l.Wanted, l.Candidates(all))))
	case 1:
		found = matches[0]
	default:
		diags.AddAttributeError(path.Root(l.Attribute), "Several "+l.Kind+"s match",
			fmt.Sprintf("%s has %d %ss with the %s %q. Set id instead%s",
				l.Product.Name, len(matches), l.Kind, l.Attribute, l.Wanted, Candidates(l.Wanted, l.Candidates(matches))))
	}
	return found, diags
}
