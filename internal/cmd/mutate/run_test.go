// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// module returns the directory of a module in which a package is tested by itself and by another package.
func module(t *testing.T, ownTest string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module example.com/m\n\ngo 1.26\n",
		"a/a.go": `package a

func Own(x int) bool { return x < 1 }

func Other(x int) bool { return x < 1 }

func Untested(x int) bool { return x < 1 }

func Panics() error { panic("always") }
`,
		"a/a_test.go": "package a\n\nimport \"testing\"\n\n" + ownTest,
		"b/b_test.go": `package b

import (
	"testing"

	"example.com/m/a"
)

func TestOther(t *testing.T) {
	if a.Other(1) {
		t.Error("1")
	}
}
`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const ownTest = "func TestOwn(t *testing.T) {\n\tif Own(1) {\n\t\tt.Error(1)\n\t}\n}\n"

func TestRun_ReportsWhatNoTestNotices(t *testing.T) {
	dir := module(t, ownTest)
	const other, untested = "a/a.go:5:35: x < 1: < becomes <=\n", "a/a.go:7:38: x < 1: < becomes <=\n"
	for name, c := range map[string]struct {
		change func(*options)
		want   string
	}{
		"the own tests": {
			func(*options) {},
			other + untested + "4 changes: 1 killed, 0 hung, 2 survived, 1 do not compile, 0 not tested\nscore: 33.3 %\n",
		},
		"the tests of another package, one file": {
			func(o *options) { o.tests, o.targets = []string{"./b"}, []string{"a/a.go"} },
			untested + "4 changes: 2 killed, 0 hung, 1 survived, 1 do not compile, 0 not tested\nscore: 66.7 %\n",
		},
		"every second change": {
			func(o *options) { o.every = 2 },
			other + "4 changes: 0 killed, 0 hung, 1 survived, 1 do not compile, 2 not tested\nscore: 0.0 %\n",
		},
		"no time": {
			func(o *options) { o.limit = 1 },
			"4 changes: 0 killed, 0 hung, 0 survived, 0 do not compile, 4 not tested\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := options{dir: dir, targets: []string{"./a"}, every: 1}
			c.change(&o)
			var out strings.Builder
			if err := run(t.Context(), o, &out); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != c.want {
				t.Errorf("printed\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestRun_RefusesTestsThatFailWithoutAChange(t *testing.T) {
	dir := module(t, "func TestOwn(t *testing.T) { t.Error(\"broken\") }\n")
	o := options{dir: dir, targets: []string{"./a"}, every: 1}
	err := run(t.Context(), o, &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "the tests of example.com/m/a fail without a change") {
		t.Errorf("the error is %v", err)
	}
	for _, o := range []options{{every: 1}, {targets: []string{"./a"}}} {
		if err := run(t.Context(), o, &strings.Builder{}); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

func TestJudge_ReadsTheOutputOfGoTest(t *testing.T) {
	failed := errors.New("exit status 1")
	for out, want := range map[string]verdict{
		"--- FAIL: TestX (0.00s)\nFAIL\n":         killed,
		"panic: test timed out after 10s\n":       hung,
		"FAIL\texample.com/m/a [build failed]\n":  broken,
		"panic: deadlock: all goroutines asleep":  killed,
		"ok  \texample.com/m/a\t0.001s\nnot ok\n": killed,
	} {
		if got := judge(out, failed); got != want {
			t.Errorf("%q is %q, want %q", out, got, want)
		}
		if got := judge(out, nil); got != survived {
			t.Errorf("%q without an error is %q", out, got)
		}
	}
}
