#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# with-cli.sh COMMAND [ARGUMENT...]
#
# Runs COMMAND with a Terraform CLI that tests, demo and formatter can rely on. The CLI is, in this order: the one that
# TF_ACC_TERRAFORM_PATH names, terraform on PATH, tofu on PATH, one fetched into .bin/ (which needs the internet).
# COMMAND finds its absolute path in TF_ACC_TERRAFORM_PATH, the variable that terraform-plugin-testing reads.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

cli=${TF_ACC_TERRAFORM_PATH:-}
if [ -n "$cli" ]; then
	cli=$(type -P "$cli") || { echo "TF_ACC_TERRAFORM_PATH names no executable: $TF_ACC_TERRAFORM_PATH" >&2 && exit 1; }
else
	cli=$(type -P terraform || type -P tofu || echo "$root/.bin/terraform")
fi
if [ "$cli" = "$root/.bin/terraform" ] && [ ! -x "$cli" ]; then
	echo "Neither terraform nor tofu is on PATH: fetching Terraform into .bin/ (needs the internet)." >&2
	cli=$(go run -C "$root/internal/tools/terraformcli" . -dir "$root/.bin")
fi

# A developer's own settings (CLI configuration, workspaces, default arguments, variables) must not decide what happens here.
for name in $(compgen -e TF_ || true); do
	case $name in
	TF_LOG* | TF_ACC | TF_ACC_*) ;;
	*) unset "$name" ;;
	esac
done

export TF_ACC_TERRAFORM_PATH=$cli CHECKPOINT_DISABLE=1

# OpenTofu reads a source without a host name as one of its own registry.
case $("$cli" version) in
OpenTofu*) export TF_ACC_PROVIDER_HOST=${TF_ACC_PROVIDER_HOST:-registry.opentofu.org} ;;
esac

exec "$@"
