#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# demo-interrupted.sh interrupts the demo at several points, and fails if it leaves a process or a file behind.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p .bin
go build -o .bin/demo ./internal/cmd/demo

scratch=$(mktemp -d)
mkdir "$scratch/tmp"
trap 'rm -rf "$scratch"' EXIT

# survivors lists the processes of the demo that are still running: each has a TMPDIR in the scratch folder.
survivors() {
	local process
	for process in /proc/[0-9]*; do
		if tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -q "^TMPDIR=$scratch/tmp"; then
			tr '\0' ' ' <"$process/cmdline" 2>/dev/null
			echo
		fi
	done
}

# The time limits only end a demo that hangs. On a working machine, the result does not depend on them.
limit=1800

# printed TEXT waits until the demo has printed the text. It fails if the demo ends first.
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

# gone waits until no process of the demo is left, because a killed process needs a moment to end.
gone() {
	local deadline=$((SECONDS + 120))
	while [ -n "$(survivors)" ]; do
		[ "$SECONDS" -lt "$deadline" ] || return
		sleep 0.1
	done
}

# interrupt SIGNAL TEXT [COMMAND] sends the signal when the demo has printed TEXT. The servers are slow, so that the
# signal arrives during a request. Even if the signal is late, the demo does not continue past the Terraform command
# that prints COMMAND (by default TEXT).
interrupt() {
	local output=$scratch/output slow=(-latency 150ms -vb365-latency 150ms) status=0 demo begun
	: >"$output" # removes the output of the previous demo
	DEMO_HOLD_AT=${3:-$2} TMPDIR=$scratch/tmp internal/tools/with-cli.sh .bin/demo "${slow[@]}" >"$output" 2>&1 &
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
		echo 'the demo left files behind:'
		find "$scratch/tmp"
		return 1
	fi
	if ! gone; then
		echo 'the demo left processes behind:'
		survivors
		return 1
	fi
}

# A script starts background jobs with SIGINT ignored. A Go program then receives SIGINT only if it registers for it, as
# the demo does.
interrupt INT 'Build the provider' 'Creating...'
interrupt INT 'Creating...'
interrupt TERM 'Modifying...'
interrupt HUP 'Destroying...'
interrupt TERM 'restore_operator_role.helpdesk: Modifying...'
