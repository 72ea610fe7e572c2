#!/usr/bin/env bash
# Hostile bytes for every reader (fuzz/README.md). Needs a Rust toolchain and g++; a nightly compiler is not needed.
#
#   scripts/fuzz.sh                    all targets in turn, 60 s each
#   scripts/fuzz.sh TARGET [SECONDS]   one target, 60 s or as long as said; `all` for all of them
#   scripts/fuzz.sh list               the targets, each with the runs of its smoke test
#   scripts/fuzz.sh smoke [TARGET…]    seeds, regressions and a fixed number of runs of every target, the same each time; without libFuzzer
#   scripts/fuzz.sh replay TARGET FILE…
#   scripts/fuzz.sh seeds [--proofs]   makes the seeds anew; with --proofs also the proofs, when the keys have changed
set -euo pipefail
cd "$(dirname "$0")/.."
home=$PWD/fuzz
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/fuzz
binary=$target/release/fuzz
# libFuzzer's limits: bytes held, seconds an input takes.
limits=(-rss_limit_mb=2048 -timeout=20)

build() {
  command -v g++ >/dev/null || command -v clang++ >/dev/null || { echo "fuzzing needs a C++ compiler: install g++" >&2; return 1; }
  (cd fuzz/libfuzzer && RUSTC_WRAPPER=$home/libfuzzer/instrument.sh CARGO_TARGET_DIR=$target cargo build --release --locked)
}

scratch() {
  local place=${TMPDIR:-/tmp}
  [ -w /dev/shm ] && place=/dev/shm
  FUZZ_SCRATCH=$(mktemp -d "$place/tranche-fuzz.XXXXXX")
  export FUZZ_SCRATCH
  trap 'rm -rf "$FUZZ_SCRATCH"' EXIT
}

# The folders of inputs of a target that there are.
inputs() {
  local folder
  for folder in "$home/seeds/$1" "$home/regressions/$1"; do
    [ -d "$folder" ] && printf '%s\n' "$folder"
  done
}

# Fuzzes a target for some seconds; what it finds stays in target/fuzz/findings.
hunt() {
  local name=$1 seconds=$2 folders
  mapfile -t folders < <(inputs "$name")
  mkdir -p "$target/corpus/$name" "$target/findings/$name"
  echo "== $name, $seconds s"
  FUZZ_TARGET=$name "$binary" "${limits[@]}" -max_total_time="$seconds" -print_final_stats=1 \
    -artifact_prefix="$target/findings/$name/" "$target/corpus/$name" "${folders[@]}"
}

case ${1:-all} in
list) build && "$binary" 2>/dev/null ;;
smoke) cargo test --release --workspace --test smoke -- "${@:2}" ;;
replay)
  build
  scratch
  FUZZ_TARGET=$2 "$binary" "${limits[@]}" "${@:3}"
  ;;
seeds)
  scratch
  cargo run --release -p tranche-fuzz --bin fuzz-seeds -- "${@:2}"
  ;;
all)
  build
  scratch
  "$binary" 2>/dev/null | while read -r name _; do hunt "$name" "${2:-60}" || echo "$name: a finding" >&2; done
  ;;
*)
  build
  scratch
  hunt "$1" "${2:-60}"
  ;;
esac
