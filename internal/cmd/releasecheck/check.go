// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// project is the prefix of all names. The registry derives the name of the provider from it.
const project = "terraform-provider-veeam"

// manifest says which protocol the provider speaks. Its copy in the release has another name.
const manifest = "terraform-registry-manifest.json"

// wanted is what a release has to contain.
type wanted struct {
	platforms    []string
	sbom, signed bool
}

// release is what GoReleaser says about its build.
type release struct {
	Version, Commit string
}

// name returns the name of a file of the release.
func (r release) name(rest string) string { return project + "_" + r.Version + "_" + rest }

// check returns what is wrong with the build in a folder.
func check(dist string, w wanted) (findings []string) {
	report := func(format string, args ...any) { findings = append(findings, fmt.Sprintf(format, args...)) }
	r, sums, err := read(dist)
	if err != nil {
		return []string{err.Error()}
	}
	names := map[string]string{r.name("manifest.json"): manifest} // and the files that they are copied from
	for _, platform := range w.platforms {
		archive := r.name(platform + ".zip")
		names[archive] = filepath.Join(dist, archive)
		if w.sbom {
			names[archive+".sbom.json"] = filepath.Join(dist, archive+".sbom.json")
		}
		if err := checkArchive(names[archive], r, platform); err != nil {
			report("%s: %v", archive, err)
		}
	}
	if got, want := slices.Sorted(maps.Keys(sums)), slices.Sorted(maps.Keys(names)); !slices.Equal(got, want) {
		report("the list of checksums contains\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	for name, path := range names {
		if got, err := sum(path); err != nil || got != sums[name] {
			report("%s: the checksum is %q, listed %q, %v", name, got, sums[name], err)
		}
	}
	if w.signed {
		signature, err := os.ReadFile(filepath.Join(dist, r.name("SHA256SUMS.sig")))
		if err != nil {
			report("%v", err)
		} else if bytes.HasPrefix(signature, []byte("-")) {
			report("the signature is ASCII armored: the registry only accepts binary signatures")
		}
	}
	return findings
}

// compare returns the archives of the second build that are not as in the first one.
func compare(first, second string) (findings []string) {
	_, want, err := read(first)
	if err != nil {
		return []string{err.Error()}
	}
	_, got, err := read(second)
	if err != nil {
		return []string{err.Error()}
	}
	compared := 0
	for name := range got {
		if !strings.HasSuffix(name, ".zip") { // a bill of materials contains the time at which it was made
			continue
		}
		compared++
		if want[name] != got[name] {
			findings = append(findings, name+": two builds of the same commit differ")
		}
	}
	if compared == 0 {
		findings = append(findings, "the second build has no archive")
	}
	return findings
}

// read returns what GoReleaser says about the build in a folder, and the list of checksums by name.
func read(dist string) (r release, sums map[string]string, err error) {
	metadata, err := os.ReadFile(filepath.Join(dist, "metadata.json"))
	if err != nil {
		return r, nil, err
	}
	if err := json.Unmarshal(metadata, &r); err != nil {
		return r, nil, err
	}
	list, err := os.ReadFile(filepath.Join(dist, r.name("SHA256SUMS")))
	if err != nil {
		return r, nil, err
	}
	sums = map[string]string{}
	for line := range strings.Lines(string(list)) {
		value, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			return r, nil, fmt.Errorf("not a checksum: %q", line)
		}
		sums[name] = value
	}
	return r, sums, nil
}

// sum returns the checksum of a file.
func sum(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:]), nil
}

// checkArchive checks that the archive contains the license and the program, and runs the program of this platform.
func checkArchive(path string, r release, platform string) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer func() { _ = z.Close() }()
	program := project + "_v" + r.Version
	if strings.HasPrefix(platform, "windows_") {
		program += ".exe"
	}
	var names []string
	for _, file := range z.File {
		names = append(names, file.Name)
		if file.Name != program {
			continue
		}
		if file.Mode().Perm() != 0o755 {
			return fmt.Errorf("%s has the mode %o, want 755", file.Name, file.Mode().Perm())
		}
		if platform == host {
			if err := checkProgram(file, r); err != nil {
				return err
			}
		}
	}
	slices.Sort(names)
	if want := []string{"LICENSE", program}; !slices.Equal(names, want) {
		return fmt.Errorf("contains %q, want %q", names, want)
	}
	return nil
}

// checkProgram checks that the program knows its version and commit.
func checkProgram(file *zip.File, r release) error {
	dir, err := os.MkdirTemp("", "releasecheck")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	packed, err := file.Open()
	if err != nil {
		return err
	}
	content, err := io.ReadAll(packed)
	if err != nil {
		return err
	}
	program := filepath.Join(dir, "program.exe")
	if err := os.WriteFile(program, content, 0o700); err != nil { //nolint:gosec // it is executed
		return err
	}
	out, err := exec.CommandContext(context.Background(), program, "-version").Output()
	if want := fmt.Sprintf("%s %s, commit %s, ", project, r.Version, r.Commit); err != nil ||
		!strings.HasPrefix(string(out), want) {
		return fmt.Errorf("the program says %q, want %q, %w", out, want, err)
	}
	return nil
}
