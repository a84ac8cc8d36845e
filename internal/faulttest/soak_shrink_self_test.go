// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"
)

// onlyIf stands for a defect: it needs an edit, a fault two steps later, and two quirks of the server.
func onlyIf(w soakWorld) soakResult {
	result := soakResult{steps: len(w.Steps)}
	edited := false
	for n, s := range w.Steps {
		if slices.ContainsFunc(s.Faults, func(f soakFault) bool { return f.Fault == 3 }) && edited && w.Quirks.OmitLocation && w.Quirks.Latency > 0 {
			return soakResult{steps: n + 1, broken: []string{"doubled: because"}}
		}
		edited = edited || slices.ContainsFunc(s.Edits, func(e soakEdit) bool { return e.Kind == 4 })
	}
	return result
}

func TestShrink_LeavesWhatTheFailureNeeds(t *testing.T) {
	fails := 0
	for seed := range uint64(500) {
		w := newSoakWorld(seed, 1, 25)
		result := onlyIf(w)
		if len(result.broken) == 0 {
			continue
		}
		fails++
		smaller, least := w.shrink(result, 1000, onlyIf)
		if len(least.broken) != 1 || len(smaller.Steps) != 2 || len(smaller.Steps[0].Edits) != 1 || len(smaller.Steps[1].Faults) != 1 ||
			len(smaller.Steps[0].Faults)+len(smaller.Steps[1].Edits)+len(smaller.Steps[0].ByHand)+len(smaller.Steps[1].ByHand) != 0 {
			t.Errorf("seed %d: left %+v, which breaks %q", seed, smaller.Steps, least.broken)
		}
		want := soakQuirks{OmitLocation: true, Latency: w.Quirks.Latency}
		if quirksOf(smaller) != quirksOf(soakWorld{Quirks: want}) || smaller.TLS {
			t.Errorf("seed %d: left the server %s", seed, quirksOf(smaller))
		}
	}
	if fails < 10 {
		t.Errorf("%d of 500 worlds failed: the test proves little", fails)
	}
}

func TestShrink_StopsAfterTheNumberOfTries(t *testing.T) {
	runs := 0
	w := newSoakWorld(1, 1, 25)
	broken := soakResult{steps: 25, broken: []string{"lost: all"}}
	smaller, least := w.shrink(broken, 7, func(soakWorld) soakResult { runs++; return soakResult{} })
	if runs != 7 || !reflect.DeepEqual(smaller, w) || !reflect.DeepEqual(least, broken) {
		t.Errorf("%d runs, left %+v with %+v", runs, smaller, least)
	}
}

// Another failure than the one to be explained is none of its.
func TestShrink_KeepsToOneFailure(t *testing.T) {
	w := newSoakWorld(1, 1, 25)
	broken := soakResult{steps: 25, broken: []string{"lost: all"}}
	smaller, _ := w.shrink(broken, 50, func(soakWorld) soakResult { return soakResult{broken: []string{"session left: one"}} })
	if !reflect.DeepEqual(smaller, w) {
		t.Errorf("left %+v", smaller)
	}
}

func TestWorld_ComesBackFromItsSeedAndFromItsText(t *testing.T) {
	for number := range uint64(50) {
		w := newSoakWorld(7, number, 25)
		if again := newSoakWorld(7, number, 25); !reflect.DeepEqual(again, w) {
			t.Errorf("the seed gives\n  %+v\nand then\n  %+v", w, again)
		}
		raw, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		var read soakWorld
		if err := json.Unmarshal(raw, &read); err != nil || !reflect.DeepEqual(read, w) {
			t.Errorf("%s is read as\n  %+v\nnot\n  %+v\n%v", raw, read, w, err)
		}
	}
}

// Every option of the simulated server that is not a function comes up, so that none is forgotten when one is added.
func TestWorld_TriesEveryQuirk(t *testing.T) {
	tried := map[string]bool{}
	for number := range uint64(200) {
		w := newSoakWorld(1, number, 1)
		w.Quirks.each(func(name string, field reflect.Value) { tried[name] = tried[name] || !field.IsZero() })
	}
	elsewhere := map[string]string{
		"Users":          "the provider logs on as one of those that the server has by itself",
		"NoScopeLicense": "a fault: the license lapses for a while",
	}
	for name, ever := range tried {
		if _, ok := elsewhere[name]; ever == ok {
			t.Errorf("%s: tried %t, excused %t", name, ever, ok)
		}
	}
}

func TestWorld_HasEveryKindOfStepEditAndFault(t *testing.T) {
	runs, edits, byHand, faulty := make([]int, runKinds), make([]int, len(soakEdits)), make([]int, len(soakByHand)), make([]int, len(soakFaults))
	pauses, anyRequest := 0, 0
	for number := range uint64(80) {
		for _, s := range newSoakWorld(1, number, stepsOfAWorld).Steps {
			runs[s.Run]++
			if s.Pause > time.Hour {
				pauses++
			}
			for _, e := range s.Edits {
				edits[e.Kind]++
			}
			for _, e := range s.ByHand {
				byHand[e.Kind]++
			}
			for _, f := range s.Faults {
				faulty[f.Fault]++
				if f.On >= len(operations) {
					anyRequest++
				}
			}
		}
	}
	for what, counts := range map[string][]int{"run": runs, "edit": edits, "change manually": byHand, "fault": faulty, "pause": {pauses}, "any request": {anyRequest}} {
		if i := slices.Index(counts, 0); i >= 0 {
			t.Errorf("2,000 steps have no %s %d", what, i)
		}
	}
}
