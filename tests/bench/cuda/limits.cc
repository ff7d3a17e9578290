// What the device can do at all. Everything else is a share of these, measured in the same run.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "tests/bench/cuda/bench.h"

namespace longtake::bench {

using kernels::DType;
using kernels::Tensor;

namespace {

constexpr std::int64_t kSide = 8192;                    // of the matrices
constexpr std::int64_t kBytes = std::int64_t{2} << 30;  // copied and read
constexpr std::int64_t kBusBytes = std::int64_t{512} << 20;

}  // namespace

void run_limits(Bench& bench) {
  kernels::Backend& backend = bench.backend();
  bench.measure("device", backend.info().name, "GB", [&](Row& row) {
    row.value = static_cast<double>(backend.info().memory_total) / 1e9;
    row.note = "activations " + std::string(kernels::dtype_name(backend.activation_dtype()));
  });

  bench.measure("gemm_tflops", "bf16 product 8192 x 8192 x 8192", "TFLOP/s", [&](Row& row) {
    const std::array weight{
        Tensor::borrow(bench.random().values(7, kSide * kSide * 2), DType::bf16, {kSide, kSide})};
    const auto weights = backend.make_linear(weight, {}, kernels::WeightFormat::bf16);
    const Tensor x = bench.tensor(backend.activation_dtype(), {kSide, kSide}, 8);
    const Tensor y = backend.allocate(backend.activation_dtype(), {kSide, kSide});
    const Bench::Timing timing =
        bench.time([&](std::int64_t) { backend.linear(x, *weights, y); }, 0.06);
    const double operations = 2.0 * kSide * kSide * kSide;
    bench.flops(row, operations, timing.best);
    row.limit.clear();
  });

  bench.measure("copy_gb_per_s", "copying on the device, read and written", "GB/s", [&](Row& row) {
    const Tensor from = backend.allocate(DType::u8, {kBytes});
    const Tensor to = backend.allocate(DType::u8, {kBytes});
    backend.copy(from, to);
    const double seconds = bench.time([&](std::int64_t) { backend.copy(from, to); }).best;
    bench.bytes(row, 2.0 * kBytes, seconds);
  });
  bench.measure("read_gb_per_s", "reading on the device (column means)", "GB/s", [&](Row& row) {
    const DType type = backend.activation_dtype();
    constexpr std::int64_t kColumns = 4096;
    constexpr std::int64_t kRows = kBytes / (2 * kColumns);
    const Tensor x = backend.allocate(type, {kRows, kColumns});
    const Tensor part = bench.tensor(type, {1024, kColumns});
    for (std::int64_t i = 0; i < kRows; i += 1024) backend.copy(part, x.rows(i, i + 1024));
    const Tensor means = backend.allocate(DType::f32, {kRows / 128, kColumns});
    const double seconds = bench.time([&](std::int64_t) { backend.mean_rows(x, means); }).best;
    bench.bytes(row, static_cast<double>(x.bytes() + means.bytes()), seconds);
  });

  const auto over_the_bus = [&](const char* key, const char* name, bool pinned, bool up) {
    bench.measure(key, name, "GB/s", [&](Row& row) {
      const Tensor device = backend.allocate(DType::u8, {kBusBytes});
      std::shared_ptr<kernels::Buffer> memory;
      std::vector<std::byte> pageable;
      void* host = nullptr;
      if (pinned) {
        memory = backend.allocate_host(kBusBytes);
        host = memory->data();
      } else {
        pageable.resize(kBusBytes);
        host = pageable.data();
      }
      std::memset(host, 1, kBusBytes);
      const double seconds = bench
                                 .time([&](std::int64_t) {
                                   if (up) {
                                     backend.upload(host, device);
                                   } else {
                                     backend.fetch(device, host);
                                   }
                                 })
                                 .best;
      bench.bus(row, static_cast<double>(kBusBytes), seconds);
    });
  };
  over_the_bus("bus_up_gb_per_s", "host to device, pinned", true, true);
  over_the_bus("bus_down_gb_per_s", "device to host, pinned", true, false);
  over_the_bus("pageable_up_gb_per_s", "host to device, pageable", false, true);
}

}  // namespace longtake::bench
