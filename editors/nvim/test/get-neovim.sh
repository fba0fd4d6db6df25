#!/usr/bin/env bash
# Install a Neovim for tests from Debian's archive, beside the system's own packages and libc.
#
#   get-neovim.sh SUITE [DEST]        SUITE: testing, trixie, ...; default DEST: .tools/nvim-SUITE
#
# Afterwards DEST/bin/nvim runs; nothing outside DEST is changed but for patchelf, installed when missing.
# A complete DEST is left as it is, so calling this again costs nothing; remove it to get a newer Neovim.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../test/common.sh
. "$(dirname "$0")/../../test/common.sh"
# shellcheck source-path=SCRIPTDIR source=../../test/debian.sh
. "$(dirname "$0")/../../test/debian.sh"

suite=${1:?usage: get-neovim.sh SUITE [DEST]}
dest=${2:-$tools/nvim-$suite}
# nvim's paths are absolute: a folder that was moved is not complete.
if [ "$(cat "$dest/complete" 2>/dev/null)" = "$dest" ]; then
  exit 0
fi
from_debian neovim "$suite" "$dest" nvim
mkdir -p "$dest/bin"
cat >"$dest/bin/nvim" <<EOF
#!/bin/sh
VIMRUNTIME="\${VIMRUNTIME:-$dest/usr/share/nvim/runtime}"
export VIMRUNTIME
exec "$dest/usr/bin/nvim" "\$@"
EOF
chmod 755 "$dest/bin/nvim"
"$dest/bin/nvim" --version | head -1
echo "$dest" >"$dest/complete"
