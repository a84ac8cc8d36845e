// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command simulator serves a simulated Veeam Backup Enterprise Manager and a simulated Veeam Backup for Microsoft 365
// over HTTPS, to try the provider without a real server:
//
//	go run ./internal/cmd/simulator
//
// At each start, it creates a certificate authority and prints the configuration that the provider needs. When it ends,
// it removes what it wrote, except for the journal. The flags select the behavior of the servers where the API
// references are ambiguous; the documentation of the packages emsim and vb365sim explains each of these options. The
// flags for Veeam Backup for Microsoft 365 begin with vb365.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
