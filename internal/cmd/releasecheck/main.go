// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command releasecheck checks what GoReleaser has built in a folder: the names and contents of the files are what the
// Terraform Registry expects, the checksums are right, and the program knows its version and commit. Given the folder
// of a second build of the same commit, it also checks that both builds gave the same archives.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// every lists the platforms of a release.
const every = "linux_amd64 linux_arm64 linux_386 linux_arm darwin_amd64 darwin_arm64 windows_amd64 windows_arm64 " +
	"windows_386 freebsd_amd64 freebsd_arm64 freebsd_386 freebsd_arm"

// host is the platform that releasecheck runs on.
const host = runtime.GOOS + "_" + runtime.GOARCH

func main() {
	all := flag.Bool("all", false, "expect every platform instead of this one")
	var w wanted
	flag.BoolVar(&w.sbom, "sbom", false, "expect a bill of materials for each archive")
	flag.BoolVar(&w.signed, "signed", false, "expect a signature of the checksums")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: releasecheck [-all] [-sbom] [-signed] DIST [DIST OF A SECOND BUILD]")
	}
	flag.Parse()
	if flag.NArg() != 1 && flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	w.platforms = []string{host}
	if *all {
		w.platforms = strings.Fields(every)
	}
	findings := check(flag.Arg(0), w)
	if len(findings) == 0 && flag.NArg() == 2 {
		findings = compare(flag.Arg(0), flag.Arg(1))
	}
	for _, finding := range findings {
		fmt.Fprintln(os.Stderr, "releasecheck:", finding)
	}
	if len(findings) > 0 {
		os.Exit(1)
	}
}
