// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// ruleNumber is how a comment refers to a rule. Users do not know the numbers.
var ruleNumber = regexp.MustCompile(`(?i)\brules? \d`)

// numbered returns the string literals of a file that contain the number of a rule.
func numbered(t *testing.T, path string, source any) (texts []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && ruleNumber.MatchString(text.Value) {
			texts = append(texts, path+": "+text.Value)
		}
		return true
	})
	return texts
}

func TestTexts_DoNotContainTheNumbersOfRules(t *testing.T) {
	if got := numbered(t, "x.go", "package x\nvar a, b = \"fine\", `refused (rule 6)`"); len(got) != 1 {
		t.Errorf("a text with the number of a rule is not found: %q", got)
	}
	for _, dir := range in("provider", "em", "tfkit", "emapi", "vb365api", "httpkit") {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				for _, text := range numbered(t, path, nil) {
					t.Error(text)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
