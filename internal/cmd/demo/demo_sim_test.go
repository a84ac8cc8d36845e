// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The requests that begin and end a session.
var (
	logon  = regexp.MustCompile(`^  POST +20[01]  /(api/sessionMngr/|v8/token$)`)
	logoff = regexp.MustCompile(`^  (DELETE +204  /api/logonSessions/|POST +204  /v8/token/logout)`)
)

// expected is what an act prints.
type expected struct {
	configuration string         // before the first apply
	drift         *regexp.Regexp // the change that was made outside Terraform
	takenBack     *regexp.Regexp // the request that takes it back
	sessions      int
}

func TestSim_Demo_EachActShowsItsConfigurationAndOneDriftAndUsesEverySession(t *testing.T) {
	t.Chdir("../../..")
	var out bytes.Buffer
	if err := run(t.Context(), &out, nil); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	acts := strings.Split(out.String(), "\n=== ")[1:]
	if len(acts) != 2 {
		t.Fatalf("there are %d acts, want 2:\n%s", len(acts), &out)
	}
	check(t, acts[0], expected{
		configuration: `  | resource "veeam_em_account" "operator" {`,
		drift:         regexp.MustCompile(`~ allow_restore_all_vms += true -> false`),
		takenBack:     regexp.MustCompile(`(?m)^\* POST +204  /api/security/accounts/[0-9a-f-]+$`),
		sessions:      9, // two for each of four applies, one for a plan
	})
	check(t, acts[1], expected{
		configuration: `  | resource "veeam_vb365_restore_operator_role" "helpdesk" {`,
		drift:         regexp.MustCompile(`- name = "user3@abc.onmicrosoft.com"`),
		takenBack:     regexp.MustCompile(`(?m)^\* PUT +204  /v8/RbacRoles/[0-9a-f-]+$`),
		sessions:      7, // two for an apply and for a destroy, one for two plans and for the apply of a plan
	})
	checkReadme(t, out.String())
}

// checkReadme checks that the demo prints the plan that README.md shows. Only the IDs of objects differ in each run.
func checkReadme(t *testing.T, printed string) {
	t.Helper()
	content, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```text\n(.*?)```").FindStringSubmatch(string(content))
	if shown == nil {
		t.Fatal("README.md shows no plan")
	}
	id := regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	plain := func(text string) string {
		return id.ReplaceAllString(strings.ReplaceAll(text, "\n  | ", "\n"), "ID")
	}
	if !strings.Contains(plain(printed), plain(shown[1])) {
		t.Errorf("README.md shows a plan that is not in the output of the demo:\n%s", shown[1])
	}
}

func check(t *testing.T, printed string, want expected) {
	t.Helper()
	before, _, _ := strings.Cut(printed, "apply -auto-approve")
	if !strings.Contains(before, want.configuration) {
		t.Error("the act does not show its configuration before it applies it")
	}
	if !want.drift.MatchString(printed) || !want.takenBack.MatchString(printed) {
		t.Error("the act does not take back a change that was made outside Terraform")
	}
	if n := strings.Count(printed, "Exit code 0: the plan is empty."); n != 1 {
		t.Errorf("the act shows %d empty plans, want 1", n)
	}
	sessions, previous := 0, ""
	for line := range strings.Lines(printed) {
		line = strings.TrimSuffix(line, "\n")
		if logon.MatchString(line) {
			sessions++
		}
		if logon.MatchString(previous) && logoff.MatchString(line) {
			t.Errorf("session %d was opened for nothing", sessions)
		}
		previous = line
	}
	if sessions != want.sessions {
		t.Errorf("the provider logged on %d times, want %d", sessions, want.sessions)
	}
	if t.Failed() {
		t.Log(printed)
	}
}
