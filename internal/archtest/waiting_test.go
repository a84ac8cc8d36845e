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

// noLimit marks a function that waits or measures in real time for any length of time.
const noLimit = -1

// realTime lists the functions that wait or measure time, with the index of the argument that limits the wait.
var realTime = map[string]map[string]int{
	"time": {
		"Sleep": noLimit, "Tick": noLimit, "NewTicker": noLimit, "Since": noLimit, "Until": noLimit,
		"After": 0, "NewTimer": 0, "AfterFunc": 0,
	},
	"context": {"WithTimeout": 1, "WithTimeoutCause": 1, "WithDeadline": noLimit, "WithDeadlineCause": noLimit},
}

// mayWait lists the functions that may use real time, with the reasons.
var mayWait = map[string]string{
	"internal/acctest/memnet/conn.go: deadline.set":             "it implements the deadlines of connections",
	"internal/acctest/memnet/memnet.go: Listener.connect":       "it implements the timeout of a dial",
	"internal/emapi/fake_test.go: fake.ServeHTTP":               "its server ends idle sessions",
	"internal/faulttest/faultkit/cell.go: Stage.runCell":        "stages are in bubbles",
	"internal/faulttest/faultkit/cell.go: cell.importAsTold":    "stages are in bubbles",
	"internal/faulttest/faultkit/soak_fault.go: Fault.Severing": "the worlds of a soak run in bubbles",
	"internal/tfrun/expect.go: Workspace.MustApply":             "it measures for tests in bubbles; only Took compares",
}

// testSupport lists the folders in which the rule applies to all files, not only to tests.
var testSupport = []string{
	"internal/tfrun", "internal/acctest", "internal/acctest/*", "internal/faulttest", "internal/faulttest/*",
}

// Outside a testing/synctest bubble, no test sleeps, ticks or measures time, and every timeout is at least a minute.
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
		t.Error("no test waits in a bubble: the test runs in the wrong place")
	}
	for function := range mayWait {
		if !excused[function] {
			t.Errorf("%s no longer needs an exception: remove it from mayWait", function)
		}
	}
}

// testFolder holds the files of one folder that the rule applies to.
type testFolder struct {
	positions *token.FileSet
	files     map[string]*ast.File // by path from the module's root
	constants map[string]ast.Expr  // by name; nil if several constants have the name
	runners   map[string][]bool    // by function: which parameters it uses only in bubbles
	users     map[string]string    // by declaration that is used outside bubbles: one of the users outside
}

// testFolders parses the module. It skips folders with their own go.mod, which belong to other modules.
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

// finding is a place that uses real time.
type finding struct {
	file  string
	line  int
	owner string
	path  string // the owner and its chain of users outside bubbles
	what  string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s, in real time: %s", f.file, f.line, f.what, f.path)
}

func (f finding) function() string { return f.file + ": " + f.owner }

// judge returns the places that wait in real time and the number of places that wait in bubbles.
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

// importsOf returns the paths that a file imports, keyed by the names that the file uses for them.
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

// imported returns the import path and the name that a qualified identifier refers to.
func imported(n ast.Node, imports map[string]string) (string, string) {
	if selector, ok := n.(*ast.SelectorExpr); ok {
		if pkg, ok := selector.X.(*ast.Ident); ok {
			return imports[pkg.Name], selector.Sel.Name
		}
	}
	return "", ""
}

// waiting returns how a node waits or measures in real time, or "" if it does not.
func (f *testFolder) waiting(n ast.Node, imports map[string]string) string {
	const short = " of less than a minute, or of unknown length"
	switch n := n.(type) {
	case *ast.SelectorExpr: // walk skips the functions of calls whose timeout is long enough
		pkg, name := imported(n, imports)
		switch limit, waits := realTime[pkg][name]; {
		case waits && limit == noLimit:
			return pkg + "." + name
		case waits:
			return pkg + "." + name + short
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && isTimeout(key.Name) && f.isShort(n.Value) {
			return key.Name + short
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			field, ok := left.(*ast.SelectorExpr)
			if ok && isTimeout(field.Sel.Name) && (len(n.Lhs) != len(n.Rhs) || f.isShort(n.Rhs[i])) {
				return field.Sel.Name + short
			}
		}
	}
	return ""
}

// isTimeout reports whether a field of this name is a timeout.
func isTimeout(field string) bool { return strings.HasSuffix(field, "Timeout") }

// isLongCall reports whether the timeout of a call is long enough.
func (f *testFolder) isLongCall(call *ast.CallExpr, imports map[string]string) bool {
	pkg, name := imported(call.Fun, imports)
	i, waits := realTime[pkg][name]
	return waits && i != noLimit && i < len(call.Args) && !f.isShort(call.Args[i])
}
