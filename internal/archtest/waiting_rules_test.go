// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// judged returns the findings about the files of one folder, without their places.
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
	header = "package p\n\nimport (\n" +
		"\t\"context\"\n\t\"net/http\"\n\t\"testing\"\n\t\"testing/synctest\"\n\t\"time\"\n)\n\n"
	short = " of less than a minute, or of unknown length"
)

func TestWaiting_IsRefusedInRealTimeAndAllowedInABubble(t *testing.T) {
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
		if strings.Contains(body, "synctest") {
			continue
		}
		bubble := header + "const moment = 30 * time.Second\n\nfunc TestX(t *testing.T) {\n" +
			"\tsynctest.Test(t, func(t *testing.T) {\n" + body + "\n})\n}\n"
		if got := judged(t, "internal/emapi", map[string]string{"x_test.go": bubble}); got != nil {
			t.Errorf("%s, in a bubble: findings %q", body, got)
		}
	}
}

func TestWaiting_IsAllowedWithATimeoutOfAMinuteOrMore(t *testing.T) {
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

// A helper may wait if it is used only in bubbles, directly or through other helpers.
func TestWaiting_IsAllowedInAHelperThatOnlyBubblesUse(t *testing.T) {
	const (
		wait       = "func wait() { time.Sleep(d) }\n"
		serverWait = "func (s *server) wait() { time.Sleep(d) }\n"
		serverType = "type server struct{}\nfunc (s *server) ServeHTTP() { time.Sleep(d) }\n"
		table      = "var waits = []func(){func() { time.Sleep(d) }}\n"
	)
	inBubble := func(body string) string {
		return "func TestA(t *testing.T) { synctest.Test(t, func(t *testing.T) { " + body + " }) }\n"
	}
	outside := func(body string) string { return "func TestB(t *testing.T) { " + body + " }\n" }
	for name, c := range map[string]struct {
		files   []string
		refused bool
	}{
		"used in a bubble":                 {[]string{wait, inBubble("wait()")}, false},
		"used in a bubble of another file": {[]string{wait + inBubble("wait()"), outside("x()")}, false},
		"also used outside":                {[]string{wait + inBubble("wait()"), outside("wait()")}, true},
		"used by a helper in bubbles":      {[]string{wait + "func more() { wait() }\n", inBubble("more()")}, false},
		"used by a helper in and outside bubbles": {
			[]string{wait + "func more() { wait() }\n", inBubble("more()") + outside("more()")}, true,
		},
		"also used by itself":         {[]string{"func wait() { time.Sleep(d); wait() }\n", inBubble("wait()")}, false},
		"not used":                    {[]string{wait}, true},
		"used as a value in a bubble": {[]string{wait, inBubble("go wait()")}, false},
		"passed to synctest.Test": {
			[]string{"func wait(t *testing.T) { time.Sleep(d) }\nfunc TestA(t *testing.T) { synctest.Test(t, wait) }\n"}, false,
		},
		"a method": {[]string{serverWait, inBubble("new(server).wait()")}, false},
		"a method, and another type's method used outside": {
			[]string{serverWait, inBubble("new(server).wait()") + outside("new(client).wait()")}, true,
		},
		"a method, and another type's method used outside through its receiver": {
			[]string{
				serverWait + "func (c *client) wait() {}\nfunc (c *client) run() { c.wait() }\n",
				inBubble("new(server).wait()") + outside("new(client).run()"),
			}, false,
		},
		"a method that is never named": {[]string{serverType, inBubble("serve(&server{})")}, false},
		"a method that is never named, and its type used outside": {
			[]string{serverType, outside("serve(&server{})")}, true,
		},
		"a method that is never named, and its type embedded in a type used outside": {
			[]string{
				serverType + "type fake struct { server }\n",
				inBubble("serve(&server{})") + outside("serve(&fake{})"),
			}, true,
		},
		"a table of functions used in a bubble": {[]string{table, inBubble("waits[0]()")}, false},
		"a table of functions used outside":     {[]string{table, outside("waits[0]()")}, true},
		"a function that the test declares outside the bubble": {
			[]string{"func TestA(t *testing.T) {\n" +
				"wait := func() { time.Sleep(d) }; synctest.Test(t, func(t *testing.T) { wait() }) }\n"}, true,
		},
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

// If a function calls its parameter only in bubbles, the functions passed to it run in bubbles too.
func TestWaiting_IsAllowedInFunctionsPassedToAHelperThatRunsThemInBubbles(t *testing.T) {
	const use = "func TestA(t *testing.T) { each(t, func(t *testing.T) { time.Sleep(d) }) }\n"
	const each = "func each(t *testing.T, f func(*testing.T)) "
	for name, c := range map[string]struct {
		each    string
		refused bool
	}{
		"in a bubble": {
			each + "{ t.Run(\"x\", func(t *testing.T) { synctest.Test(t, f) }) }\n", false,
		},
		"called in a bubble": {
			each + "{ synctest.Test(t, func(t *testing.T) { f(t) }) }\n", false,
		},
		"one of several arguments": {
			"func each(t *testing.T, fs ...func(*testing.T)) { synctest.Test(t, func(t *testing.T) { fs[0](t) }) }\n", false,
		},
		"through another function": {
			each + "{ inner(t, f) }\nfunc inner(t *testing.T, f func(*testing.T)) { synctest.Test(t, f) }\n", false,
		},
		"in no bubble":     {each + "{ t.Run(\"x\", f) }\n", true},
		"also outside":     {each + "{ synctest.Test(t, f); f(t) }\n", true},
		"next to a bubble": {each + "{ synctest.Test(t, func(t *testing.T) {}); f(t) }\n", true},
		"of the same name as a method that uses no bubble": {
			each + "{ synctest.Test(t, f) }\nfunc (s *server) each(t *testing.T, f func(*testing.T)) { f(t) }\n", true,
		},
		"that is not declared": {"", true},
	} {
		got := judged(t, "internal/emapi", map[string]string{"a_test.go": header + c.each + use})
		if (len(got) == 1) != c.refused || len(got) > 1 {
			t.Errorf("%s: findings %q, want refused %t", name, got, c.refused)
		}
	}
}

func TestWaiting_IsCheckedInTestsAndTestSupport(t *testing.T) {
	const wait = header + "func wait() { time.Sleep(d) }\nfunc Wait() { time.Sleep(d) }\n" +
		"func user() { synctest.Test(t, func() { wait(); Wait() }) }\n"
	for file, findings := range map[string]int{
		"internal/emapi/client.go":                0,
		"internal/emapi/client_test.go":           0,
		"internal/acctest/acctest.go":             1, // other packages can use exported functions outside bubbles
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
