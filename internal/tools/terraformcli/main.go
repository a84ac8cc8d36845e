// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraformcli downloads a Terraform CLI for the make targets if neither terraform nor tofu is on PATH. It
// prints only the path of the executable to standard output.
//
// It is a separate module, so that the installer's dependencies do not become dependencies of the provider.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// fetchTimeout limits the download (about 30 MB). It allows for a slow connection, but a firewall that drops packets
// does not block make forever.
const fetchTimeout = 5 * time.Minute

func main() {
	dir := flag.String("dir", "", "`folder` for the executable (created if it does not exist)")
	release := flag.String("version", "1.11.4", "release to download")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	path, err := fetch(ctx, *dir, *release)
	if err != nil {
		fmt.Fprintf(os.Stderr, `terraformcli: Terraform %s could not be downloaded: %v
Neither terraform nor tofu is on PATH, and downloading a CLI needs the internet (releases.hashicorp.com).
Install Terraform or OpenTofu manually, or set TF_ACC_TERRAFORM_PATH to its executable.
`, *release, err)
		os.Exit(1)
	}
	fmt.Println(path)
}

// fetch installs the release into dir and returns the absolute path of the executable. The installer verifies the
// checksum and the signature.
func fetch(ctx context.Context, dir, release string) (string, error) {
	if dir == "" {
		return "", fmt.Errorf("-dir is missing")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	v, err := version.NewVersion(release)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	exact := &releases.ExactVersion{Product: product.Terraform, Version: v, InstallDir: dir, Timeout: fetchTimeout}
	return exact.Install(ctx)
}
