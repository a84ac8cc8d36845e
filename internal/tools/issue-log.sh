#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# issue-log.sh [-hide WORD]... [PLAN ARGUMENT...]
#
# Run it in the directory of a configuration. It runs a plan, which changes nothing, and prints what a bug report needs:
# the versions, the errors of the plan, and the requests that the provider sent. It replaces
#
# - the passwords in the environment and in password files: the provider does not log them, but a file may repeat one
# - the names and addresses of servers and proxies
# - the names of accounts, such as TECH\jane and jane@tech.local, each always by the same word
# - the values in the addresses of requests that may be names, and the names in the lists that follow an error
# - your home directory, and each WORD: use -hide for the names of your machines and other objects
#
# IDs stay, because they show which requests belong together. Read the output before you post it.
#
# It needs awk, and terraform or tofu on PATH, or the executable in TF_ACC_TERRAFORM_PATH.
set -euo pipefail

usage() { sed -n 's/^# \{0,1\}//; 4,17p' "$0" >&2; }
words=()
while [ $# -gt 0 ]; do
	case $1 in
	-hide)
		[ $# -ge 2 ] || { usage && exit 2; }
		words+=("$2")
		shift 2
		;;
	-h | -help | --help) usage && exit 2 ;;
	*) break ;;
	esac
done
cli=${TF_ACC_TERRAFORM_PATH:-$(command -v terraform || command -v tofu || true)}
[ -n "$cli" ] || { echo 'neither terraform nor tofu is on PATH' >&2 && exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# hide WORD BY adds a word to the list of those that redact replaces. Only this user can read the list.
umask 077
hide() {
	local word
	for word in "$1" "${1//\\/\\\\}"; do # also as in a configuration or a log
		if [ -n "$word" ]; then printf '%s\t%s\n' "$word" "$2" >>"$scratch/words"; fi
	done
}
: >"$scratch/words"
for product in EM VB365; do
	for kind in PASSWORD USERNAME ENDPOINT PASSWORD_FILE; do
		name=VEEAM_${product}_$kind
		value=${!name:-}
		case $kind in
		PASSWORD) hide "$value" REDACTED ;;
		PASSWORD_FILE) if [ -r "$value" ]; then hide "$(head -n 1 "$value" | tr -d '\r')" REDACTED; fi ;;
		USERNAME) hide "$value" "LOGON-$product" ;;
		ENDPOINT) value=${value#*://} && value=${value%%[/:]*} && hide "$value" "SERVER-$product" ;;
		esac
	done
done
for word in ${words[@]+"${words[@]}"}; do hide "$word" HIDDEN; done
hide "$HOME" '~'

# redact reads text from standard input. The words come first: a name may contain another one.
redact() {
	awk -v words="$scratch/words" '
	BEGIN {
		while ((getline line < words) > 0) {
			i = index(line, "\t")
			word[++n] = tolower(substr(line, 1, i - 1))
			by[n] = substr(line, i + 1)
		}
		split("format v action type limit offset extendedView includePersonalSites host hierarchyRef ids", keep, " ")
		for (i in keep) kept[keep[i]] = 1
	}
	# literal replaces a word, whatever its case.
	function literal(text, word, by,    out, i) {
		out = ""
		while ((i = index(tolower(text), word)) > 0) {
			out = out substr(text, 1, i - 1) by
			text = substr(text, i + length(word))
		}
		return out text
	}
	# each replaces what matches a pattern: a name by its number, another text by a word.
	function each(text, pattern, by,    out, found) {
		out = ""
		while (match(text, pattern)) {
			found = substr(text, RSTART, RLENGTH)
			out = out substr(text, 1, RSTART - 1)
			text = substr(text, RSTART + RLENGTH)
			if (by == "NAME") {
				gsub(/\\\\/, "\\", found)
				found = tolower(found)
				if (!(found in number)) number[found] = ++names
				out = out "NAME-" number[found]
			} else out = out by
		}
		return out text
	}
	# query replaces the values in the query of a request.
	function query(text,    out, found, key) {
		out = ""
		while (match(text, /[?&][A-Za-z]+=[^& "]*/)) {
			found = substr(text, RSTART, RLENGTH)
			key = substr(found, 2, index(found, "=") - 2)
			out = out substr(text, 1, RSTART - 1) (key in kept ? found : substr(found, 1, index(found, "=")) "HIDDEN")
			text = substr(text, RSTART + RLENGTH)
		}
		return out text
	}
	{
		# A list of what the server has instead: names, with their IDs.
		if (match($0, /^ *- .* [(][0-9A-Za-z:._-]+[)]$/)) sub(/- .* [(]/, "- HIDDEN (")
		for (i = 1; i <= n; i++) $0 = literal($0, word[i], by[i])
		$0 = query($0)
		$0 = each($0, "[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+[.][A-Za-z0-9.-]+", "NAME")
		$0 = each($0, "[A-Za-z0-9._-]+\\\\+[A-Za-z0-9._$-]+", "NAME")
		$0 = each($0, "://[^/ :\"]+", "://SERVER")
		$0 = each($0, "[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+", "ADDRESS")
		print
	}'
}

export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
unset TF_LOG TF_LOG_CORE TF_LOG_PATH
code=0
TF_LOG_PROVIDER=DEBUG TF_LOG_PATH=$scratch/log "$cli" plan -no-color -input=false -lock=false "$@" \
	>/dev/null 2>"$scratch/errors" </dev/null || code=$?
{
	echo '--- Versions'
	"$cli" version
	uname -sm
	printf '\n--- Plan: exit code %d\n' "$code"
	cat "$scratch/errors"
	printf '\n--- Requests\n'
	if [ -f "$scratch/log" ]; then sed -n '/terraform-provider-veeam.* request: /p' "$scratch/log"; fi
} | redact
