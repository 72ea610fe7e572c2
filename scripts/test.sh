#!/usr/bin/env bash
# Passes all tests: formatting, lints, unit and integration tests, contracts, the verifier as WASM and on bare metal, the recorder.
# Needs a Rust toolchain, node 20 with npm, and Python 3; on Debian it installs what is missing (nodejs, npm, python3-venv and the packages that the
# scripts it calls name). The Solidity compiler, Foundry, anvil and snarkjs come from npm, slither from PyPI. See README for how long it takes.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/route.sh

step() { printf '\n== %s\n' "$*"; }

step "formatting"
cargo fmt --all --check
cargo fmt --manifest-path fuzz/Cargo.toml --check

step "tools"
if command -v apt-get >/dev/null; then
  command -v g++ >/dev/null || debian_install g++
  command -v node >/dev/null || debian_install nodejs
  command -v npm >/dev/null || debian_install npm
  python3 -c 'import venv, ensurepip' 2>/dev/null || debian_install python3 python3-venv
fi
node --version
(
  cd contracts
  [ -x node_modules/.bin/forge ] && cmp -s package-lock.json node_modules/.lock-used ||
    { npm ci --ignore-scripts --no-audit --no-fund && cp package-lock.json node_modules/.lock-used; }
)
scripts/snarkjs.sh
tools=${CARGO_TARGET_DIR:-target}/tools
if [ ! -x "$tools/bin/slither" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check slither-analyzer==0.11.6
fi

step "no_std libraries"
cargo build --release -p tranche-protocol -p tranche-verifier --no-default-features

step "lints"
cargo clippy --release --workspace --all-targets -- -D warnings

step "committed contracts are what the generator and the compiler make"
cargo build --release
"${CARGO_TARGET_DIR:-target}/release/tranche" contract export --all --out contracts/src/generated --check
scripts/contracts.sh --check

step "the first command of the README"
timeout 900 "${CARGO_TARGET_DIR:-target}/release/tranche" demo >/dev/null

step "the verifier as WASM"
bash scripts/wasm.sh build

step "the readers as WASM"
bash scripts/ingest-wasm.sh

step "tests"
TRANCHE_REQUIRE_ANVIL=1 TRANCHE_REQUIRE_NODE=1 cargo test --release --workspace
cargo test --release -p tranche-solidity --test generic -- --ignored

step "hostile bytes"
bash scripts/fuzz.sh smoke

step "documentation builds without warnings"
RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps --workspace --exclude tranche --exclude tranche-benches

step "contracts"
SLITHER=$(realpath "$tools/bin/slither") bash scripts/contracts-test.sh

step "WASM under node"
bash scripts/wasm.sh

step "the verifier on bare metal"
bash scripts/bare-metal.sh

step "the recorder"
bash scripts/python.sh
