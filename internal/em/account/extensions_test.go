// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// withExtensions is the account of restricted with these extensions.
func withExtensions(deny bool, extensions ...any) tfrun.Block {
	return restrictedBlock(func(a map[string]any) {
		a["flr_settings"] = map[string]any{"inplace_only": true, "extension_restrictions": extensions}
		a["sql_settings"] = map[string]any{"deny_inplace_restore": deny}
	})
}

func TestExtensions_OfAnImportedAccountAreValidAsTheyAre(t *testing.T) {
	const notOne = "is not a file name extension"
	for name, c := range map[string]struct {
		config  tfrun.Block
		changes []string
		refuses string // the quoted extension
	}{
		"as they are":                      {withExtensions(true, ".DOC", "tar.gz", "foo bar"), nil, ""},
		"another spelling":                 {withExtensions(true, "doc", "TAR.GZ", "foo bar"), nil, ""},
		"a new one":                        {withExtensions(true, ".DOC", "tar.gz", "foo bar", "zip.gz"), nil, `"zip.gz"`},
		"a new valid one":                  {withExtensions(true, "doc", "pdf"), []string{"replace " + address}, ""},
		"as they are, in a replacement":    {withExtensions(false, ".DOC", "doc"), nil, `".DOC"`},
		"valid ones, in a replacement":     {withExtensions(false, "doc", "pdf"), []string{"replace " + address}, ""},
		"an impossible one":                {withExtensions(true, ".DOC", "foo,bar"), nil, `"foo,bar"`},
		"an impossible one, by semicolons": {withExtensions(true, ".DOC", "foo;bar"), nil, `"foo;bar"`},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{})
			addRestricted(em, func(a *emsim.Account) { a.FlrExtensions = ".DOC,tar.gz, foo bar" }, vm01, sql)
			before := em.Snapshot()
			w := em.NewWorkspace()
			if out := w.Import(c.config, `User/TECH\william.fox`, nil); len(out.Errors) > 0 {
				t.Fatalf("the import reported %q", out.Errors)
			}
			// The first apply after the import adopts restore_scope.
			if out := w.Apply(withExtensions(true, ".DOC", "tar.gz", "foo bar")); len(out.Errors) > 0 {
				t.Fatalf("the first apply reported %q", out.Errors)
			}
			plan := w.Plan(c.config)
			if c.refuses == "" && len(plan.Errors) > 0 || !slices.Equal(plan.Changes, c.changes) {
				t.Errorf("planned %q, errors %q; want %q", plan.Changes, plan.Errors, c.changes)
			}
			if c.refuses != "" && (len(plan.Errors) != 1 || !strings.Contains(plan.Errors[0], c.refuses+" "+notOne)) {
				t.Errorf("errors %q, want one that refuses %s", plan.Errors, c.refuses)
			}
			tfrun.Check(t, em.WritesExactly(), em.Unchanged(before))
		})
	}
}

func TestExtensions_OfANewAccountAreRefusedInThePlan(t *testing.T) {
	for quoted, extension := range map[string]string{
		`".doc"`: ".doc", `"tar.gz"`: "tar.gz", `"foo bar"`: "foo bar", `"a/b"`: "a/b", `""`: "", `"a,b"`: "a,b",
	} {
		inBubble(t, quoted, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{})
			plan := em.NewWorkspace().Plan(withExtensions(true, "doc", extension))
			if len(plan.Errors) != 1 || !strings.Contains(plan.Errors[0], quoted+" is not a file name extension") {
				t.Errorf("errors %q", plan.Errors)
			}
			tfrun.Check(t, em.WritesExactly())
		})
	}
}

// The server lists an existing account's extensions in another way than when it was imported.
func TestExtensions_InAnotherFormOfTheServerPlanNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		w := em.NewWorkspace()
		block := withExtensions(true, "doc", "pdf")
		w.MustApply(block)
		for _, form := range []emsim.Extensions{emsim.ExtensionsUpper, emsim.ExtensionsDots, emsim.ExtensionsSemicolons} {
			em.Configure(func(o *emsim.Options) { o.Extensions = form })
			if plan := w.Plan(block); len(plan.Errors)+len(plan.Changes)+len(plan.Drift) > 0 {
				t.Errorf("%s: planned %+v", form, plan)
			}
		}
	})
}
