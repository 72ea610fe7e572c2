#!/usr/bin/env bash
# Installs snarkjs, pinned with its dependencies' hashes, for the tests of imported ceremony files. Needs node 20 with npm. A few seconds.
# `cargo test -p tranche-srs --test snarkjs` then makes its files with it.
set -euo pipefail
cd "$(dirname "$0")/../srs/tests/snarkjs"
[ -x node_modules/.bin/snarkjs ] && cmp -s package-lock.json node_modules/.lock-used ||
  { npm ci --ignore-scripts --no-audit --no-fund && cp package-lock.json node_modules/.lock-used; }
