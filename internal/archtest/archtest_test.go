// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	module     = "github.com/veeam-community/terraform-provider-veeam"
	retryable  = "github.com/hashicorp/go-retryablehttp"
	parallel   = "golang.org/x/sync/errgroup"
	unicode    = "golang.org/x/text/unicode/norm"
	anyForeign = "*"
)

// layer says what the packages in a folder may import in addition to the standard library and to packages in the same
// folder.
type layer struct {
	dir     string   // folder below the module's root, a path.Match pattern
	own     []string // folders of this module, path.Match patterns
	foreign []string // prefixes of packages outside this module; anyForeign allows all
	tests   bool     // whether the rule also applies to the tests of the packages
	inTests []string // folders that the tests may import in addition to own
}

// network provides in-memory connections, so that the tests of client and simulator can run in bubbles. It imports
// neither.
const network = "internal/acctest/memnet"

// specification contains the documents that the tests of client and simulator check both against. It imports neither.
const specification = "internal/vb365spec"

// systemDependent is the only part of the provider that may depend on the operating system. .ci/run checks it for
// several.
const systemDependent = "internal/parent"

// anyModule allows every package outside this module.
var anyModule = []string{anyForeign}

// in returns folders below internal.
func in(folders ...string) []string {
	out := make([]string, len(folders))
	for i, folder := range folders {
		out[i] = "internal/" + folder
	}
	return out
}

// layers are the rules. The first one that matches a package applies to it.
var layers = []layer{
	{dir: ".", own: in("provider", "tfkit", "parent"), foreign: anyModule},
	{dir: systemDependent, tests: true},
	{dir: "internal/provider", own: in("em/*", "vb365/*", "tfkit", "emapi", "vb365api", "httpkit"), foreign: anyModule},
	{dir: "internal/rulekit", foreign: anyModule},
	{dir: "internal/rulekit/ruletest"},
	// Rules, attribute types and tfkit know no noun. Rules and types may use tfkit.
	{dir: "internal/tfkit", own: in("emapi", "vb365api", "httpkit"), foreign: anyModule},
	{dir: "internal/*/emtype", own: in("tfkit", "emapi"), foreign: anyModule},
	{dir: "internal/em/rules", own: in("em/emtype", "rulekit", "tfkit", "emapi"), foreign: anyModule},
	{dir: "internal/vb365/rules", own: in("rulekit", "tfkit", "vb365api", "httpkit"), foreign: anyModule},
	// What the three owners of restore scopes share.
	{dir: "internal/em/scopeset", own: in("em/rules", "em/emtype", "tfkit", "emapi", "httpkit"), foreign: anyModule},
	{
		dir:     "internal/em/*",
		own:     in("em/rules", "em/scopeset", "em/emtype", "rulekit", "tfkit", "emapi", "httpkit"),
		foreign: anyModule,
	},
	{dir: "internal/vb365/lookup", own: in("tfkit", "vb365api"), foreign: anyModule},
	{
		dir:     "internal/vb365/*",
		own:     in("vb365/rules", "vb365/lookup", "rulekit", "tfkit", "vb365api", "httpkit"),
		foreign: anyModule,
	},
	// Client and simulator share nothing, not even in their tests: a wrong name of an element must be made twice to go
	// unnoticed.
	{
		dir: "internal/emapi", own: in("httpkit"), foreign: []string{parallel, unicode},
		tests: true, inTests: []string{network},
	},
	{
		dir: "internal/vb365api", own: in("httpkit"), foreign: []string{parallel},
		tests: true, inTests: []string{network, specification},
	},
	// What the clients share. It knows none of them.
	{dir: "internal/httpkit", foreign: []string{retryable}, tests: true, inTests: []string{network}},
	// What the simulators share. It knows none of them.
	{dir: "internal/simkit", tests: true, inTests: []string{network}},
	{
		dir: "internal/emsim", own: in("simkit"), foreign: []string{unicode},
		tests: true, inTests: []string{network},
	},
	{dir: "internal/vb365sim", own: in("simkit"), tests: true, inTests: []string{network, specification}},
	{dir: specification, foreign: []string{"github.com/getkin/kin-openapi"}, tests: true},
	{dir: network, tests: true},
	{dir: "internal/testcli", tests: true},
	{dir: "internal/cmd/simulator", own: in("emsim", "vb365sim", "simkit"), tests: true},
	{dir: "internal/cmd/testcheck", own: in("testcli"), tests: true},
	{dir: "internal/cmd/providerschema", own: in("provider"), foreign: anyModule},
	// The bench has a simulated server, and compares the provider with one of the same schema.
	{dir: "internal/cmd/bench", own: in("emsim", "simkit", "testcli"), tests: true},
	{dir: "internal/cmd/idleprovider", own: in("provider"), foreign: anyModule},
	// The other commands look at everything from outside, as a user does.
	{dir: "internal/cmd/*", foreign: []string{parallel}, tests: true},
	// Terraform in the test's process: it knows the plugin protocol, and no provider.
	{dir: "internal/tfrun", foreign: anyModule},
	{
		dir: "internal/acctest",
		own: in(
			"tfrun", "provider", "em/*", "vb365/*", "tfkit", "emapi", "vb365api", "emsim", "vb365sim", "simkit",
		),
		foreign: anyModule,
	},
	// The provider on a real server. Its tests run on simulated ones too.
	{
		dir:     "internal/acceptance",
		own:     in("acctest", "provider", "tfkit", "emapi", "vb365api", "emsim", "vb365sim"),
		foreign: anyModule, tests: true,
	},
	// The provider as a process, also seen from outside, with simulated servers.
	{dir: "internal/processtest", own: in("emsim", "vb365sim", "testcli"), tests: true},
	// The provider against a failing server, in the test's process.
	{dir: "internal/faulttest", own: in("acctest", "tfrun", "emsim"), foreign: anyModule, tests: true},
	{
		dir: "internal/faulttest/vb365", own: in("faulttest/faultkit", "acctest", "tfrun", "vb365sim", "simkit"),
		foreign: anyModule, tests: true,
	},
	{dir: "internal/faulttest/faultkit", own: in("tfrun", "simkit", "acctest/memnet"), tests: true},
	// Client and simulator against the schema: no other package of this module may give an opinion.
	{dir: "internal/xsdtest", own: in("emapi", "emsim", "acctest/memnet"), tests: true},
	{dir: "internal/archtest", tests: true},
}

// neverShipped lists the folders whose packages must not be in the provider's binary.
var neverShipped = []string{
	"internal/emsim", "internal/vb365sim", "internal/simkit", "internal/vb365spec", "internal/tfrun", "internal/acctest",
	"internal/rulekit/ruletest", "internal/testcli", "internal/acceptance", "internal/processtest", "internal/faulttest",
	"internal/xsdtest", "internal/archtest", "internal/cmd", "internal/tools",
}

// goPackage is a package as go list -json describes it.
type goPackage struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestImports_KeepTheirDirection(t *testing.T) {
	packages := goList(t, "./...")
	if len(packages) < 2 {
		t.Fatalf("go list found %d packages: the test runs in the wrong place", len(packages))
	}
	for _, p := range packages {
		for _, finding := range judge(p) {
			t.Error(finding)
		}
	}
}

func TestShippedBinary_ContainsNoSimulatorAndNoTestSupport(t *testing.T) {
	packages := goList(t, "-deps", ".")
	isProvider := func(p goPackage) bool { return p.ImportPath == module+"/internal/provider" }
	if !slices.ContainsFunc(packages, isProvider) {
		t.Fatal("the binary does not contain the provider's package: the test runs in the wrong place")
	}
	for _, p := range packages {
		if why := unshippable(p.ImportPath); why != "" {
			t.Errorf("%s: %s", p.ImportPath, why)
		}
	}
}

// judge returns a finding for each import that the package's layer does not allow.
func judge(p goPackage) []string {
	dir, _ := folder(p.ImportPath)
	i := slices.IndexFunc(layers, func(l layer) bool { return matches(l.dir, dir) })
	if i < 0 {
		return []string{dir + ": this folder is missing from the table layers"}
	}
	l := layers[i]
	findings := l.judge(dir, p.Imports)
	if dir != systemDependent && unshippable(p.ImportPath) == "" {
		for _, imported := range p.Imports {
			if imported == "syscall" || strings.HasPrefix(imported, "golang.org/x/sys/") {
				findings = append(findings, dir+" must not import "+imported)
			}
		}
	}
	if l.tests {
		l.own = slices.Concat(l.own, l.inTests)
		findings = append(findings, l.judge(dir, slices.Concat(p.TestImports, p.XTestImports))...)
	}
	return findings
}

func (l layer) judge(importer string, imports []string) []string {
	var findings []string
	for _, imported := range imports {
		if !l.allows(importer, imported) {
			findings = append(findings, importer+" must not import "+imported)
		}
	}
	return findings
}

func (l layer) allows(importer, imported string) bool {
	if dir, ours := folder(imported); ours {
		below := dir == importer || strings.HasPrefix(dir, importer+"/")
		return below || slices.ContainsFunc(l.own, func(pattern string) bool { return matches(pattern, dir) })
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	return slices.ContainsFunc(l.foreign, func(prefix string) bool {
		return prefix == anyForeign || imported == prefix || strings.HasPrefix(imported, prefix+"/")
	})
}

// unshippable returns why a package must not be in the shipped binary, or "" if it may be.
func unshippable(importPath string) string {
	if strings.HasPrefix(importPath, "github.com/hashicorp/terraform-plugin-testing") {
		return "test support in the shipped binary"
	}
	dir, ours := folder(importPath)
	if !ours {
		return ""
	}
	for _, banned := range neverShipped {
		if dir == banned || strings.HasPrefix(dir, banned+"/") {
			return banned + " in the shipped binary"
		}
	}
	return ""
}

// folder returns a package's folder below the module's root ("." for the root) and reports whether the package belongs
// to this module.
func folder(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

func matches(pattern, dir string) bool {
	ok, err := path.Match(pattern, dir)
	return err == nil && ok
}

func goList(t *testing.T, args ...string) []goPackage {
	t.Helper()
	args = append([]string{"list", "-json=ImportPath,Imports,TestImports,XTestImports"}, args...)
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		switch err := decoder.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages
		case err != nil:
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
