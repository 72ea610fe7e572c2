#!/usr/bin/env bash
# The recorder in loops of today's PyTorch, Accelerate and Hugging Face datasets, from PyPI: every way to accumulate gradients, killed and resumed.
# The environment is kept in target/tools/frameworks: it takes 6 GB and two minutes the first time, the tests half a minute. Needs Python 3.10 or later.
set -euo pipefail
cd "$(dirname "$0")/.."

environment=${CARGO_TARGET_DIR:-target}/tools/frameworks
if [ ! -x "$environment/bin/python" ]; then
  "${PYTHON:-python3}" -m venv "$environment"
fi
"$environment/bin/pip" install --quiet --disable-pip-version-check 'torch>=2.4' 'datasets>=3' 'accelerate>=1'
"$environment/bin/python" -c 'import torch, datasets; print("torch", torch.__version__, "datasets", datasets.__version__)'
caches=$(mktemp -d)
trap 'rm -rf "$caches"' EXIT
PYTHONPATH=$PWD/python/src PYTHONDONTWRITEBYTECODE=1 HF_HOME=$caches HF_HUB_OFFLINE=1 \
  timeout 300 "$environment/bin/python" -m unittest discover -s python/tests/frameworks
