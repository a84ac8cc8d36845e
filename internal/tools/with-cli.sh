#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# with-cli.sh COMMAND [ARGUMENT...]
#
# Runs COMMAND with a Terraform CLI for the tests, the demo and the formatter. It uses the first of: the executable in
# TF_ACC_TERRAFORM_PATH, terraform on PATH, tofu on PATH, a copy downloaded into .bin/ (which needs the internet).
# It passes the absolute path to COMMAND in TF_ACC_TERRAFORM_PATH, the variable that terraform-plugin-testing reads.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

cli=${TF_ACC_TERRAFORM_PATH:-}
if [ -n "$cli" ]; then
	cli=$(type -P "$cli") || { echo "TF_ACC_TERRAFORM_PATH is not an executable: $TF_ACC_TERRAFORM_PATH" >&2 && exit 1; }
else
	cli=$(type -P terraform || type -P tofu || echo "$root/.bin/terraform")
fi
if [ "$cli" = "$root/.bin/terraform" ] && [ ! -x "$cli" ]; then
	echo "Neither terraform nor tofu is on PATH. Downloading Terraform into .bin/ (needs the internet)." >&2
	cli=$(go run -C "$root/internal/tools/terraformcli" . -dir "$root/.bin")
fi

# On Windows, programs do not understand the paths of this shell.
if command -v cygpath >/dev/null; then cli=$(cygpath -m "$cli"); fi

# The developer's own Terraform settings (CLI configuration, workspace, default arguments, variables) must not affect
# COMMAND.
for name in $(compgen -e TF_ || true); do
	case $name in
	TF_LOG* | TF_ACC | TF_ACC_*) ;;
	*) unset "$name" ;;
	esac
done

export TF_ACC_TERRAFORM_PATH=$cli CHECKPOINT_DISABLE=1

# OpenTofu resolves a provider source without a host name in its own registry.
case $("$cli" version) in
OpenTofu*) export TF_ACC_PROVIDER_HOST=${TF_ACC_PROVIDER_HOST:-registry.opentofu.org} ;;
esac

exec "$@"
