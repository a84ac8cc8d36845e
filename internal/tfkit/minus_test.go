// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"slices"
	"testing"
)

func TestMinus_ReturnsTheElementsThatAreOnlyInTheFirst(t *testing.T) {
	for name, c := range map[string]struct{ a, b, want []string }{
		"both empty":     {nil, nil, nil},
		"nothing to do":  {[]string{"a", "b"}, []string{"b", "a"}, nil},
		"nothing before": {[]string{"a", "b"}, nil, []string{"a", "b"}},
		"nothing after":  {nil, []string{"a"}, nil},
		"some":           {[]string{"c", "a", "b"}, []string{"a", "x"}, []string{"c", "b"}},
		"another case":   {[]string{"A"}, []string{"a"}, []string{"A"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Minus(c.a, c.b); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestMinus_ComparesWholeElements(t *testing.T) {
	type pair struct{ id, name string }
	renamed, other := pair{"1", "new"}, pair{"2", "b"}
	if got := Minus([]pair{renamed, other}, []pair{{"1", "old"}, other}); !slices.Equal(got, []pair{renamed}) {
		t.Errorf("%+v", got)
	}
}
