// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"encoding/json"
	"flag"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The default seed is fixed so that two runs of the same commit do the same. Use -soak.seed to try another one.
var (
	soakSeed   = flag.Uint64("soak.seed", 20261125, "seed of the soak")
	soakSteps  = flag.Int64("soak.steps", 0, "the number of steps to run; 0 means a default")
	soakFor    = flag.Duration("soak.for", 0, "how long to run the soak, instead of a number of steps")
	soakAll    = flag.Bool("soak.all", false, "continue after a failure and report all failures")
	soakReplay = flag.String("soak.replay", "", "a world in JSON, as printed by a failure, to run instead of random ones")
)

// StepsOfAWorld is the number of steps in each world.
const StepsOfAWorld = 25

// shrinkTries is how many smaller worlds are run to shrink a failure.
const shrinkTries = 400

// Soak combines random configurations of a product with random servers, faults and changes outside Terraform. O are
// the options of the server.
type Soak[O any] struct {
	Package string // the folder of the tests from the module's root
	Steps   int64  // to run by default
	Reduced int64  // to run at most with -short or the race detector
	New     func(seed, number uint64, steps int) World[O]
	Run     func(t *testing.T, w World[O]) Result
}

// Result is the result of a world.
type Result struct {
	Steps  int
	Log    []string
	Broken []string // the checks that failed
}

// Test runs worlds until enough steps have been run, or the world of -soak.replay.
func (s Soak[O]) Test(t *testing.T) {
	t.Helper()
	if *soakReplay != "" {
		s.replay(t, *soakReplay)
		return
	}
	wanted := s.Steps
	if *soakSteps > 0 {
		wanted = *soakSteps
	}
	if IsReduced() {
		wanted = min(wanted, s.Reduced)
	}
	deadline := time.Now().Add(*soakFor)
	var world atomic.Uint64
	var steps atomic.Int64
	var failed atomic.Bool
	t.Run("worlds", func(t *testing.T) {
		for n := range runtime.GOMAXPROCS(0) {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				for !failed.Load() {
					if *soakFor > 0 && time.Now().After(deadline) || *soakFor == 0 && steps.Load() >= wanted {
						return
					}
					number := world.Add(1)
					w := s.New(*soakSeed, number, StepsOfAWorld)
					result := s.Run(t, w)
					steps.Add(int64(result.Steps))
					if len(result.Broken) > 0 {
						failed.Store(!*soakAll)
						s.report(t, w, result, fmt.Sprintf("-soak.seed=%d, world %d", *soakSeed, number))
					}
				}
			})
		}
	})
	t.Logf("-soak.seed=%d: %d steps on %d servers", *soakSeed, steps.Load(), world.Load())
}

// report shrinks the world of a failure and prints the result.
func (s Soak[O]) report(t *testing.T, w World[O], result Result, name string) {
	t.Helper()
	smaller, least := w.Shrink(result, shrinkTries, func(smaller World[O]) Result { return s.Run(t, smaller) })
	raw, err := json.Marshal(smaller)
	if err != nil {
		t.Error(err)
	}
	t.Errorf("%s: failed after %d steps\n%s\n\n"+
		"the smallest sequence that fails, with max_retries %d and the server %s:\n%s\n%s\n\n"+
		"to run it again: go test ./%s -run TestSoak -soak.replay='%s'",
		name, result.Steps, strings.Join(result.Broken, "\n"),
		smaller.Retries, smaller.Server(), strings.Join(least.Log, "\n"), strings.Join(least.Broken, "\n"), s.Package, raw)
}

func (s Soak[O]) replay(t *testing.T, raw string) {
	t.Helper()
	var w World[O]
	if err := json.Unmarshal([]byte(raw), &w); err != nil {
		t.Fatalf("-soak.replay: %v", err)
	}
	result := s.Run(t, w)
	t.Log("\n" + strings.Join(result.Log, "\n"))
	for _, broken := range result.Broken {
		t.Error(broken)
	}
}
