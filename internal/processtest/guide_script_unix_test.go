// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"strings"
	"testing"
)

// fenced returns the code block of a guide in a language that begins with the text.
func fenced(t *testing.T, name, language, begin string) string {
	t.Helper()
	for _, b := range codeBlocks(t, "guides/"+name) {
		if b.language == language && strings.HasPrefix(b.text, begin) {
			return b.text
		}
	}
	t.Fatalf("%s has no block of %s that begins with %q", name, language, begin)
	return ""
}

// commands returns the shell commands of a guide that begin with the text.
func commands(t *testing.T, name, begin string) string {
	t.Helper()
	return fenced(t, name, "shell", begin)
}

// shown returns the paragraphs of a part of an output that a guide shows. It begins with the text. In a diagnostic,
// the position in the configuration is left out.
func shown(t *testing.T, name, begin string) []string {
	t.Helper()
	return strings.Split(fenced(t, name, "text", begin), "\n\n")
}
