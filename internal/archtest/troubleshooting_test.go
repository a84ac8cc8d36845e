// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const troubleshooting = "../../templates/guides/troubleshooting.md.tmpl"

// documented returns the messages in the tables of a guide: the first column of each table with the title Error or
// Warning. A cell can contain several messages.
func documented(guide string) map[message]int {
	severity := ""
	found := map[message]int{}
	for line := range strings.Lines(guide) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 3 {
			severity = ""
			continue
		}
		first := strings.TrimSpace(cells[1])
		switch {
		case first == asError || first == asWarning:
			severity = first
		case severity != "" && first != "---":
			for summary := range strings.SplitSeq(first, "<br>") {
				found[message{severity, summary}]++
			}
		}
	}
	return found
}

// differences says what is wrong with a guide that should contain each message once.
func differences(messages map[message]bool, guide map[message]int) (wrong []string) {
	for m := range messages {
		switch {
		case m.summary == unknown:
			wrong = append(wrong, m.severity+": nothing is known about the summary of a diagnostic; make a part of it constant")
		case guide[m] == 0:
			wrong = append(wrong, m.severity+": "+m.summary+": missing in the guide")
		case guide[m] > 1:
			wrong = append(wrong, m.severity+": "+m.summary+": more than once in the guide")
		}
	}
	for m := range guide {
		if !messages[m] {
			wrong = append(wrong, m.severity+": "+m.summary+": the provider does not print it")
		}
	}
	slices.Sort(wrong)
	return wrong
}

func TestTroubleshooting_ListsEachErrorAndWarningThatTheProviderPrints(t *testing.T) {
	guide, err := os.ReadFile(troubleshooting)
	if err != nil {
		t.Fatal(err)
	}
	messages, problems := providerSource(t).messages()
	if len(messages) < 150 {
		t.Errorf("only %d messages are found", len(messages))
	}
	for _, wrong := range append(problems, differences(messages, documented(string(guide)))...) {
		t.Error(wrong)
	}
}

func TestTroubleshooting_ReportsWhatIsMissingAndWhatIsNoMessage(t *testing.T) {
	guide := "| Error | x |\n| --- | --- |\n| One<br>Two | x |\n| Two | x |\n\n" +
		"| Warning | x |\n| --- | --- |\n| Old | x |\n\n| Title | x |\n| --- | --- |\n| No message | x |\n"
	messages := map[message]bool{
		{asError, "One"}: true, {asError, "Two"}: true, {asWarning, "One"}: true, {asError, unknown}: true,
	}
	want := []string{
		"Error: Two: more than once in the guide",
		"Error: nothing is known about the summary of a diagnostic; make a part of it constant",
		"Warning: Old: the provider does not print it",
		"Warning: One: missing in the guide",
	}
	if got := differences(messages, documented(guide)); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestMessages_AreFoundHoweverTheSummaryIsMade(t *testing.T) {
	_, s := providerPackages(t)
	const before = "package x\n\nimport \"fmt\"\nimport \"" + framework + "diag\"\n\nvar _ = fmt.Sprint\n\n"
	for name, c := range map[string]struct {
		code string
		want []string
	}{
		"constant": {`func f(d *diag.Diagnostics) { d.AddError("A", "") }`, []string{"Error: A"}},
		"named":    {"const a = \"A\"\nfunc f() { diag.NewWarningDiagnostic(a, \"\") }", []string{"Warning: A"}},
		"joined": {
			`func f(s string) { diag.NewWarningDiagnostic("A "+s+" B"+" C", ""); f("x") }`, []string{"Warning: A x B C"},
		},
		"formatted": {
			`func f(n int, s []string) { diag.NewErrorDiagnostic(fmt.Sprintf("A %d %s of %q", n, "x", s[0]), "") }`,
			[]string{"Error: A … x of …"},
		},
		"passed through functions": {
			"func f(d *diag.Diagnostics, s string) { d.AddError(\"A \"+s, \"\") }\n" +
				"func g(d *diag.Diagnostics, s string) { f(d, s+\"!\") }\nfunc h(d *diag.Diagnostics) { g(d, \"x\"); g(d, \"y\") }",
			[]string{"Error: A x!", "Error: A y!"},
		},
		"in a generic function": {
			"func f[T any](_ T, s string) { diag.NewErrorDiagnostic(s, \"\") }\n" +
				"func g() { f(1, \"A\"); f[string](\"\", \"B\") }",
			[]string{"Error: A", "Error: B"},
		},
		"variable": {
			"func f(b bool) {\n\ts := \"A\"\n\tif b {\n\t\ts = \"B\"\n\t}\n\tdiag.NewErrorDiagnostic(s, \"\")\n}",
			[]string{"Error: A", "Error: B"},
		},
		"field": {
			"type x struct{ s string }\nvar a = []x{{s: \"A\"}, {s: \"B\"}}\n" +
				"func f(p *x) { p.s = \"C\"; diag.NewErrorDiagnostic(p.s, \"\") }",
			[]string{"Error: A", "Error: B", "Error: C"},
		},
		"result": {
			"func s(b bool, n string) string { if b { return \"A \" + n }; return \"B\" }\n" +
				"func f() { diag.NewErrorDiagnostic(s(true, \"x\"), \"\") }",
			[]string{"Error: A x", "Error: B"},
		},
		"unknown": {`func f(s []string) { diag.NewErrorDiagnostic(s[0], "") }`, []string{"Error: …"}},
		"passed on": {
			`var f = diag.NewErrorDiagnostic`,
			[]string{"x.go:8:14: " + framework + "diag.NewErrorDiagnostic makes a diagnostic and is passed on"},
		},
		"own type": {
			"type d struct{ diag.Diagnostic }\nfunc (d) Summary() string { return \"\" }",
			[]string{"(x.d).Summary is a diagnostic of its own"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			one := newSource(s.files, s.imports)
			one.add(t, "x", map[string]any{"x.go": before + c.code})
			messages, got := one.messages()
			for m := range maps.Keys(messages) {
				got = append(got, m.severity+": "+m.summary)
			}
			if slices.Sort(got); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
