// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"os/exec"
	"regexp"
	"testing"
)

func TestVersion_PrintsTheVersionAndTheCommitAndEnds(t *testing.T) {
	if err := build(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), program(), "-version").Output()
	// A release has the version and the commit of its tag, which internal/cmd/releasecheck checks.
	want := regexp.MustCompile(`^terraform-provider-veeam dev, commit unknown, go1\.\S+ \w+/\w+\n$`)
	if err != nil || !want.Match(out) {
		t.Errorf("printed %q, %v", out, err)
	}
}
