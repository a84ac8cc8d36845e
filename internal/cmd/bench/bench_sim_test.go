// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestMain lets the test's executable stand in for a provider, as the command's does.
func TestMain(m *testing.M) {
	if os.Getenv(envProvider) != "" {
		os.Exit(wrap())
	}
	os.Exit(m.Run())
}

func TestSim_Bench_MeasuresEverySectionAndCountsTheRequestsOfTheProviderOnly(t *testing.T) {
	o, err := parse([]string{"-quick"})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	tables := map[string][]string{}
	var titles []string
	for _, part := range strings.Split(out.String(), "\n### ")[1:] {
		title, body, _ := strings.Cut(part, "\n\n")
		titles = append(titles, title)
		tables[title] = strings.Split(strings.TrimSpace(body), "\n")
	}
	const creating = "Creating 3 accounts with a scope at 1ms, listed after 1ms"
	want := []string{
		"Plans without changes", "Plans without changes, on a slow server", "Requests of a plan of 6 accounts",
		"Plan of one account", "Plan of 6 accounts at 1ms", "Plan of 6 accounts with GOGC",
		"Creating and deleting 6 accounts", "Creating 2 accounts among 50", "Requests of creating them", creating,
		"Requests of creating them with a scope", "`terraform query` of 50 accounts", "Goals",
	}
	if !slices.Equal(titles, want) {
		t.Fatalf("the tables are %q, want %q:\n%s", titles, want, &out)
	}
	for title, row := range map[string]string{
		"Requests of a plan of 6 accounts":       "| `POST /api/sessionMngr/` | 1 |",
		"Requests of creating them":              "| `POST /api/security/accounts` | 2 |",
		"Requests of creating them with a scope": "| `POST /api/security/accounts/{id}/scopes` | 3 |",
	} {
		if !slices.Contains(tables[title], row) {
			t.Errorf("%s: there is no row %s", title, row)
		}
	}
	// Only one provider has a server, and only terraform_data needs no process.
	plans := tables["Plans without changes"]
	for i, c := range []struct {
		provider        string
		process, server bool
	}{
		{"`terraform_data`", false, false},
		{"do-nothing (b)", true, false},
		{"do-nothing, logging off (b')", true, false},
		{"`veeam`", true, true},
	} {
		row := strings.Split(strings.Trim(plans[2+i], "| "), " | ")
		if got := row[4] != "0.00"; row[1] != c.provider || got != c.process {
			t.Errorf("the CPU time of a provider is wrong: %q", row)
		}
		if got := row[5] != "0"; got != c.process {
			t.Errorf("the memory of a provider is wrong: %q", row)
		}
		if requests, connections := row[6] != "0", row[7] != "0"; requests != c.server || connections != c.server {
			t.Errorf("the requests of a provider are wrong: %q", row)
		}
	}
	if t.Failed() {
		t.Log(out.String())
	}
}
