// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package simkit

import "strings"

// Segments splits a path, ignoring leading and trailing slashes.
func Segments(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// MatchPath reports whether the path matches the pattern without regard to case. The segment "*" of a pattern matches
// any single segment; MatchPath returns the segments that these wildcards match.
func MatchPath(pattern, path []string) (vars []string, ok bool) {
	if len(path) != len(pattern) {
		return nil, false
	}
	for i, want := range pattern {
		switch {
		case want == "*" && path[i] != "":
			vars = append(vars, path[i])
		case !strings.EqualFold(want, path[i]):
			return nil, false
		}
	}
	return vars, true
}
