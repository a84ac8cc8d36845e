// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package ruletest checks the index of a package of rules. Only tests import it.
package ruletest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	indexLine = regexp.MustCompile(`(?m)^\s*(\d+)  ([A-Z]\w+(?:, [A-Z]\w+)*) {2,}\S`)
	testName  = regexp.MustCompile(`^TestRule(\d+)_`)
)

// source parses the files of the package: either the tests or the other files.
func source(t *testing.T, tests bool) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && strings.HasSuffix(e.Name(), "_test.go") == tests {
			file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	return files
}

// functions returns the functions (without methods) of the files, by name.
func functions(files []*ast.File) map[string]*ast.FuncDecl {
	all := map[string]*ast.FuncDecl{}
	for _, file := range files {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				all[f.Name.Name] = f
			}
		}
	}
	return all
}

// index reads the number of each rule function from the package comment.
func index(t *testing.T) map[string]int {
	t.Helper()
	numbers := map[string]int{}
	for _, file := range source(t, false) {
		for _, line := range indexLine.FindAllStringSubmatch(file.Doc.Text(), -1) {
			n, err := strconv.Atoi(line[1])
			if err != nil {
				t.Fatal(err)
			}
			for name := range strings.SplitSeq(line[2], ", ") {
				numbers[name] = n
			}
		}
	}
	return numbers
}

// CheckIndex checks the package of rules in the current directory: its comment lists exactly the exported functions,
// apart from the helpers, the comment of each says its number, and each number has a test whose name begins with it.
func CheckIndex(t *testing.T, helpers ...string) {
	t.Helper()
	numbers, all := index(t), functions(source(t, false))
	var exported []string
	for name := range all {
		if ast.IsExported(name) && !slices.Contains(helpers, name) {
			exported = append(exported, name)
		}
	}
	slices.Sort(exported)
	if listed := slices.Sorted(maps.Keys(numbers)); !slices.Equal(listed, exported) {
		t.Fatalf("the package comment lists %v\nthe package exports %v", listed, exported)
	}
	for name, number := range numbers {
		want := regexp.MustCompile(fmt.Sprintf(`\brule %d\b`, number))
		if comment := all[name].Doc.Text(); !want.MatchString(comment) {
			t.Errorf("%s is rule %d, but its comment does not say so: %q", name, number, comment)
		}
	}
	listed, tested := map[int]bool{}, tested(t)
	for _, n := range numbers {
		listed[n] = true
	}
	if !maps.Equal(tested, listed) {
		t.Errorf("rules with a test: %v\nrules listed: %v",
			slices.Sorted(maps.Keys(tested)), slices.Sorted(maps.Keys(listed)))
	}
}

// tested returns the numbers of the rules that have a test.
func tested(t *testing.T) map[int]bool {
	t.Helper()
	found := map[int]bool{}
	for name := range functions(source(t, true)) {
		if m := testName.FindStringSubmatch(name); m != nil {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				t.Fatal(err)
			}
			found[n] = true
		}
	}
	return found
}
