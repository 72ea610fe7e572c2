#!/usr/bin/env bash
# Builds the portable verifier for a target without an operating system, links it into a program of its own, and shows that
# nothing of std is in it, how large it is, and which places of the sources can still panic. Needs node for the last part.
# TRANCHE_BARE_TARGET names another 32-bit target with atomics.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/route.sh

TARGET=${TRANCHE_BARE_TARGET:-thumbv7em-none-eabihf}

step() { printf '\n== %s\n' "$*"; }

choose_route "$TARGET" core,alloc
echo "$ROUTE"

step "tranche-protocol and tranche-verifier for $TARGET, which has no std"
"$CARGO" build --release -p tranche-protocol -p tranche-verifier --target "$TARGET" "${BUILD_STD[@]}"

# The same versions as the workspace's; cargo drops those that the probe does not use.
cp Cargo.lock scripts/bare-metal/Cargo.lock
for entry in probe_bare probe_file; do
  step "$entry, linked"
  "$CARGO" rustc --quiet --release --manifest-path scripts/bare-metal/Cargo.toml --target "$TARGET" "${BUILD_STD[@]}" \
    --target-dir "${CARGO_TARGET_DIR:-target}/probe" -- -C "link-arg=--entry=$entry"
  node scripts/bare-metal/inspect.mjs "${CARGO_TARGET_DIR:-target}/probe/$TARGET/release/tranche-probe" tranche-verifier
done
