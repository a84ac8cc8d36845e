// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command bench compares whole commands of Terraform: with the provider, with a provider that has the same schema and
// does nothing, and with terraform_data, which is part of Terraform. The server is a simulated Enterprise Manager.
//
//	bench [-rounds N] [-n N,...] [-latency DURATION,...] [-only SECTION,...] [-quick]
//
// The speed of a machine changes from minute to minute. Therefore, the providers take turns, and each ratio is the
// median of the ratios of all rounds. The CPU time of Terraform and that of the provider are measured separately, and
// neither includes that of the server, which is in the process of bench. The output is a page of Markdown tables.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	if os.Getenv(envProvider) != "" {
		os.Exit(wrap())
	}
	o, err := parse(os.Args[1:])
	if err != nil {
		os.Exit(2) // the error has been printed
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the arguments of the command.
type options struct {
	rounds    int
	accounts  []int
	latencies []time.Duration
	sections  []section
	sizes
}

// sizes are the sizes of the sections that -n and -latency do not set.
type sizes struct {
	starts            int           // plans of one account in each round
	existing, created int           // accounts that are on the server, and accounts that are created
	changed           int           // accounts that are created and deleted
	pairs             int           // accounts with a scope that are created
	latency           time.Duration // of the server
	scopeDelay        time.Duration // until the server lists a new scope
}

var (
	usualSizes = sizes{
		starts: 5, existing: 5000, created: 20, changed: 300, pairs: 300,
		latency: 50 * time.Millisecond, scopeDelay: 500 * time.Millisecond,
	}
	quickSizes = sizes{
		starts: 1, existing: 50, created: 2, changed: 6, pairs: 3,
		latency: time.Millisecond, scopeDelay: time.Millisecond,
	}
)

func parse(args []string) (options, error) {
	o := options{
		accounts:  []int{100, 1000, 3000},
		latencies: []time.Duration{0, 10 * time.Millisecond, 50 * time.Millisecond},
		sections:  sections,
		sizes:     usualSizes,
	}
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.IntVar(&o.rounds, "rounds", 3, "how often to run each command")
	set.Func("n", "the `numbers` of accounts to plan (default 100,1000,3000)", list(&o.accounts, strconv.Atoi))
	set.Func("latency", "how `long` the server takes for a response (default 0,10ms,50ms)",
		list(&o.latencies, time.ParseDuration))
	set.Func("only", "the `sections` to run (default "+sectionNames()+")", list(&o.sections, findSection))
	quick := set.Bool("quick", false, "run each command once, with few accounts, to see whether everything works")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if *quick {
		o.rounds, o.accounts, o.latencies, o.sizes = 1, []int{6}, []time.Duration{0, time.Millisecond}, quickSizes
	}
	return o, nil
}

// list returns a function that parses values separated by commas.
func list[T any](values *[]T, parse func(string) (T, error)) func(string) error {
	return func(text string) error {
		*values = nil
		for part := range strings.SplitSeq(text, ",") {
			value, err := parse(part)
			if err != nil {
				return err
			}
			*values = append(*values, value)
		}
		return nil
	}
}

// section is a part of the bench that can be selected.
type section struct {
	name string
	run  func(*bench, context.Context) error
}

var sections = []section{
	{"plan", (*bench).plans},
	{"start", (*bench).start},
	{"settings", (*bench).settings},
	{"apply", (*bench).applies},
	{"create", (*bench).creates},
	{"scope", (*bench).scopes},
	{"query", (*bench).queries},
}

func sectionNames() string {
	names := make([]string, 0, len(sections))
	for _, s := range sections {
		names = append(names, s.name)
	}
	return strings.Join(names, ",")
}

func findSection(name string) (section, error) {
	i := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
	if i < 0 {
		return section{}, fmt.Errorf("no section %q: the sections are %s", name, sectionNames())
	}
	return sections[i], nil
}
