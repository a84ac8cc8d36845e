// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
)

func TestWorld_IsReproducedFromItsSeedAndFromItsJSON(t *testing.T) {
	for number := range uint64(50) {
		w := newSoakWorld(7, number, 25)
		raw, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		var read soakWorld
		if err := json.Unmarshal(raw, &read); err != nil || !reflect.DeepEqual(read, newSoakWorld(7, number, 25)) {
			t.Errorf("%s was decoded as\n  %+v\nwant\n  %+v\nerror %v", raw, read, w, err)
		}
	}
}

// Every option of the simulated server that is not a function must occur, so that a new option is not forgotten.
func TestWorld_TriesEveryQuirk(t *testing.T) {
	tried := map[string]bool{}
	for number := range uint64(200) {
		w := newSoakWorld(1, number, 1)
		faultkit.EachOption(&w.Quirks, func(name string, field reflect.Value) {
			tried[name] = tried[name] || !field.IsZero()
		})
	}
	excused := map[string]string{
		"Users":                 "the provider logs on as one of the default users",
		"OperatorsOnly":         "no request could ever succeed",
		"KeepsEmptyDescription": "a description could never be removed",
	}
	for name, ever := range tried {
		if _, ok := excused[name]; ever == ok {
			t.Errorf("%s: tried %t, excused %t", name, ever, ok)
		}
	}
}

func TestWorld_ContainsEveryKindOfStepEditAndFault(t *testing.T) {
	runs, edits := make([]int, runKinds), make([]int, len(soakEdits))
	outside, faulty := make([]int, len(outsideChanges)), make([]int, len(soakFaults))
	for number := range uint64(80) {
		for _, s := range newSoakWorld(1, number, faultkit.StepsOfAWorld).Steps {
			runs[s.Run]++
			for _, e := range s.Edits {
				edits[e.Kind]++
			}
			for _, e := range s.Outside {
				outside[e.Kind]++
			}
			for _, f := range s.Faults {
				faulty[f.Fault]++
			}
		}
	}
	for what, counts := range map[string][]int{
		"run": runs, "edit": edits, "change outside Terraform": outside, "fault": faulty,
	} {
		if i := slices.Index(counts, 0); i >= 0 {
			t.Errorf("80 worlds do not contain the %s with index %d", what, i)
		}
	}
}
