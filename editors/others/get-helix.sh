#!/usr/bin/env bash
# Install a Helix for tests from Debian trixie, beside the system's own packages and libc.
#
#   get-helix.sh [DEST]        default: .tools/helix
#
# Afterwards DEST/bin/hx runs. A complete DEST is left as it is.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../test/common.sh
. "$(dirname "$0")/../test/common.sh"
# shellcheck source-path=SCRIPTDIR source=../test/debian.sh
. "$(dirname "$0")/../test/debian.sh"

dest=${1:-$tools/helix}
if [ "$(cat "$dest/complete" 2>/dev/null)" = "$dest" ]; then
  exit 0
fi
from_debian hx trixie "$dest" hx
runtime=$(dirname "$(find "$dest" -type d -path '*/runtime/queries' -print -quit)")
mkdir -p "$dest/bin"
cat >"$dest/bin/hx" <<END
#!/bin/sh
HELIX_RUNTIME="$runtime" exec "$dest/usr/bin/hx" "\$@"
END
chmod 755 "$dest/bin/hx"
"$dest/bin/hx" --version
echo "$dest" >"$dest/complete"
