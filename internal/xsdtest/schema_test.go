// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package xsdtest

import (
	"path"
	"slices"
	"testing"
)

// known returns the difference that a finding about a document is, or -1.
func (d document) known(finding string) int {
	return slices.IndexFunc(differences, func(known difference) bool {
		ok, err := path.Match(known.finding, finding)
		return err == nil && ok && (known.world == "" || known.world == d.world)
	})
}

func TestRequestsAndResponses_FollowTheSchema(t *testing.T) {
	met := make([]bool, len(differences))
	reported, begun := map[string]bool{}, map[string]bool{}
	for _, d := range sweep(t) {
		findings, err := judge(d.body)
		if err != nil {
			t.Fatalf("%s: the %s to %s: %v\n%s", d.world, d.kind, d.exchange, err, d.body)
		}
		begun[d.root()] = true
		for _, finding := range findings {
			switch i := d.known(finding); {
			case i >= 0:
				met[i] = true
			case !reported[d.kind+finding]:
				reported[d.kind+finding] = true
				t.Errorf("%s: the %s to %s: %s\n%s", d.world, d.kind, d.exchange, finding, d.body)
			}
		}
	}
	for i, known := range differences {
		if !met[i] {
			t.Errorf("%q no longer occurs: remove it from the table", known.finding)
		}
	}
	for root := range roots {
		if !begun[root] {
			t.Errorf("no document begins with %s: remove it from the table", root)
		}
	}
}
