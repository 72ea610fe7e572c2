#!/usr/bin/env bash
# Installs the recorder's package in a fresh environment and runs its tests; under three minutes on two cores. Needs Python 3.9 or later,
# PyTorch, and the program `tranche`: TRANCHE_BIN names it, else target/release/tranche is taken. Where PyTorch is not there and apt-get is,
# Debian's python3-torch is installed first. What is missing is an error. TRANCHE_TORCH=0 leaves the tests of PyTorch's own loaders out, and says so.
# scripts/python-frameworks.sh has the loops of today's PyTorch and of Hugging Face's datasets.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

has() { "$1" -c "import $2" >/dev/null 2>&1; }

missing() {
  echo "$*" >&2
  exit 2
}

python=${PYTHON:-python3}
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT

step "program"
TRANCHE_BIN=${TRANCHE_BIN:-target/release/tranche}
[ -x "$TRANCHE_BIN" ] || missing "there is no $TRANCHE_BIN: run \`cargo build --release\`, or name the program in TRANCHE_BIN"
TRANCHE_BIN=$(realpath "$TRANCHE_BIN")
export TRANCHE_BIN
"$TRANCHE_BIN" --version

step "PyTorch"
system=/usr/bin/python3
options=()
tests=()
if [ "${TRANCHE_TORCH:-1}" = 0 ]; then
  echo "left out, by TRANCHE_TORCH=0: test_torch"
  for file in python/tests/test_*.py; do
    name=$(basename "$file" .py)
    [ "$name" = test_torch ] || tests+=("$name")
  done
else
  if ! has "$python" torch && ! { [ -x "$system" ] && has "$system" torch; }; then
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
      { timeout 90 apt-get update -qq && DEBIAN_FRONTEND=noninteractive timeout 180 apt-get install -y -qq --no-install-recommends \
        python3-torch python3-venv python3-pip; } >"$environment/apt.log" 2>&1 || cat "$environment/apt.log" >&2
    fi
  fi
  if ! has "$python" torch; then
    # Debian's PyTorch belongs to Debian's Python.
    python=$system
    [ -x "$system" ] && has "$system" torch && has "$system" ensurepip ||
      missing "there is no PyTorch: install it for the Python that PYTHON names, or leave its tests out with TRANCHE_TORCH=0"
  fi
  options=(--system-site-packages)
  "$python" -c 'import torch; print(torch.__version__)'
fi

step "environment"
"$python" -m venv "${options[@]}" "$environment/venv"
numpy() { "$1" -c 'import numpy; print(numpy.__version__, numpy.__file__)' 2>/dev/null || true; }
before=$(numpy "$environment/venv/bin/python")
# Built from a copy, so that nothing is left in the source tree.
cp -R python "$environment/package"
"$environment/venv/bin/pip" install --quiet --disable-pip-version-check "$environment/package"
after=$(numpy "$environment/venv/bin/python")
echo "numpy $after"
[ -z "$before" ] || [ "$before" = "$after" ] || missing "installing the recorder replaced numpy $before"

step "tests"
cd "$environment/package/tests"
timeout 150 "$environment/venv/bin/python" -m unittest "${tests[@]}"
