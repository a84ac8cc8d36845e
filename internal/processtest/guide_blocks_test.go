// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestGuides_EveryBlockIsUsedByATest finds the calls of the functions of this file, of follow and of guide.

// guidesFolder contains the pages that the guides are generated from. indexPage is relative to it.
var guidesFolder = filepath.Join("..", "..", "templates", "guides")

const indexPage = "../index.md.tmpl"

// codeBlock is a block of a page that the documentation is generated from.
type codeBlock struct{ language, text string }

var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// codeBlocks returns the blocks of a page, in order.
func codeBlocks(t testing.TB, page string) []codeBlock {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(guidesFolder, page))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []codeBlock
	for _, found := range fence.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, codeBlock{found[1], found[2]})
	}
	return blocks
}

// begins returns the first block in a language that begins with the text.
func begins(blocks []codeBlock, language, begin string) (found codeBlock, ok bool) {
	i := slices.IndexFunc(blocks, func(b codeBlock) bool {
		return b.language == language && strings.HasPrefix(b.text, begin)
	})
	if i < 0 {
		return codeBlock{}, false
	}
	return blocks[i], true
}

// fenced returns the first block of a page in a language that begins with the text.
func fenced(t *testing.T, page, language, begin string) string {
	t.Helper()
	found, ok := begins(codeBlocks(t, page), language, begin)
	if !ok {
		t.Fatalf("%s has no block of %s that begins with %q", page, language, begin)
	}
	return found.text
}

// commands returns the shell commands of a page that begin with the text.
func commands(t *testing.T, page, begin string) string {
	t.Helper()
	return fenced(t, page, "shell", begin)
}

// shown returns the paragraphs of a part of an output that a page shows. It begins with the text. In a diagnostic,
// the position in the configuration is left out.
func shown(t *testing.T, page, begin string) []string {
	t.Helper()
	return strings.Split(fenced(t, page, "text", begin), "\n\n")
}
