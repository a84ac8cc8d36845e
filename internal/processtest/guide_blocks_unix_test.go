// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// blocks returns the code blocks of this language in a page, in order. The path is relative to the folder templates.
func blocks(t *testing.T, language, path string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", path))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, block := range fence.FindAllStringSubmatch(string(text), -1) {
		if block[1] == language {
			found = append(found, block[2])
		}
	}
	return found
}

// sh runs a shell block of a page as a reader does, who answers every question with yes. The command terraform is the
// CLI of the tests, whatever its name is.
func (tf *terraform) sh(script string) result {
	tf.t.Helper()
	bin := tf.t.TempDir()
	if err := os.Symlink(tf.cli, filepath.Join(bin, "terraform")); err != nil {
		tf.t.Fatal(err)
	}
	cmd := exec.CommandContext(tf.t.Context(), "sh", "-ec", script)
	cmd.Dir = tf.dir
	cmd.Env = append(slices.Clone(tf.env), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"TF_CLI_ARGS_plan=-no-color -input=false", "TF_CLI_ARGS_apply=-no-color -input=false -auto-approve")
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		tf.t.Fatal(err)
	}
	return result{t: tf.t, args: strings.TrimSpace(script), code: cmd.ProcessState.ExitCode(), output: string(out)}
}
