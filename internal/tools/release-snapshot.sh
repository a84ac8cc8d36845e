#!/usr/bin/env bash
# Copyright (c) The terraform-provider-veeam Authors
# SPDX-License-Identifier: MPL-2.0

# release-snapshot.sh [all]
#
# Builds a release of the last commit into dist/ without publishing it, for this platform or for all, and checks it:
#
# - internal/cmd/releasecheck finds the names and contents that the Terraform Registry expects
# - a second build in another folder, time zone and umask, and without a build cache, gives the same archive
# - the signature, made with a key that exists only for this run, is valid
# - terraform init finds the archive in a mirror, and Terraform can run the provider
#
# Without gpg on PATH, the checksums are not signed, and without syft, there is no bill of materials.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
scratch=$(mktemp -d)
export GNUPGHOME=$scratch/gnupg
finish() {
	if command -v gpgconf >/dev/null; then gpgconf --kill all; fi
	rm -rf "$scratch"
}
trap finish EXIT

skip=publish expect=()
if [ "${1:-}" = all ]; then expect+=(-all); fi
if command -v gpg >/dev/null; then
	mkdir -m 700 "$GNUPGHOME"
	gpg --batch --quiet --passphrase '' --quick-generate-key 'release snapshot' rsa3072 sign 1d
	GPG_FINGERPRINT=$(gpg --list-keys --with-colons | awk -F : '$1 == "fpr" { print $10; exit }')
	export GPG_FINGERPRINT
	expect+=(-signed)
else
	echo 'gpg is not on PATH: the checksums are not signed'
	skip+=,sign
fi
if command -v syft >/dev/null; then
	expect+=(-sbom)
else
	echo 'syft is not on PATH: there is no bill of materials'
	skip+=,sbom
fi

# build FOLDER PLATFORMS SKIP builds the last commit in a clone.
build() {
	git clone --quiet --no-hardlinks "$root" "$1"
	local config
	config=$(cat "$1/.goreleaser.yml")
	if [ "$2" != all ]; then
		config=$(sed -e "s/goos: \[.*/goos: [$(go env GOOS)]/" -e "s/goarch: \[.*/goarch: [\"$(go env GOARCH)\"]/" <<<"$config")
	fi
	(cd "$1" && "$goreleaser" release --snapshot --clean --config - --skip "$3" <<<"$config")
}

echo 'Building GoReleaser. The first build takes about five minutes.'
goreleaser=$(go tool -n -modfile=internal/tools/goreleaser/go.mod goreleaser)
build "$scratch/first" "${1:-host}" "$skip"
(
	umask 077
	export TZ=Asia/Kathmandu GOCACHE=$scratch/cache
	build "$scratch/second/in/another/folder" host publish,sign,sbom
)
rm -rf dist
cp -r "$scratch/first/dist" dist

go run ./internal/cmd/releasecheck "${expect[@]}" dist "$scratch/second/in/another/folder/dist"
sums=$(echo dist/*_SHA256SUMS)
if [ -f "$sums.sig" ]; then gpg --verify "$sums.sig" "$sums"; fi

# The mirror has the layout that the protocol of the registry gives it.
version=$(basename "$sums" _SHA256SUMS)
version=${version#*_}
mirror=$scratch/mirror/registry.terraform.io/veeam-community/veeam
mkdir -p "$mirror" "$scratch/user"
cp dist/*.zip "$mirror"
cat >"$scratch/user/main.tf" <<TF
terraform {
  required_providers {
    veeam = {
      source  = "registry.terraform.io/veeam-community/veeam"
      version = "$version"
    }
  }
}
data "veeam_em_roles" "all" {}
TF
internal/tools/with-cli.sh bash -c 'cd "$1" && "$TF_ACC_TERRAFORM_PATH" init -plugin-dir="$2" && "$TF_ACC_TERRAFORM_PATH" validate' \
	- "$scratch/user" "$scratch/mirror"
echo "dist/ contains the release of $(git rev-parse --short HEAD) as version $version. Nothing was published."
