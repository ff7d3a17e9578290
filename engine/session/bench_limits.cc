#include "engine/session/bench_limits.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "engine/base/file.h"
#include "engine/base/time.h"
#include "engine/model/device_tensors.h"

namespace longtake::session {

namespace {

using kernels::DType;
using kernels::Tensor;

constexpr std::int64_t kRandomRead = 4096;

// The best of `attempts`, and of as many more as fit into the time.
double fastest_seconds(int attempts, double at_least_seconds, const std::function<void()>& work) {
  double best = 0;
  const std::int64_t begin = monotonic_us();
  for (int i = 0; i <= attempts || to_seconds(monotonic_us() - begin) < at_least_seconds; ++i) {
    const std::int64_t start = monotonic_us();
    work();
    const double seconds = to_seconds(std::max<std::int64_t>(1, monotonic_us() - start));
    // The first one warms up.
    if (i > 0 && (best == 0 || seconds < best)) best = seconds;
  }
  return best;
}

std::vector<float> some_numbers(std::int64_t count) {
  std::vector<float> numbers(static_cast<std::size_t>(count));
  std::uint32_t state = 1;
  for (float& number : numbers) {
    state = state * 1'664'525U + 1'013'904'223U;
    number = static_cast<float>(state >> 8) / static_cast<float>(1 << 24) - 0.5F;
  }
  return numbers;
}

void measure_gemm(kernels::Backend& backend, kernels::WeightFormat format,
                  const LimitOptions& options, Limits& limits) {
  const std::int64_t side = options.gemm_side;
  const std::int64_t rows = side / 2;
  const std::vector<float> numbers = some_numbers(side * side);
  const std::array parts{Tensor::borrow(numbers.data(), DType::f32, {side, side})};
  const auto weights = backend.make_linear(parts, {}, format);
  const Tensor x =
      model::to_device(backend, Tensor::borrow(numbers.data(), DType::f32, {rows, side}),
                       backend.activation_dtype());
  const Tensor y = backend.allocate(backend.activation_dtype(), {rows, side});
  const double seconds = fastest_seconds(options.attempts, options.seconds, [&] {
    backend.linear(x, *weights, y);
    backend.synchronize();
  });
  limits.gemm_format = weights->format();
  limits.gemm_flops = 2.0 * static_cast<double>(rows) * static_cast<double>(side) *
                      static_cast<double>(side) / seconds;
}

// Sums one thread's part; eight sums at once, so that the additions never hold the loads back.
std::uint64_t sum_of(const std::uint64_t* begin, const std::uint64_t* end) {
  std::array<std::uint64_t, 8> sums{};
  for (; end - begin >= 8; begin += 8) {
    for (std::size_t i = 0; i < 8; ++i) sums[i] += begin[i];
  }
  std::uint64_t sum = 0;
  for (const std::uint64_t part : sums) sum += part;
  return sum;
}

double measure_memory(int threads, const LimitOptions& options) {
  const std::size_t words = options.memory_bytes / sizeof(std::uint64_t);
  const std::vector<std::uint64_t> buffer(words, 1);
  const std::size_t share = words / static_cast<std::size_t>(threads) / 8 * 8;
  std::atomic<std::uint64_t> total = 0;
  const double seconds = fastest_seconds(options.attempts, options.seconds, [&] {
    std::vector<std::jthread> readers;
    for (int i = 0; i < threads; ++i) {
      readers.emplace_back([&, i] {
        const std::uint64_t* begin = buffer.data() + static_cast<std::size_t>(i) * share;
        total += sum_of(begin, begin + share);
      });
    }
  });
  const std::size_t read = share * static_cast<std::size_t>(threads) * sizeof(std::uint64_t);
  // Using the sum keeps the compiler from leaving out the reading.
  return total.load() == 0 ? 0 : static_cast<double>(read) / seconds;
}

void measure_disk(const std::filesystem::path& folder, const LimitOptions& options,
                  Limits& limits) {
  const std::filesystem::path path = folder / "disk-speed.tmp";
  std::vector<std::byte> piece(4 << 20);
  std::uint32_t state = 1;
  for (std::byte& byte : piece) {  // a disk that compresses would cheat with zeros
    state = state * 1'664'525U + 1'013'904'223U;
    byte = static_cast<std::byte>(state >> 24);
  }
  const auto size = static_cast<std::int64_t>(piece.size());
  const std::int64_t pieces = std::max<std::int64_t>(1, options.disk_bytes / size);
  const auto bytes = static_cast<double>(pieces * size);
  const int attempts = std::min(options.attempts, 2);  // writing wears
  limits.disk_write = bytes / fastest_seconds(attempts, 0, [&] {
                        File file = File::open(path, File::Mode::create);
                        file.truncate(0);
                        for (std::int64_t i = 0; i < pieces; ++i) file.write_at(i * size, piece);
                        file.sync_data();
                      });
  limits.disk_read = bytes / fastest_seconds(attempts, 0, [&] {
                       drop_from_page_cache(path);
                       const File file = File::open(path, File::Mode::read);
                       for (std::int64_t i = 0; i < pieces; ++i) file.read_at(i * size, piece);
                     });
  // Every place once: what was read before would come from the page cache again.
  drop_from_page_cache(path);
  const File file = File::open(path, File::Mode::read);
  const std::int64_t places = pieces * size / kRandomRead;
  constexpr std::int64_t kReads = 512;
  std::vector<std::byte> page(kRandomRead);
  const double seconds = fastest_seconds(1, 0, [&] {
    drop_from_page_cache(path);
    for (std::int64_t i = 0; i < kReads; ++i) {
      // A large odd stride goes through the places in an order that no read-ahead guesses.
      file.read_at((i * 7919 * 131) % places * kRandomRead, page);
    }
  });
  limits.disk_random = static_cast<double>(kReads) / seconds;
  remove_file(path);
}

}  // namespace

Limits Limits::best_of(const Limits& other) const {
  Limits best = *this;
  for (double Limits::*rate : {&Limits::gemm_flops, &Limits::memory_read, &Limits::disk_write,
                               &Limits::disk_read, &Limits::disk_random, &Limits::decoder}) {
    best.*rate = std::max(this->*rate, other.*rate);
  }
  return best;
}

double Work::least_seconds(const Limits& limits) const {
  const auto time = [](double work, double rate) { return rate > 0 ? work / rate : 0; };
  return std::max(time(operations, limits.gemm_flops), time(memory_bytes, limits.memory_read)) +
         std::max(time(disk_read_bytes, limits.disk_read), time(disk_reads, limits.disk_random)) +
         time(disk_write_bytes, limits.disk_write) + time(frames, limits.decoder);
}

Limits measure_limits(kernels::Backend& backend, kernels::WeightFormat format,
                      const std::filesystem::path& folder, const LimitOptions& options) {
  Limits limits;
  measure_gemm(backend, format, options, limits);
  limits.memory_read = measure_memory(std::max(1, backend.info().threads), options);
  measure_disk(folder, options, limits);
  return limits;
}

// Below the file layer on purpose: nothing but a measurement wants a cold cache.
void drop_from_page_cache(const std::filesystem::path& file) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  close(fd);
}

void drop_folder_from_page_cache(const std::filesystem::path& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file(error)) drop_from_page_cache(entry.path());
  }
}

}  // namespace longtake::session
