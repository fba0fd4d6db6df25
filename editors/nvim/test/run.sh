#!/usr/bin/env bash
# Everything that is to be known about the Neovim plugin, in real Neovims.
#
#   run.sh [OUT]      OUT: the folder for the screens; default: target/editors
#
# Neovim of Debian testing, and of trixie for the oldest version that works, are installed when missing (see
# common.sh for where, and for how the server is chosen). NVIM_SUITES names others. Screens are also saved as
# PNG when Chromium is there; run.sh of the VS Code extension installs it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../test/common.sh
. "$(dirname "$0")/../../test/common.sh"
out=${1:-$repo/target/editors}
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -f "$out"/nvim-*
cd "$repo/editors/nvim"

ACCESSLENS_SERVER=$(find_server)
echo "server: $ACCESSLENS_SERVER"
need tmux=tmux luacheck=lua-check
read -ra suites <<<"${NVIM_SUITES:-testing trixie}"
CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
[ -n "$CHROMIUM" ] || echo "no Chromium: screens are saved as text only"

# A home and a workspace of their own, with the server on the PATH as for a user.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{bin,home}
ln -s "$ACCESSLENS_SERVER" "$work/bin/accesslens"
export HOME=$work/home PATH=$work/bin:$PATH ACCESSLENS_SERVER
export XDG_CONFIG_HOME=$HOME/config XDG_DATA_HOME=$HOME/data XDG_STATE_HOME=$HOME/state XDG_CACHE_HOME=$HOME/cache
if [ -n "$CHROMIUM" ]; then export CHROMIUM; else unset CHROMIUM; fi

helptags() {
  local nvim=$tools/nvim-${suites[0]} it
  mkdir "$work/doc"
  cp doc/*.txt "$work/doc"
  "$nvim/bin/nvim" --clean --headless -c "helptags $work/doc" -c 'qall!'
  grep -q '^:AccesslensRestart' "$work/doc/tags" || die "helptags made no tags"
  # The help names what Neovim 0.11 brought.
  "$nvim/bin/nvim" --clean --headless -c 'if !has("nvim-0.11") | cquit | endif | qall' || return 0
  cut -f1 "$work/doc/tags" "$nvim/usr/share/nvim/runtime/doc/tags" >"$work/tags"
  for it in $(grep -o '|[^| ]*|' doc/accesslens.txt | tr -d '|' | sort -u); do
    grep -qxF "$it" "$work/tags" || die "doc/accesslens.txt: |$it| leads nowhere"
  done
}
smoke() {
  cp "$repo"/editors/test/{policy.json,guarded.json,guarded.access.jsonc} "$work"
  timeout 120 "$tools/nvim-$1/bin/nvim" --clean -n --headless --cmd 'set runtimepath^=.' \
    "$work/policy.json" -c 'luafile test/smoke.lua' 2>"$work/messages" || { cat "$work/messages" && return 1; }
}
screen() {
  cp "$repo/editors/test/policy.json" "$work/policy.json"
  timeout 120 "$tools/nvim-$1/bin/nvim" --clean -l test/screen.lua "$tools/nvim-$1/bin/nvim" "$work/policy.json" "$out"
}
for suite in "${suites[@]}"; do
  timed "get Neovim of $suite" test/get-neovim.sh "$suite"
done
timed "lint" luacheck -q .
if command -v stylua >/dev/null; then timed "format" stylua --check .; fi
timed "help" helptags
for suite in "${suites[@]}"; do
  timed "headless, $suite" smoke "$suite"
  timed "on the screen, $suite" screen "$suite"
done
echo "passed; screens in $out"
