// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// These tests do what a newcomer does: they paste what README.md, make install and the simulator print.

var terraformFence = regexp.MustCompile("(?s)```terraform\n(.*?)```")

// readme returns the Terraform configurations in README.md: the example at the top, and the provider configuration.
func readme(t *testing.T) (example, provider string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	fences := terraformFence.FindAllStringSubmatch(string(content), -1)
	if len(fences) != 2 {
		t.Fatalf("README.md has %d Terraform configurations, want 2", len(fences))
	}
	return fences[0][1], fences[1][1]
}

// pasted returns a CLI that runs in a folder with exactly these files.
func pasted(t *testing.T, files map[string]string, env ...string) *terraform {
	t.Helper()
	tf := newTerraform(t, "", env...)
	if err := os.Remove(filepath.Join(tf.dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		tf.write(name, content)
	}
	return tf
}

func TestSim_Process_TheConfigurationInTheReadmeIsValidAsPasted(t *testing.T) {
	t.Parallel()
	example, provider := readme(t)
	pasted(t, map[string]string{"provider.tf": provider}).run("validate").exits(0)
	tf := pasted(t, map[string]string{"main.tf": example, "provider.tf": provider})
	tf.run("validate").exits(0)
	tf.run("fmt", "-check", "-diff").exits(0)
}

func TestSim_Process_TheOutputOfMakeInstallMakesTerraformUseTheProvider(t *testing.T) {
	t.Parallel()
	example, _ := readme(t)
	printed := installed(t)
	commands, declaration, found := strings.Cut(printed, "\nterraform {\n")
	start, last := strings.Index(commands, "cat > veeam.tfrc"), "/veeam.tfrc\n"
	end := strings.Index(commands, last) + len(last)
	if !strings.HasPrefix(printed, "Building ") || !found || start < 0 || end < start {
		t.Fatalf("make install printed\n%s", printed)
	}
	tf := pasted(t, map[string]string{"main.tf": example, "versions.tf": "terraform {\n" + declaration})
	shell := exec.Command("sh", "-ec", commands[start:end]+`"$0" validate`, tf.cli)
	shell.Dir = tf.dir
	for _, e := range tf.env {
		if !strings.HasPrefix(e, "TF_CLI_CONFIG_FILE=") {
			shell.Env = append(shell.Env, e)
		}
	}
	if out, err := shell.CombinedOutput(); err != nil {
		t.Errorf("terraform validate: %v\n%s", err, out)
	}
}

// installed returns what make install prints. It installs nothing, because a build with other flags takes minutes: the
// provider is already in the folder for executables.
func installed(t *testing.T) string {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	script := "#!/bin/sh\n[ \"$1\" = install ] || exec '" + goCommand + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	install := exec.Command("make", "--no-print-directory", "install")
	install.Dir = filepath.Join("..", "..")
	install.Env = append(os.Environ(), "GOBIN="+binaries, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	printed, err := install.CombinedOutput()
	if err != nil {
		t.Fatalf("make install: %v\n%s", err, printed)
	}
	return string(printed)
}

func TestSim_Process_TheConfigurationThatTheSimulatorPrintsWorksAsPasted(t *testing.T) {
	t.Parallel()
	example, _ := readme(t)
	if err := build(); err != nil {
		t.Fatal(err)
	}
	simulator := filepath.Join(t.TempDir(), "simulator")
	if out, err := exec.Command("go", "build", "-o", simulator, "../cmd/simulator").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	temporary := t.TempDir()
	var printed transcript
	running := exec.Command(simulator, "-listen", "127.0.0.1:0", "-vb365-listen", "127.0.0.1:0", "-quiet")
	running.Env, running.Stdout, running.Stderr = append(os.Environ(), "TMPDIR="+temporary), &printed, &printed
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- running.Wait() }()
	stop := sync.OnceValue(func() error {
		_ = running.Process.Signal(syscall.SIGTERM) // it may have ended already
		return <-ended
	})
	t.Cleanup(func() { _ = stop() })
	ctx, cancel := context.WithTimeout(t.Context(), commandLimit)
	defer cancel()
	if err := printed.await(ctx, []string{"export", "VEEAM_VB365_CA_FILE"}); err != nil {
		t.Fatalf("the simulator printed\n%s", printed.String())
	}
	text := printed.String()
	configuration := text[strings.Index(text, "\nterraform {"):strings.Index(text, "\nexport ")]

	tf := pasted(t, map[string]string{"main.tf": example, "provider.tf": configuration})
	tf.apply().exits(0)
	tf.planIsEmpty()
	tf.destroy().exits(0)
	if err := stop(); err != nil || !strings.Contains(printed.String(), "Sessions left open: 0") {
		t.Errorf("the simulator ended with %v and printed\n%s", err, printed.String())
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) != 0 {
		t.Errorf("the simulator left %v behind: %v", left, err)
	}
}
