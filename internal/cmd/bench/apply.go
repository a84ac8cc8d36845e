// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// applies measures creating and deleting accounts. Terraform copies its state with each change, so that it alone would
// need minutes for 1,000 accounts.
func (b *bench) applies(ctx context.Context) error {
	workspaces, err := b.empty(groups(groupsOf(b.changed), wholeGroup), b.idle, b.quiet, b.real)
	if err != nil {
		return err
	}
	defer closeAll(workspaces)
	all, err := takeTurns(ctx, b.rounds, workspaces, apply, destroy)
	if err != nil {
		return err
	}
	t := newTable([]string{"Command", "Provider"}, allFigures, "Wall / b", "CPU / b")
	for i, name := range []string{"`terraform apply`", "`terraform destroy`"} {
		idle := all[i][0]
		for j, r := range all[i] {
			t.add([]string{name, workspaces[j].subject.name}, r, allFigures,
				number(r.ratio(wall, idle)), number(r.ratio(cpu, idle)))
		}
	}
	b.print(fmt.Sprintf("Creating and deleting %d accounts", b.changed), t)
	b.goal(fmt.Sprintf("Deleting %d accounts: wall / b", b.changed), all[1][2].ratio(wall, all[1][0]), 1.2)
	return nil
}

// creates measures creating a few accounts on a server that has many others.
func (b *bench) creates(ctx context.Context) error {
	workspaces, err := b.empty(groups(b.created, plainAccount), b.idle, b.real)
	if err != nil {
		return err
	}
	defer closeAll(workspaces)
	workspaces[1].server.addAccounts(b.existing)
	all, err := takeTurns(ctx, b.rounds, workspaces, apply, destroy)
	if err != nil {
		return err
	}
	figures := []figure{wall, ofProvider, memory, received, requests, connections}
	t := newTable([]string{"Provider"}, figures, "Wall / b")
	idle, real := all[0][0], all[0][1]
	t.add([]string{b.idle.name}, idle, figures, number(idle.ratio(wall, idle)))
	t.add([]string{b.real.name}, real, figures, number(real.ratio(wall, idle)))
	title := fmt.Sprintf("Creating %d accounts among %d", b.created, b.existing)
	b.print(title, t)
	b.printRequests("Requests of creating them", real[0].traffic)
	b.goal(title+": wall / b", real.ratio(wall, idle), 1.3)
	b.goal(title+": MB received", real.median(received), 3)
	return nil
}

// addAccounts adds accounts that no configuration contains.
func (s *server) addAccounts(n int) {
	s.Mutate(func(store *emsim.Store) {
		for i := range n {
			store.AddAccount(emsim.Account{
				Type: "User", Name: fmt.Sprintf(`TECH\existing-%d`, i), Roles: []string{emsim.RoleVMRestoreOperator},
				AllowRestoreAllVms: true,
			})
		}
	})
}

// scopes measures creating accounts and scopes on a slow server that lists a new scope after some time.
func (b *bench) scopes(ctx context.Context) error {
	workspaces, err := b.empty(groups(b.pairs, scopedAccount+firstScope), b.real)
	if err != nil {
		return err
	}
	defer closeAll(workspaces)
	all, err := takeTurns(ctx, b.fewer(), workspaces, func(ctx context.Context, w *workspace) (cost, error) {
		w.server.slow(b.latency, b.scopeDelay)
		defer w.server.slow(0, 0)
		return w.apply(ctx)
	}, destroy)
	if err != nil {
		return err
	}
	// An account and its scope need eight requests one after the other, and the plan and the apply need ten together.
	latency := b.latency.Seconds()
	ideal := float64(b.pairs)/atOnce*(8*latency+b.scopeDelay.Seconds()) + 10*latency
	r := all[0][0]
	figures := []figure{wall, requests, connections}
	perObject := r.median(requests) / float64(2*b.pairs)
	t := newTable(nil, figures, "Ideal (s)", "Wall / ideal", "Requests per object")
	t.add(nil, r, figures, number(ideal), number(r.median(wall)/ideal), number(perObject))
	title := fmt.Sprintf("Creating %d accounts with a scope at %s, listed after %s", b.pairs, b.latency, b.scopeDelay)
	b.print(title, t)
	b.printRequests("Requests of creating them with a scope", r[0].traffic)
	b.goal(title+": wall / ideal", r.median(wall)/ideal, 1.5)
	b.goal(title+": requests per object", perObject, 3.7)
	return nil
}

// queries measures terraform query, which lists and reads the accounts, if the CLI has this command.
func (b *bench) queries(ctx context.Context) error {
	title := fmt.Sprintf("`terraform query` of %d accounts", b.existing)
	figures := []figure{wall, ofProvider, memory, received, requests, connections}
	t := newTable([]string{"Latency"}, figures)
	if exec.CommandContext(ctx, b.cli, "query", "-help").Run() != nil {
		fmt.Fprintf(b.out, "\n### %s\n\nNot measured: this CLI has no command `query`.\n", title)
		return nil
	}
	workspaces, err := b.empty("", b.real)
	if err != nil {
		return err
	}
	defer closeAll(workspaces)
	w := workspaces[0]
	w.server.addAccounts(b.existing)
	content := fmt.Sprintf(`list "veeam_em_account" "all" {
  provider         = veeam
  include_resource = true
  limit            = %d
}
`, 2*b.existing)
	if err := os.WriteFile(w.path("all.tfquery.hcl"), []byte(content), 0o600); err != nil {
		return err
	}
	for _, latency := range b.latencies {
		w.server.slow(latency, 0)
		all, err := takeTurns(ctx, b.rounds, workspaces, func(ctx context.Context, w *workspace) (cost, error) {
			return w.run(ctx, "query", "-no-color")
		})
		if err != nil {
			return err
		}
		t.add([]string{latency.String()}, all[0][0], figures)
	}
	b.print(title, t)
	return nil
}
