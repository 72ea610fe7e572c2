#!/usr/bin/env bash
# The daily command: formatting, lints, and the tests that are quick. Under five minutes on two cores after the first build.
# Needs a Rust toolchain alone. What it leaves out, scripts/test.sh runs: proofs of whole runs, the mutation harness, the conformance
# corpus, contracts, WASM, bare metal and Python.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }

step "formatting"
cargo fmt --all --check
cargo fmt --manifest-path fuzz/libfuzzer/Cargo.toml --check

step "lints"
cargo clippy --release --workspace --all-targets -- -D warnings

step "unit tests of every crate, without the mutation harness"
cargo test --release --workspace --lib --bins -- --skip harness::

step "structure, documents, readers, formats, keys"
cargo test --release --workspace --test structure --test golden --test binding --test dataset --test training_log --test memory --test parquet --test arrow --test tables --test shards
cargo test --release --workspace --test it -- documented:: links:: pins:: importers:: inputs:: owner::

step "done"
