// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"strings"
	"testing"
)

func TestMutants_AreTheChangesOfEachConstruct(t *testing.T) {
	for name, c := range map[string]struct {
		signature, body string
		want            []string
	}{
		"a condition": {"()", "if x == 1 { }", []string{
			"if false && (x == 1) { }",
			"if true || (x == 1) { }",
		}},
		"a condition with operators": {"()", "if a && b < 1 { }", []string{
			"if false && (a && b < 1) { }",
			"if true || (a && b < 1) { }",
			"if a || b < 1 { }",
			"if a && b <= 1 { }",
		}},
		"conditions of a switch": {"()", "switch { case x: case y: default: }", []string{
			"switch { case false && (x): case y: default: }",
			"switch { case x: case false && (y): default: }",
		}},
		"a switch with a tag": {"()", "switch x { case y: }", nil},
		"a call": {"()", "f(x)", []string{
			"if false { f(x) }",
		}},
		"a deferred call": {"()", "defer f()", []string{
			"if false { defer f() }",
		}},
		"a goroutine": {"()", "go f()", []string{
			"if false { go f() }",
		}},
		"a send": {"()", "c <- x", []string{
			"if false { c <- x }",
		}},
		"an increment": {"()", "x++", []string{
			"if false { x++ }",
		}},
		"an assignment": {"()", "x = y", []string{
			"if false { x = y }",
		}},
		"a definition": {"()", "x := y", nil},
		"the clauses of a loop": {"()", "for i = 0; i < n; i++ { }", []string{
			"for i = 0; i <= n; i++ { }",
		}},
		"a statement of a case": {"()", "switch x { case y: f() }", []string{
			"switch x { case y: if false { f() } }",
		}},
		"a literal": {"() bool", "return true", []string{
			"return false",
		}},
		"a bool": {"() (int, bool)", "return 1, f(x)", []string{
			"return 1, !f(x)",
		}},
		"a comparison": {"() bool", "return x != y", []string{
			"return x == y",
		}},
		"an error": {"() error", "return err", []string{
			"return func() error { _ = err; return nil }()",
		}},
		"no error": {"() (int, error)", "return 1, nil", nil},
		"all results of a call": {"() (a, b int, err error)", "return f()", []string{
			"{ v0, v1, _ := f(); return v0, v1, nil }",
		}},
		"named results":                   {"() (err error)", "return", nil},
		"the result of an inner function": {"() error", "f := func() int { return x }; return nil", nil},
		"a lock": {"()", "u, err := l.Lock(k)", []string{
			"u, err := func() (func(), error) { if false { return l.Lock(k) }; return func() {}, nil }()",
		}},
		"two results of no lock": {"()", "u, err := l.Look(k)", nil},
	} {
		before, after := "package p\n\nfunc f"+c.signature+" {\n\t", "\n}\n"
		found, err := mutants("p.go", before+c.body+after)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range found {
			changed, _ := strings.CutPrefix(m.src, before)
			changed, _ = strings.CutSuffix(changed, after)
			got = append(got, changed)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: the mutants of %q are\n%q, want\n%q", name, c.body, got, c.want)
		}
	}
}

func TestMutants_HaveThePositionAndTheTextOfTheChange(t *testing.T) {
	found, err := mutants("p.go", "package p\n\nfunc f() {\n\tif a(\n\t\tb) {\n\t}\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range found {
		got = append(got, m.at.String()+" "+m.what)
	}
	if want := []string{"p.go:4:5 a( ...: never", "p.go:4:5 a( ...: always"}; !slices.Equal(got, want) {
		t.Errorf("the mutants are %q, want %q", got, want)
	}
	if _, err := mutants("p.go", "package"); err == nil {
		t.Error("an invalid file is accepted")
	}
}
