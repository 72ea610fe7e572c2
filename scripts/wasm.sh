#!/usr/bin/env bash
# Builds wasm/tranche.wasm, holds it to its size, and runs its tests under node against the `tranche` binary.
# Needs node 20; a Rust toolchain with the target wasm32-unknown-unknown, or Debian, whose packages it installs.
# `scripts/wasm.sh build` stops before the tests, `scripts/wasm.sh test` runs them on what was built. TRANCHE_BIN names the program to test with;
# without it, it is built.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/route.sh

LARGEST=$((1024 * 1024))
TARGET=wasm32-unknown-unknown

step() { printf '\n== %s\n' "$*"; }

step "node"
command -v node >/dev/null || debian_install nodejs
node -e 'if (parseInt(process.versions.node) < 20) { console.error(`node ${process.versions.node}: 20 or later is needed`); process.exit(1); }'
node --version

build() {
  step "tranche.wasm"
  (
    choose_route "$TARGET" std,panic_abort
    echo "$ROUTE"
    "$CARGO" build --profile wasm -p tranche-wasm --target "$TARGET" "${BUILD_STD[@]}"
    install -m 644 "${CARGO_TARGET_DIR:-target}/$TARGET/wasm/tranche_wasm.wasm" wasm/tranche.wasm
  )
  local size
  size=$(wc -c < wasm/tranche.wasm)
  echo "$size bytes, $(gzip -9 -c wasm/tranche.wasm | wc -c) compressed"
  if [ "$size" -gt "$LARGEST" ]; then
    echo "tranche.wasm is larger than $LARGEST bytes" >&2
    return 1
  fi
}

run_tests() {
  if [ -z "${TRANCHE_BIN:-}" ]; then
    step "the tranche binary"
    cargo build --release -p tranche
    TRANCHE_BIN=${CARGO_TARGET_DIR:-target}/release/tranche
  fi
  step "proof files of the demonstration"
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  "$TRANCHE_BIN" --json demo --dir "$folder/demo" >/dev/null
  step "tests under node"
  TRANCHE_BIN=$(realpath "$TRANCHE_BIN") TRANCHE_DEMO=$folder/demo node --test --test-reporter=spec wasm/test/*.test.js
}

case ${1:-} in
build) build ;;
test) run_tests ;;
*)
  build
  run_tests
  ;;
esac
