#!/usr/bin/env bash
# Tests of the contracts: build within the size limit, tests, gas of the operations, and static analysis where slither is installed.
# Needs node 20 or later; the compiler and Foundry come from npm. A few minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/../contracts"

step() { printf '\n== %s\n' "$*"; }

step "packages"
[ -x node_modules/.bin/forge ] && cmp -s package-lock.json node_modules/.lock-used ||
  { npm ci --ignore-scripts --no-audit --no-fund && cp package-lock.json node_modules/.lock-used; }

step "format"
node_modules/.bin/forge fmt --check src/*.sol src/escrow src/registry src/interfaces src/types test

step "build"
# Fails above 24,576 bytes of code.
node_modules/.bin/forge build --offline --sizes --skip '*/test/*'

step "tests"
node_modules/.bin/forge test --offline

step "gas of the operations"
node_modules/.bin/forge snapshot --offline --isolate --match-contract GasTest --check

if command -v "${SLITHER:-slither}" > /dev/null; then
  step "static analysis"
  ../scripts/slither.sh
else
  echo "slither is not installed: static analysis left out"
fi
