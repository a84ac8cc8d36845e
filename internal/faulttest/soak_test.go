// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

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
	soakSteps  = flag.Int64("soak.steps", 2000, "the number of steps to run")
	soakFor    = flag.Duration("soak.for", 0, "how long to run the soak, instead of a number of steps")
	soakAll    = flag.Bool("soak.all", false, "continue after a failure and report all failures")
	soakReplay = flag.String("soak.replay", "", "a world in JSON, as printed by a failure, to run instead of random ones")
)

// stepsOfAWorld is the number of steps in each world.
const stepsOfAWorld = 25

// shrinkTries is how many smaller worlds are run to shrink a failure.
const shrinkTries = 400

// The soak combines random configurations with random servers, faults and changes outside Terraform.
// soak_check_test.go defines what must hold after each step.
func TestSoak_RandomChangesAndFaultsEndAsConfigured(t *testing.T) {
	if *soakReplay != "" {
		replaySoak(t, *soakReplay)
		return
	}
	wanted := *soakSteps
	if raceDetector || testing.Short() {
		wanted = min(wanted, 250)
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
					w := newSoakWorld(*soakSeed, number, stepsOfAWorld)
					result := w.run(t)
					steps.Add(int64(result.steps))
					if len(result.broken) > 0 {
						failed.Store(!*soakAll)
						reportSoak(t, w, result, fmt.Sprintf("-soak.seed=%d, world %d", *soakSeed, number))
					}
				}
			})
		}
	})
	t.Logf("-soak.seed=%d: %d steps on %d servers", *soakSeed, steps.Load(), world.Load())
}

// reportSoak shrinks the world of a failure and prints the result.
func reportSoak(t *testing.T, w soakWorld, result soakResult, name string) {
	t.Helper()
	smaller, least := w.shrink(result, shrinkTries, func(smaller soakWorld) soakResult { return smaller.run(t) })
	raw, err := json.Marshal(smaller)
	if err != nil {
		t.Error(err)
	}
	t.Errorf("%s: failed after %d steps\n%s\n\n"+
		"the smallest sequence that fails, with max_retries %d and the server %s:\n%s\n%s\n\n"+
		"to run it again: go test ./internal/faulttest -run TestSoak -soak.replay='%s'",
		name, result.steps, strings.Join(result.broken, "\n"),
		smaller.Retries, quirksOf(smaller), strings.Join(least.log, "\n"), strings.Join(least.broken, "\n"), raw)
}

func quirksOf(w soakWorld) string {
	raw, err := json.Marshal(w.Quirks)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

func replaySoak(t *testing.T, raw string) {
	t.Helper()
	var w soakWorld
	if err := json.Unmarshal([]byte(raw), &w); err != nil {
		t.Fatalf("-soak.replay: %v", err)
	}
	result := w.run(t)
	t.Log("\n" + strings.Join(result.log, "\n"))
	for _, broken := range result.broken {
		t.Error(broken)
	}
}
