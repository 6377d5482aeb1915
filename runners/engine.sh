#!/usr/bin/env bash
# Install and start a container engine on Debian or Ubuntu (as root), and make the base image; again changes nothing.
set -euo pipefail

image="grader-base:debian"
log="${TMPDIR:-/tmp}/grader-dockerd.log"

if ! command -v dockerd >/dev/null || ! command -v mmdebstrap >/dev/null; then
    command -v apt-get >/dev/null || { echo "this needs apt-get; elsewhere, install Docker or Podman yourself"; exit 1; }
    [ "$(id -u)" -eq 0 ] || { echo "this needs root: sudo make engine"; exit 1; }
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io mmdebstrap >/dev/null
fi

if ! docker info >/dev/null 2>&1; then
    [ "$(id -u)" -eq 0 ] || { echo "no engine answers, and starting one needs root: sudo make engine"; exit 1; }
    if [ -d /run/systemd/system ]; then
        systemctl start docker
    else
        # An engine that was killed leaves its pid file; its number may be a zombie's or another's by now.
        for file in /var/run/docker.pid /var/run/docker/containerd/containerd.pid; do
            [ -f "$file" ] && ! grep -qaE 'dockerd|containerd' "/proc/$(cat "$file")/cmdline" 2>/dev/null && rm -f "$file"
        done
        nohup dockerd >"$log" 2>&1 </dev/null &
    fi
    for _ in $(seq 60); do
        docker info >/dev/null 2>&1 && break
        sleep 1
    done
    docker info >/dev/null 2>&1 || { echo "the engine does not start; its log is $log"; tail -5 "$log"; exit 1; }
fi

docker image inspect "$image" >/dev/null 2>&1 || bash "$(dirname "$0")/base-image.sh" "$image"
echo "the engine answers; without an image registry: export GRADER_BASE_IMAGE=$image"
