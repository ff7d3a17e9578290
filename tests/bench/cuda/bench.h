// Declares what the parts of cuda_bench share: Options, Limits, and Bench, which measures and
// reports. A part is a function of a Bench. Each one runs in a process of its own (main.cc): a
// kernel that crashes, hangs or breaks the device's context costs its own part and nothing else.
//
// Thread rule: one thread. Lifetime rule: the Backend outlives the Bench.
#ifndef LONGTAKE_TESTS_BENCH_CUDA_BENCH_H_
#define LONGTAKE_TESTS_BENCH_CUDA_BENCH_H_

#include <cstdint>
#include <functional>
#include <string>

#include "kernels/backend.h"
#include "tests/bench/cuda/random_tensors.h"
#include "tests/bench/cuda/table.h"

namespace longtake::bench {

struct Options {
  bool quick = false;           // fewer repetitions, for trying a change out
  std::string only;             // comma-separated names of parts; empty = all
  std::string folder = "/tmp";  // where a file of recalled blocks may be written
};

// What the device can do, measured by the part "limits"; 0 = not measured.
struct Limits {
  double gemm = 0;    // operations/s
  double memory = 0;  // bytes/s, the better one of copying and reading
  double bus = 0;     // bytes/s from pinned memory to the device
};

class Bench {
 public:
  using Emit = std::function<void(const Row&)>;
  Bench(kernels::Backend& backend, const RandomTensors& random, const Options& options,
        const Limits& limits, std::string part, Emit emit);

  kernels::Backend& backend() { return backend_; }
  const RandomTensors& random() const { return random_; }
  const Options& options() const { return options_; }
  const Limits& limits() const { return limits_; }

  // Runs `work`, which fills in the row, and reports it; what it throws becomes the row's error.
  void measure(const std::string& key, const std::string& name, const std::string& unit,
               const std::function<void(Row&)>& work);
  // Rates in the row's unit, with their share of a limit.
  void flops(Row& row, double operations, double seconds) const;  // TFLOP/s of gemm
  void bytes(Row& row, double bytes, double seconds) const;       // GB/s of memory
  void bus(Row& row, double bytes, double seconds) const;         // GB/s of bus

  // Seconds that one of many calls takes, after a warm-up: the median of several batches between
  // synchronisations, or the best one. The calls are numbered, so that they can go round over more
  // memory than caches hold.
  struct Timing {
    double median = 0;
    double best = 0;
  };
  using Call = std::function<void(std::int64_t)>;
  Timing time(const Call& call, double batch_seconds = 0.01) const;
  // Median of single runs, each synchronised: for what the user waits for.
  double wait(const std::function<void()>& work, int runs) const;

  // Random values on the device, small as weights and activations are.
  kernels::Tensor tensor(kernels::DType dtype, const kernels::Shape& shape, std::uint64_t seed = 1);

 private:
  kernels::Backend& backend_;
  const RandomTensors& random_;
  const Options options_;
  const Limits limits_;
  const std::string part_;
  const Emit emit_;
};

// `copies` tensors of one shape, together larger than the caches, to be used in turn.
class Ring {
 public:
  Ring(Bench& bench, kernels::DType dtype, const kernels::Shape& shape);
  // All rings of one measurement go round in step where their counts are multiples: ask with the
  // call's number.
  kernels::Tensor at(std::int64_t call) const;

 private:
  kernels::Shape shape_;
  std::int64_t copies_ = 0;
  kernels::Tensor memory_;  // [copies * rows, ...]
};

double now();  // seconds, monotonic
double median(std::vector<double> values);

// --- The parts -----------------------------------------------------------------------------------
void run_limits(Bench& bench);  // limits.cc
void run_linear(Bench& bench);  // kernels.cc
void run_attention(Bench& bench);
void run_one_token(Bench& bench);
void run_elementwise(Bench& bench);
void run_memory(Bench& bench);     // memory_kernels.cc
void run_sanity(Bench& bench);     // sanity.cc
void run_watching(Bench& bench);   // watching.cc
void run_answering(Bench& bench);  // answering.cc
void run_answering_small(Bench& bench);

}  // namespace longtake::bench

#endif  // LONGTAKE_TESTS_BENCH_CUDA_BENCH_H_
