// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"fmt"
	"strings"
	"testing"
)

func TestCandidates_AreListedWithTheClosestNameFirst(t *testing.T) {
	got := Candidates("web1", []Candidate{
		{"db01", "db01 (a)"}, {"WEB02", "WEB02 (b)"}, {"web01", "web01 (c)"}, {"web01", "web01 (a)"},
	})
	const want = ":\n\n  - web01 (a)\n  - web01 (c)\n  - WEB02 (b)\n  - db01 (a)"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCandidates_PartsOfANameAreCloserThanSimilarNames(t *testing.T) {
	for wanted, first := range map[string]string{
		"vcprod": "vcprod.tech.local", "vcdev51.tech.local": "vcdev51", "TECH": "vcdr.tech.local",
		"vcdev5": "vcdev51", "vcdev15": "vcdev51",
	} {
		want := ":\n\n  - " + first + "\n"
		var all []Candidate
		for _, name := range []string{"vcprod.tech.local", "vcdr.tech.local", "vcdev51"} {
			all = append(all, Candidate{name, name})
		}
		if got := Candidates(wanted, all); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q first", wanted, got, first)
		}
	}
}

func TestCandidates_ListsAtMostTenAndThenACount(t *testing.T) {
	for n, want := range map[int]string{
		10: ":\n\n  - 00\n  - 01\n  - 02\n  - 03\n  - 04\n  - 05\n  - 06\n  - 07\n  - 08\n  - 09",
		11: ":\n\n  - 00\n  - 01\n  - 02\n  - 03\n  - 04\n  - 05\n  - 06\n  - 07\n  - 08\n  - 09\n  and 1 more",
		13: ":\n\n  - 00\n  - 01\n  - 02\n  - 03\n  - 04\n  - 05\n  - 06\n  - 07\n  - 08\n  - 09\n  and 3 more",
	} {
		var all []Candidate
		for i := range n {
			name := fmt.Sprintf("%02d", n-1-i)
			all = append(all, Candidate{name, name})
		}
		if got := Candidates("", all); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestCandidates_SaysIfThereAreNone(t *testing.T) {
	if got := Candidates("x", nil); got != ": none" {
		t.Errorf("%q", got)
	}
}

func TestDistance_CountsEditsUnlessOneNameIsPartOfTheOther(t *testing.T) {
	for _, c := range []struct {
		wanted, name string
		want         int
	}{
		{"abc", "abc", 0},
		{"", "abc", 1},
		{"ab", "abc", 1},
		{"bc", "abc", 1},
		{"abc", "", 1},
		{"abc", "ab", 1},
		{"abc", "bc", 2},
		{"abc", "abd", 2},
		{"abc", "axc", 2},
		{"abc", "xab", 3},
		{"kitten", "sitting", 4},
		{"müller", "muller", 2},
	} {
		if got := distance(c.wanted, c.name); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.wanted, c.name, got, c.want)
		}
	}
}

func TestLookup_NamesTheProduct(t *testing.T) {
	all := []string{"a", "b", "b"}
	for wanted, want := range map[string]string{
		"c": `Veeam Backup for Microsoft 365 has no thing with the name "c". Its things are:`,
		"b": `Veeam Backup for Microsoft 365 has 2 things with the name "b". Set id instead:`,
	} {
		_, diags := Lookup[string]{
			Product: BackupFor365, Kind: "thing", Attribute: "name", Wanted: wanted,
			Matches: func(s string) bool { return s == wanted },
			Candidates: func(some []string) (out []Candidate) {
				for _, s := range some {
					out = append(out, Candidate{s, s})
				}
				return out
			},
		}.Find(all)
		if len(diags) != 1 || !strings.HasPrefix(diags[0].Detail(), want) {
			t.Errorf("%q: %v, want %q", wanted, diags, want)
		}
	}
}
