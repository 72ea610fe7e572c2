#!/usr/bin/env bash
# Proves and verifies the largest runs: 2^20 draws over 2^20 weighted records of 64 tranches, then over uniform ones.
# Takes some minutes and 4 GiB of memory; prints time, peak memory and the ratio to a multi-scalar multiplication. Then the gas of large circuits, wide ones too.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release -p tranche-benches --bin prove-run
./target/release/prove-run --draws 1048576 --records 1048576 --tranches 64
./target/release/prove-run --draws 1048576 --records 1048576 --tranches 64 --uniform
# Gas of the larger usage circuits, on an EVM in memory.
cargo test --release -p tranche-solidity --test verdicts gas_of_the_larger -- --ignored --nocapture
