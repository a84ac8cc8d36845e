// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// exceptions are the blocks that no test runs or compares, and why.
var exceptions = []exception{
	{"performance.md", "shell", "make bench\n", "takes too long; internal/cmd/bench tests it in miniature"},
	{"testing-modules.md.tmpl", "shell", "git clone", "clones the repository; internal/cmd/simulator tests -env-file"},
}

type exception struct{ page, language, begin, why string }

// fromFile is the language of a block that is generated from a file of examples/guides. Its text is the path in there.
const fromFile = "file"

var (
	anyFence    = regexp.MustCompile("(?m)^[ \t]*(```|~~~)")
	exampleFile = regexp.MustCompile(`{{ *(?:tffile|codefile "\w+") "examples/guides/([^"]+)" *}}`)
)

// allBlocks returns the blocks of a page, and those that are generated from files.
func allBlocks(t *testing.T, page string) []codeBlock {
	t.Helper()
	blocks := codeBlocks(t, page)
	text, err := os.ReadFile(filepath.Join(guidesFolder, page))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(anyFence.FindAllIndex(text, -1)); n != 2*len(blocks) {
		t.Errorf("%s has %d lines that begin or end a block, but %d blocks are found", page, n, len(blocks))
	}
	for _, found := range exampleFile.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, codeBlock{fromFile, found[1]})
	}
	return blocks
}

// takers are the functions that take blocks, with the number of arguments that say which. These must be constants.
var takers = map[string]int{"fenced": 3, "commands": 2, "shown": 2, "follow": 1, "guide": allArguments}

const allArguments = -1

// use is a call of one of the takers.
type use struct {
	taker     string
	arguments []string
}

// uses returns the calls of the takers in test files, except those by other takers.
func uses(set *token.FileSet, files []*ast.File) (found []use, err error) {
	// Nothing is imported: only the values of constants matter.
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	lenient := types.Config{Error: func(error) {}, Importer: importsNothing{}}
	_, _ = lenient.Check("processtest", set, files, info)
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if declared, ok := n.(*ast.FuncDecl); ok {
				_, isTaker := takers[declared.Name.Name]
				return !isTaker
			}
			name, arguments := takes(n)
			if name == "" {
				return true
			}
			u := use{taker: name}
			for _, a := range arguments {
				value := info.Types[a].Value
				if value == nil {
					err = errors.Join(err, fmt.Errorf("%s: an argument that says which block is no constant", set.Position(a.Pos())))
					return true
				}
				u.arguments = append(u.arguments, constant.StringVal(value))
			}
			found = append(found, u)
			return true
		})
	}
	return found, err
}

// takes returns which of the takers a node calls, if any, and the arguments that say which block.
func takes(n ast.Node) (taker string, arguments []ast.Expr) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return "", nil
	}
	arguments = call.Args
	switch called := call.Fun.(type) {
	case *ast.SelectorExpr: // a method
		taker = called.Sel.Name
	case *ast.Ident:
		taker, arguments = called.Name, arguments[min(1, len(arguments)):] // the first one is the test
	}
	constants, ok := takers[taker]
	if !ok {
		return "", nil
	}
	if constants == allArguments {
		return taker, arguments
	}
	return taker, arguments[:constants]
}

type importsNothing struct{}

func (importsNothing) Import(string) (*types.Package, error) { return nil, errors.New("not imported") }

// taken reports whether a block of a page is one that the call takes.
func (u use) taken(page string, blocks []codeBlock, b codeBlock) bool {
	arguments := u.arguments
	switch u.taker {
	case "guide":
		return b == codeBlock{fromFile, strings.Join(arguments, "/")}
	case "follow":
		return arguments[0] == page && (b.language == "shell" || b.language == "text")
	case "commands":
		arguments = slices.Insert(slices.Clone(arguments), 1, "shell")
	case "shown":
		arguments = slices.Insert(slices.Clone(arguments), 1, "text")
	}
	first, ok := begins(blocks, arguments[1], arguments[2])
	return ok && arguments[0] == page && b == first
}

// uncovered says which blocks are neither used nor an exception, and which exceptions are none.
func uncovered(pages map[string][]codeBlock, used []use, except []exception) (wrong []string) {
	excepted := make([]bool, len(except))
	for page, blocks := range pages {
		for _, b := range blocks {
			isUsed := slices.ContainsFunc(used, func(u use) bool { return u.taken(page, blocks, b) })
			i := slices.IndexFunc(except, func(e exception) bool {
				return e.page == page && e.language == b.language && strings.HasPrefix(b.text, e.begin)
			})
			switch {
			case i < 0 && !isUsed:
				wrong = append(wrong, fmt.Sprintf("%s: no test uses the block of %s %q", page, b.language, b.text))
			case i >= 0 && isUsed:
				wrong = append(wrong, fmt.Sprintf("%s: a test uses the exception %q", page, except[i].begin))
			}
			if i >= 0 {
				excepted[i] = true
			}
		}
	}
	for i, e := range except {
		if !excepted[i] {
			wrong = append(wrong, fmt.Sprintf("%s: no block of %s begins with %q", e.page, e.language, e.begin))
		}
	}
	slices.Sort(wrong)
	return wrong
}

func TestGuides_EveryBlockIsUsedByATest(t *testing.T) {
	guides, err := filepath.Glob(filepath.Join(guidesFolder, "*"))
	if err != nil || len(guides) == 0 {
		t.Fatalf("no guides: %v", err)
	}
	pages := map[string][]codeBlock{indexPage: allBlocks(t, indexPage)}
	for _, path := range guides {
		page := filepath.Base(path)
		pages[page] = allBlocks(t, page)
	}
	set := token.NewFileSet()
	var files []*ast.File
	tests, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range tests {
		parsed, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, parsed)
	}
	used, err := uses(set, files)
	if err != nil {
		t.Error(err)
	}
	for _, wrong := range uncovered(pages, used, exceptions) {
		t.Error(wrong)
	}
}

func TestGuides_ReportsABlockThatNoTestUsesAndAnExceptionThatIsNone(t *testing.T) {
	const code = `package p
const page = "a.md"
func fenced(t *testing.T, page, language, begin string) string { return fenced(t, page, language, begin) }
func TestA(t *testing.T) {
	fenced(t, page, "terraform", "import")
	commands(t, "b"+".md", "terraform plan\n")
	shown(t, page, "Plan")
	tf.follow("c.md", unknown, nil)
	guide(t, "c", "main.tf")
}
func TestB(t *testing.T) { commands(t, page, unknown) }
`
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, "p_test.go", code, 0)
	if err != nil {
		t.Fatal(err)
	}
	used, err := uses(set, []*ast.File{parsed})
	if want := "p_test.go:11:46: an argument that says which block is no constant"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	pages := map[string][]codeBlock{
		"a.md": {{"terraform", "import {\n"}, {"terraform", "import { }"}, {"shell", "make bench\n"}, {"text", "Plan: 1"}},
		"b.md": {{"shell", "terraform plan\nterraform apply\n"}, {"shell", "terraform plan -out\n"}, {"shell", "make\n"}},
		"c.md": {{"text", "No"}, {"shell", "a"}, {"rego", "deny"}, {fromFile, "c/main.tf"}, {fromFile, "c/other.tf"}},
	}
	got := uncovered(pages, used, []exception{
		{"a.md", "shell", "make", ""}, {"b.md", "shell", "terraform plan\n", ""}, {"c.md", "shell", "make", ""},
	})
	want := []string{
		`a.md: no test uses the block of terraform "import { }"`,
		`b.md: a test uses the exception "terraform plan\n"`,
		`b.md: no test uses the block of shell "make\n"`,
		`b.md: no test uses the block of shell "terraform plan -out\n"`,
		`c.md: no block of shell begins with "make"`,
		`c.md: no test uses the block of file "c/other.tf"`,
		`c.md: no test uses the block of rego "deny"`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
