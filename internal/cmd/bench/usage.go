// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"time"
)

// The environment variables that make this executable run the provider and record what it uses.
const (
	envProvider = "BENCH_PROVIDER" // the provider's executable
	envUsage    = "BENCH_USAGE"    // the file that the record is appended to
)

// usage is what a process has used.
type usage struct {
	CPU  time.Duration // of the process and of the children that it has waited for, user and system
	Peak int64         // most memory, in bytes
}

// record is what the wrapper of a provider writes when the provider has ended.
type record struct {
	Provider usage
	Wrapper  time.Duration // its own CPU time, without the provider's
}

// wrap runs the provider in place of this process, and records what it used. The processes of a provider are children
// of Terraform, which cannot be asked for it.
func wrap() int {
	signal.Ignore(os.Interrupt)                                 // as a provider does
	cmd := exec.Command(os.Getenv(envProvider), os.Args[1:]...) //nolint:noctx // it ends when Terraform ends it
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := appendRecord(os.Getenv(envUsage), record{usageOf(cmd.ProcessState), ownCPU()}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return cmd.ProcessState.ExitCode()
}

func appendRecord(path string, r record) (err error) {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = file.Write(append(line, '\n'))
	return err
}

// takeRecords returns the records in a file and removes the file. Without a provider, there is no file.
func takeRecords(path string) ([]record, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	var records []record
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, os.Remove(path)
}
