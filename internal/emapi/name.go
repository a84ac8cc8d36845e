// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// SameName reports whether two names of objects are the same. It compares them exactly, including case, but regardless
// of their Unicode form: an é can be one character, or an e that is followed by an accent.
func SameName(a, b string) bool { return a == b || nameKey(a) == nameKey(b) }

// SameNameFold is like [SameName], without regard to case, as Windows compares the names of accounts.
func SameNameFold(a, b string) bool { return strings.EqualFold(nameKey(a), nameKey(b)) }

// nameKey returns what is equal for names that are the same, including case.
func nameKey(name string) string { return norm.NFC.String(name) }

// foldKey returns what is equal for names that [SameNameFold] calls the same.
func foldKey(name string) string { return strings.Map(firstOfCase, nameKey(name)) }

// firstOfCase returns the first of the characters that differ from r in case only.
func firstOfCase(r rune) rune {
	first := r
	for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
		first = min(first, o)
	}
	return first
}
