# shellcheck shell=bash
# Sourced by both editors' scripts: where things are, and how a missing one is got or reported.
#
#   ACCESSLENS_SERVER  the server to test; default: the newer of target/{release,debug}/accesslens
#   ACCESSLENS_TOOLS   where editors are installed and kept; default: .tools in the repository

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tools=${ACCESSLENS_TOOLS:-$repo/.tools}
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)

die() {
  echo "${0##*/}: $*" >&2
  exit 2
}

# need COMMAND=DEBIAN_PACKAGE...: install the packages whose command is missing, or say what to install.
need() {
  local it missing=()
  for it in "$@"; do
    command -v "${it%%=*}" >/dev/null || missing+=("${it#*=}")
  done
  ((${#missing[@]})) || return 0
  install_packages "${missing[@]}"
}

# install_packages DEBIAN_PACKAGE...: install them, or say what to install.
install_packages() {
  command -v apt-get >/dev/null || die "please install: $*"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || die "please run: sudo apt-get install $*"
    as_root=(sudo -n)
  fi
  echo "installing $*"
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Print the absolute path of the server under test, having seen that it runs.
find_server() {
  local it found=${ACCESSLENS_SERVER:-}
  if [ -z "$found" ]; then
    for it in release debug; do
      it=${CARGO_TARGET_DIR:-$repo/target}/$it/accesslens
      if [ -x "$it" ] && { [ -z "$found" ] || [ "$it" -nt "$found" ]; }; then found=$it; fi
    done
  fi
  [ -n "$found" ] || die "no server: run 'cargo build', or set ACCESSLENS_SERVER"
  if [ ! -f "$found" ] || [ ! -x "$found" ]; then die "not an executable file: $found"; fi
  [ -n "$("$found" --version </dev/null)" ] || die "$found --version says nothing"
  realpath "$found"
}

# timed NAME COMMAND...: run it and say how long it took.
timed() {
  local name=$1 from=$EPOCHREALTIME to
  shift
  echo "== $name"
  "$@"
  to=$EPOCHREALTIME
  printf '== %s: %d.%01d s\n' "$name" $(((${to/./} - ${from/./}) / 1000000)) $((((${to/./} - ${from/./}) / 100000) % 10))
}
