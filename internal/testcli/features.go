// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package testcli

import (
	"fmt"
	"testing"
)

// Feature is something that a CLI can do since a certain version, and that tests need.
type Feature string

// The features. Features says since when a CLI has them.
const (
	Functions     Feature = "provider-defined functions"
	ImportForEach Feature = "for_each in import blocks"
	Removed       Feature = "removed blocks with a lifecycle block"
	Mocks         Feature = "mocks in terraform test"
	Query         Feature = "terraform query"
)

// Since says which version of each CLI was the first to have a feature. The zero value is none.
type Since struct{ Terraform, OpenTofu Version }

// Features says which tests are left out on an older CLI, and why. testcheck fails if no test needs a feature, and if a
// test is skipped for any other reason.
var Features = map[Feature]Since{
	Functions:     {Terraform: Version{1, 8}, OpenTofu: Version{1, 7}},
	ImportForEach: {Terraform: Version{1, 7}, OpenTofu: Version{1, 7}},
	Removed:       {Terraform: Version{1, 7}, OpenTofu: Version{1, 10}},
	Mocks:         {Terraform: Version{1, 7}, OpenTofu: Version{1, 8}},
	Query:         {Terraform: Version{1, 14}},
}

// Oldest are the oldest CLIs that the provider supports.
var Oldest = Since{Terraform: Version{1, 5}, OpenTofu: Version{1, 6}}

// of returns the version of the CLI's product.
func (s Since) of(c CLI) Version {
	if c.Product == openTofu {
		return s.OpenTofu
	}
	return s.Terraform
}

// Lacks reports whether the CLI lacks a feature, and why a test that needs it is left out.
func (c CLI) Lacks(feature Feature) (why string, lacks bool) {
	versions, known := Features[feature]
	since := versions.of(c)
	if known && since == (Version{}) {
		return fmt.Sprintf("no release of %s has %s", c.Product, feature), true
	}
	if !c.Version.Before(since) {
		return "", false
	}
	return fmt.Sprintf("only %s %s or later has %s", c.Product, since, feature), true
}

// Attribute is the key of the attribute that names a feature that a test needs, in the output of go test -json.
const Attribute = "needs"

// Needs says that the test needs a feature, and skips the test if the CLI lacks it.
func Needs(t testing.TB, feature Feature) {
	t.Helper()
	t.Attr(Attribute, string(feature))
	if _, ok := Features[feature]; !ok {
		t.Fatalf("testcli.Features does not contain %q", feature)
	}
	cli, err := Current()
	if err != nil {
		t.Fatal(err)
	}
	if why, lacks := cli.Lacks(feature); lacks {
		t.Skip(why)
	}
}
