// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
)

// runDefect imitates a defect that shows only with an edit, a fault in a later step, and two quirks of the server.
func runDefect(w soakWorld) faultkit.Result {
	result := faultkit.Result{Steps: len(w.Steps)}
	edited := false
	for n, s := range w.Steps {
		faulty := slices.ContainsFunc(s.Faults, func(f soakFault) bool { return f.Fault == 3 })
		if faulty && edited && w.Quirks.OmitLocation && w.Quirks.Latency > 0 {
			return faultkit.Result{Steps: n + 1, Broken: []string{"duplicate scope: always"}}
		}
		edited = edited || slices.ContainsFunc(s.Edits, func(e soakEdit) bool { return e.Kind == 4 })
	}
	return result
}

func TestShrink_KeepsOnlyWhatTheFailureNeeds(t *testing.T) {
	fails := 0
	for seed := range uint64(500) {
		w := newSoakWorld(seed, 1, 25)
		result := runDefect(w)
		if len(result.Broken) == 0 {
			continue
		}
		fails++
		smaller, least := w.Shrink(result, 1000, runDefect)
		counts := make([][3]int, len(smaller.Steps))
		for i, s := range smaller.Steps {
			counts[i] = [3]int{len(s.Edits), len(s.Outside), len(s.Faults)}
		}
		if len(least.Broken) != 1 || !slices.Equal(counts, [][3]int{{1, 0, 0}, {0, 0, 1}}) {
			t.Errorf("seed %d: the smallest steps are %+v, which break %q", seed, smaller.Steps, least.Broken)
		}
		want := soakQuirks{OmitLocation: true, Latency: w.Quirks.Latency}
		if smaller.Server() != (soakWorld{Quirks: want}).Server() || smaller.TLS {
			t.Errorf("seed %d: the smallest server is %s", seed, smaller.Server())
		}
	}
	if fails < 10 {
		t.Errorf("only %d of 500 worlds failed: the test proves little", fails)
	}
}

func TestShrink_StopsAfterTheGivenNumberOfTries(t *testing.T) {
	runs := 0
	w := newSoakWorld(1, 1, 25)
	broken := faultkit.Result{Steps: 25, Broken: []string{"lost: all"}}
	smaller, least := w.Shrink(broken, 7, func(soakWorld) faultkit.Result { runs++; return faultkit.Result{} })
	if runs != 7 || !reflect.DeepEqual(smaller, w) || !reflect.DeepEqual(least, broken) {
		t.Errorf("after %d runs, the smallest world is %+v with %+v", runs, smaller, least)
	}
}

// A smaller world with a different failure does not explain the given one.
func TestShrink_IgnoresOtherFailures(t *testing.T) {
	w := newSoakWorld(1, 1, 25)
	broken := faultkit.Result{Steps: 25, Broken: []string{"lost: all"}}
	smaller, _ := w.Shrink(broken, 50, func(soakWorld) faultkit.Result {
		return faultkit.Result{Broken: []string{"session still open: one"}}
	})
	if !reflect.DeepEqual(smaller, w) {
		t.Errorf("the smallest world is %+v, want the given one", smaller)
	}
}

func TestWorld_IsReproducedFromItsSeedAndFromItsJSON(t *testing.T) {
	for number := range uint64(50) {
		w := newSoakWorld(7, number, 25)
		if again := newSoakWorld(7, number, 25); !reflect.DeepEqual(again, w) {
			t.Errorf("the same seed returned\n  %+v\nand then\n  %+v", w, again)
		}
		raw, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		var read soakWorld
		if err := json.Unmarshal(raw, &read); err != nil || !reflect.DeepEqual(read, w) {
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
		"Users":           "the provider logs on as one of the default users",
		"NoScopeLicense":  "a fault does this instead: the license lapses for a while",
		"ScopeFailure":    "no scope could ever be added",
		"DroppedRole":     "an account with this role can never be created as configured",
		"DroppedSettings": "an account with these settings can never be created as configured",
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
	pauses, anyRequest := 0, 0
	for number := range uint64(80) {
		for _, s := range newSoakWorld(1, number, faultkit.StepsOfAWorld).Steps {
			runs[s.Run]++
			if s.Pause > time.Hour {
				pauses++
			}
			for _, e := range s.Edits {
				edits[e.Kind]++
			}
			for _, e := range s.Outside {
				outside[e.Kind]++
			}
			for _, f := range s.Faults {
				faulty[f.Fault]++
				if f.On >= len(operations) {
					anyRequest++
				}
			}
		}
	}
	for what, counts := range map[string][]int{
		"run": runs, "edit": edits, "change outside Terraform": outside, "fault": faulty,
		"pause": {pauses}, "fault on any request": {anyRequest},
	} {
		if i := slices.Index(counts, 0); i >= 0 {
			t.Errorf("80 worlds do not contain the %s with index %d", what, i)
		}
	}
}
