// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// many returns the blocks of n roles, each with other members of its lists.
func many(n int) []tfrun.Block {
	member := func(i int) map[string]any {
		return byName("User", fmt.Sprintf("member%03d@abc.onmicrosoft.com", i%200))
	}
	config := make([]tfrun.Block, n)
	for i := range n {
		config[i] = role(map[string]any{
			"name": fmt.Sprintf("Role %d", i), "operators": list(operator, member(i)), "excluded_items": list(site),
			"selected_items": list(abc, team, member(i+1), member(i+2)),
		})
		config[i].Name = fmt.Sprintf("role%d", i)
	}
	return config
}

// BenchmarkRefresh measures a plan without changes, of 200 roles that have been applied.
func BenchmarkRefresh(b *testing.B) {
	const n = 200
	for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
		b.Run(fmt.Sprintf("roles=%d/latency=%s", n, latency), func(b *testing.B) {
			vb := acctest.StartVB365(b, vb365sim.Options{})
			config, w := many(n), vb.NewWorkspace()
			if out := w.Apply(config...); len(out.Errors) > 0 {
				b.Fatal(out.Errors)
			}
			vb.Configure(func(o *vb365sim.Options) { o.Latency = latency })
			vb.ResetJournal()
			connections := vb.Connections()
			b.ReportAllocs()
			for b.Loop() {
				if out := w.Plan(config...); len(out.Errors)+len(out.Changes) > 0 {
					b.Fatal(out)
				}
			}
			roles := float64(n) * float64(b.N)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/roles, "ns/role")
			b.ReportMetric(float64(len(vb.Journal()))/roles, "requests/role")
			b.ReportMetric(float64(vb.Connections()-connections)/float64(b.N), "connections/plan")
		})
	}
}

func TestRefresh_RolesAreReadSideBySide(t *testing.T) {
	const n, latency = 20, 50 * time.Millisecond
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		config := many(n)
		w.MustApply(config...)
		vb.Configure(func(o *vb365sim.Options) { o.Latency = latency })
		vb.ResetJournal()
		began := time.Now()
		if out := w.Plan(config...); len(out.Changes)+len(out.Errors) > 0 {
			t.Fatal(out)
		}
		// One after the other, the requests would take 4 s.
		if took := time.Since(began); took > time.Second {
			t.Errorf("took %s for %d requests of %s", took, len(vb.Journal()), latency)
		}
	})
}
