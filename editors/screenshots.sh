#!/usr/bin/env bash
# The pictures in docs/: seed policies, a scenario and a simulated request in a real VS Code and a real Neovim, and
# the page of a report.
#
#   screenshots.sh [OUT [vscode|nvim|report]]      OUT: the folder for the pictures; default: docs
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
report() {
  cd "$seeds"
  "$ACCESSLENS_SERVER" report S04.json --now 2026-11-22 --format html --title 'Access of the AI project' \
    --output "$work/report.html"
  "$CHROMIUM" --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1020,1180 \
    --screenshot="$out/report.png" "file://$work/report.html" 2>"$work/chromium.log"
}
for picture in ${2:-vscode nvim report}; do
  timed "$picture" eval "($picture)"
done
du -b "$out"/*.png
