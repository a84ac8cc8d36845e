// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"io"
	"strings"
)

// trimmer passes on Terraform's output, indented and without the parts that are the same in every run.
type trimmer struct {
	out   io.Writer
	rest  []byte                        // incomplete last line
	skip  func(line string) (last bool) // nil: lines are not skipped
	blank bool                          // a blank line is due before the next line
	begun bool                          // at least one line was written

	lookFor string // text to find; empty: none
	found   bool   // whether a line contained lookFor
}

// boilerplate lists the parts to leave out: how the first line begins, and whether a line is the last.
var boilerplate = []struct {
	first string
	last  func(line string) bool
}{
	{
		"Warning: Provider development overrides are in effect",
		func(l string) bool { return strings.HasSuffix(l, "releases.") },
	},
	{"Terraform used the selected providers", func(l string) bool { return l == "" }},
	{"OpenTofu used the selected providers", func(l string) bool { return l == "" }},
	{"Terraform will perform the following actions:", func(l string) bool { return l == "" }},
	{"OpenTofu will perform the following actions:", func(l string) bool { return l == "" }},
	// The attributes of a destroyed resource, which the output of the create has already shown.
	{"  - resource ", func(l string) bool { return l == "    }" }},
}

// Write never fails, for the reason that demo.say states.
func (t *trimmer) Write(p []byte) (int, error) {
	t.rest = append(t.rest, p...)
	for {
		line, rest, found := bytes.Cut(t.rest, []byte("\n"))
		if !found {
			return len(p), nil
		}
		t.line(strings.TrimRight(string(line), " \r"))
		t.rest = rest
	}
}

func (t *trimmer) flush() {
	if len(t.rest) > 0 {
		t.line(string(t.rest))
		t.rest = nil
	}
}

func (t *trimmer) line(line string) {
	t.found = t.found || t.lookFor != "" && strings.Contains(line, t.lookFor)
	if t.skip != nil {
		if t.skip(line) {
			t.skip = nil
		}
		return
	}
	for _, b := range boilerplate {
		if strings.HasPrefix(line, b.first) {
			t.skip = b.last
			return
		}
	}
	if line == "" {
		t.blank = t.begun
		return
	}
	if t.blank {
		_, _ = io.WriteString(t.out, "\n")
	}
	t.blank, t.begun = false, true
	_, _ = io.WriteString(t.out, "  | "+line+"\n")
}
