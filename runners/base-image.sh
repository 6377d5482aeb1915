#!/usr/bin/env bash
# Make a base image from Debian packages, for machines without an image registry: base-image.sh NAME [SUITE]
# Needs root, mmdebstrap or debootstrap, and a container engine that answers.
set -euo pipefail

name="${1:?usage: base-image.sh NAME [SUITE]}"
suite="${2:-bookworm}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

echo "making $name from Debian $suite" >&2
if command -v mmdebstrap >/dev/null; then
    mmdebstrap --quiet --variant=minbase --include=python3 \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' "$suite" "$folder/root.tar"
else
    debootstrap --variant=minbase --include=python3 "$suite" "$folder/root" >&2
    tar -C "$folder/root" -cf "$folder/root.tar" .
fi
docker import --change 'CMD ["python3"]' "$folder/root.tar" "$name" >/dev/null
docker run --rm --network none "$name" python3 --version
