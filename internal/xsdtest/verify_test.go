// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package xsdtest

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var schema = flag.String("xsd", "", "the `file` of a schema to compare the documents with, by xmllint; "+
	"a relative path begins at the root of the repository")

func TestVerify_FindsNoUnknownDifferenceFromTheGivenSchema(t *testing.T) {
	if *schema == "" {
		t.Skip("-xsd names no schema: see make verify-xsd")
	}
	file := *schema
	if !filepath.IsAbs(file) {
		file = filepath.Join("..", "..", file)
	}
	if _, err := os.Stat(file); err != nil {
		t.Fatalf("the schema cannot be read: %v", err)
	}
	documents := distinct(sweep(t))
	said := complaints(validate(t, file, documents), len(documents))
	if unknown := report(t.Output(), documents, said); unknown > 0 {
		t.Errorf("%d unknown differences: if this is the schema of your server, open an issue with this output", unknown)
	}
}

// distinct returns the documents without those that differ only in their IDs.
func distinct(all []document) []document {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(d document) bool {
		key := d.kind + guid.ReplaceAllString(string(d.body), "")
		defer func() { seen[key] = true }()
		return seen[key]
	})
}

// validate returns the output of xmllint about the documents.
func validate(t *testing.T, file string, documents []document) string {
	t.Helper()
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is not on PATH. Install it: apt-get install libxml2-utils on Debian and Ubuntu, " +
			"dnf install libxml2 on Fedora and RHEL, brew install libxml2 on macOS")
	}
	args := []string{"--noout", "--nonet", "--schema", file}
	folder := t.TempDir()
	for i, d := range documents {
		args = append(args, filepath.Join(folder, fileName(i)))
		if err := os.WriteFile(args[len(args)-1], d.body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), xmllint, args...).CombinedOutput()
	var failed *exec.ExitError
	invalid := errors.As(err, &failed) && (failed.ExitCode() == 3 || failed.ExitCode() == 4)
	if err != nil && !invalid {
		t.Fatalf("xmllint cannot use the schema: %v\n%s", err, out)
	}
	return string(out)
}

func fileName(i int) string { return fmt.Sprintf("document-%d.xml", i) }

var (
	complaint = regexp.MustCompile(`^(?:.*/)?document-(\d+)\.xml:\d+: element .*? : Element '([^']+)'(.*)$`)
	outcome   = regexp.MustCompile(`^(?:.*/)?document-(\d+)\.xml (validates|fails to validate)$`)
	value     = regexp.MustCompile(`(\[facet 'pattern'\] The value) '.*' is not`)
)

// complaints returns what xmllint says about each document.
func complaints(xmllint string, documents int) [][]string {
	all, validated := make([][]string, documents), make([]bool, documents)
	for _, line := range strings.Split(xmllint, "\n") {
		if m := complaint.FindStringSubmatch(line); m != nil {
			i, _ := strconv.Atoi(m[1])
			text := strings.ReplaceAll(m[2]+m[3], "{"+namespace+"}", "")
			text = strings.Replace(text, "No matching global declaration available for the validation root.", noRoot, 1)
			all[i] = append(all[i], value.ReplaceAllString(text, "$1 is not"))
		} else if m := outcome.FindStringSubmatch(line); m != nil {
			i, _ := strconv.Atoi(m[1])
			validated[i] = m[2] == "validates" || len(all[i]) > 0
		}
	}
	for i, done := range validated {
		if !done {
			all[i] = append(all[i], "xmllint did not validate the document")
		}
	}
	return all
}

// report writes the differences of each kind of document, and returns the number of unknown ones.
func report(w io.Writer, documents []document, said [][]string) (unknown int) {
	count, lines := map[string]int{}, map[string][]string{}
	for i, d := range documents {
		name := d.kind + " " + d.root()
		count[name]++
		for _, text := range said[i] {
			line := "UNKNOWN: " + text
			if proof, ok := d.proof(text); ok {
				line = "known: " + text + " [" + proof + "]"
			}
			if !slices.Contains(lines[name], line) {
				lines[name] = append(lines[name], line)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(count)) {
		n := 0
		for _, line := range lines[name] {
			if strings.HasPrefix(line, "UNKNOWN") {
				n++
			}
		}
		unknown += n
		verdict := "ok"
		switch {
		case n > 0:
			verdict = "DIFFERS"
		case len(lines[name]) > 0:
			verdict = "known"
		}
		fmt.Fprintf(w, "%-8s%s (%d)\n", verdict, name, count[name])
		for _, line := range lines[name] {
			fmt.Fprintf(w, "            %s\n", line)
		}
	}
	return unknown
}

// proof returns the page that shows the known difference that xmllint means, or the option that causes it.
func (d document) proof(text string) (proof string, ok bool) {
	for _, known := range differences {
		if slices.Contains(known.xmllint, text) {
			return known.page, true
		}
	}
	isGuess := func(w world) bool { return w.name == d.world && w.guess }
	if d.kind == response && slices.ContainsFunc(worlds, isGuess) {
		return "the simulator's option " + d.world, true
	}
	return "", false
}
