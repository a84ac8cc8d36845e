// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	pageLink   = regexp.MustCompile(`\]\(([\w./-]+\.md)?(?:#([\w-]+))?\)`)
	heading    = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notInSlugs = regexp.MustCompile(`[^a-z0-9 _-]`)
)

// anchors returns the names by which links find the headings of a page.
func anchors(page string) (names []string) {
	for _, found := range heading.FindAllStringSubmatch(page, -1) {
		plain := notInSlugs.ReplaceAllString(strings.ToLower(found[1]), "")
		names = append(names, strings.ReplaceAll(plain, " ", "-"))
	}
	return names
}

// brokenLinks returns the links of a page to pages or headings that do not exist. read returns the text of a page.
func brokenLinks(name, text string, read func(string) (string, error)) (broken []string, err error) {
	for _, link := range pageLink.FindAllStringSubmatch(text, -1) {
		target := text
		if link[1] != "" {
			target, err = read(path.Join(path.Dir(name), link[1]))
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			broken = append(broken, name+": "+link[0]+" leads to no page")
		case err != nil:
			return nil, err
		case link[2] != "" && !slices.Contains(anchors(target), link[2]):
			broken = append(broken, name+": "+link[0]+" leads to no heading")
		}
	}
	return broken, nil
}

// readPage returns the template of a guide or of the index, and the generated page of anything else.
func readPage(name string) (string, error) {
	for _, file := range []string{"templates/" + name + ".tmpl", "templates/" + name, "docs/" + name} {
		text, err := os.ReadFile(filepath.Join("..", "..", file))
		if !errors.Is(err, fs.ErrNotExist) {
			return string(text), err
		}
	}
	return "", fs.ErrNotExist
}

// guidePages returns the names of the guides, as readPage takes them.
func guidePages(t *testing.T) (names []string) {
	t.Helper()
	guides, err := filepath.Glob("../../templates/guides/*.md*")
	if err != nil || len(guides) == 0 {
		t.Fatalf("no guides: %v", err)
	}
	for _, guide := range guides {
		names = append(names, "guides/"+strings.TrimSuffix(filepath.Base(guide), ".tmpl"))
	}
	return names
}

func TestLinks_OfTheIndexAndTheReadmeLeadToEveryGuide(t *testing.T) {
	for file, folder := range map[string]string{"templates/index.md.tmpl": "", "README.md": "docs/"} {
		text, err := os.ReadFile(filepath.Join("..", "..", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range guidePages(t) {
			if !strings.Contains(string(text), "]("+folder+name+")") {
				t.Errorf("%s has no link to %s", file, name)
			}
		}
	}
}

func TestLinks_OfTheGuidesLeadToPagesAndHeadings(t *testing.T) {
	for _, name := range append(guidePages(t), "index.md") {
		text, err := readPage(name)
		if err != nil {
			t.Fatal(err)
		}
		broken, err := brokenLinks(name, text, readPage)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range broken {
			t.Error(link)
		}
	}
}

func TestLinks_ReportsWhatLeadsNowhere(t *testing.T) {
	pages := map[string]string{"index.md": "# Start\n\n## What `x_y` Is (and Is Not)\n", "guides/b.md": "# B\n"}
	read := func(name string) (string, error) {
		if text, ok := pages[name]; ok {
			return text, nil
		}
		return "", fs.ErrNotExist
	}
	const text = "# A\n[](b.md) [](../index.md#what-x_y-is-and-is-not) [](#a) [](https://example.com/c.md)\n" +
		"[](c.md) [](b.md#a) [](#b)\n"
	want := []string{
		"guides/a.md: ](c.md) leads to no page", "guides/a.md: ](b.md#a) leads to no heading",
		"guides/a.md: ](#b) leads to no heading",
	}
	if got, err := brokenLinks("guides/a.md", text, read); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
