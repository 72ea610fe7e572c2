#!/usr/bin/env bash
# Checks that the readers of data sets and of training logs compile for a page, with Parquet and Arrow: nothing in them needs an operating
# system. Needs a Rust toolchain with the target wasm32-unknown-unknown, or Debian, whose packages it installs.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/route.sh

TARGET=wasm32-unknown-unknown
choose_route "$TARGET" std,panic_abort
echo "$ROUTE"
"$CARGO" check -p tranche-ingest --no-default-features --features arrow,parquet --target "$TARGET" "${BUILD_STD[@]}"

# Neither temporary files nor random numbers of a system are among what was built.
tree=$("$CARGO" tree -p tranche-ingest --no-default-features --features arrow,parquet --target "$TARGET" --edges normal,no-proc-macro --prefix none)
for crate in tempfile getrandom; do
  if grep -q "^$crate " <<<"$tree"; then
    echo "tranche-ingest depends on $crate" >&2
    exit 1
  fi
done
echo "tranche-ingest compiles for $TARGET"
