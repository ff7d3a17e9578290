#!/usr/bin/env bash
# Installs what is missing, builds Longtake, and shows it at work. With a display: opens the desktop, with the
# files that are named. Without one: watches the sample video (or the file that is named) with the embedded model
# and asks three questions.
set -euo pipefail
cd "$(dirname "$0")/.."

bash packaging/install-packages.sh
cmake --preset release -DLONGTAKE_TESTS=OFF >/dev/null
cmake --build --preset release

if [[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]]; then
  exec build/release/app/longtake "$@"
fi

cli=build/release/app/longtake-cli
video="${1:-resources/sample/sample.mp4}"
"$cli" watch "$video"
if (($# > 0)); then
  echo "Now ask: $cli ask '$video' 'your question'"
  exit 0
fi
while IFS= read -r question; do
  printf '\n> %s\n' "$question"
  "$cli" ask "$video" "$question"
done < resources/sample/questions.txt
