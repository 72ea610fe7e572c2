#!/usr/bin/env bash
# Passes all tests: formatting, lints, unit and integration tests, contracts, the verifier as WASM and on bare metal, the recorder.
# Needs a Rust toolchain, node 20 with npm, and Python 3; on Debian it installs what is missing (nodejs, npm, python3-venv and the packages that
# the scripts it calls name). The Solidity compiler, Foundry, anvil and snarkjs come from npm, slither from PyPI. Each step says how many
# seconds have passed; README has the time on two cores.
#
# All steps build the workspace as a whole, in one profile: a step that builds one package alone would choose other features and compile the
# dependencies again.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/route.sh

target=${CARGO_TARGET_DIR:-target}
tools=$target/tools
step() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }

step "formatting"
cargo fmt --all --check
cargo fmt --manifest-path fuzz/libfuzzer/Cargo.toml --check

step "tools"
if command -v apt-get >/dev/null; then
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
if [ ! -x "$tools/bin/slither" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check slither-analyzer==0.11.6
fi

step "lints"
cargo clippy --release --workspace --all-targets -- -D warnings

step "documentation builds without warnings"
RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps --workspace --exclude tranche --exclude tranche-benches

step "the verifier as WASM"
bash scripts/wasm.sh build

step "the readers as WASM"
bash scripts/ingest-wasm.sh

step "building all tests"
cargo test --release --workspace --no-run
export TRANCHE_BIN=$(realpath "$target/release/tranche")

step "committed contracts are what the generator and the compiler make"
"$TRANCHE_BIN" contract export --all --out contracts/src/generated --check
scripts/contracts.sh --check

step "the first command of the README"
timeout 900 "$TRANCHE_BIN" demo >/dev/null

step "tests"
cargo test --release --workspace
cargo test --release --workspace --test generic -- --ignored

step "contracts"
SLITHER=$(realpath "$tools/bin/slither") bash scripts/contracts-test.sh

step "WASM under node"
bash scripts/wasm.sh test

step "the verifier on bare metal, without std"
bash scripts/bare-metal.sh

step "the recorder"
bash scripts/python.sh

step "all passed"
