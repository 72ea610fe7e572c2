#!/bin/sh
# The compiler, with coverage for libFuzzer in the crates whose readers are under test; arithmetic stays fast, and build scripts link.
case " $* " in
*" --crate-name tranche"* | *" --crate-name csv"* | *" --crate-name parquet "* | *" --crate-name alloy_sol_types "*)
  exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares
  ;;
esac
exec "$@"
