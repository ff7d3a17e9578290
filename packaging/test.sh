#!/usr/bin/env bash
# Installs what is missing, builds everything with warnings as errors, and runs every test that needs no
# GPU.  --fast leaves out the minutes: the slow tests and the clang build.
#       --sanitizers adds AddressSanitizer with UndefinedBehaviorSanitizer, and ThreadSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
mode="${1:-}"
jobs="$(nproc)"

bash packaging/install-packages.sh --tests
cmake --preset release -DLONGTAKE_TESTS=ON
cmake --build --preset release
if [[ "$mode" == "--fast" ]]; then
  ctest --test-dir build/release -j "$jobs" --output-on-failure --no-tests=error -LE slow
  exit 0
fi
ctest --test-dir build/release -j "$jobs" --output-on-failure --no-tests=error

echo "== clang: warnings and thread-safety analysis"
cmake --preset tidy -DLONGTAKE_TESTS=OFF >/dev/null
cmake --build --preset tidy
if [[ "$mode" != "--sanitizers" ]]; then exit 0; fi

echo "== AddressSanitizer and UndefinedBehaviorSanitizer"
cmake --preset asan -DLONGTAKE_TESTS=ON >/dev/null
cmake --build --preset asan
ctest --test-dir build/asan -j "$jobs" --output-on-failure --no-tests=error -LE 'slow|isa'

echo "== ThreadSanitizer, the engine's threads"
cmake --preset tsan -DLONGTAKE_TESTS=ON >/dev/null
cmake --build --preset tsan --target memory_test session_test
ctest --test-dir build/tsan --output-on-failure --no-tests=error -L threads
