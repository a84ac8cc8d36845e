// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// judged returns what the rule says of the files of one folder, without the places.
func judged(t *testing.T, dir string, files map[string]string) []string {
	t.Helper()
	module := fstest.MapFS{}
	for name, body := range files {
		module[dir+"/"+name] = &fstest.MapFile{Data: []byte(body)}
	}
	folders, err := testFolders(module)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range folders {
		findings, _ := f.judge()
		for _, finding := range findings {
			all = append(all, finding.what)
		}
	}
	return all
}

const (
	header = "package p\n\nimport (\n\t\"context\"\n\t\"net/http\"\n\t\"testing\"\n\t\"testing/synctest\"\n\t\"time\"\n)\n\n"
	short  = " of less than a minute, or of unknown length"
)

func TestWaiting_RefusesEachWaitInRealTimeAndAllowsItInABubble(t *testing.T) {
	for body, want := range map[string]string{
		`time.Sleep(time.Nanosecond)`:                                               "time.Sleep",
		`time.Sleep(time.Hour)`:                                                     "time.Sleep",
		`<-time.Tick(time.Hour)`:                                                    "time.Tick",
		`time.NewTicker(time.Hour)`:                                                 "time.NewTicker",
		`_ = time.Since(begun) < time.Hour`:                                         "time.Since",
		`_ = time.Until(end)`:                                                       "time.Until",
		`<-time.After(5 * time.Second)`:                                             "time.After" + short,
		`time.NewTimer(59 * time.Second)`:                                           "time.NewTimer" + short,
		`time.AfterFunc(20*time.Millisecond, cancel)`:                               "time.AfterFunc" + short,
		`context.WithTimeout(ctx, 5*time.Second)`:                                   "context.WithTimeout" + short,
		`context.WithTimeout(ctx, d)`:                                               "context.WithTimeout" + short,
		`context.WithTimeout(ctx, moment)`:                                          "context.WithTimeout" + short,
		`context.WithTimeoutCause(ctx, time.Second, err)`:                           "context.WithTimeoutCause" + short,
		`context.WithDeadline(ctx, end)`:                                            "context.WithDeadline",
		`context.WithDeadlineCause(ctx, end, err)`:                                  "context.WithDeadlineCause",
		`_ = http.Client{Timeout: 10 * time.Second}`:                                "Timeout" + short,
		`_ = &http.Server{ReadHeaderTimeout: d}`:                                    "ReadHeaderTimeout" + short,
		`_ = config{RequestTimeout: "2s"}`:                                          "RequestTimeout" + short,
		`client.Timeout = time.Second`:                                              "Timeout" + short,
		`wait := time.Sleep; wait(d)`:                                               "time.Sleep",
		`func() { defer time.Sleep(d) }()`:                                          "time.Sleep",
		`t.Run("x", func(t *testing.T) { time.Sleep(d) })`:                          "time.Sleep",
		`synctest.Wait(); time.Sleep(d)`:                                            "time.Sleep",
		`synctest.Test(t, func(t *testing.T) {}); time.Sleep(d)`:                    "time.Sleep",
		`const twice = time.Second; { const twice = time.Hour; time.After(twice) }`: "time.After" + short,
	} {
		file := header + "const moment = 30 * time.Second\n\nfunc TestX(t *testing.T) {\n\t" + body + "\n}\n"
		if got := judged(t, "internal/emapi", map[string]string{"x_test.go": file}); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: findings %q, want %q", body, got, want)
		}
		bubble := header + "const moment = 30 * time.Second\n\nfunc TestX(t *testing.T) {\n\tsynctest.Test(t, func(t *testing.T) {\n" + body + "\n})\n}\n"
		if got := judged(t, "internal/emapi", map[string]string{"x_test.go": bubble}); got != nil && !strings.Contains(body, "synctest") {
			t.Errorf("%s, in a bubble: findings %q", body, got)
		}
	}
}

func TestWaiting_AllowsTimeOutsOfAMinuteOrMore(t *testing.T) {
	for _, body := range []string{
		`context.WithTimeout(ctx, time.Minute)`,
		`context.WithTimeoutCause(ctx, 2*limit, err)`,
		`<-time.After((1 + 1) * time.Minute)`,
		`time.NewTimer(90 * time.Second)`,
		`time.AfterFunc(limit, cancel)`,
		`context.WithTimeout(ctx, 0)`,
		`context.WithTimeout(ctx, -time.Second)`,
		`_ = http.Client{Timeout: limit}`,
		`_ = http.Client{Timeout: time.Duration(60_000_000_000)}`,
		`_ = config{RequestTimeout: types.StringValue("90s")}`,
		`client.Timeout = 1.5 * limit`,
		`_ = time.Now().Add(time.Second)`,
		`_ = options{ScopeDelay: time.Second}`,
		`_ = map[string]any{"request_timeout": "2s"}`,
		`other.Sleep(time.Second)`,
	} {
		file := header + "const limit = 5 * time.Minute\n\nfunc TestX(t *testing.T) {\n\t" + body + "\n}\n"
		if got := judged(t, "internal/emapi", map[string]string{"x_test.go": file}); got != nil {
			t.Errorf("%s: findings %q", body, got)
		}
	}
}

// A helper may wait if bubbles alone use it, over however many others.
func TestWaiting_JudgesAHelperByItsUses(t *testing.T) {
	const bubble, real = "func TestA(t *testing.T) { synctest.Test(t, func(t *testing.T) { %s }) }\n", "func TestB(t *testing.T) { %s }\n"
	in := func(test, body string) string { return strings.ReplaceAll(test, "%s", body) }
	for name, c := range map[string]struct {
		files   []string
		refused bool
	}{
		"used in a bubble":                         {[]string{"func wait() { time.Sleep(d) }\n", in(bubble, "wait()")}, false},
		"used in a bubble of another file":         {[]string{"func wait() { time.Sleep(d) }\n" + in(bubble, "wait()"), in(real, "x()")}, false},
		"used outside too":                         {[]string{"func wait() { time.Sleep(d) }\n" + in(bubble, "wait()"), in(real, "wait()")}, true},
		"used by a helper of bubbles":              {[]string{"func wait() { time.Sleep(d) }\nfunc more() { wait() }\n", in(bubble, "more()")}, false},
		"used by a helper of both":                 {[]string{"func wait() { time.Sleep(d) }\nfunc more() { wait() }\n", in(bubble, "more()") + in(real, "more()")}, true},
		"used by itself too":                       {[]string{"func wait() { time.Sleep(d); wait() }\n", in(bubble, "wait()")}, false},
		"used by nothing":                          {[]string{"func wait() { time.Sleep(d) }\n"}, true},
		"used as a value in a bubble":              {[]string{"func wait() { time.Sleep(d) }\n", in(bubble, "go wait()")}, false},
		"handed to the bubble":                     {[]string{"func wait(t *testing.T) { time.Sleep(d) }\nfunc TestA(t *testing.T) { synctest.Test(t, wait) }\n"}, false},
		"a method":                                 {[]string{"func (s *server) wait() { time.Sleep(d) }\n", in(bubble, "new(server).wait()")}, false},
		"a method, another type's used outside":    {[]string{"func (s *server) wait() { time.Sleep(d) }\n", in(bubble, "new(server).wait()") + in(real, "new(client).wait()")}, true},
		"a method, another type's by its receiver": {[]string{"func (s *server) wait() { time.Sleep(d) }\nfunc (c *client) wait() {}\nfunc (c *client) run() { c.wait() }\n", in(bubble, "new(server).wait()") + in(real, "new(client).run()")}, false},
		"a method that nothing names":              {[]string{"type server struct{}\nfunc (s *server) ServeHTTP() { time.Sleep(d) }\n", in(bubble, "serve(&server{})")}, false},
		"the same, the type used outside":          {[]string{"type server struct{}\nfunc (s *server) ServeHTTP() { time.Sleep(d) }\n", in(real, "serve(&server{})")}, true},
		"the same, in another type used outside":   {[]string{"type server struct{}\ntype fake struct { server }\nfunc (s *server) ServeHTTP() { time.Sleep(d) }\n", in(bubble, "serve(&server{})") + in(real, "serve(&fake{})")}, true},
		"a table of functions, used in a bubble":   {[]string{"var waits = []func(){func() { time.Sleep(d) }}\n", in(bubble, "waits[0]()")}, false},
		"a table of functions, used outside":       {[]string{"var waits = []func(){func() { time.Sleep(d) }}\n", in(real, "waits[0]()")}, true},
		"a function that is declared in the test":  {[]string{"func TestA(t *testing.T) { wait := func() { time.Sleep(d) }; synctest.Test(t, func(t *testing.T) { wait() }) }\n"}, true},
	} {
		files := map[string]string{}
		for i, body := range c.files {
			files[string(rune('a'+i))+"_test.go"] = header + body
		}
		if got := judged(t, "internal/emapi", files); (len(got) == 1) != c.refused || len(got) > 1 {
			t.Errorf("%s: findings %q, want refused %t", name, got, c.refused)
		}
	}
}

// A function that uses its parameter in bubbles alone makes bubbles of the functions that it is called with.
func TestWaiting_KnowsTheFunctionsThatMakeBubbles(t *testing.T) {
	const use = "func TestA(t *testing.T) { each(t, func(t *testing.T) { time.Sleep(d) }) }\n"
	for name, c := range map[string]struct {
		each    string
		refused bool
	}{
		"in a bubble":          {"func each(t *testing.T, f func(*testing.T)) { t.Run(\"x\", func(t *testing.T) { synctest.Test(t, f) }) }\n", false},
		"called in a bubble":   {"func each(t *testing.T, f func(*testing.T)) { synctest.Test(t, func(t *testing.T) { f(t) }) }\n", false},
		"one of several":       {"func each(t *testing.T, fs ...func(*testing.T)) { synctest.Test(t, func(t *testing.T) { fs[0](t) }) }\n", false},
		"over another":         {"func each(t *testing.T, f func(*testing.T)) { inner(t, f) }\nfunc inner(t *testing.T, f func(*testing.T)) { synctest.Test(t, f) }\n", false},
		"in no bubble":         {"func each(t *testing.T, f func(*testing.T)) { t.Run(\"x\", f) }\n", true},
		"also outside":         {"func each(t *testing.T, f func(*testing.T)) { synctest.Test(t, f); f(t) }\n", true},
		"beside the bubble":    {"func each(t *testing.T, f func(*testing.T)) { synctest.Test(t, func(t *testing.T) {}); f(t) }\n", true},
		"of one name of two":   {"func each(t *testing.T, f func(*testing.T)) { synctest.Test(t, f) }\nfunc (s *server) each(t *testing.T, f func(*testing.T)) { f(t) }\n", true},
		"that is not declared": {"", true},
	} {
		if got := judged(t, "internal/emapi", map[string]string{"a_test.go": header + c.each + use}); (len(got) == 1) != c.refused || len(got) > 1 {
			t.Errorf("%s: findings %q, want refused %t", name, got, c.refused)
		}
	}
}

func TestWaiting_LooksAtTestsAndTestSupport(t *testing.T) {
	const wait = header + "func wait() { time.Sleep(d) }\nfunc Wait() { time.Sleep(d) }\nfunc user() { synctest.Test(t, func() { wait(); Wait() }) }\n"
	for file, findings := range map[string]int{
		"internal/emapi/client.go":                0,
		"internal/emapi/client_test.go":           0,
		"internal/acctest/acctest.go":             1, // other packages can use what is exported, outside a bubble too
		"internal/acctest/memnet/conn.go":         1,
		"internal/faulttest/fault.go":             1,
		"internal/tools/actionlint/tool_test.go":  0,
		"internal/emapi/testdata/example_test.go": 0,
	} {
		dir, name, _ := strings.Cut(file, "/")
		files := map[string]string{name: wait, "tools/actionlint/go.mod": "module other"}
		if got := judged(t, dir, files); len(got) != findings {
			t.Errorf("%s: findings %q, want %d", file, got, findings)
		}
	}
}
