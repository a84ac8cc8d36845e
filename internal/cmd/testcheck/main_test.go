// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
)

const (
	passPlain = `{"Action":"pass","Package":"p","Test":"TestPlain"}` + "\n"
	passSim   = `{"Action":"pass","Package":"p","Test":"TestSim_Applies"}` + "\n"
	skipPlain = `{"Action":"skip","Package":"p","Test":"TestAcc_NeedsAServer"}` + "\n"
	skipSim   = `{"Action":"skip","Package":"p","Test":"TestSim_Applies/in_place"}` + "\n"
	noise     = "# a build error\n" + `{"Action":"skip","Package":"no/test/files"}` + "\n"
)

var (
	oldCLI = testcli.CLI{Product: "Terraform", Version: testcli.Oldest.Terraform, Release: "1.5.7"}
	newCLI = testcli.CLI{Product: "Terraform", Version: testcli.Version{Major: 9}, Release: "9.0.1"}
)

// needs is the event of a test that needs a feature.
func needs(feature testcli.Feature, pkg string) string {
	return fmt.Sprintf(`{"Action":"attr","Package":%q,"Test":"TestSim_Applies/in_place","Key":"needs","Value":%q}`+"\n",
		pkg, feature)
}

// needsAll are events of tests that need every feature except one.
func needsAll(except testcli.Feature) string {
	var events strings.Builder
	for feature := range testcli.Features {
		if feature != except {
			events.WriteString(needs(feature, "elsewhere"))
		}
	}
	return events.String()
}

func TestReport_FailsIfSimTestsWereSkippedWithoutNeedOrNoneRan(t *testing.T) {
	const unexplained = "TestSim_ tests were skipped although the CLI has every feature that they need:\n" +
		"\tp TestSim_Applies/in_place"
	const unused = "no test needs these features, which testcli.Features lists:\n\tremoved blocks with a lifecycle block"
	for name, c := range map[string]struct {
		cli          testcli.CLI
		all          bool
		events, want string
	}{
		"all passed":                        {newCLI, false, passPlain + passSim + noise, ""},
		"a test for a real server skipped":  {newCLI, false, passSim + skipPlain, ""},
		"last line without a newline":       {newCLI, false, passPlain + strings.TrimSuffix(passSim, "\n"), ""},
		"a subtest was skipped":             {newCLI, false, passSim + skipSim, unexplained},
		"no simulator test ran":             {newCLI, false, passPlain, "no TestSim_ test ran"},
		"nothing ran":                       {newCLI, false, noise, "no TestSim_ test ran"},
		"skipped on an old CLI":             {oldCLI, false, passSim + needs(testcli.Removed, "p") + skipSim, ""},
		"skipped although the CLI is new":   {newCLI, false, passSim + needs(testcli.Removed, "p") + skipSim, unexplained},
		"skipped, and needs nothing":        {oldCLI, false, passSim + skipSim, unexplained},
		"needed by a test of the same name": {oldCLI, false, passSim + needs(testcli.Removed, "q") + skipSim, unexplained},
		"needs what the list does not have": {oldCLI, false, passSim + needs("luck", "p") + skipSim, unexplained},
		"all features are needed":           {oldCLI, true, passSim + needsAll(""), ""},
		"one feature is not needed":         {newCLI, true, passSim + needsAll(testcli.Removed), unused},
	} {
		t.Run(name, func(t *testing.T) {
			tally, err := count(strings.NewReader(c.events))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := tally.report(c.cli, c.all, io.Discard); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("error %q, want %q", got, c.want)
			}
		})
	}
}

func TestReport_SaysWhichTestsWereLeftOutAndWhy(t *testing.T) {
	tally, err := count(strings.NewReader(passSim + passPlain + needs(testcli.Functions, "p") + skipSim))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := tally.report(oldCLI, false, &out); err != nil {
		t.Fatal(err)
	}
	const want = "2 tests passed on Terraform 1.5.7, 1 of them acceptance tests on the simulator\n" +
		"left out, because only Terraform 1.8 or later has provider-defined functions:\n\tp TestSim_Applies/in_place\n"
	if got := out.String(); got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}
