// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// follow does what a page says: it runs the shell blocks in order, and checks that the output of each one contains
// the lines of the text blocks after it. Before a shell block, it calls the next function for the first line of the
// block, if there is one.
func (tf *terraform) follow(page, environment string, before map[string][]func()) {
	tf.t.Helper()
	var last result
	for _, b := range codeBlocks(tf.t, page) {
		switch b.language {
		case "shell":
			first, _, _ := strings.Cut(b.text, "\n")
			if steps := before[first]; len(steps) > 0 {
				steps[0]()
				before[first] = steps[1:]
			}
			last = tf.sh(environment + b.text).exits(0)
		case "text":
			last.says(strings.Split(b.text, "\n")...)
		}
	}
	for first, steps := range before {
		if len(steps) > 0 {
			tf.t.Errorf("the page runs %q less often than expected", first)
		}
	}
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
		"TF_CLI_ARGS_plan=-no-color", "TF_CLI_ARGS_apply=-no-color -auto-approve",
		"TF_CLI_ARGS_destroy=-no-color -auto-approve")
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		tf.t.Fatal(err)
	}
	return result{t: tf.t, args: strings.TrimSpace(script), code: cmd.ProcessState.ExitCode(), output: string(out)}
}
