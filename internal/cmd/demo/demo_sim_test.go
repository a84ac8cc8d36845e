// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

var (
	logon       = regexp.MustCompile(`^  POST +201  /api/sessionMngr/`)
	logoff      = regexp.MustCompile(`^  DELETE +204  /api/logonSessions/`)
	takenBack   = regexp.MustCompile(`~ allow_restore_all_vms += true -> false`)
	writtenBack = regexp.MustCompile(`(?m)^\* POST +204  /api/security/accounts/[0-9a-f-]+$`)
)

func TestSim_Demo_ShowsItsConfigurationAndOneDriftAndUsesEverySession(t *testing.T) {
	t.Chdir("../../..")
	var out bytes.Buffer
	if err := run(t.Context(), &out, nil); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	printed := out.String()
	before, _, _ := strings.Cut(printed, "apply -auto-approve")
	if !strings.Contains(before, `  | resource "veeam_em_account" "operator" {`) {
		t.Error("the demo does not show its configuration before it applies it")
	}
	if !takenBack.MatchString(printed) || !writtenBack.MatchString(printed) {
		t.Error("the demo does not take back a change that was made outside Terraform")
	}
	sessions, previous := 0, ""
	for line := range strings.Lines(printed) {
		if logon.MatchString(line) {
			sessions++
		}
		if logon.MatchString(previous) && logoff.MatchString(line) {
			t.Errorf("session %d was opened for nothing", sessions)
		}
		previous = line
	}
	if sessions != 9 { // two for each of four applies, one for a plan
		t.Errorf("the provider logged on %d times, want 9", sessions)
	}
	if t.Failed() {
		t.Log(printed)
	}
}
