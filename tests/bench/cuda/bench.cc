#include "tests/bench/cuda/bench.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "engine/base/time.h"

namespace longtake::bench {

using kernels::DType;
using kernels::Shape;
using kernels::Tensor;

namespace {

// Several times what the L2 cache of any device holds.
constexpr std::size_t kBeyondCaches = std::size_t{320} << 20;

}  // namespace

double now() {
  return to_seconds(monotonic_us());
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Bench::Bench(kernels::Backend& backend, const RandomTensors& random, const Options& options,
             const Limits& limits, std::string part, Emit emit)
    : backend_(backend),
      random_(random),
      options_(options),
      limits_(limits),
      part_(std::move(part)),
      emit_(std::move(emit)) {}

void Bench::measure(const std::string& key, const std::string& name, const std::string& unit,
                    const std::function<void(Row&)>& work) {
  Row row;
  row.part = part_;
  row.key = key;
  row.name = name;
  row.unit = unit;
  try {
    work(row);
  } catch (const std::exception& error) {
    row.error = error.what();
    if (row.error.empty()) row.error = "unknown";
  }
  emit_(row);
}

void Bench::flops(Row& row, double operations, double seconds) const {
  row.value = operations / seconds / 1e12;
  row.limit = "gemm";
  if (limits_.gemm > 0) row.share = operations / seconds / limits_.gemm;
}

void Bench::bytes(Row& row, double bytes, double seconds) const {
  row.value = bytes / seconds / 1e9;
  row.limit = "memory";
  if (limits_.memory > 0) row.share = bytes / seconds / limits_.memory;
}

void Bench::bus(Row& row, double bytes, double seconds) const {
  row.value = bytes / seconds / 1e9;
  row.limit = "bus";
  if (limits_.bus > 0) row.share = bytes / seconds / limits_.bus;
}

Bench::Timing Bench::time(const Call& call, double batch_seconds) const {
  std::int64_t number = 0;
  const auto batch = [&](std::int64_t count) {
    const double start = now();
    for (std::int64_t i = 0; i < count; ++i) call(number++);
    backend_.synchronize();
    return (now() - start) / static_cast<double>(count);
  };
  batch(1);  // plans are made, memory is found
  const double once = std::max(1e-6, batch(2));
  if (options_.quick) batch_seconds /= 3;
  const auto count =
      std::clamp<std::int64_t>(static_cast<std::int64_t>(batch_seconds / once), 1, 2000);
  batch(count);  // the clock of the device rises
  std::vector<double> times;
  const double start = now();
  // Long calls need not be repeated until the end of the day.
  while (times.size() < 3 || (times.size() < 9 && now() - start < 1)) times.push_back(batch(count));
  return {median(times), *std::min_element(times.begin(), times.end())};
}

double Bench::wait(const std::function<void()>& work, int runs) const {
  work();
  backend_.synchronize();
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const double start = now();
    work();
    backend_.synchronize();
    times.push_back(now() - start);
  }
  return median(times);
}

Tensor Bench::tensor(DType dtype, const Shape& shape, std::uint64_t seed) {
  const Tensor bf16 = backend_.allocate(DType::bf16, shape);
  backend_.upload(random_.values(seed, bf16.bytes()), bf16);
  if (dtype == DType::bf16) return bf16;
  const Tensor converted = backend_.allocate(dtype, shape);
  backend_.copy(bf16, converted);
  return converted;
}

Ring::Ring(Bench& bench, DType dtype, const Shape& shape) : shape_(shape) {
  const auto bytes = kernels::dtype_bytes(dtype, static_cast<std::size_t>(shape.elements()));
  // A power of two, so that rings of different sizes go round in step.
  copies_ = 2;
  while (static_cast<std::size_t>(copies_) * bytes < kBeyondCaches) copies_ *= 2;
  Shape all = shape;
  all[0] *= copies_;
  memory_ = bench.backend().allocate(dtype, all);
  const Tensor first = bench.tensor(dtype, shape);
  for (std::int64_t i = 0; i < copies_; ++i) bench.backend().copy(first, at(i));
}

Tensor Ring::at(std::int64_t call) const {
  const std::int64_t begin = call % copies_ * shape_[0];
  return memory_.rows(begin, begin + shape_[0]);
}

}  // namespace longtake::bench
