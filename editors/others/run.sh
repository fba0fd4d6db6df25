#!/usr/bin/env bash
# The settings of docs/editors.md in the editors that Debian has: each opens a policy and waits for findings.
#
#   run.sh [EDITOR...]      default: eglot lsp-mode ale helix
#
# Installs what is missing (see ../test/common.sh for where, and for how the server is chosen): Emacs with eglot and
# lsp-mode, Vim with ALE as packages of the system, and Helix of Debian trixie beside them.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../test/common.sh
. "$(dirname "$0")/../test/common.sh"
cd "$repo/editors/others"
ACCESSLENS_SERVER=$(find_server)
echo "server: $ACCESSLENS_SERVER"
editors=("$@")
[ $# -gt 0 ] || editors=(eglot lsp-mode ale helix)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{bin,home,project/.git}
ln -s "$ACCESSLENS_SERVER" "$work/bin/accesslens"
cp "$repo/editors/test/policy.json" "$work/project"
export HOME=$work/home PATH=$work/bin:$PATH POLICY=$work/project/policy.json MESSAGES=$work/messages

# Put the settings for an editor, as docs/editors.md has them, into a file, and say where.
snippet() {
  sed -n "/^<!-- $1 -->\$/,/^\`\`\`\$/p" "$repo/docs/editors.md" | sed '/^<!--/d; /^```/d' >"$work/$1$2"
  [ -s "$work/$1$2" ] || die "docs/editors.md has no settings for $1"
  SNIPPET=$work/$1$2
  export SNIPPET
}
run() {
  timeout 60 "$@" >"$MESSAGES" 2>&1 || { cat "$MESSAGES" && return 1; }
}
# need_folder FOLDER PACKAGE: install the package unless the folder, a glob, is there.
need_folder() {
  compgen -G "$1" >/dev/null || install_packages "$2"
}
eglot() {
  need emacs=emacs-nox
  need_folder '/usr/share/emacs/site-lisp/elpa/eglot-*' elpa-eglot
  snippet eglot .el
  run emacs --batch -Q -l eglot.el
}
lsp-mode() {
  need emacs=emacs-nox
  need_folder '/usr/share/emacs/site-lisp/elpa/lsp-mode-*' elpa-lsp-mode
  snippet lsp-mode .el
  run emacs --batch -Q -l lsp-mode.el
}
ale() {
  need vim=vim
  need_folder /usr/share/vim-ale vim-ale
  snippet ale .vim
  # Vim wants a terminal.
  run script -qec "vim -Nu NONE -S ale.vim" /dev/null
}
helix() {
  need tmux=tmux
  ./get-helix.sh
  snippet helix .toml
  mkdir -p "$HOME/config/helix"
  cp "$SNIPPET" "$HOME/config/helix/languages.toml"
  local hx=$tools/helix/bin/hx tmux=(tmux -f /dev/null -S "$work/tmux")
  "${tmux[@]}" new-session -d -x 160 -y 40 -e XDG_CONFIG_HOME="$HOME/config" "$hx" "$POLICY:7:38"
  for _ in $(seq 200); do
    "${tmux[@]}" capture-pane -p >"$MESSAGES"
    if grep -q 'has no action' "$MESSAGES"; then
      "${tmux[@]}" kill-server
      return
    fi
    sleep 0.1
  done
  cat "$MESSAGES"
  "${tmux[@]}" kill-server
  return 1
}
for it in "${editors[@]}"; do
  timed "$it" "$it"
done
echo "passed: ${editors[*]}"
