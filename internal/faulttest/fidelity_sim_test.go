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
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// The matrix is only valid if the workspace behaves like Terraform: with the same changes and faults, the CLI must send
// the same requests and have the same outcome.
func TestSim_Workspace_BehavesLikeTheTerraformCLI(t *testing.T) {
	foxDenied := account{scope: []object{vm01}, deny: true}.block()
	createFirst := func(name, of string, o object) tfrun.Block {
		b := scope(name, of, o)
		b.CreateBeforeDestroy = true
		return b
	}
	// The apply that completes this change removes the deposed scope and replaces the tainted one, in any order.
	const unordered = "a create_before_destroy replacement that fails"
	for name, c := range map[string]struct {
		before, after []tfrun.Block
		fault         string
		times         int    // how many requests the fault hits; 0 means all
		on            string // the name of the operation
		fails         bool
	}{
		"a create that survives": {
			after: blocks(fox),
			fault: "reset after", times: 1, on: "create an account",
		},
		"a create that fails": {
			after: blocks(fox),
			fault: "500 before", on: "create an account", fails: true,
		},
		"a create that leaves a tainted account": {
			after: blocks(fox),
			fault: "garbage", on: "list restore scopes, for a new account", fails: true,
		},
		"a create that leaves a tainted account, and its scope": {
			after: blocks(fox, scope("web", "fox", web01)),
			fault: "garbage", on: "list restore scopes, for a new account", fails: true,
		},
		"an update that survives": {
			before: blocks(fox), after: blocks(foxAll),
			fault: "reset after", times: 1, on: "switch the restore of all VMs",
		},
		"an update that fails": {
			before: blocks(fox), after: blocks(foxTwoRoles),
			fault: "500 before", on: "add a role", fails: true,
		},
		"a replacement of an account and its scope": {
			before: blocks(fox, scope("web", "fox", web01)), after: blocks(foxDenied, scope("web", "fox", web01)),
			fault: "503", times: 1, on: "delete an account",
		},
		"a replacement whose deletion fails": {
			before: blocks(fox), after: blocks(foxDenied),
			fault: "500 before", on: "delete an account", fails: true,
		},
		"a replacement whose creation fails": {
			before: blocks(fox), after: blocks(foxDenied),
			fault: "500 before", on: "create an account", fails: true,
		},
		"a create_before_destroy replacement": {
			before: blocks(fox, createFirst("web", "fox", web01)), after: blocks(fox, createFirst("web", "fox", sql)),
			fault: "503", times: 1, on: "remove a scope (account_scope)",
		},
		"a create_before_destroy replacement that fails": {
			before: blocks(fox, createFirst("web", "fox", web01)), after: blocks(fox, createFirst("web", "fox", sql)),
			fault: "500 before", on: "add a scope (account_scope)", fails: true,
		},
		"a deposed scope that cannot be removed": {
			before: blocks(fox, createFirst("web", "fox", web01)), after: blocks(fox, createFirst("web", "fox", sql)),
			fault: "500 before", on: "remove a scope (account_scope)", fails: true,
		},
		"a create_before_destroy replacement and an update of its dependency": {
			before: blocks(fox, createFirst("web", "fox", web01)), after: blocks(foxAll, createFirst("web", "fox", sql)),
			fault: "reset after", times: 1, on: "add a scope (account_scope)",
		},
		"a removed block": {
			before: blocks(fox, scope("web", "fox", web01)), after: blocks(fox),
			fault: "reset after", times: 1, on: "remove a scope (account_scope)",
		},
		"a plan that fails": {
			before: blocks(fox), after: blocks(foxAll),
			fault: "garbage", on: "read an account, in a refresh", fails: true,
		},
		"an exclusive list that removes a scope": {
			before: blocks(foxAllNoScope, exclusive("fox", vm01, web01)),
			after:  blocks(foxAllNoScope, exclusive("fox", web01)),
			fault:  "503", times: 1, on: "remove a scope (exclusive)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inject := func(em *acctest.EM) {
				f := faultkit.Named(faults, c.fault).Is
				f.Match, f.Times = operationOf(c.on).Matches, c.times
				em.Inject(f)
			}
			want := writesByCLI(t, c.before, c.after, inject, c.fails)
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{})
				w := workspace(em)
				mustApply(t, w, c.before)
				em.ResetJournal()
				inject(em)
				if out := w.Apply(c.after...); (len(out.Errors) > 0) != c.fails {
					t.Errorf("errors %q", out.Errors)
				}
				em.ClearFaults()
				mustApply(t, w, c.after)
				got := numberIDs(em.Writes())
				if name == unordered {
					slices.Sort(got)
					slices.Sort(want)
				}
				if !slices.Equal(got, want) {
					t.Errorf("the workspace sent\n  %s\nthe CLI\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
				}
				holdsExactly(t, em, w, c.after)
			})
		})
	}
}

// writesByCLI makes the same changes with the Terraform CLI and returns the writes that it sends, with the fault and
// then without it. The CLI runs in real time, so the request timeout is long enough for a busy machine; no fault delays
// an answer.
func writesByCLI(
	t *testing.T, before, after []tfrun.Block, inject func(*acctest.EM), fails bool,
) []string {
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
		Check: func(*terraform.State) error { sent = numberIDs(em.Writes()); return nil },
	}}
	if len(before) > 0 {
		steps = append([]resource.TestStep{{Config: em.Config(hcl(before))}}, steps...)
	}
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: em.Factories(), Steps: steps})
	return sent
}

var guid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// numberIDs replaces each ID with a number, in the order in which the IDs appear.
func numberIDs(sent []string) []string {
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

// hcl returns the blocks in the Terraform language.
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
