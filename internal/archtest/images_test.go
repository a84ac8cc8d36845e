// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// imagesURL is where the registry finds the images: it does not show images with a relative path.
const imagesURL = "https://raw.githubusercontent.com/veeam-community/terraform-provider-veeam/main/.github/images/"

var (
	shownImage = regexp.MustCompile(`!\[[^]]+\]\(([^)]+)\)`)
	foreignURL = regexp.MustCompile(`@import|url\([^#]|href="[^#]|<(script|image|foreignObject)`)
)

// drawn is what the tests read of an image.
type drawn struct {
	codes []string // the texts that are names of the schema
	title bool
}

func parseImage(t *testing.T, file string) (d drawn, content string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	inCode := false
	for decoder := xml.NewDecoder(strings.NewReader(string(raw))); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return d, string(raw)
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			d.title = d.title || token.Name.Local == "title"
			isCode := func(a xml.Attr) bool { return a.Name.Local == "class" && a.Value == "code" }
			inCode = slices.ContainsFunc(token.Attr, isCode)
		case xml.CharData:
			if inCode {
				d.codes = append(d.codes, strings.TrimPrefix(string(token), hole+"_"))
			}
		case xml.EndElement:
			inCode = false
		}
	}
}

func TestImages_AreReadableInBothColorSchemesAndNeedNothingElse(t *testing.T) {
	files, err := filepath.Glob("../../.github/images/*.svg")
	if err != nil || len(files) == 0 {
		t.Fatalf("no images: %v", err)
	}
	contract, err := os.ReadFile("../provider/testdata/contract.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		image, content := parseImage(t, file)
		if !image.title || !strings.Contains(content, "(prefers-color-scheme: dark)") {
			t.Errorf("%s has no title, or no colors for dark pages", file)
		}
		if found := foreignURL.FindString(content); found != "" {
			t.Errorf("%s contains %s", file, found)
		}
		for _, name := range image.codes {
			if !strings.Contains(string(contract), name) {
				t.Errorf("%s contains %q, which is no name of the schema", file, name)
			}
		}
	}
}

func TestImages_OfTheGuidesAndTheReadmeExistAndHaveAnAddressThatIsShown(t *testing.T) {
	pages, err := filepath.Glob("../../templates/guides/*")
	if err != nil {
		t.Fatal(err)
	}
	const readme = "../../README.md"
	found := 0
	for _, page := range append(pages, "../../templates/index.md.tmpl", readme) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		address := imagesURL
		if page == readme {
			address = ".github/images/"
		}
		for _, image := range shownImage.FindAllStringSubmatch(string(text), -1) {
			found++
			name, ours := strings.CutPrefix(image[1], address)
			if _, err := os.Stat(filepath.Join("../../.github/images", name)); err != nil || !ours {
				t.Errorf("%s shows %s", page, image[1])
			}
		}
	}
	if found == 0 {
		t.Error("no guide shows an image")
	}
}
