// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"strings"
	"testing"
)

func TestVariant_MakesTheChangesOfEachConstruct(t *testing.T) {
	for name, c := range map[string]struct {
		signature, body, variant string
		changes                  []string
	}{
		"a condition": {
			"()", "if x == 1 { }", "if mutateNever(1, mutateAlways(2, x == 1)) { }",
			[]string{"x == 1: never", "x == 1: always"},
		},
		"a condition with operators": {
			"()", "if a && b < 1 { }",
			"if mutateNever(1, mutateAlways(2, mutateAnd(3, a , func() bool { return ( mutateLess(4, b , 1)) }))) { }",
			[]string{"a && b < 1: never", "a && b < 1: always", "a && b < 1: && becomes ||", "b < 1: < becomes <="},
		},
		"operators of two lines": {
			"()", "x = a > b ||\n\tc >= d", "if !mutateDrop(1) { " +
				"x = mutateOr(3, mutateGreater(2, a , b) , func() bool { return (\n\tmutateGreaterOrEqual(4, c , d)) }) }",
			[]string{"x = a > b || ...: dropped", "a > b: > becomes >=", "a > b || ...: || becomes &&", "c >= d: >= becomes >"},
		},
		"conditions of a switch": {
			"()", "switch { case x: case y: default: }",
			"switch { case mutateNever(1, x): case mutateNever(2, y): default: }",
			[]string{"x: never", "y: never"},
		},
		"a switch with a tag": {"()", "switch x { case y: }", "switch x { case y: }", nil},
		"a call":              {"()", "f(x)", "if !mutateDrop(1) { f(x) }", []string{"f(x): dropped"}},
		"a panic":             {"() int", "panic(x)", "panic(x)", nil},
		"a deferred call":     {"()", "defer f()", "if !mutateDrop(1) { defer f() }", []string{"defer f(): dropped"}},
		"a goroutine":         {"()", "go f()", "if !mutateDrop(1) { go f() }", []string{"go f(): dropped"}},
		"a send":              {"()", "c <- x", "if !mutateDrop(1) { c <- x }", []string{"c <- x: dropped"}},
		"an increment":        {"()", "x++", "if !mutateDrop(1) { x++ }", []string{"x++: dropped"}},
		"an assignment":       {"()", "x = y", "if !mutateDrop(1) { x = y }", []string{"x = y: dropped"}},
		"a definition":        {"()", "x := y", "x := y", nil},
		"the clauses of a loop": {
			"()", "for i = 0; i < n; i++ { }", "for i = 0; mutateLess(1, i , n); i++ { }",
			[]string{"i < n: < becomes <="},
		},
		"a statement of a case": {
			"()", "switch x { case y: f() }", "switch x { case y: if !mutateDrop(1) { f() } }",
			[]string{"f(): dropped"},
		},
		"a literal": {"() bool", "return true", "return mutateNot(1, true)", []string{"true: becomes false"}},
		"a bool": {
			"() (int, bool)", "return 1, f(x)", "return 1, mutateNot(1, f(x))",
			[]string{"f(x): negated"},
		},
		"a comparison": {
			"() bool", "return x != y", "return mutateNot(1, x != y)",
			[]string{"x != y: != becomes =="},
		},
		"an error": {"() error", "return err", "return mutateError(1, err)", []string{"err: returns nil"}},
		"no error": {"() (int, error)", "return 1, nil", "return 1, nil", nil},
		"all results of a call": {
			"() (a, b int, err error)", "return f(true)",
			"{ v0, v1, err := f(mutateNot(2, true)); return v0, v1, mutateError(1, err) }",
			[]string{"return f(true): without its error", "true: becomes false"},
		},
		"named results": {"() (err error)", "return", "return", nil},
		"the result of an inner function": {
			"() error", "f := func() int { return x }; return nil", "f := func() int { return x }; return nil", nil,
		},
		"a lock": {
			"()", "u, err := l.Lock(k)",
			"u, err := func() (func(), error) { if mutateDrop(1) { return func() {}, nil }; return l.Lock(k) }()",
			[]string{"l.Lock(k): takes no lock"},
		},
		"two results of no lock": {"()", "u, err := l.Look(k)", "u, err := l.Look(k)", nil},
	} {
		before, after := "package p\n\nfunc f"+c.signature+" {\n\t", "\n}\n"
		f := parsed(t, before+c.body+after)
		var changes []string
		for _, m := range f.mutants {
			changes = append(changes, m.what)
		}
		if !slices.Equal(changes, c.changes) {
			t.Errorf("%s: the changes of %q are\n%q, want\n%q", name, c.body, changes, c.changes)
		}
		if got, want := f.variant(), before+c.variant+after; got != want {
			t.Errorf("%s: the variant of %q is\n%s\nwant\n%s", name, c.body, got, want)
		}
	}
}

// parsed returns a file whose mutants are numbered.
func parsed(t *testing.T, src string) *file {
	t.Helper()
	f, err := parse("p.go", src)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range f.mutants {
		m.number = i + 1
	}
	return f
}

func TestBlame_FindsTheInnermostMutantThatTheVariantContains(t *testing.T) {
	f := parsed(t, "package p\n\nfunc f() {\n\tg(x == true)\n}\n")
	const line = "\tif !mutateDrop(1) { g(mutateNot(2, x == mutateNot(3, true))) }"
	blamed := func(code string) string {
		m := f.blame(f.variant(), 4, strings.Index(line, code)+1)
		if m == nil {
			return ""
		}
		return m.what
	}
	for code, want := range map[string]string{
		"g(": "g(x == true): dropped", "x ==": "x == true: == becomes !=", "true": "true: becomes false", "\t": "",
	} {
		if got := blamed(code); got != want {
			t.Errorf("%q is blamed on %q, want %q", code, got, want)
		}
	}
	f.mutants[2].broken = true
	if got, want := f.variant(), "g(mutateNot(2, x == true))"; !strings.Contains(got, want) {
		t.Errorf("the variant is\n%s\nwant %s", got, want)
	}
}

func TestMutants_HaveThePositionAndTheTextOfTheChange(t *testing.T) {
	f := parsed(t, "package p\n\nfunc f() {\n\tif a(\n\t\tb) {\n\t}\n}\n")
	var got []string
	for _, m := range f.mutants {
		got = append(got, m.at.String()+" "+m.what)
	}
	if want := []string{"p.go:4:5 a( ...: never", "p.go:4:5 a( ...: always"}; !slices.Equal(got, want) {
		t.Errorf("the mutants are %q, want %q", got, want)
	}
	if _, err := parse("p.go", "package"); err == nil {
		t.Error("an invalid file is accepted")
	}
}
