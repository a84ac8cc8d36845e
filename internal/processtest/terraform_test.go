// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
)

// No result depends on how long something takes: a test waits for events, and checks why a command ended, not when.
const (
	// commandLimit ends a command that hangs, which fails the test.
	commandLimit = 5 * time.Minute
	// never is longer than any command may take.
	never = time.Hour
)

// binaries is the folder with the built provider.
var binaries string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "processtest")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binaries = dir
	catchHangUp()
	return m.Run()
}

// program is the path of the built provider.
func program() string {
	name := "terraform-provider-veeam"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(binaries, name)
}

// build builds the provider once. The timeout of go test ends a build that hangs.
var build = sync.OnceValue(func() error {
	cmd := exec.Command("go", "build", "-o", program(), ".")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
})

// terraform runs the CLI in a working folder.
type terraform struct {
	t        testing.TB
	cli, dir string
	env      []string
	stdin    io.Reader // of the CLI and, if it is a file, of its providers; nil: empty
}

// newTerraform writes the configuration to a new folder. The environment is that of the test without the settings of
// Terraform and of the provider, followed by env.
func newTerraform(t testing.TB, configuration string, env ...string) *terraform {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	cli, err := testcli.Path()
	if err != nil {
		t.Fatal(err)
	}
	tf := &terraform{t: t, cli: cli, dir: t.TempDir()}
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "TF_") && !strings.HasPrefix(e, "VEEAM_") {
			tf.env = append(tf.env, e)
		}
	}
	rc := tf.write("cli.tfrc", fmt.Sprintf(`provider_installation {
  dev_overrides {
    "veeam-community/veeam" = %q
  }
  direct {}
}
`, binaries))
	tf.env = append(tf.env, "TF_CLI_CONFIG_FILE="+rc, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	tf.env = append(tf.env, env...)
	tf.configure(configuration)
	return tf
}

func (tf *terraform) write(name, content string) (path string) {
	tf.t.Helper()
	path = filepath.Join(tf.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tf.t.Fatal(err)
	}
	return path
}

func (tf *terraform) read(name string) []byte {
	tf.t.Helper()
	content, err := os.ReadFile(filepath.Join(tf.dir, name))
	if err != nil {
		tf.t.Fatal(err)
	}
	return content
}

const requiredProviders = `terraform {
  required_providers {
    veeam = { source = "veeam-community/veeam" }
  }
}
`

// configure replaces the configuration.
func (tf *terraform) configure(body string) {
	tf.t.Helper()
	tf.write("main.tf", requiredProviders+body)
}

// result is the result of a command.
type result struct {
	t      testing.TB
	args   string
	code   int
	output string // stdout and stderr
}

// run runs a command and waits for its end.
func (tf *terraform) run(args ...string) result {
	tf.t.Helper()
	return tf.start(args...).wait()
}

// apply and destroy run without asking for approval.
func (tf *terraform) apply() result   { tf.t.Helper(); return tf.run("apply", "-auto-approve") }
func (tf *terraform) destroy() result { tf.t.Helper(); return tf.run("destroy", "-auto-approve") }

// planIsEmpty fails the test if the plan has changes.
func (tf *terraform) planIsEmpty() {
	tf.t.Helper()
	tf.run("plan", "-detailed-exitcode").exits(0)
}

// running is a command that has been started.
type running struct {
	t      testing.TB
	cmd    *exec.Cmd
	args   string
	output transcript
	ctx    context.Context // done when the command has ended or exceeded commandLimit
	ended  chan struct{}   // closed when the command has ended
	err    error           // set before ended is closed
}

func (tf *terraform) start(args ...string) *running {
	tf.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), commandLimit)
	r := &running{t: tf.t, args: strings.Join(args, " "), ctx: ctx, ended: make(chan struct{})}
	switch args[0] {
	case "plan", "apply", "destroy":
		args = append([]string{args[0], "-no-color", "-input=false"}, args[1:]...)
	}
	r.cmd = exec.CommandContext(ctx, tf.cli, args...)
	ownGroup(r.cmd)
	r.cmd.Cancel = func() error { killGroup(r.cmd); return nil }
	r.cmd.WaitDelay = time.Minute
	r.cmd.Dir, r.cmd.Env, r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = tf.dir, tf.env, tf.stdin, &r.output, &r.output
	if err := r.cmd.Start(); err != nil {
		cancel()
		tf.t.Fatal(err)
	}
	go func() {
		r.err = r.cmd.Wait()
		close(r.ended)
		cancel()
	}()
	// A test that fails while the CLI is running must not leave the process behind.
	tf.t.Cleanup(func() {
		select {
		case <-r.ended:
		default:
			killGroup(r.cmd)
			<-r.ended
		}
	})
	return r
}

// await waits until found reports true for the server's journal. If the command ends first, it fails the test.
func (r *running) await(server *front, found func([]emsim.Request) bool) {
	r.t.Helper()
	if err := server.simulated.AwaitJournal(r.ctx, found); err != nil {
		r.t.Fatalf("terraform %s ended without the expected request:\n%s\n%s", r.args, server.requests(), r.wait().output)
	}
}

// awaitOutput waits until the command has printed all of the words in one line. If the command ends first, it fails the
// test.
func (r *running) awaitOutput(words ...string) {
	r.t.Helper()
	if err := r.output.await(r.ctx, words); err != nil {
		r.t.Fatalf("terraform %s ended without a line that contains %q:\n%s", r.args, words, r.wait().output)
	}
}

func (r *running) wait() result {
	r.t.Helper()
	<-r.ended
	res := result{t: r.t, args: r.args, output: r.output.String()}
	var exit *exec.ExitError
	switch {
	case errors.As(r.err, &exit):
		res.code = exit.ExitCode()
	case r.err != nil:
		r.t.Fatalf("terraform %s: %v\n%s", r.args, r.err, res.output)
	}
	return res
}

// exits checks the exit code: 0 for success, 1 for failure, 2 if plan -detailed-exitcode found changes.
func (r result) exits(code int) result {
	r.t.Helper()
	if r.code != code {
		r.t.Fatalf("terraform %s: exit code %d, want %d\n%s", r.args, r.code, code, r.output)
	}
	return r
}

// says checks that the output contains all of the words. It ignores line breaks.
func (r result) says(words ...string) result {
	r.t.Helper()
	plain := flat(r.output)
	for _, w := range words {
		if !strings.Contains(plain, flat(w)) {
			r.t.Errorf("the output of terraform %s does not contain %q:\n%s", r.args, w, r.output)
		}
	}
	return r
}

// flat removes line breaks and the frames of diagnostics.
func flat(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(s)), " ")
}

// held is a managed resource in the state.
type held struct {
	Address    string
	Tainted    bool
	Attributes map[string]any
}

// state returns the managed resources in the state file.
func (tf *terraform) state() []held {
	tf.t.Helper()
	var file struct {
		Resources []struct {
			Mode, Type, Name string
			Instances        []struct {
				Status     string
				Attributes map[string]any
			}
		}
	}
	if err := json.Unmarshal(tf.read("terraform.tfstate"), &file); err != nil {
		tf.t.Fatal(err)
	}
	var all []held
	for _, r := range file.Resources {
		for _, i := range r.Instances {
			if r.Mode == "managed" {
				all = append(all, held{r.Type + "." + r.Name, i.Status == "tainted", i.Attributes})
			}
		}
	}
	return all
}
