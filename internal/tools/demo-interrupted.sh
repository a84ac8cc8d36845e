#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# demo-interrupted.sh: interrupts the demo at several points and fails where a process or a file of it stays.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p .bin
go build -o .bin/demo ./internal/cmd/demo

scratch=$(mktemp -d)
mkdir "$scratch/tmp"
trap 'rm -rf "$scratch"' EXIT

# Every process that the demo starts has a TMPDIR below the scratch folder.
survivors() {
	local process
	for process in /proc/[0-9]*; do
		if tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -q "^TMPDIR=$scratch/tmp"; then
			tr '\0' ' ' <"$process/cmdline" 2>/dev/null
			echo
		fi
	done
}

# interrupt SIGNAL TEXT: sends the signal as soon as the demo has printed the text. The server is slow, so that the signal
# meets a request on its way.
interrupt() {
	local output=$scratch/output status=0 demo begun
	TMPDIR=$scratch/tmp internal/tools/with-cli.sh .bin/demo -latency 400ms >"$output" 2>&1 &
	demo=$!
	for _ in $(seq 1200); do
		if grep -q -- "$2" "$output" || ! kill -0 "$demo" 2>/dev/null; then break; fi
		sleep 0.05
	done
	begun=$SECONDS
	kill -s "$1" "$demo"
	wait "$demo" || status=$?
	echo "$1 at \"$2\": exit $status, $((SECONDS - begun)) s later"
	if [ "$status" -ne 130 ]; then
		cat "$output"
		return 1
	fi
	if [ -n "$(ls -A "$scratch/tmp")" ]; then
		echo 'files stay:'
		find "$scratch/tmp"
		return 1
	fi
	if [ -n "$(survivors)" ]; then
		echo 'processes stay:'
		survivors
		return 1
	fi
}

# A background job of a script ignores SIGINT from its start, and a Go program then never sees it unless it asks for it;
# the demo does ask.
interrupt INT 'Build the provider'
interrupt INT 'Creating\.\.\.'
interrupt TERM 'Modifying\.\.\.'
interrupt HUP 'Destroying\.\.\.'
