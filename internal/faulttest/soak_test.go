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

// The seed is fixed, so that two runs of one commit do the same; another one is tried with -soak.seed.
var (
	soakSeed   = flag.Uint64("soak.seed", 20261125, "seed of the soak")
	soakSteps  = flag.Int64("soak.steps", 2000, "how many steps the soak runs")
	soakFor    = flag.Duration("soak.for", 0, "how long the soak runs, instead of a number of steps")
	soakAll    = flag.Bool("soak.all", false, "go on after a failure, and report every one")
	soakReplay = flag.String("soak.replay", "", "a world as a failure prints it, to run instead of random ones")
)

// stepsOfAWorld is how many steps each world takes.
const stepsOfAWorld = 25

// shrinkTries is how many smaller worlds a failure may cost.
const shrinkTries = 400

// Random configurations meet random servers, faults and people. soak_check_test.go says what has to hold after each step.
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
				for !failed.Load() && (*soakFor > 0 && time.Now().Before(deadline) || *soakFor == 0 && steps.Load() < wanted) {
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

// reportSoak makes the world of a failure smaller and prints it.
func reportSoak(t *testing.T, w soakWorld, result soakResult, name string) {
	t.Helper()
	smaller, least := w.shrink(result, shrinkTries, func(smaller soakWorld) soakResult { return smaller.run(t) })
	raw, err := json.Marshal(smaller)
	if err != nil {
		t.Error(err)
	}
	t.Errorf("%s: after %d steps\n%s\n\nthe smallest sequence that does it, with max_retries %d and the server %s:\n%s\n%s\n\nto run it again: go test ./internal/faulttest -run TestSoak -soak.replay='%s'",
		name, result.steps, strings.Join(result.broken, "\n"), smaller.Retries, quirksOf(smaller), strings.Join(least.log, "\n"), strings.Join(least.broken, "\n"), raw)
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
