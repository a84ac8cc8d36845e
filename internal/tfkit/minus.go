// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import "slices"

// Minus returns the elements of a that are not in b.
func Minus[T comparable](a, b []T) []T {
	var out []T
	for _, e := range a {
		if !slices.Contains(b, e) {
			out = append(out, e)
		}
	}
	return out
}
