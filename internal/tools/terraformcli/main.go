// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraformcli fetches a Terraform CLI for the make targets on a machine that has neither terraform nor tofu
// on PATH. It prints the path of the executable and nothing else on standard output.
//
// It is a module of its own, so that the installer's dependencies are none of the provider's.
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

// fetchTimeout bounds the whole download (about 30 MB): a slow line gets through, a silent firewall does not hold make for ever.
const fetchTimeout = 5 * time.Minute

func main() {
	dir := flag.String("dir", "", "`folder` the executable goes into (made where it is missing)")
	release := flag.String("version", "1.11.4", "release to fetch")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	path, err := fetch(ctx, *dir, *release)
	if err != nil {
		fmt.Fprintf(os.Stderr, `terraformcli: Terraform %s could not be fetched: %v
Neither terraform nor tofu is on PATH, and fetching a CLI needs the internet (releases.hashicorp.com).
Install Terraform or OpenTofu by hand, or name its executable in TF_ACC_TERRAFORM_PATH.
`, *release, err)
		os.Exit(1)
	}
	fmt.Println(path)
}

// fetch installs the release into dir, checksum and signature verified, and returns the executable's absolute path.
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
