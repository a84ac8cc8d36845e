// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// table is a Markdown table. The first columns are text, the others are numbers.
type table struct {
	text int
	rows [][]string // the first is the heading
}

func newTable(text []string, figures []figure, more ...string) *table {
	heading := slices.Clone(text)
	for _, f := range figures {
		heading = append(heading, f.name)
	}
	return &table{len(text), [][]string{append(heading, more...)}}
}

// add adds a row with the medians of the figures.
func (t *table) add(text []string, r rounds, figures []figure, more ...string) {
	row := slices.Clone(text)
	for _, f := range figures {
		row = append(row, strconv.FormatFloat(r.median(f), 'f', f.digits, 64))
	}
	t.rows = append(t.rows, append(row, more...))
}

func (b *bench) print(title string, t *table) {
	fmt.Fprintf(b.out, "\n### %s\n\n", title)
	for i, row := range t.rows {
		fmt.Fprintf(b.out, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			columns := append(slices.Repeat([]string{"---"}, t.text), slices.Repeat([]string{"---:"}, len(row)-t.text)...)
			fmt.Fprintf(b.out, "| %s |\n", strings.Join(columns, " | "))
		}
	}
}

// printRequests prints how often each request was sent.
func (b *bench) printRequests(title string, t traffic) {
	sent := newTable([]string{"Request"}, nil, "Number")
	kinds := slices.SortedFunc(maps.Keys(t.requests), func(one, other string) int {
		return cmp.Or(cmp.Compare(t.requests[other], t.requests[one]), cmp.Compare(one, other))
	})
	for _, kind := range kinds {
		sent.add([]string{"`" + kind + "`"}, nil, nil, strconv.Itoa(t.requests[kind]))
	}
	b.print(title, sent)
}

// goal is a figure that may have at most a certain value.
type goal struct {
	figure         string
	measured, most float64
}

func (b *bench) goal(figure string, measured, most float64) {
	b.goals = append(b.goals, goal{figure, measured, most})
}

func (b *bench) printGoals() {
	if len(b.goals) == 0 {
		return
	}
	goals := newTable([]string{"Figure"}, nil, "Measured", "Goal", "Met")
	for _, g := range b.goals {
		met := "no"
		if g.measured <= g.most {
			met = "yes"
		}
		goals.add([]string{g.figure}, nil, nil, number(g.measured), "≤ "+number(g.most), met)
	}
	b.print("Goals", goals)
}

// number formats a number that has no figure.
func number(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }
