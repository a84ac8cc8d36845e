// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"
	"testing"
)

const (
	passPlain = `{"Action":"pass","Package":"p","Test":"TestPlain"}` + "\n"
	passSim   = `{"Action":"pass","Package":"p","Test":"TestSim_Applies"}` + "\n"
	skipPlain = `{"Action":"skip","Package":"p","Test":"TestAcc_NeedsAServer"}` + "\n"
	skipSim   = `{"Action":"skip","Package":"p","Test":"TestSim_Applies/in_place"}` + "\n"
	noise     = "# a build error\n" + `{"Action":"skip","Package":"no/test/files"}` + "\n"
)

func TestVerdict_FailsIfSimTestsWereSkippedOrNoneRan(t *testing.T) {
	for name, c := range map[string]struct{ events, want string }{
		"all passed":                       {passPlain + passSim + noise, ""},
		"a test for a real server skipped": {passSim + skipPlain, ""},
		"last line without a newline":      {passPlain + strings.TrimSuffix(passSim, "\n"), ""},
		"a subtest was skipped": {
			passSim + skipSim,
			"TestSim_ tests were skipped, which counts as a failure:\n\tp TestSim_Applies/in_place",
		},
		"no simulator test ran": {passPlain, "no TestSim_ test ran"},
		"nothing ran":           {noise, "no TestSim_ test ran"},
	} {
		t.Run(name, func(t *testing.T) {
			tally, err := count(strings.NewReader(c.events))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := tally.verdict(); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("verdict %q, want %q", got, c.want)
			}
		})
	}
}
