#!/usr/bin/env bash
# Installs what is missing, builds Longtake, and shows it at work: watches the sample video with the
# embedded model and asks it three questions. Further arguments are files to watch instead.
set -euo pipefail
cd "$(dirname "$0")/.."

bash packaging/install-packages.sh
cmake --preset release -DLONGTAKE_TESTS=OFF >/dev/null
cmake --build --preset release

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
