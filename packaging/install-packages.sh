#!/usr/bin/env bash
# Installs the Debian 12 packages that Longtake is built with and run on; asks nothing. What is there
# already costs no network. `--tests` adds what only the tests need.
set -euo pipefail

packages=(
  # build
  build-essential cmake ninja-build pkg-config ccache git ca-certificates
  # numeric ground
  libdnnl-dev libhwy-dev
  # media
  libavcodec-dev libavformat-dev libavutil-dev libswscale-dev libswresample-dev libavfilter-dev
  # desktop
  qt6-base-dev qt6-svg-dev qt6-pdf-dev libqt6opengl6-dev libgl-dev libopengl-dev libegl-dev qt6-l10n-tools
  qt6-tools-dev qt6-tools-dev-tools qt6-qpa-plugins qt6-translations-l10n libmpv-dev
  # reports as PDF
  libpango1.0-dev fonts-dejavu-core
  # model and store
  nlohmann-json3-dev libutf8proc-dev libsqlite3-dev libxxhash-dev libspdlog-dev libcli11-dev
)
if [[ "${1:-}" == "--tests" ]]; then
  packages+=(libgtest-dev libgmock-dev libboost-context-dev ffmpeg libxml2-utils poppler-utils sqlite3 python3 clang clang-tidy
             xvfb xauth openbox libgl1-mesa-dri)
fi

missing=()
for package in "${packages[@]}"; do
  if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
    missing+=("$package")
  fi
done
if ((${#missing[@]} == 0)); then exit 0; fi

as_root=()
if ((EUID != 0)); then as_root=(sudo); fi
echo "Installing: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
