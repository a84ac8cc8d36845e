// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"time"
)

// World describes a server and everything that happens to it. It is plain data, so that a failure can be reproduced
// from it and shrunk by removing parts. O are the options of the server.
type World[O any] struct {
	Quirks  O
	TLS     bool
	Retries int // max_retries
	Steps   []Step
}

// Step is one run of Terraform, with the changes that precede it and the faults that hit it.
type Step struct {
	Pause       time.Duration // since the previous step
	Edits       []Edit        // of the configurations
	Outside     []Edit        `json:"ByHand"` // changes on the server, outside Terraform
	Faults      []FaultAt
	Run         int // the kind of run
	Parallelism int
}

// Edit is a change. Its numbers choose among the objects that exist when the change is made, so that it remains valid
// if earlier changes are removed.
type Edit struct{ Kind, A, B, C int }

// FaultAt is a fault that hits Times matching requests after the first Skip ones.
type FaultAt struct {
	Fault       int // index in the faults of the soak
	On          int // index in the operations; their number and above means any request
	Skip, Times int
}

// MarshalJSON encodes the world. It omits the options that have their zero value.
func (w World[O]) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Quirks  map[string]any
		TLS     bool
		Retries int
		Steps   []Step
	}{w.set(), w.TLS, w.Retries, w.Steps})
}

// set returns the options that do not have their zero value.
func (w World[O]) set() map[string]any {
	set := map[string]any{}
	EachOption(&w.Quirks, func(name string, field reflect.Value) {
		if !field.IsZero() {
			set[name] = field.Interface()
		}
	})
	return set
}

// Server describes the server.
func (w World[O]) Server() string {
	raw, err := json.Marshal(w.set())
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// EachOption calls do for each option that is plain data.
func EachOption[O any](options *O, do func(name string, field reflect.Value)) {
	v := reflect.ValueOf(options).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() != reflect.Func {
			do(v.Type().Field(i).Name, v.Field(i))
		}
	}
}

// Kinds are the numbers of kinds of what can happen in a step.
type Kinds struct {
	Runs                               []int // the kinds of runs, each as often as it is to occur
	First                              int   // the kind of the first run
	Edits, Outside, Faults, Operations int
}

// NewStep returns a random step. The number of the step in its world is n.
func (k Kinds) NewStep(random *rand.Rand, n int) Step {
	edit := func(kinds int) Edit {
		return Edit{random.IntN(kinds), random.IntN(1000), random.IntN(1000), random.IntN(1000)}
	}
	s := Step{Run: k.Runs[random.IntN(len(k.Runs))], Parallelism: 1 + random.IntN(50)}
	if random.IntN(8) == 0 {
		s.Pause = time.Duration(random.IntN(72)) * time.Hour
	}
	for range 1 + random.IntN(3) {
		s.Edits = append(s.Edits, edit(k.Edits))
	}
	if n == 0 {
		s.Run = k.First
	} else if random.IntN(10) < 3 {
		s.Outside = append(s.Outside, edit(k.Outside))
	}
	if random.IntN(3) > 0 {
		for range 1 + random.IntN(4) {
			times := 1 + random.IntN(3)
			if random.IntN(4) == 0 {
				times = 4 + random.IntN(12) // a burst
			}
			s.Faults = append(s.Faults, FaultAt{
				Fault: random.IntN(k.Faults),
				On:    random.IntN(2 * k.Operations),
				Skip:  random.IntN(12) / 4,
				Times: times,
			})
		}
	}
	return s
}

// Pick returns one of the values.
func Pick[T any](random *rand.Rand, values ...T) T { return values[random.IntN(len(values))] }
