// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// module returns the directory of a module with these files.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files = maps.Clone(files)
	files["go.mod"] = "module example.com/m\n\ngo 1.26\n"
	for name, content := range files {
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

// compared has a package that is tested by itself and by another package.
var compared = map[string]string{
	"a/a.go": `package a

func Own(x int) bool { return x < 1 }

func Other(x int) bool { return x < 1 }

func Unnoticed(x int) bool { return x < 1 }

func Unequal(x int) bool { return x < 1 }

const Broken = true
`,
	"a/a_test.go": `package a

import "testing"

func TestOwn(t *testing.T) {
	if Own(1) || Unequal(2) {
		t.Error(1)
	}
	Unnoticed(1)
}

func TestSim_Unequal(t *testing.T) {
	if !testing.Short() && Unequal(1) {
		t.Error(1)
	}
}
`,
	"b/b_test.go": `package b

import (
	"testing"

	"example.com/m/a"
)

func TestOther(t *testing.T) {
	t.Run("parallel", func(t *testing.T) {
		t.Parallel()
		if a.Other(1) {
			t.Error(1)
		}
	})
}
`,
}

// output runs the command and returns what it prints, with the survivors in the order of the code.
func output(t *testing.T, o options) string {
	t.Helper()
	var out strings.Builder
	if err := run(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(out.String()))
	survivors := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, " changes: ") })
	slices.Sort(lines[:survivors])
	return strings.Join(lines, "")
}

func TestRun_ReportsWhatNoTestNotices(t *testing.T) {
	dir := module(t, compared)
	const (
		other     = "a/a.go:5:35: x < 1: < becomes <="
		unnoticed = "a/a.go:7:39: x < 1: < becomes <=\n"
		unequal   = "a/a.go:9:37: x < 1: < becomes <= (no test reaches it)\n"
		unreached = other + " (no test reaches it)\n"
	)
	earlier := filepath.Join(t.TempDir(), "earlier.txt")
	if err := os.WriteFile(earlier, []byte(unreached+unnoticed), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*options)
		want   string
	}{
		"the own tests": {
			func(*options) {},
			unreached + unnoticed + unequal +
				"5 changes: 1 killed, 0 hung, 3 survived, 1 do not compile, 0 not tested\nscore: 25.0 %\n",
		},
		"the tests of another package, one file": {
			func(o *options) { o.tests, o.targets = []string{"./b"}, []string{"a/a.go"} },
			unnoticed + unequal +
				"5 changes: 2 killed, 0 hung, 2 survived, 1 do not compile, 0 not tested\nscore: 50.0 %\n",
		},
		"no test of another package": {
			func(o *options) { o.tests, o.skip = []string{"./b"}, regexp.MustCompile("^TestOther") },
			unreached + unnoticed + unequal +
				"5 changes: 1 killed, 0 hung, 3 survived, 1 do not compile, 0 not tested\nscore: 25.0 %\n",
		},
		"a package and its file": {
			func(o *options) { o.targets = []string{"./a", "a/a.go"} },
			unreached + unnoticed + unequal +
				"5 changes: 1 killed, 0 hung, 3 survived, 1 do not compile, 0 not tested\nscore: 25.0 %\n",
		},
		"slow tests": {
			func(o *options) { o.slow = regexp.MustCompile("^TestSim_") },
			unreached + unnoticed + "5 changes: 2 killed, 0 hung, 2 survived, 1 do not compile, 0 not tested\nscore: 50.0 %\n",
		},
		"what survived an earlier run": {
			func(o *options) { o.only, o.tests = earlier, []string{"./b"} },
			unnoticed + "5 changes: 1 killed, 0 hung, 1 survived, 0 do not compile, 3 not tested\nscore: 50.0 %\n",
		},
		"every second change": {
			func(o *options) { o.every = 2 },
			unreached + unequal +
				"5 changes: 0 killed, 0 hung, 2 survived, 0 do not compile, 3 not tested\nscore: 0.0 %\n",
		},
		"no time": {
			func(o *options) { o.limit = 1 },
			"5 changes: 0 killed, 0 hung, 0 survived, 0 do not compile, 5 not tested\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := options{dir: dir, targets: []string{"./a"}, every: 1}
			c.change(&o)
			if got := output(t, o); got != c.want {
				t.Errorf("printed\n%swant\n%s", got, c.want)
			}
		})
	}
}

// everything contains each kind of change.
const everything = `package a

type Yes bool

type lock struct{}

func (lock) Lock() (func(), error) { return nil, nil }

var Literal = true

func If(c Yes) int {
	if c {
		return 1
	}
	return 0
}

func IfNot(c Yes) int {
	if !c {
		return 1
	}
	return 0
}

func Switch(c Yes) int {
	switch {
	case bool(c):
		return 1
	}
	return 0
}

func And(a, b bool) bool { return a && b }

func Or(a, b bool) bool { return a || b }

func Less(a int64) bool { return a < 1 }

func LessOrEqual(a float64) bool { return a <= 1 }

func Greater(a string) bool { return a > "x" }

func GreaterOrEqual(a byte) bool { return a >= 'x' }

func Equal(a any) bool { return a == 1 }

func NotEqual(a error) bool { return a != nil }

func Call(c Yes) bool { return bool(c) }

func Set(x *int) { *x = 1 }

func Err(err error) error { return err }

func two(err error) (int, error) { return 2, err }

func Both(err error) (int, error) { return two(err) }

func Locked() func() {
	unlock, _ := lock{}.Lock()
	return unlock
}
`

func TestRun_MakesEachChangeIfItMatters(t *testing.T) {
	const noticing = `package a

import (
	"errors"
	"os"
	"os/exec"
	"testing"
	"testing/synctest"
)

func Test(t *testing.T) {
	x, err := 0, errors.New("x")
	if os.Getenv("CHILD") == "" {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "CHILD=1")
		if child.Run() != nil {
			t.Error("the child fails")
		}
	} else if Less(1) {
		t.Error("less")
	}
	synctest.Test(t, func(t *testing.T) { Set(&x) })
	_, failed := Both(err)
	unlock := Locked()
	for what, is := range map[string]bool{
		"literal": Literal, "if": If(true) == 1, "if false": If(false) == 0, "if not": IfNot(false) == 1,
		"if not true": IfNot(true) == 0, "switch": Switch(true) == 1,
		"and": And(true, true), "and not": !And(true, false), "or": Or(false, true), "less or equal": LessOrEqual(1),
		"greater": !Greater("x"), "greater or equal": GreaterOrEqual('x'), "equal": Equal(1), "not equal": NotEqual(err),
		"call": Call(true), "set": x == 1, "err": Err(err) == err, "both": failed == err, "lock": unlock == nil,
	} {
		if !is {
			t.Error(what)
		}
	}
}
`
	const indifferent = `package a

import "testing"

func Test(t *testing.T) {
	Less(2)
	LessOrEqual(2)
	Greater("y")
	GreaterOrEqual('y')
	Err(nil)
	Both(nil)
}

func TestIf(t *testing.T) {
	If(false)
	IfNot(false)
	Switch(false)
}
`
	for tests, want := range map[string]string{
		noticing: "20 changes: 20 killed, 0 hung, 0 survived, 0 do not compile, 0 not tested\nscore: 100.0 %\n",
		indifferent: "a/a.go:12:5: c: always\na/a.go:19:5: !c: never\na/a.go:9:15: true: becomes false\n" +
			"20 changes: 0 killed, 0 hung, 20 survived, 0 do not compile, 0 not tested\nscore: 0.0 %\n",
	} {
		o := options{dir: module(t, map[string]string{"a/a.go": everything, "a/a_test.go": tests}), every: 1}
		o.targets = []string{"./a"}
		got := output(t, o)
		reached := ""
		for line := range strings.Lines(got) {
			if !strings.HasSuffix(line, " (no test reaches it)\n") {
				reached += line
			}
		}
		if reached != want {
			t.Errorf("printed\n%swant\n%s", got, want)
		}
	}
}

func TestRun_RefusesTestsThatFailWithoutAChange(t *testing.T) {
	dir := module(t, map[string]string{
		"a/a.go":      "package a\n\nfunc Yes() bool { return true }\n",
		"a/a_test.go": "package a\n\nimport \"testing\"\n\nfunc TestOwn(t *testing.T) { t.Error(\"broken\") }\n",
	})
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

func TestBinary_EndsAtAFailureOrAtTheTimeLimit(t *testing.T) {
	b := batch{binary: &binary{path: os.Args[0]}, names: []string{"TestHang"}}
	for limit, want := range map[time.Duration]verdict{1: hung, time.Hour: killed} {
		v, out, err := b.run(t.Context(), limit, "HANG=1")
		if err != nil || v != want {
			t.Errorf("with a limit of %s, the verdict is %q, %v, want %q\n%s", limit, v, err, want, out)
		}
	}
}

// TestHang runs in the process that TestBinary_EndsAtAFailureOrAtTheTimeLimit starts. It does not end.
func TestHang(t *testing.T) {
	if os.Getenv("HANG") == "" {
		return
	}
	t.Run("fails", func(t *testing.T) { t.Error("fails") })
	for {
		runtime.Gosched()
	}
}

func TestBatches_AreTheTestsInWhichAMutantMattersTheQuickOnesFirstAndTheSlowOnesLast(t *testing.T) {
	one, two := map[int]bool{1: true}, map[int]bool{2: true}
	a := &binary{tests: []*test{
		{"A", false, quick, one},
		{"S", true, 1, one},
		{"B", false, time.Hour, one},
		{"C", false, 1, one},
		{"D", false, 1, two},
	}}
	b := &binary{tests: []*test{{"E", false, 1, one}}}
	var got []string
	for _, b := range batches([]*binary{a, b}, 1) {
		got = append(got, fmt.Sprintf("%s %s %t", strings.Join(b.names, " "), b.took, b.slow))
	}
	want := []string{"A C 200.000001ms false", "E 1ns false", "B 1h0m0s false", "S 1ns true"}
	if !slices.Equal(got, want) {
		t.Errorf("the batches are %q, want %q", got, want)
	}
}
