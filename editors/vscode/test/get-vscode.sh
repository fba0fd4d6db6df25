#!/usr/bin/env bash
# Install a real VS Code for tests, from the npm registry alone.
#
#   get-vscode.sh [DEST]        default: .tools/vscode in the repository
#
# code-server is VS Code's own workbench, extension host and built-in extensions, served to a browser.
# Afterwards DEST/bin/code-server and DEST/bin/node run; nothing outside DEST is changed. A complete
# DEST of the same versions is left as it is, so calling this again costs nothing.
#
# Install scripts are off: some download from elsewhere, and kerberos wants system headers. The two
# native modules that VS Code cannot do without are built here, against the headers in node's package.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../test/common.sh
. "$(dirname "$0")/../../test/common.sh"

code_server=4.139.1 # VS Code 1.139.1
node=24.21.0
dest=${1:-$tools/vscode}
wanted="code-server $code_server, node $node"

if [ "$(cat "$dest/complete" 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi
need npm=npm g++=g++ make=make python3=python3
case $(uname -m) in
  x86_64) arch=x64 ;;
  aarch64) arch=arm64 ;;
  *) die "no prebuilt node for $(uname -m)" ;;
esac
if [ -e "$dest" ]; then
  [ -e "$dest/code-server" ] || [ -e "$dest/node" ] || die "$dest exists and was not made by this script"
  rm -rf "$dest"
fi
mkdir -p "$dest/bin"
dest=$(cd "$dest" && pwd)
quiet=(--no-audit --no-fund --no-save --ignore-scripts --loglevel=error)

echo "installing $wanted into $dest"
npm install --prefix "$dest/node" "${quiet[@]}" "node-linux-$arch@$node"
ln -s "../node/node_modules/node-linux-$arch/bin/node" "$dest/bin/node"
export PATH="$dest/bin:$PATH" npm_config_nodedir="$dest/node/node_modules/node-linux-$arch"

npm install --prefix "$dest/code-server" "${quiet[@]}" "code-server@$code_server"
vscode=$dest/code-server/node_modules/code-server/lib/vscode
# An assistant, log-ins, debuggers and diagrams. The JSON extension stays: it serves the same files as we do.
for it in copilot mermaid-markdown-features microsoft-authentication \
  ms-vscode.js-debug ms-vscode.js-debug-companion ms-vscode.vscode-js-profile-table; do
  rm -rf "${vscode:?}/extensions/$it"
done
cd "$vscode"
npm install "${quiet[@]}" --omit=dev --omit=optional
npm rebuild --loglevel=error @vscode/spdlog @vscode/native-watchdog >/dev/null
# The file watcher's binary is one of the optional packages: take that one.
watcher=@parcel/watcher-linux-$arch-glibc
npm install --prefix "$dest/watcher" "${quiet[@]}" \
  "$watcher@$(node -p 'require("./node_modules/@parcel/watcher/package.json").version')"
mv "$dest/watcher/node_modules/$watcher" "node_modules/$watcher"
rm -rf "$dest/watcher"

cat >"$dest/bin/code-server" <<'EOF'
#!/bin/sh
bin=$(dirname "$0")
exec "$bin/node" "$bin/../code-server/node_modules/code-server/out/node/entry.js" "$@"
EOF
chmod 755 "$dest/bin/code-server"
"$dest/bin/code-server" --version --config "$dest/config.yaml" | tail -1
echo "$wanted" >"$dest/complete"
