# shellcheck shell=bash
# Sourced after common.sh: installs an editor from another suite of Debian, beside the system's own packages and libc.

# from_debian PACKAGE SUITE DEST PROGRAM: unpack a package and all that it needs into DEST, so that DEST/usr/bin/PROGRAM
# runs. Nothing outside DEST is changed but for patchelf, installed when missing.
#
# A private apt state with no packages installed makes apt download all that the package needs, libc included, and
# check signatures and hashes; patchelf then points the unpacked program at the unpacked libraries.
from_debian() (
  local package=$1 suite=$2 dest=$3 program=$4 work mirror keyring arch apt loader libraries it
  need patchelf=patchelf
  command -v apt-get >/dev/null || die "apt-get is needed to fetch $package of Debian"
  if [ -e "$dest" ]; then
    [ -e "$dest/packages.sha256" ] || [ -z "$(ls -A "$dest")" ] || die "$dest exists and was not made by this script"
    rm -rf "$dest"
  fi
  mkdir -p "$dest"
  : >"$dest/packages.sha256"

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  mkdir -p "$work"/{preferences,state/lists/partial,cache/archives/partial}
  : >"$work/status"
  mirror=$(awk '$1 == "URIs:" && $2 !~ /security/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -e "$keyring" ] || need debian-archive-keyring=debian-archive-keyring
  echo "deb [signed-by=$keyring] ${mirror:-http://deb.debian.org/debian} $suite main" >"$work/sources.list"
  arch=$(dpkg --print-architecture)
  apt=(apt-get -qq
    -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$work/preferences"
    -o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache"
    -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o APT::Install-Recommends=false
    -o APT::Get::Assume-Yes=true -o Acquire::Languages=none -o Debug::NoLocking=true
    -o APT::Sandbox::User="$(id -un)")
  echo "installing $package of Debian $suite into $dest"
  "${apt[@]}" update
  "${apt[@]}" --download-only install "$package" >/dev/null
  for it in "$work"/cache/archives/*.deb; do
    dpkg-deb -x "$it" "$dest"
  done
  (cd "$work/cache/archives" && sha256sum ./*.deb) >"$dest/packages.sha256"

  loader=$(find "$dest" -name 'ld-linux-*.so.*' -print -quit)
  [ -n "$loader" ] || die "no dynamic loader among the packages"
  libraries=$(dirname "$(find "$dest/usr/lib" -name 'libc.so.6' -print -quit)")
  patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$dest/usr/bin/$program"
)
