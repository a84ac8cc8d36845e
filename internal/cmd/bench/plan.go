// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// atOnce is how many objects Terraform plans or applies at the same time.
const atOnce = 10

var (
	commandFigures = []figure{wall, ofTerraform, ofProvider, memory}
	allFigures     = append(slices.Clip(commandFigures), requests, connections)
)

// plans measures plans without changes.
func (b *bench) plans(ctx context.Context) error {
	fast := newTable([]string{"Accounts", "Provider"}, allFigures, "Wall / b", "CPU / b", "CPU / b'", "Memory / b")
	slow := newTable([]string{"Accounts", "Latency"}, []figure{wall, requests, connections},
		"Ideal (s)", "Wall / ideal", "Wall of b' / ideal", "Wall / b'", "Requests per account")
	var sent traffic
	for _, n := range b.accounts {
		workspaces, err := b.applied(ctx, groupsOf(n), wholeGroup, b.data, b.idle, b.quiet, b.real)
		if err != nil {
			return err
		}
		often := b.rounds
		if n > b.usual() {
			often = b.fewer()
		}
		for _, latency := range b.latencies {
			if latency > 0 {
				all, err := takeTurns(ctx, often, workspaces[2:], slowly(latency))
				if err != nil {
					return err
				}
				b.addSlow(slow, n, latency, all[0][1], all[0][0])
				continue
			}
			all, err := takeTurns(ctx, often, workspaces, plan)
			if err != nil {
				return err
			}
			b.addFast(fast, n, workspaces, all[0])
			if n == b.usual() {
				sent = all[0][3][0].traffic
			}
		}
		closeAll(workspaces)
	}
	b.print("Plans without changes", fast)
	b.print("Plans without changes, on a slow server", slow)
	b.printRequests(fmt.Sprintf("Requests of a plan of %d accounts", b.usual()), sent)
	return nil
}

// slowly is a plan on a server with a latency. A provider without a server waits as long for each object.
func slowly(latency time.Duration, options ...string) command {
	return func(ctx context.Context, w *workspace) (cost, error) {
		if w.server != nil {
			w.server.slow(latency, 0)
			defer w.server.slow(0, 0)
			return w.plan(ctx, options...)
		}
		return w.with("IDLE_LATENCY="+latency.String(), func() (cost, error) { return w.plan(ctx, options...) })
	}
}

func (b *bench) addFast(to *table, n int, workspaces []*workspace, all []rounds) {
	idle, quiet, real := all[1], all[2], all[3]
	for i, r := range all {
		to.add([]string{strconv.Itoa(n), workspaces[i].subject.name}, r, allFigures, number(r.ratio(wall, idle)),
			number(r.ratio(cpu, idle)), number(r.ratio(cpu, quiet)), number(r.ratio(memory, idle)))
	}
	title := fmt.Sprintf("Plan of %d accounts: ", n)
	if n == b.usual() {
		b.goal(title+"CPU / b", real.ratio(cpu, idle), 0.65)
		b.goal(title+"wall / b", real.ratio(wall, idle), 0.7)
		b.goal(title+"CPU / b'", real.ratio(cpu, quiet), 1.05)
		b.goal(title+"requests per account", requestsPerAccount(real, n), 2.7)
	}
	if n >= b.usual() {
		b.goal(title+"memory of the provider / b", real.ratio(memory, idle), 0.35)
	}
}

func (b *bench) addSlow(to *table, n int, latency time.Duration, r, quiet rounds) {
	ideal := float64(objectsInGroup*groupsOf(n)) / atOnce * latency.Seconds()
	to.add([]string{strconv.Itoa(n), latency.String()}, r, []figure{wall, requests, connections},
		number(ideal), number(r.median(wall)/ideal), number(quiet.median(wall)/ideal), number(r.ratio(wall, quiet)),
		number(requestsPerAccount(r, n)))
	if n == b.usual() && latency == slices.Max(b.latencies) {
		b.goal(fmt.Sprintf("Plan of %d accounts at %s: wall / ideal", n, latency), r.median(wall)/ideal, 1.25)
	}
}

// requestsPerAccount does not count the requests that open and end the session.
func requestsPerAccount(r rounds, n int) float64 {
	return (r.median(requests) - 2) / float64(accountsInGroup*groupsOf(n))
}

// start measures the plan of one account.
func (b *bench) start(ctx context.Context) error {
	workspaces, err := b.applied(ctx, 1, plainAccount, b.data, b.idle, b.quiet, b.real)
	if err != nil {
		return err
	}
	defer closeAll(workspaces)
	all, err := takeTurns(ctx, b.starts*b.rounds, workspaces, plan) // often, because it is short
	if err != nil {
		return err
	}
	t := newTable([]string{"Provider"}, commandFigures, "Wall / b", "CPU / b")
	idle := all[0][1]
	for i, r := range all[0] {
		t.add([]string{workspaces[i].subject.name}, r, commandFigures,
			number(r.ratio(wall, idle)), number(r.ratio(cpu, idle)))
	}
	b.print("Plan of one account", t)
	b.goal("Plan of one account: CPU / b", all[0][3].ratio(cpu, idle), 1.05)
	return nil
}

// settings measures what users can set: -parallelism on a slow server, and GOGC.
func (b *bench) settings(ctx context.Context) error {
	n := b.usual()
	workspaces, err := b.applied(ctx, groupsOf(n), wholeGroup, b.real)
	if err != nil {
		return err
	}
	defer closeAll(workspaces)
	with := func(env string) command {
		return func(ctx context.Context, w *workspace) (cost, error) {
			return w.with(env, func() (cost, error) { return w.plan(ctx) })
		}
	}
	all, err := takeTurns(ctx, b.rounds, workspaces,
		slowly(b.latency, "-parallelism=10"), slowly(b.latency, "-parallelism=30"),
		with("GOGC=50"), with("GOGC=100"), plan, with("GOGC=800"))
	if err != nil {
		return err
	}
	figures := []figure{wall, connections}
	t := newTable([]string{"Option"}, figures)
	t.add([]string{"none (`-parallelism=10`)"}, all[0][0], figures)
	t.add([]string{"`-parallelism=30`"}, all[1][0], figures)
	b.print(fmt.Sprintf("Plan of %d accounts at %s", n, b.latency), t)
	t = newTable([]string{"Variable"}, commandFigures)
	for i, variable := range []string{"`GOGC=50`", "`GOGC=100`", "none", "`GOGC=800`"} {
		t.add([]string{variable}, all[2+i][0], commandFigures)
	}
	b.print(fmt.Sprintf("Plan of %d accounts with GOGC", n), t)
	return nil
}
