#!/usr/bin/env bash
# Everything that is to be known about the VS Code extension, in a real VS Code.
#
#   run.sh [OUT]      OUT: the folder for screenshots and the package; default: target/editors
#
# Installs what is missing (see common.sh for where, and for how the server is chosen): Chromium from
# Debian, code-server, node and the rest from npm. The first run takes two minutes, later ones half of one.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../test/common.sh
. "$(dirname "$0")/../../test/common.sh"
out=${1:-$repo/target/editors}
mkdir -p "$out"
OUT=$(cd "$out" && pwd)
rm -f "$OUT"/vscode-*.png
cd "$repo/editors/vscode"

ACCESSLENS_SERVER=$(find_server)
echo "server: $ACCESSLENS_SERVER"
need npm=npm
timed "get VS Code" test/get-vscode.sh
if [ -z "${CHROMIUM:-}" ]; then
  need chromium=chromium
  CHROMIUM=$(command -v chromium)
fi
VSCODE_DIR=$tools/vscode
PATH=$VSCODE_DIR/bin:$PATH
export ACCESSLENS_SERVER CHROMIUM VSCODE_DIR OUT PATH

# Install a folder's locked packages, unless that was done since the lock file last changed.
locked() {
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] && return
  npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --loglevel=error
}
# The package for this platform, with the server inside.
package() {
  [ ! -e server ] || die "editors/vscode/server is in the way: please remove it"
  trap 'rm -rf "$PWD/server"' EXIT
  install -D "$ACCESSLENS_SERVER" server/accesslens
  npm run --silent package -- --target "linux-$(node -p process.arch)" --out "$OUT/accesslens.vsix"
  rm -rf server
  trap - EXIT
}
timed "npm packages" eval 'locked . && locked test'
timed "lint" npm run --silent lint
timed "check types" npm run --silent check
timed "build" npm run --silent build
timed "unit tests" npm run --silent test
timed "package" package
timed "in the extension host" node test/host.mjs
timed "on the screen" node test/screen.mjs "$OUT/accesslens.vsix" "$OUT"
echo "passed; screenshots in $OUT"
