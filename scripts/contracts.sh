#!/bin/sh
# Compiles the contracts reproducibly into contracts/artifacts/. Arguments: --check (compare only), names of contracts.
# Needs node and, once, `npm ci` in contracts/.
set -eu
cd "$(dirname "$0")/.."
[ -d contracts/node_modules/solc ] || (cd contracts && npm ci --ignore-scripts --no-audit --no-fund)
exec node scripts/solc/build.js "$@"
