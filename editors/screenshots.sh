#!/usr/bin/env bash
# The pictures in docs/: seed policies, a scenario and a simulated request in a real VS Code and a real Neovim.
#
#   screenshots.sh [OUT [vscode|nvim]]      OUT: the folder for the pictures; default: docs
#
# Installs what is missing, as the editors' tests do (see test/common.sh). Look at each picture before you commit it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=test/common.sh
. "$(dirname "$0")/test/common.sh"
out=${1:-$repo/docs}
mkdir -p "$out"
out=$(cd "$out" && pwd)
seeds=$repo/tests/fixtures/seeds

ACCESSLENS_SERVER=$(find_server)
echo "server: $ACCESSLENS_SERVER"
need npm=npm tmux=tmux
if [ -z "${CHROMIUM:-}" ]; then
  need chromium=chromium
  CHROMIUM=$(command -v chromium)
fi
VSCODE_DIR=$tools/vscode
export ACCESSLENS_SERVER CHROMIUM VSCODE_DIR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

vscode() {
  cd "$repo/editors/vscode"
  test/get-vscode.sh
  PATH=$VSCODE_DIR/bin:$PATH
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  npm ci --prefix test --ignore-scripts --no-audit --no-fund --loglevel=error
  npm run --silent package -- --out "$work/accesslens.vsix"
  node test/pictures.mjs "$work/accesslens.vsix" "$seeds" "$out"
}
nvim() {
  cd "$repo/editors/nvim"
  test/get-neovim.sh testing
  mkdir -p "$work"/{bin,home,policies}
  ln -s "$ACCESSLENS_SERVER" "$work/bin/accesslens"
  cp "$seeds"/S0[45].json "$repo"/editors/test/guarded.* "$work/policies"
  local home=$work/home
  env HOME="$home" XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" XDG_STATE_HOME="$home/state" \
    XDG_CACHE_HOME="$home/cache" PATH="$work/bin:$PATH" \
    "$tools/nvim-testing/bin/nvim" --clean -l test/pictures.lua "$tools/nvim-testing/bin/nvim" "$work/policies" "$out"
}
for editor in ${2:-vscode nvim}; do
  timed "$editor" eval "($editor)"
done
du -b "$out"/*.png
