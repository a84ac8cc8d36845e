#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# test.sh [GO TEST ARGUMENT...]
#
# Runs the unit tests and the TestSim_ acceptance tests, which run a Terraform CLI against the simulator and need
# neither a network nor a server. The run fails if a TestSim_ test is skipped for another reason than an old CLI
# (internal/testcli), or if none runs. Without arguments, it tests every package.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# These tests must not use a real server, so remove TF_ACC and all connection settings from the environment.
unset TF_ACC
export GOGC=${GOGC:-400} # most of the work is that of short-lived processes
for name in $(compgen -e VEEAM_ || true); do unset "$name"; done

mkdir -p .bin
events=.bin/test-events.json
all=
[ $# -gt 0 ] || { all=-all && set -- ./...; }
internal/tools/with-cli.sh go tool -modfile=internal/tools/gotestsum/go.mod gotestsum \
	--format standard-quiet --format-hide-empty-pkg --jsonfile "$events" -- -count=1 -timeout=60m "$@"
internal/tools/with-cli.sh go run ./internal/cmd/testcheck ${all:+"$all"} "$events"
