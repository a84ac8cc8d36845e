#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# test.sh [GO TEST ARGUMENT...]
#
# Unit tests and TestSim_ acceptance tests: a Terraform CLI against the simulator, no network, no server. A TestSim_ test
# that is skipped counts as failed, and so does a run without one. Without arguments: every package.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Neither TF_ACC nor a real server's address may leak in: these tests need none.
unset TF_ACC
for name in $(compgen -e VEEAM_ || true); do unset "$name"; done

mkdir -p .bin
events=.bin/test-events.json
[ $# -gt 0 ] || set -- ./...
internal/tools/with-cli.sh go tool -modfile=internal/tools/gotestsum/go.mod gotestsum \
	--format standard-quiet --format-hide-empty-pkg --jsonfile "$events" -- -count=1 -timeout=60m "$@"
go run ./internal/cmd/testcheck "$events"
