#!/bin/sh
# Measures the CUDA backend on this machine: builds it with nothing but nvcc, CMake and a C++ compiler, runs
# cuda_bench and the same work in PyTorch, and prints one table. About five minutes; see README.md.
#
#   run.sh [options of cuda_bench]        e.g. run.sh --quick, run.sh --only limits,watching
#
# LONGTAKE_BENCH_BUILD     the build folder; by default build/cuda-bench in the sources
# LONGTAKE_BENCH_PREBUILT  a folder with cuda_bench and liblongtake_cuda.so: nothing is built then
# LONGTAKE_BENCH_RESULTS   where bench.json, pytorch.json, table.txt and build.log go; by default the build folder
# LONGTAKE_BENCH_PYTHON    the Python that has PyTorch; by default python3. "none" leaves the comparison out
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
build=${LONGTAKE_BENCH_BUILD:-$root/build/cuda-bench}
results=${LONGTAKE_BENCH_RESULTS:-$build}
python=${LONGTAKE_BENCH_PYTHON:-python3}
cores=$(nproc 2>/dev/null || echo 4)
# Where the toolkit has no cuBLAS, PyTorch brought one.
cublas=$("$python" -c '
import glob, sys
found = [f for p in sys.path for f in glob.glob(p + "/nvidia/*/lib/libcublasLt.so*")]
print(found[0] if found else "")' 2>/dev/null)
if [ -n "$cublas" ]; then
  LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$(dirname "$cublas")
  export LD_LIBRARY_PATH
fi
mkdir -p "$results" || exit 1

if [ -n "${LONGTAKE_BENCH_PREBUILT:-}" ]; then
  bench=$LONGTAKE_BENCH_PREBUILT/cuda_bench
  LD_LIBRARY_PATH=$LONGTAKE_BENCH_PREBUILT${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export LD_LIBRARY_PATH
else
  PATH=$PATH:/usr/local/cuda/bin
  export PATH
  # Only the chip at hand; "a" has what Hopper and later ones do not keep in their successors.
  chip=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 | tr -d '. ')
  case $chip in
    '') chip=native ;;
    9?|1??) chip=${chip}a-real ;;
    *) chip=$chip-real ;;
  esac
  set_cublas=
  toolkit=$(dirname "$(dirname "$(readlink -f "$(command -v nvcc)")")")
  if [ -n "$cublas" ] && ! find -L "$toolkit" -name libcublasLt.so 2>/dev/null | grep -q .; then
    include=$(dirname "$(dirname "$cublas")")/include
    set_cublas="-DCUDA_cublasLt_LIBRARY=$cublas -DCMAKE_CXX_FLAGS=-I$include -DCMAKE_CUDA_FLAGS=-I$include"
  fi
  generator='Unix Makefiles'
  if command -v ninja >/dev/null 2>&1; then generator=Ninja; fi
  started=$(date +%s)
  {
    cmake -S "$root" -B "$build" -G "$generator" -DCMAKE_BUILD_TYPE=Release \
      -DLONGTAKE_CUDA_BENCH_ONLY=ON -DLONGTAKE_WERROR=OFF "-DLONGTAKE_CUDA_ARCHITECTURES=$chip" $set_cublas &&
      cmake --build "$build" --parallel "$cores" --target cuda_bench
  } >"$results/build.log" 2>&1 || {
    grep -iE 'error|fatal' "$results/build.log" | head -n 40
    echo "run.sh: the build failed; $results/build.log has everything" >&2
    exit 1
  }
  echo "built for $chip in $(($(date +%s) - started)) s" >&2
  bench=$build/tests/bench/cuda/cuda_bench
fi

"$bench" --json "$results/bench.json" "$@" >"$results/table.txt"
status=$?
if [ ! -f "$results/bench.json" ]; then
  cat "$results/table.txt"
  exit "$status"
fi

rm -f "$results/pytorch.json"
if [ "$python" != none ]; then
  quick=
  for option in "$@"; do
    if [ "$option" = --quick ]; then quick=--quick; fi
  done
  # A minute is what it takes; it shall not cost what has been measured already.
  timeout 150 "$python" "$here/pytorch_reference.py" $quick --json "$results/pytorch.json" ||
    echo "run.sh: the PyTorch reference did not finish" >&2
fi
if [ -f "$results/pytorch.json" ]; then
  "$bench" --print "$results/bench.json" --reference "$results/pytorch.json" >"$results/table.txt"
fi
cat "$results/table.txt"
exit "$status"
