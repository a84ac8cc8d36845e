// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// What the matrix says is worth as much as the workspace is like Terraform: the same changes and faults make the CLI send the
// same, and end the same.
func TestSim_Workspace_DoesAsTheTerraformCLIDoes(t *testing.T) {
	foxDenied := account{scope: []object{vm01}, deny: true}.block()
	first := func(name, of string, o object) tfrun.Block {
		b := scope(name, of, o)
		b.CreateBeforeDestroy = true
		return b
	}
	// The apply that repairs these removes the deposed scope and replaces the tainted one, in the order that chance has.
	unordered := []string{"a replacement made before, that fails"}
	for name, c := range map[string]struct {
		before, after []tfrun.Block
		fault         string
		times         int
		on            string // name of an operation
		fails         bool
	}{
		"a create that rides out":                     {nil, blocks(fox), "reset after", 1, "create an account", false},
		"a create that fails":                         {nil, blocks(fox), "500 before", 0, "create an account", true},
		"a create that leaves a tainted account":      {nil, blocks(fox), "garbage", 0, "list restore scopes, for a new account", true},
		"a tainted account and its scope":             {nil, blocks(fox, scope("web", "fox", web01)), "garbage", 0, "list restore scopes, for a new account", true},
		"an update that rides out":                    {blocks(fox), blocks(foxAll), "reset after", 1, "switch the restore of all VMs", false},
		"an update that fails":                        {blocks(fox), blocks(foxTwoRoles), "500 before", 0, "add a role", true},
		"a replacement of an account and its scope":   {blocks(fox, scope("web", "fox", web01)), blocks(foxDenied, scope("web", "fox", web01)), "503", 1, "delete an account", false},
		"a replacement that fails at the deletion":    {blocks(fox), blocks(foxDenied), "500 before", 0, "delete an account", true},
		"a replacement that fails at the create":      {blocks(fox), blocks(foxDenied), "500 before", 0, "create an account", true},
		"a replacement made before":                   {blocks(fox, first("web", "fox", web01)), blocks(fox, first("web", "fox", sql)), "503", 1, "remove a scope (account_scope)", false},
		"a replacement made before, that fails":       {blocks(fox, first("web", "fox", web01)), blocks(fox, first("web", "fox", sql)), "500 before", 0, "add a scope (account_scope)", true},
		"a deposed scope that cannot be removed":      {blocks(fox, first("web", "fox", web01)), blocks(fox, first("web", "fox", sql)), "500 before", 0, "remove a scope (account_scope)", true},
		"what a replacement made before spreads to":   {blocks(fox, first("web", "fox", web01)), blocks(foxAll, first("web", "fox", sql)), "reset after", 1, "add a scope (account_scope)", false},
		"a removed block":                             {blocks(fox, scope("web", "fox", web01)), blocks(fox), "reset after", 1, "remove a scope (account_scope)", false},
		"a plan that fails":                           {blocks(fox), blocks(foxAll), "garbage", 0, "read an account, in a refresh", true},
		"a list of scopes, and one that is not on it": {blocks(foxAllNoScope, exclusive("fox", vm01, web01)), blocks(foxAllNoScope, exclusive("fox", web01)), "503", 1, "remove a scope (exclusive)", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inject := func(em *acctest.EM) {
				o := operations[slices.IndexFunc(operations, func(o operation) bool { return o.name == c.on })]
				f := faults[slices.IndexFunc(faults, func(f fault) bool { return f.name == c.fault })].is
				f.Match, f.Times = o.matches, c.times
				em.Inject(f)
			}
			byCLI := byCLI(t, c.before, c.after, inject, c.fails)
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{})
				w := workspace(em)
				must(t, w, c.before)
				em.ResetJournal()
				inject(em)
				if out := w.Apply(c.after...); (len(out.Errors) > 0) != c.fails {
					t.Errorf("errors %q", out.Errors)
				}
				em.ClearFaults()
				must(t, w, c.after)
				got := normal(em.Writes())
				if slices.Contains(unordered, name) {
					slices.Sort(got)
					slices.Sort(byCLI)
				}
				if !slices.Equal(got, byCLI) {
					t.Errorf("the workspace sends\n  %s\nthe CLI\n  %s", strings.Join(got, "\n  "), strings.Join(byCLI, "\n  "))
				}
				holdsExactly(t, em, w, c.after)
			})
		})
	}
}

// byCLI has the Terraform CLI do it, and gives what it sent that writes: with the fault, and without. No fault delays an answer,
// and the CLI runs in real time: a request that a busy machine is slow with must not time out.
func byCLI(t *testing.T, before, after []tfrun.Block, inject func(*acctest.EM), fails bool) []string {
	t.Helper()
	em := acctest.StartEM(t, emsim.Options{})
	em.ProviderAttributes("request_timeout = \"1h\"\n    max_retries = 2")
	var sent []string
	faulty := resource.TestStep{PreConfig: func() { em.ResetJournal(); inject(em) }, Config: em.Config(hcl(after))}
	if fails {
		faulty.ExpectError = regexp.MustCompile(`Could not`)
	}
	steps := []resource.TestStep{faulty, {
		PreConfig: em.ClearFaults, Config: em.Config(hcl(after)),
		Check: func(*terraform.State) error { sent = normal(em.Writes()); return nil },
	}}
	if len(before) > 0 {
		steps = append([]resource.TestStep{{Config: em.Config(hcl(before))}}, steps...)
	}
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: em.Factories(), Steps: steps})
	return sent
}

var guid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// normal writes each ID as the number of its first appearance.
func normal(sent []string) []string {
	seen := map[string]string{}
	out := make([]string, len(sent))
	for i, line := range sent {
		out[i] = guid.ReplaceAllStringFunc(line, func(id string) string {
			if seen[id] == "" {
				seen[id] = fmt.Sprintf("<%d>", len(seen)+1)
			}
			return seen[id]
		})
	}
	return out
}

// hcl writes blocks in Terraform's language.
func hcl(config []tfrun.Block) string {
	var b strings.Builder
	for _, block := range config {
		fmt.Fprintf(&b, "resource %q %q {\n", block.Type, block.Name)
		for _, name := range slices.Sorted(maps.Keys(block.Attributes)) {
			fmt.Fprintf(&b, "  %s = %s\n", name, expression(block.Attributes[name]))
		}
		if block.CreateBeforeDestroy {
			b.WriteString("  lifecycle {\n    create_before_destroy = true\n  }\n")
		}
		b.WriteString("}\n")
	}
	return b.String()
}

func expression(v any) string {
	switch v := v.(type) {
	case tfrun.Reference:
		return v.Address + "." + v.Attribute
	case string:
		return acctest.Quote(v)
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = expression(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(v)) {
			fmt.Fprintf(&b, "%s = %s, ", name, expression(v[name]))
		}
		return "{ " + b.String() + "}"
	}
	return fmt.Sprint(v)
}
