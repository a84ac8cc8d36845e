// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// quirks are servers that differ in what a PUT does and in how they list entries.
var quirks = map[string]vb365sim.Options{
	"strongest source":      {},
	"replaces":              {Update: vb365sim.UpdateReplaces},
	"keeps empty lists":     {KeepsEmptyLists: true},
	"keeps selected items":  {KeepsSelectedItems: true},
	"keeps both":            {KeepsEmptyLists: true, KeepsSelectedItems: true},
	"late entries":          {EntryDelay: 3 * time.Second},
	"very late entries":     {EntryDelay: 8 * time.Second},
	"late removal":          {RemovingDelay: 3 * time.Second},
	"late in both ways":     {EntryDelay: 3 * time.Second, RemovingDelay: 3 * time.Second},
	"fresh entry IDs":       {EntryIDs: vb365sim.EntryIDsFresh, RemovingDelay: time.Second},
	"entry IDs of the list": {EntryIDs: vb365sim.EntryIDsList},
	"plain entry IDs":       {EntryIDs: vb365sim.EntryIDsPlain},
	"upper case":            {IDCase: vb365sim.CaseUpper},
	"lower case":            {IDCase: vb365sim.CaseLower},
	"duplicates added":      {DuplicateEntries: vb365sim.DuplicateEntriesAdd, EntryDelay: 8 * time.Second},
	"duplicates refused":    {DuplicateEntries: vb365sim.DuplicateEntriesRefuse},
	"unknown entries":       {RefuseUnknownEntries: true, RemovingDelay: time.Second},
	"gone is 400": {
		GoneStatus: 400, OmitErrorCode: true, RefuseUnknownEntries: true, RemovingDelay: 3 * time.Second,
	},
	"last entry":             {AllowLastEntry: true},
	"any 2xx":                {CreateStatus: 202, WriteStatus: 200},
	"random order":           {ListOrder: simkit.ListShuffled},
	"late role":              {RoleDelay: 3 * time.Second},
	"strict about objects":   {RefuseUnknownObjects: true, RefuseDuplicateNames: true},
	"short pages, contained": {ShortPages: true, MaxPage: 10, Filters: vb365sim.FiltersContain},
	"filters ignored":        {Filters: vb365sim.FiltersIgnored, OmitPageLinks: true},
	"replaces, v6":           {Update: vb365sim.UpdateReplaces, Versions: []string{"v6"}},
	"merges, v6":             {Versions: []string{"v6"}, OmitErrorCode: true},
	"replaces, v7":           {Update: vb365sim.UpdateReplaces, Versions: []string{"v7"}},
}

// shapes are states of a role.
var shapes = []struct {
	block                         tfrun.Block
	operators, selected, excluded []string
}{
	{
		whole(map[string]any{"excluded_items": list(user3), "description": "all but one"}),
		[]string{anOperator},
		nil,
		[]string{aUser3},
	},
	{role(nil), []string{anOperator}, []string{aUser3, anABC}, nil},
	{
		role(map[string]any{"selected_items": list(site), "excluded_items": list(user3), "operators": list(admin, abc)}),
		[]string{anAdmin, anABC},
		[]string{aSite},
		[]string{aUser3},
	},
	{
		role(map[string]any{"selected_items": list(user3), "excluded_items": list(site, abc), "description": "moved"}),
		[]string{anOperator},
		[]string{aUser3},
		[]string{aSite, anABC},
	},
}

// tour visits each of n shapes from each other one.
func tour(n int) []int {
	next := make([]int, n) // how far each shape has gone
	at, path := 0, []int{0}
	for next[at] < n-1 {
		next[at]++
		at = (at + next[at]) % n
		path = append(path, at)
	}
	return path
}

func TestUpdate_ReachesEachStateFromEachOnEveryServer(t *testing.T) {
	for name, options := range quirks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				var hidden []string // selected items that a server keeps although they have no effect
				for _, i := range tour(len(shapes)) {
					s := shapes[i]
					w.MustApply(s.block)
					roleType, _ := s.block.Attributes["role_type"].(string)
					selected := s.selected
					switch {
					case selected != nil:
						hidden = selected
					case options.KeepsSelectedItems:
						selected = hidden
					}
					holds(t, vb, roleType, s.operators, selected, s.excluded)
				}
			})
		})
	}
}

func TestTour_VisitsEachShapeFromEachOther(t *testing.T) {
	seen := map[string]bool{}
	path := tour(len(shapes))
	for i := range path[1:] {
		seen[fmt.Sprint(path[i:i+2])] = true
	}
	if n := len(shapes); len(seen) != n*(n-1) {
		t.Errorf("the tour has %d different steps, want %d: %v", len(seen), n*(n-1), path)
	}
}
