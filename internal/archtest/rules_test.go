// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"slices"
	"testing"
)

// Each rule must refuse the import that it exists to refuse.
func TestJudge_RefusesEachWrongDirection(t *testing.T) {
	const (
		framework = "github.com/hashicorp/terraform-plugin-framework/types"
		testkit   = "github.com/hashicorp/terraform-plugin-testing/helper/resource"
	)
	for _, c := range []struct{ importer, wrong, right string }{
		{"", "/internal/emapi", "/internal/provider"},
		{"", "syscall", "os"},
		{"/internal/emapi", "syscall", "net"},
		{"/internal/provider", "golang.org/x/sys/unix", framework},
		{"/internal/provider", "/internal/emsim", "/internal/em/account"},
		{"/internal/provider", "/internal/acctest", "/internal/tfkit"},
		{"/internal/em/account", "/internal/provider", "/internal/em/rules"},
		{"/internal/em/account", "/internal/em/scope", "/internal/emapi"},
		{"/internal/em/account", "/internal/acctest", "/internal/tfkit"},
		{"/internal/em/rules", "/internal/em/account", "/internal/em/emtype"},
		{"/internal/em/emtype", "/internal/em/rules", "/internal/tfkit"},
		{"/internal/tfkit", "/internal/em/rules", "/internal/emapi"},
		{"/internal/emapi", "/internal/emsim", "net/http"},
		{"/internal/emapi", "/internal/tfkit", "/internal/httpkit"},
		{"/internal/emapi", retryable, "/internal/httpkit"},
		{"/internal/httpkit", "/internal/emapi", retryable},
		{"/internal/httpkit", framework, "net/http"},
		{"/internal/emapi", framework, "encoding/xml"},
		{"/internal/emapi", "golang.org/x/sync/semaphore", parallel},
		{"/internal/httpkit", parallel, retryable},
		{"/internal/emsim", "/internal/emapi", "net/http"},
		{"/internal/emsim", retryable, "/internal/simkit"},
		{"/internal/simkit", "/internal/emsim", "crypto/tls"},
		{"/internal/emapi", "/internal/simkit", "net/http"},
		{"/internal/vb365/operator", "/internal/em/rules", "/internal/vb365/rules"},
		{"/internal/vb365api", "/internal/emapi", "/internal/httpkit"},
		{"/internal/vb365sim", "/internal/emsim", "encoding/json"},
		{"/internal/vb365sim", "/internal/vb365spec", "/internal/simkit"},
		{"/internal/vb365spec", "/internal/vb365api", "testing"},
		{"/internal/cmd/simulator", "/internal/emapi", "/internal/emsim"},
		{"/internal/cmd/demo", "/internal/emsim", "os/exec"},
		{"/internal/acctest", "/internal/cmd/simulator", testkit},
		{"/internal/processtest", "/internal/provider", "/internal/emsim"},
		{"/internal/faulttest", "/internal/em/account", "/internal/acctest"},
		{"/internal/xsdtest", "/internal/acctest", "/internal/emapi"},
		{"/internal/acctest/memnet", "/internal/emsim", "net/http"},
		{"/internal/tfrun", "/internal/provider", testkit},
		{"/internal/emsim", "/internal/acctest/memnet", "net/http"},
	} {
		full := func(s string) string {
			if s == "" || s[0] == '/' {
				return module + s
			}
			return s
		}
		dir, _ := folder(full(c.importer))
		got := judge(goPackage{ImportPath: full(c.importer), Imports: []string{full(c.right), full(c.wrong)}})
		if want := []string{dir + " must not import " + full(c.wrong)}; !slices.Equal(got, want) {
			t.Errorf("%s: findings %q, want %q", dir, got, want)
		}
	}
}

func TestJudge_AppliesTheRuleToTheTestsOfClientAndSimulator(t *testing.T) {
	for _, p := range []goPackage{
		{ImportPath: module + "/internal/emapi", XTestImports: []string{module + "/internal/emsim"}},
		{ImportPath: module + "/internal/emsim", TestImports: []string{module + "/internal/emapi"}},
	} {
		if got := judge(p); len(got) != 1 {
			t.Errorf("%s: findings %q, want one", p.ImportPath, got)
		}
	}
	for _, of := range []string{"/internal/emapi", "/internal/httpkit", "/internal/emsim", "/internal/simkit"} {
		for network, findings := range map[string]int{"/internal/acctest/memnet": 0, "/internal/acctest": 1} {
			got := judge(goPackage{ImportPath: module + of, XTestImports: []string{module + network}})
			if len(got) != findings {
				t.Errorf("%s: findings %q about %s in tests, want %d", of, got, network, findings)
			}
		}
	}
	account := goPackage{
		ImportPath: module + "/internal/em/account", XTestImports: []string{module + "/internal/acctest"},
	}
	if got := judge(account); got != nil {
		t.Errorf("the tests of internal/em/account may use acctest, but the findings are %q", got)
	}
}

func TestJudge_RefusesAPackageOutsideEveryLayer(t *testing.T) {
	got := judge(goPackage{ImportPath: module + "/internal/helpers"})
	if want := []string{"internal/helpers: this folder is missing from the table layers"}; !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
}

func TestUnshippable_NamesWhatMustNotBeShipped(t *testing.T) {
	for importPath, want := range map[string]string{
		module:                        "",
		module + "/internal/provider": "",
		module + "/internal/emapi":    "",
		"net/http":                    "",
		"github.com/hashicorp/terraform-plugin-testing/helper/resource": "test support in the shipped binary",
		module + "/internal/emsim":                                      "internal/emsim in the shipped binary",
		module + "/internal/vb365sim":                                   "internal/vb365sim in the shipped binary",
		module + "/internal/simkit":                                     "internal/simkit in the shipped binary",
		module + "/internal/vb365spec":                                  "internal/vb365spec in the shipped binary",
		module + "/internal/acctest":                                    "internal/acctest in the shipped binary",
		module + "/internal/tfrun":                                      "internal/tfrun in the shipped binary",
		module + "/internal/cmd/demo":                                   "internal/cmd in the shipped binary",
		module + "/internal/processtest":                                "internal/processtest in the shipped binary",
		module + "/internal/faulttest":                                  "internal/faulttest in the shipped binary",
	} {
		if got := unshippable(importPath); got != want {
			t.Errorf("%s: %q, want %q", importPath, got, want)
		}
	}
}
