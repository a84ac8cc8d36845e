// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// exampleBlock is a list or action block of an example. The tests parse it, because the installed CLI may be too old to
// read such a file.
type exampleBlock struct {
	file, typeName string
	include        bool
	config         map[string]any
}

var (
	blockStart = regexp.MustCompile(`(?m)^(list|action) "(\w+)" "\w+" \{(\})?$`)
	literal    = regexp.MustCompile(`(?m)^    (\w+) += (".*")$`)
)

// examplesOf reads the blocks of the examples of a type. It reports blocks of other types.
func examplesOf(t *testing.T, pattern, typeName string) []exampleBlock {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../../examples", pattern))
	if err != nil {
		t.Fatal(err)
	}
	var out []exampleBlock
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		blocks := blockStart.FindAllStringSubmatchIndex(string(content), -1)
		if len(blocks) == 0 {
			t.Errorf("%s has no block", file)
		}
		for _, at := range blocks {
			rest, _, _ := strings.Cut(string(content[at[0]:]), "\n}")
			b := exampleBlock{file: file, typeName: string(content[at[4]:at[5]]), config: map[string]any{}}
			if at[6] >= 0 { // {}
				rest = ""
			}
			b.include = strings.Contains(rest, "include_resource = true")
			for _, argument := range literal.FindAllStringSubmatch(rest, -1) {
				value, err := strconv.Unquote(argument[2])
				if err != nil {
					t.Fatalf("%s: %v", file, err)
				}
				b.config[argument[1]] = value
			}
			if b.typeName != typeName {
				t.Errorf("%s has a block of %s", file, b.typeName)
			}
			out = append(out, b)
		}
	}
	if len(out) == 0 {
		t.Errorf("no example of %s", typeName)
	}
	return out
}

func TestExamples_OfListResourcesFindObjectsAndGenerateValidConfigurations(t *testing.T) {
	em, vb := acctest.StartEM(t, emsim.Options{Demo: true}), acctest.StartVB365(t, vb365sim.Options{})
	addHelpdesk(vb)
	em.Beside(vb)
	p := em.Protocol()
	if len(p.Schemas.ListResourceSchemas) < 2 {
		t.Fatalf("only %v", p.Schemas.ListResourceSchemas)
	}
	for name := range p.Schemas.ListResourceSchemas {
		for _, b := range examplesOf(t, "list-resources/"+name+"/list-resource*.tfquery.hcl", name) {
			results := p.ListAll(tfrun.ListCall{Type: name, Config: b.config, IncludeResource: b.include, Limit: 1000})
			if len(results) == 0 {
				t.Errorf("%s finds nothing", b.file)
			}
			for _, r := range results {
				if len(r.Diagnostics) > 0 || r.Identity == nil || b.include != (r.Resource != nil) {
					t.Errorf("%s: %+v", b.file, r)
				}
				if r.Resource == nil {
					continue
				}
				if refused := p.ValidateResource(name, p.Generated(name, r.Resource)); len(refused) > 0 {
					t.Errorf("%s: %s is refused: %v", b.file, r.DisplayName, refused)
				}
			}
		}
	}
	if writes := slices.Concat(em.Writes(), vb.Writes()); len(writes) > 0 {
		t.Errorf("sent %v", writes)
	}
}

func TestExamples_OfActionsSucceed(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	p := em.Protocol()
	if len(p.Schemas.ActionSchemas) == 0 {
		t.Fatal("no actions")
	}
	for name := range p.Schemas.ActionSchemas {
		for _, b := range examplesOf(t, "actions/"+name+"/action*.tf", name) {
			messages := 0
			if ended := p.Invoke(t.Context(), name, b.config, func(string) { messages++ }); len(ended) > 0 || messages == 0 {
				t.Errorf("%s: %d messages, ended with %v", b.file, messages, ended)
			}
		}
	}
}
