#!/usr/bin/env bash
# Proves every usage circuit by our prover and by halo2's, from one seed: both proofs must be accepted, and agree in what does not depend on other
# randomness. Prints the time of each. Takes a while: run it with nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo test --release --workspace --test it -- every_usage_circuit_is_proven_alike --ignored --nocapture
