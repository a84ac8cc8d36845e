#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# demo-interrupted.sh: interrupts the demo at several points and fails where a process or a file of it stays.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p .bin
go build -o .bin/demo ./internal/cmd/demo

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Every process that the demo starts has its temporary folder in its arguments or environment, and so the scratch folder's name.
survivors() {
	local process
	for process in /proc/[0-9]*; do
		if [ "${process#/proc/}" != $$ ] && tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -q "^TMPDIR=$scratch$"; then
			tr '\0' ' ' <"$process/cmdline" 2>/dev/null
			echo
		fi
	done
}

# interrupt SIGNAL TEXT: sends the signal as soon as the demo has printed the text.
interrupt() {
	local output=$scratch/output tmp=$scratch status=0 demo
	echo "$1 at \"$2\""
	TMPDIR=$tmp internal/tools/with-cli.sh .bin/demo >"$output" 2>&1 &
	demo=$!
	for _ in $(seq 600); do
		if grep -q -- "$2" "$output" || ! kill -0 "$demo" 2>/dev/null; then break; fi
		sleep 0.1
	done
	kill -s "$1" "$demo"
	wait "$demo" || status=$?
	if [ "$status" -ne 130 ]; then
		echo "the demo ended with $status, not 130:"
		cat "$output"
		return 1
	fi
	if ls -d "$tmp"/terraform-provider-veeam-demo-* 2>/dev/null; then
		echo 'a temporary folder stays'
		return 1
	fi
	if [ -d /proc/self ] && [ -n "$(survivors)" ]; then
		echo 'processes stay:'
		survivors
		return 1
	fi
}

# A background job of a script ignores SIGINT from its start, and a Go program then never sees it unless it asks for it;
# the demo does ask.
interrupt INT 'Build the provider'
interrupt INT 'Still creating\|Creating\.\.\.'
interrupt TERM 'Change the roles'
interrupt HUP 'Remove everything'
