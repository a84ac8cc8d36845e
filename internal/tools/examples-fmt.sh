#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# examples-fmt.sh check|write
#
# Formats the Terraform code in examples/, or fails if it is not formatted. `terraform fmt` does not accept .tfquery.hcl
# files, so the script formats a copy that is named .tf.
set -euo pipefail

mode=${1:?use check or write}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [ -z "${TF_ACC_TERRAFORM_PATH:-}" ]; then exec internal/tools/with-cli.sh "$0" "$mode"; fi

flags=(-recursive)
[ "$mode" = write ] || flags+=(-check -diff)
"$TF_ACC_TERRAFORM_PATH" fmt "${flags[@]}" examples

copies=$(mktemp -d)
trap 'rm -rf "$copies"' EXIT
wrong=0
while IFS= read -r query; do
	cp "$query" "$copies/query.tf"
	"$TF_ACC_TERRAFORM_PATH" fmt "$copies/query.tf" >/dev/null
	if ! cmp -s "$query" "$copies/query.tf"; then
		if [ "$mode" = write ]; then
			cp "$copies/query.tf" "$query"
		else
			diff -u "$query" "$copies/query.tf" || wrong=1
		fi
	fi
done < <(find examples -name '*.tfquery.hcl')
exit "$wrong"
