// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// files are the files of a build by name.
type files map[string]string

// other is a platform whose program cannot run here.
const other = "plan9_arm"

const (
	prefix  = project + "_1.2.3_"
	archive = prefix + other + ".zip"
)

// packed returns an archive with these files, of which the program has a mode.
func packed(t *testing.T, mode fs.FileMode, names ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range names {
		header := &zip.FileHeader{Name: name}
		header.SetMode(mode)
		w, err := z.CreateHeader(header)
		if err == nil {
			_, err = w.Write([]byte(name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// write writes a build into a new folder. If the files have no list of checksums, it adds the right one.
func write(t *testing.T, build files) (dist string) {
	t.Helper()
	dist = t.TempDir()
	var list strings.Builder
	for name, content := range build {
		path := filepath.Join(dist, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if name == "metadata.json" || strings.Contains(name, "SHA256SUMS") {
			continue
		}
		got, err := sum(path)
		if err != nil {
			t.Fatal(err)
		}
		list.WriteString(got + "  " + name + "\n")
	}
	if _, ok := build[prefix+"SHA256SUMS"]; !ok {
		if err := os.WriteFile(filepath.Join(dist, prefix+"SHA256SUMS"), []byte(list.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dist
}

// right returns a build without defects.
func right(t *testing.T) files {
	t.Helper()
	content, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	return files{
		"metadata.json":              `{"version":"1.2.3","commit":"c0ffee"}`,
		prefix + "manifest.json":     string(content),
		prefix + other + ".zip":      packed(t, 0o755, "LICENSE", project+"_v1.2.3"),
		prefix + "windows_arm64.zip": packed(t, 0o755, "LICENSE", project+"_v1.2.3.exe"),
		prefix + "SHA256SUMS.sig":    "\x89binary",
		archive + ".sbom.json":       "{}", prefix + "windows_arm64.zip.sbom.json": "{}",
	}
}

func TestCheck_FindsWhatTheRegistryWouldRefuse(t *testing.T) {
	t.Chdir("../../..")
	want := wanted{platforms: []string{other, "windows_arm64"}, sbom: true, signed: true}
	if got := check(write(t, right(t)), want); len(got) != 0 {
		t.Errorf("a build without defects: %q", got)
	}
	for name, c := range map[string]struct {
		spoil func(files)
		says  string
	}{
		"a platform is missing":  {func(f files) { delete(f, archive) }, archive + ": open "},
		"an unexpected platform": {func(f files) { f[prefix+"plan9_amd64.zip"] = "" }, "the list of checksums contains"},
		"no manifest":            {func(f files) { delete(f, prefix+"manifest.json") }, "the list of checksums contains"},
		"another manifest":       {func(f files) { f[prefix+"manifest.json"] = "{}" }, "manifest.json: the checksum is"},
		"no bill of materials":   {func(f files) { delete(f, archive+".sbom.json") }, "sbom.json: the checksum is"},
		"no signature":           {func(f files) { delete(f, prefix+"SHA256SUMS.sig") }, "SHA256SUMS.sig"},
		"an armored signature":   {func(f files) { f[prefix+"SHA256SUMS.sig"] = "-----BEGIN" }, "ASCII armored"},
		"a wrong list":           {func(f files) { f[prefix+"SHA256SUMS"] = "abc" }, `not a checksum: "abc"`},
		"no list":                {func(f files) { f["metadata.json"] = `{"version":"1.2.4"}` }, "1.2.4_SHA256SUMS"},
		"no metadata":            {func(f files) { delete(f, "metadata.json") }, "metadata.json"},
		"the program's name":     {func(f files) { f[archive] = packed(t, 0o755, "LICENSE", project) }, "contains"},
		"a program without .exe": {func(f files) { f[prefix+"windows_arm64.zip"] = f[archive] }, "contains"},
		"a mode": {
			func(f files) { f[archive] = packed(t, 0o644, "LICENSE", project+"_v1.2.3") }, "has the mode 644",
		},
		"not an archive": {func(f files) { f[archive] = "tar" }, "not a valid zip file"},
	} {
		t.Run(name, func(t *testing.T) {
			build := right(t)
			c.spoil(build)
			if got := check(write(t, build), want); !strings.Contains(strings.Join(got, "\n"), c.says) {
				t.Errorf("found %q, want %q", got, c.says)
			}
		})
	}
}

func TestCheck_RunsTheProgramOfThisPlatform(t *testing.T) {
	t.Chdir("../../..")
	program := project + "_v1.2.3"
	if strings.HasPrefix(host, "windows_") {
		program += ".exe"
	}
	build := right(t)
	build[prefix+host+".zip"] = packed(t, 0o755, "LICENSE", program)
	got := check(write(t, build), wanted{platforms: []string{host}})
	if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "the program says") }) {
		t.Errorf("found %q although the program cannot run", got)
	}
}

func TestCompare_FindsArchivesThatDiffer(t *testing.T) {
	t.Chdir("../../..")
	first := write(t, right(t))
	for name, c := range map[string]struct {
		spoil func(files)
		want  []string
	}{
		"the same":           {func(files) {}, nil},
		"fewer platforms":    {func(f files) { delete(f, archive) }, nil},
		"a bill of its time": {func(f files) { f[archive+".sbom.json"] = "{ }" }, nil},
		"another archive": {
			func(f files) { f[archive] += "!" },
			[]string{archive + ": two builds of the same commit differ"},
		},
		"no archive": {
			func(f files) { delete(f, archive); delete(f, prefix+"windows_arm64.zip") },
			[]string{"the second build has no archive"},
		},
	} {
		build := right(t)
		c.spoil(build)
		if got := compare(first, write(t, build)); !slices.Equal(got, c.want) {
			t.Errorf("%s: found %q, want %q", name, got, c.want)
		}
	}
}
