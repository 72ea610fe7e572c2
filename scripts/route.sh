# Sourced by scripts that build for a target without an operating system.
#
# `choose_route TARGET CRATES` sets
#   CARGO        the cargo to call
#   BUILD_STD    its further arguments, an array
#   ROUTE        what was chosen, in words
# and exports what that cargo needs. It takes rustup's standard library for the target where rustup has it or can fetch it,
# else Debian's compiler, which builds the CRATES of the standard library from source. TRANCHE_ROUTE=rustup or =debian
# takes one and no other.

DEBIAN_PACKAGES=(rustc-web cargo-web rust-web-src lld-19)

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs those of the Debian packages named that are not installed.
debian_install() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

rustup_has() {
  command -v rustup >/dev/null || return 1
  rustup target list --installed | grep -qx "$1" && return
  timeout 180 rustup target add "$1"
}

# Messages of a panic name source files: by crate, not by where this machine keeps them.
name_sources() {
  local folder flags="--remap-path-prefix=$PWD=tranche"
  "$CARGO" fetch --quiet
  for folder in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
    flags+=" --remap-path-prefix=${folder%/}=crates"
  done
  export RUSTFLAGS=$flags
}

choose_route() {
  local target=$1 crates=$2 wanted=${TRANCHE_ROUTE:-any} variable linker
  if [ "$wanted" != debian ] && rustup_has "$target"; then
    CARGO=cargo BUILD_STD=() ROUTE="rustup, $(rustc --version)"
    name_sources
    return
  fi
  if [ "$wanted" = rustup ] || ! command -v apt-get >/dev/null; then
    echo "no standard library for $target: run 'rustup target add $target', or use Debian" >&2
    return 1
  fi
  debian_install "${DEBIAN_PACKAGES[@]}"
  case $target in
    wasm32-*) linker=/usr/bin/wasm-ld-19 ;;
    *) linker=/usr/bin/ld.lld-19 ;;
  esac
  variable=$(printf '%s' "$target" | tr 'a-z-' 'A-Z_')
  export "CARGO_TARGET_${variable}_LINKER=$linker" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
  # Apart from what another compiler of the same machine has built.
  export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/debian"
  CARGO=/usr/bin/cargo BUILD_STD=(-Z "build-std=$crates") ROUTE="Debian, $(/usr/bin/rustc --version)"
  name_sources
}
