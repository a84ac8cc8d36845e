// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

var updateContract = flag.Bool("update", false, "write testdata/contract.txt")

const contractFile = "testdata/contract.txt"

// contract returns what configurations depend on, one name per line: each attribute with its type and with how it is
// set, and each function.
func (s *testServer) contract() []string {
	lines := attributeLines("provider", s.schemas.Provider)
	for name, schema := range s.schemas.ResourceSchemas {
		lines = append(lines, attributeLines("resource "+name, schema)...)
		lines = append(lines, fmt.Sprintf("resource %s: schema version %d", name, schema.Version))
	}
	for name, schema := range s.schemas.DataSourceSchemas {
		lines = append(lines, attributeLines("data "+name, schema)...)
	}
	for name, schema := range s.schemas.ListResourceSchemas {
		lines = append(lines, attributeLines("list "+name, schema)...)
	}
	for name, action := range s.schemas.ActionSchemas {
		lines = append(lines, attributeLines("action "+name, action.Schema)...)
	}
	for name, f := range s.schemas.Functions {
		var parameters []string
		for _, p := range f.Parameters {
			parameters = append(parameters, p.Type.String())
		}
		lines = append(lines, fmt.Sprintf("function %s(%s): %s", name, strings.Join(parameters, ", "), f.Return.Type))
	}
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(line, "tftypes.", "")
	}
	slices.Sort(lines)
	return lines
}

func attributeLines(of string, schema *tfprotov6.Schema) []string {
	return linesOf(of+" ", schema.Block.Attributes)
}

func linesOf(prefix string, attributes []*tfprotov6.SchemaAttribute) (lines []string) {
	for _, a := range attributes {
		kind := ""
		if a.NestedType != nil {
			kind = a.NestedType.Nesting.String()
			lines = append(lines, linesOf(prefix+a.Name+".", a.NestedType.Attributes)...)
		} else {
			kind = a.Type.String()
		}
		for name, is := range map[string]bool{"required": a.Required, "optional": a.Optional, "computed": a.Computed} {
			if is {
				kind += ", " + name
			}
		}
		words := strings.Split(kind, ", ")
		slices.Sort(words[1:])
		lines = append(lines, prefix+a.Name+": "+strings.Join(words, ", "))
	}
	return lines
}

// A changed or removed line is a breaking change. The guide about upgrades says when the project makes one.
func TestContract_KeepsWhatConfigurationsDependOn(t *testing.T) {
	got := strings.Join(newServer(t).contract(), "\n") + "\n"
	if *updateContract {
		if err := os.WriteFile(contractFile, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	recorded, err := os.ReadFile(contractFile)
	if err != nil {
		t.Fatal(err)
	}
	now, before := strings.Split(got, "\n"), strings.Split(string(recorded), "\n")
	for _, line := range before {
		if !slices.Contains(now, line) {
			t.Errorf("breaking change: %q no longer holds", line)
		}
	}
	for _, line := range now {
		if !slices.Contains(before, line) {
			t.Errorf("%q is not recorded: run go test ./internal/provider -run TestContract -update", line)
		}
	}
}
