#!/usr/bin/env bash
# Installs what is missing, builds everything with warnings as errors, and runs every test that needs no
# GPU. `--fast` leaves out what takes minutes: the sanitizer build and the clang checks.
set -euo pipefail
cd "$(dirname "$0")/.."

bash packaging/install-packages.sh --tests
cmake --preset release -DLONGTAKE_TESTS=ON
cmake --build --preset release
ctest --test-dir build/release --output-on-failure --no-tests=error
if [[ "${1:-}" == "--fast" ]]; then exit 0; fi

echo "== clang: thread-safety analysis"
cmake --preset tidy -DLONGTAKE_TESTS=OFF >/dev/null
cmake --build --preset tidy

echo "== AddressSanitizer and UndefinedBehaviorSanitizer"
cmake --preset asan -DLONGTAKE_TESTS=ON >/dev/null
cmake --build --preset asan
ctest --test-dir build/asan --output-on-failure --no-tests=error -LE 'slow|isa'

echo "== ThreadSanitizer, the engine's threads"
cmake --preset tsan -DLONGTAKE_TESTS=ON >/dev/null
cmake --build --preset tsan --target memory_test session_test store_test media_test
ctest --test-dir build/tsan --output-on-failure --no-tests=error -L threads
