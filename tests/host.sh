#!/bin/sh
# Runs public SCIM testers against the host of examples/host.
#
# Makes a virtual environment in a temporary folder, installs scim2-tester and scim-sanity, builds
# and starts the host on a free port, runs both, stops it. Fails on any red check.
# Needs cargo, a C compiler, python3 (3.11 or later) with venv, and PyPI.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
manifest=$root/examples/host/Cargo.toml
work=$(mktemp -d)
host=
stop() {
    status=$?
    [ -z "$host" ] || kill "$host" 2>/dev/null || true
    rm -rf "$work"
    exit "$status"
}
trap stop EXIT
trap 'exit 1' INT TERM

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    'scim2-tester==0.5.2' 'scim2-client[httpx2]==0.13.2' 'scim2-models==0.12.3' \
    'scim-sanity==0.7.4'

cargo build --quiet --manifest-path "$manifest"
export SCIM_DATABASE="$work/scim.db" SCIM_LISTEN=127.0.0.1:0
token=$(cargo run --quiet --manifest-path "$manifest" -- add-tenant testers)
cargo run --quiet --manifest-path "$manifest" >"$work/base" &
host=$!

# The host says where it serves once it listens.
tries=0
until [ -s "$work/base" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo "the host does not start" >&2; exit 1; }
    kill -0 "$host" || exit 1
    sleep 0.2
done
base=$(cat "$work/base")

echo "== scim2-tester"
SCIM_TOKEN=$token "$work/venv/bin/python" "$root/tests/host_tester.py" "$base"
echo "== scim-sanity"
"$work/venv/bin/scim-sanity" probe "$base" --token "$token" --strict --i-accept-side-effects
