// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// Several runs of Terraform switch the same setting. The API can only toggle it.
func TestToggle_ConcurrentRunsEndWithTheWantedValue(t *testing.T) {
	seeds := 120
	if isReduced() {
		seeds = 12
	}
	for _, slowest := range []time.Duration{50 * time.Millisecond, time.Second, 5 * time.Second} {
		inBubble(t, slowest.String(), func(t *testing.T) {
			for seed := range seeds {
				toggleTogether(t, rand.New(rand.NewPCG(uint64(seed), uint64(slowest))), slowest)
			}
		})
	}
}

// toggleTogether lets two or three clients switch all VMs off at about the same time. Each request takes up to the
// given time, before or after the server carries it out.
func toggleTogether(t *testing.T, random *rand.Rand, slowest time.Duration) {
	t.Helper()
	em := acctest.StartEMWithoutTLS(t, emsim.Options{})
	id := em.AddAccountWithScopes(emsim.VM01Ref, emsim.VM01Name)
	em.Mutate(func(s *emsim.Store) { s.Toggle(id) })
	for range 200 {
		em.Inject(emsim.Fault{
			Kind: faultkit.Pick(random, emsim.FaultDelayBeforeCommit, emsim.FaultDelayAfterCommit), PathPattern: onePath,
			Delay: time.Duration(random.Int64N(int64(slowest))), Times: 1,
		})
	}
	errs := make([]error, 2+random.IntN(2))
	var all sync.WaitGroup
	for i := range errs {
		client, later := em.Client(nil), time.Duration(random.Int64N(int64(2*slowest)))
		all.Go(func() {
			time.Sleep(later)
			errs[i] = client.SetAllowRestoreAllVMs(t.Context(), id, false)
		})
	}
	all.Wait()
	on := em.Account(`TECH\William.Fox`).AllowRestoreAllVms
	for i, err := range errs {
		if err == nil && on {
			t.Errorf("client %d of %d succeeded, but all VMs are allowed; it sent %q", i, len(errs), em.Writes())
		}
		if err != nil {
			t.Errorf("client %d of %d: %v", i, len(errs), err)
		}
	}
	em.LogOff()
}

// The response to the toggle of one run is lost while another run toggles too.
func TestToggle_ALostResponseDuringAConcurrentRunIsNeverASilentFailure(t *testing.T) {
	for _, kind := range []emsim.FaultKind{
		emsim.FaultDropBeforeCommit, emsim.FaultDropAfterCommit, emsim.FaultDelayBeforeCommit, emsim.FaultDelayAfterCommit,
	} {
		for skip := range 2 {
			for _, offset := range []time.Duration{0, latency / 2, latency, 3 * latency / 2, 5 * latency / 2} {
				inBubble(t, fmt.Sprint(kind, ", toggle ", skip, ", ", offset), func(t *testing.T) {
					em := acctest.StartEMWithoutTLS(t, emsim.Options{Latency: latency})
					a := workspace(em)
					mustApply(t, a, blocks(foxAll))
					b := a.Copy()
					em.Inject(emsim.Fault{
						Kind: kind, Delay: faultkit.TooLong, Method: http.MethodPost, PathPattern: onePath, Skip: skip, Times: 1,
					})
					fromA, fromB := together(a, b, blocks(fox), blocks(fox), offset)
					time.Sleep(time.Hour)
					on := em.Account(`TECH\william.fox`).AllowRestoreAllVms
					for _, out := range []tfrun.Outcome{fromA, fromB} {
						if on && len(out.Errors) == 0 {
							t.Errorf("a run reported success, but all VMs are allowed; sent %q", em.Writes())
						}
					}
					for _, text := range append(fromA.Errors, fromB.Errors...) {
						if !strings.Contains(text, "AllowRestoreAllVms is now") {
							t.Errorf("the error does not say what the value is: %s", text)
						}
					}
				})
			}
		}
	}
}
