// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"io"
	"slices"
	"strings"
	"testing"
)

const printed = `
Warning: Provider development overrides are in effect

The following provider development overrides are set in the CLI
configuration:
 - veeam-community/veeam in /somewhere

The behavior may therefore not match any released version of the provider and
applying changes may cause the state to become incompatible with published
releases.
veeam_em_account.operator: Refreshing state... [id=1]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # veeam_em_account.operator will be created
  + resource "veeam_em_account" "operator" {

  # veeam_em_account.former will be destroyed
  - resource "veeam_em_account" "former" {
      - flr_settings = {
          - inplace_only = false -> null
        } -> null
    }


Plan: 1 to add, 0 to change, 0 to destroy.

`

const wanted = `  | veeam_em_account.operator: Refreshing state... [id=1]

  |   # veeam_em_account.operator will be created
  |   + resource "veeam_em_account" "operator" {

  |   # veeam_em_account.former will be destroyed

  | Plan: 1 to add, 0 to change, 0 to destroy.
`

func TestTrimmer_RemovesBoilerplateWithAnyChunkSize(t *testing.T) {
	for _, chunk := range []int{1, 7, len(printed)} {
		var out strings.Builder
		trim := &trimmer{out: &out}
		for part := range slices.Chunk([]byte(printed), chunk) {
			if n, err := trim.Write(part); n != len(part) || err != nil {
				t.Fatalf("Write: %d, %v", n, err)
			}
		}
		trim.flush()
		if out.String() != wanted {
			t.Errorf("in chunks of %d:\n%s\nwant\n%s", chunk, out.String(), wanted)
		}
	}
}

func TestTrimmer_KeepsALastLineWithoutANewline(t *testing.T) {
	var out strings.Builder
	trim := &trimmer{out: &out}
	_, _ = io.WriteString(trim, "Error: no")
	trim.flush()
	if out.String() != "  | Error: no\n" {
		t.Errorf("%q", out.String())
	}
}

func TestParseEnv_ReadsOnlyCompleteVeeamLines(t *testing.T) {
	got := parseEnv("# comment\nexport VEEAM_EM_ENDPOINT=\"https://127.0.0.1:1\"\nVEEAM_EM_USERNAME='TECH\\admin'\n" +
		"PATH=/\nVEEAM_EM_PASSWORD=incompl")
	want := []string{"VEEAM_EM_ENDPOINT=https://127.0.0.1:1", `VEEAM_EM_USERNAME=TECH\admin`}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTrimmer_FindsTextWrittenByteByByte(t *testing.T) {
	for lookFor, want := range map[string]bool{"": false, "Refreshing state...": true, "Modifying...": false} {
		found := &trimmer{out: io.Discard, lookFor: lookFor}
		for _, b := range []byte(printed) {
			_, _ = found.Write([]byte{b})
		}
		if found.flush(); found.found != want {
			t.Errorf("%q: found %t, want %t", lookFor, found.found, want)
		}
	}
}
