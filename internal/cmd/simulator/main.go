// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command simulator serves a simulated Veeam Backup Enterprise Manager over
// HTTPS, to try the provider out without a real one:
//
//	go run ./internal/cmd/simulator
//
// It makes a certificate authority of its own at each start and prints what
// the provider needs. The flags choose among the readings of the API's pages;
// the documentation of package emsim tells what stands behind each.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
