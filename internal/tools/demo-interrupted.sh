#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# demo-interrupted.sh: interrupts the demo at several points, and fails if a process or a file of it stays.
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

# No limit decides anything on a machine that works: each is for what hangs.
limit=1800

# printed TEXT: waits until the demo has printed the text. It fails if the demo ends before.
printed() {
	local deadline=$((SECONDS + limit))
	until grep -qF -- "$1" "$output"; do
		if ! kill -0 "$demo" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
			grep -qF -- "$1" "$output"
			return
		fi
		sleep 0.1
	done
}

# gone: waits until no process of the demo is left. A process that has been killed needs a moment to end.
gone() {
	local deadline=$((SECONDS + 120))
	while [ -n "$(survivors)" ]; do
		[ "$SECONDS" -lt "$deadline" ] || return
		sleep 0.1
	done
}

# interrupt SIGNAL TEXT [COMMAND]: sends the signal when the demo has printed the text. The server is slow, so that the signal
# meets a request on its way. However late the signal comes, it finds the demo at the Terraform command that prints COMMAND
# (by default TEXT) or before.
interrupt() {
	local output=$scratch/output status=0 demo begun
	: >"$output" # not what the demo before has printed
	DEMO_HOLD_AT=${3:-$2} TMPDIR=$scratch/tmp internal/tools/with-cli.sh .bin/demo -latency 400ms >"$output" 2>&1 &
	demo=$!
	if ! printed "$2"; then
		kill -s TERM "$demo" || true
		wait "$demo" || true
		echo "the demo did not print \"$2\":"
		cat "$output"
		return 1
	fi
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
	if ! gone; then
		echo 'processes stay:'
		survivors
		return 1
	fi
}

# A background job of a script ignores SIGINT from its start, and a Go program then never sees it unless it asks for it;
# the demo does ask.
interrupt INT 'Build the provider' 'Creating...'
interrupt INT 'Creating...'
interrupt TERM 'Modifying...'
interrupt HUP 'Destroying...'
