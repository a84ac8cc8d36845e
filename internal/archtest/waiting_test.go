// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// noLimit marks what waits or measures in real time, however long.
const noLimit = -1

// realTime has the functions that wait or measure, and which argument says for how long.
var realTime = map[string]map[string]int{
	"time": {
		"Sleep": noLimit, "Tick": noLimit, "NewTicker": noLimit, "Since": noLimit, "Until": noLimit,
		"After": 0, "NewTimer": 0, "AfterFunc": 0,
	},
	"context": {"WithTimeout": 1, "WithTimeoutCause": 1, "WithDeadline": noLimit, "WithDeadlineCause": noLimit},
}

// mayWait are the functions that may go by real time, and why.
var mayWait = map[string]string{
	"internal/acctest/memnet/conn.go: deadline.set":       "it implements the deadlines of connections",
	"internal/acctest/memnet/memnet.go: Listener.connect": "it implements the time-out of a dial",
	"internal/emapi/fake_test.go: fake.ServeHTTP":         "its server ends idle sessions",
	"internal/tfrun/expect.go: Workspace.MustApply":       "it measures for tests in bubbles; Took is what compares",
}

// testSupport are the folders whose other files are held to the rule as tests are.
var testSupport = []string{"internal/tfrun", "internal/acctest", "internal/acctest/*", "internal/faulttest"}

// Outside a testing/synctest bubble no test sleeps, ticks or measures, and every time-out is a minute or more.
func TestTests_DoNotWaitInRealTime(t *testing.T) {
	folders, err := testFolders(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	excused, inBubbles := map[string]bool{}, 0
	for _, f := range folders {
		findings, virtual := f.judge()
		inBubbles += virtual
		for _, finding := range findings {
			if mayWait[finding.function()] == "" {
				t.Error(finding)
			}
			excused[finding.function()] = true
		}
	}
	if inBubbles == 0 {
		t.Error("no test waits in a bubble: the test looks in the wrong place")
	}
	for function := range mayWait {
		if !excused[function] {
			t.Errorf("%s needs no exception any more", function)
		}
	}
}

// testFolder holds the test files of one folder, and those of test support.
type testFolder struct {
	positions *token.FileSet
	files     map[string]*ast.File // by path from the module's root
	constants map[string]ast.Expr  // nil if several have the name
	runners   map[string][]bool    // by function: which parameters it uses in bubbles alone
	users     map[string]string    // of what does not belong to bubbles alone: one of those that use it outside
}

// testFolders parses the module. Folders with a go.mod of their own are other modules.
func testFolders(module fs.FS) ([]*testFolder, error) {
	folders := map[string]*testFolder{}
	err := fs.WalkDir(module, ".", func(file string, entry fs.DirEntry, err error) error {
		dir := path.Dir(file)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != ".":
			_, err := fs.Stat(module, file+"/go.mod")
			if err == nil || strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" {
				return fs.SkipDir
			}
			return nil
		case !strings.HasSuffix(file, ".go"), !strings.HasSuffix(file, "_test.go") && !isTestSupport(dir):
			return nil
		}
		content, err := fs.ReadFile(module, file)
		if err != nil {
			return err
		}
		if folders[dir] == nil {
			folders[dir] = &testFolder{positions: token.NewFileSet(), files: map[string]*ast.File{}}
		}
		return folders[dir].add(file, content)
	})
	sorted := make([]*testFolder, 0, len(folders))
	for _, dir := range slices.Sorted(maps.Keys(folders)) {
		sorted = append(sorted, folders[dir])
	}
	return sorted, err
}

func isTestSupport(dir string) bool {
	return slices.ContainsFunc(testSupport, func(pattern string) bool { return matches(pattern, dir) })
}

func (f *testFolder) add(file string, content []byte) error {
	parsed, err := parser.ParseFile(f.positions, file, content, parser.SkipObjectResolution)
	f.files[file] = parsed
	return err
}

// finding is a place that goes by real time.
type finding struct {
	file  string
	line  int
	owner string
	path  string // the owner, and what uses it outside a bubble
	what  string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s, in real time: %s", f.file, f.line, f.what, f.path)
}

func (f finding) function() string { return f.file + ": " + f.owner }

// judge returns the places that wait in real time, and how many wait in bubbles.
func (f *testFolder) judge() (findings []finding, virtual int) {
	f.constants = f.findConstants()
	f.runners = f.findRunners()
	helpers := f.findHelpers()
	for name, parsed := range f.files {
		f.walk(parsed, func(n ast.Node, _ declaration, at place) {
			what := f.waiting(n, importsOf(parsed))
			switch {
			case what == "":
			case at.bubble || helpers[at.owner]:
				virtual++
			default:
				findings = append(findings, finding{name, f.positions.Position(n.Pos()).Line, at.owner, f.path(at.owner), what})
			}
		})
	}
	slices.SortFunc(findings, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line))
	})
	return findings, virtual
}

// importsOf returns the paths that a file imports by the names that it uses for them.
func importsOf(parsed *ast.File) map[string]string {
	imports := map[string]string{}
	for _, spec := range parsed.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = imported
	}
	return imports
}

// imported returns the path and the name of something that another package declares.
func imported(n ast.Node, imports map[string]string) (string, string) {
	if selector, ok := n.(*ast.SelectorExpr); ok {
		if pkg, ok := selector.X.(*ast.Ident); ok {
			return imports[pkg.Name], selector.Sel.Name
		}
	}
	return "", ""
}

// waiting says in which way a node waits or measures in real time; empty if it does not.
func (f *testFolder) waiting(n ast.Node, imports map[string]string) string {
	const short = " of less than a minute, or of unknown length"
	switch n := n.(type) {
	case *ast.SelectorExpr: // walk leaves out the functions of calls that wait for long enough
		pkg, name := imported(n, imports)
		switch limit, waits := realTime[pkg][name]; {
		case waits && limit == noLimit:
			return pkg + "." + name
		case waits:
			return pkg + "." + name + short
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && isTimeOut(key.Name) && f.isShort(n.Value) {
			return key.Name + short
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			field, ok := left.(*ast.SelectorExpr)
			if ok && isTimeOut(field.Sel.Name) && (len(n.Lhs) != len(n.Rhs) || f.isShort(n.Rhs[i])) {
				return field.Sel.Name + short
			}
		}
	}
	return ""
}

// isTimeOut reports whether a field of that name limits how long something may take.
func isTimeOut(field string) bool { return strings.HasSuffix(field, "Timeout") }

// isLongCall reports whether a call waits for a minute or more at most.
func (f *testFolder) isLongCall(call *ast.CallExpr, imports map[string]string) bool {
	pkg, name := imported(call.Fun, imports)
	i, waits := realTime[pkg][name]
	return waits && i != noLimit && i < len(call.Args) && !f.isShort(call.Args[i])
}
