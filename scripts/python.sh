#!/usr/bin/env bash
# Installs the recorder's package in a fresh environment and runs its tests; under three minutes on two cores. Needs Python 3.9 or later.
# Where apt-get is at hand and PyTorch is not, Debian's python3-torch is installed first (TRANCHE_TORCH=0 leaves that out); the tests of the
# PyTorch wrapper are skipped without it. TRANCHE_BIN names the program `tranche`; without it the one under target/ is tested with, if there is one.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

has() { "$1" -c "import $2" >/dev/null 2>&1; }

python=${PYTHON:-python3}
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT

step "PyTorch"
system=/usr/bin/python3
if [ "${TRANCHE_TORCH:-1}" != 0 ] && ! has "$python" torch && ! { [ -x "$system" ] && has "$system" torch; }; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    # In the time that it has, and no failure: its tests are skipped without it.
    (timeout 90 apt-get update -qq && DEBIAN_FRONTEND=noninteractive timeout 90 apt-get install -y -qq --no-install-recommends \
      python3-torch python3-venv python3-pip) >/dev/null 2>&1 || echo "not installed"
  fi
fi
options=()
if has "$python" torch; then
  options=(--system-site-packages)
elif [ -x "$system" ] && has "$system" torch && has "$system" ensurepip; then
  # Debian's PyTorch belongs to Debian's Python.
  python=$system
  options=(--system-site-packages)
fi
has "$python" torch && echo "there" || echo "absent: tests of its wrapper are skipped"

step "environment"
"$python" -m venv "${options[@]}" "$environment/venv"
# Built from a copy, so that nothing is left in the source tree.
cp -R python "$environment/package"
"$environment/venv/bin/pip" install --quiet --disable-pip-version-check "$environment/package"

step "tests"
if [ -z "${TRANCHE_BIN:-}" ] && [ -x target/release/tranche ]; then
  export TRANCHE_BIN="$PWD/target/release/tranche"
fi
cd "$environment/package/tests"
timeout 150 "$environment/venv/bin/python" -m unittest
