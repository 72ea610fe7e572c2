#!/usr/bin/env bash
# Passes all tests: formatting, lints, unit and integration tests, and the libraries that must build without std.
# Needs a Rust toolchain only. Some minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

step "formatting"
cargo fmt --all --check

step "no_std libraries"
cargo build --release -p tranche-protocol -p tranche-verifier --no-default-features

step "lints"
cargo clippy --release --workspace --all-targets -- -D warnings

step "tests"
cargo test --release --workspace

step "documentation builds without warnings"
RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps \
  -p tranche-protocol -p tranche-circuits -p tranche-prover -p tranche-verifier
