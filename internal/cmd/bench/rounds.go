// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"slices"
)

// command is what is measured in a workspace.
type command func(context.Context, *workspace) (cost, error)

func plan(ctx context.Context, w *workspace) (cost, error)    { return w.plan(ctx) }
func apply(ctx context.Context, w *workspace) (cost, error)   { return w.apply(ctx) }
func destroy(ctx context.Context, w *workspace) (cost, error) { return w.destroy(ctx) }

// rounds are the costs of one command in every round.
type rounds []cost

// takeTurns runs the commands in each workspace, one workspace after the other, and repeats this n times. The result is
// by command and workspace.
func takeTurns(ctx context.Context, n int, workspaces []*workspace, commands ...command) ([][]rounds, error) {
	all := make([][]rounds, len(commands))
	for i := range all {
		all[i] = make([]rounds, len(workspaces))
	}
	for range n {
		for j, w := range workspaces {
			for i, run := range commands {
				c, err := run(ctx, w)
				if err != nil {
					return nil, err
				}
				all[i][j] = append(all[i][j], c)
			}
		}
	}
	return all, nil
}

// figure is a number that is part of a cost.
type figure struct {
	name   string
	of     func(cost) float64
	digits int
}

var (
	wall        = figure{"Wall (s)", func(c cost) float64 { return c.wall.Seconds() }, 2}
	cpu         = figure{"CPU (s)", func(c cost) float64 { return (c.terraform + c.provider).Seconds() }, 2}
	ofTerraform = figure{"CPU of Terraform (s)", func(c cost) float64 { return c.terraform.Seconds() }, 2}
	ofProvider  = figure{"CPU of the provider (s)", func(c cost) float64 { return c.provider.Seconds() }, 2}
	memory      = figure{"Memory (MB)", func(c cost) float64 { return float64(c.peak) / 1e6 }, 0}
	requests    = figure{"Requests", func(c cost) float64 { return float64(c.total()) }, 0}
	connections = figure{"Connections", func(c cost) float64 { return float64(c.connections) }, 0}
	received    = figure{"Received (MB)", func(c cost) float64 { return float64(c.received) / 1e6 }, 2}
)

// median returns the median of a figure.
func (r rounds) median(f figure) float64 {
	values := make([]float64, len(r))
	for i, c := range r {
		values[i] = f.of(c)
	}
	return median(values)
}

// ratio returns the median of the ratios of a figure to that of another provider in the same round.
func (r rounds) ratio(f figure, to rounds) float64 {
	ratios := make([]float64, len(r))
	for i := range r {
		ratios[i] = f.of(r[i]) / f.of(to[i])
	}
	return median(ratios)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
