// Tests of a Backend's memory: what comes and goes between host and device, copies, and limits.
#include <cstdint>
#include <limits>
#include <memory>
#include <thread>
#include <vector>

#include "tests/unit/kernels/backend_fixture.h"

namespace longtake::kernels {
namespace {

class DeviceMemoryTest : public BackendTest {};
LONGTAKE_ON_BOTH_DEVICES(DeviceMemoryTest);

TEST_P(DeviceMemoryTest, InfoNamesTheDevice) {
  const DeviceInfo info = backend_->info();
  EXPECT_FALSE(info.name.empty());
  EXPECT_GE(info.threads, 1);
  EXPECT_GT(info.memory_free, 0);
  EXPECT_GE(info.memory_total, info.memory_free);
  RecordProperty("device", info.name);
}

TEST_P(DeviceMemoryTest, AllocateRefusesWhatCannotBe) {
  try {
    backend_->allocate(DType::f32, {std::int64_t{1} << 31, std::int64_t{1} << 31});
    FAIL() << "2^64 bytes were allocated";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
  }
  EXPECT_THROW(backend_->allocate(DType::f32, {std::int64_t{1} << 60}), Error);
  EXPECT_EQ(backend_->allocate(DType::f32, {0, 4}).shape().elements(), 0);
}

TEST_P(DeviceMemoryTest, CopyConverts) {
  for (DType from : {DType::f32, DType::bf16, DType::f16}) {
    for (DType to : {DType::f32, DType::bf16, DType::f16}) {
      const Values values = random(3 * 37, from);
      const Tensor target = poisoned(to, {3, 37});
      backend_->copy(upload(values, from, {3, 37}), target);
      EXPECT_EQ(download(target), decode(encode(values, to), to))
          << dtype_name(from) << " to " << dtype_name(to);
    }
  }
}

TEST_P(DeviceMemoryTest, CopyConvertsTheOddOnes) {
  const Values values = {0.0,    -0.0,       INFINITY,   -INFINITY, 65504.0, 65519.0, 65520.0,
                         -1e30,  1e-8,       -6e-8,      3e-8,      5.9e-5,  6.2e-5,  1e-40,
                         3.4e38, 1.00390625, 1.01171875, 2049.0,    2051.0,  NAN};
  const auto n = static_cast<std::int64_t>(values.size());
  for (DType to : {DType::f32, DType::bf16, DType::f16}) {
    const Tensor target = poisoned(to, {n});
    backend_->copy(upload(values, DType::f32, {n}), target);
    const Values got = download(target);
    const Values want = decode(encode(values, to), to);
    for (std::size_t i = 0; i + 1 < got.size(); ++i) {
      EXPECT_EQ(got[i], want[i]) << values[i] << " to " << dtype_name(to);
      EXPECT_EQ(std::signbit(got[i]), std::signbit(want[i])) << values[i];
    }
    EXPECT_TRUE(std::isnan(got.back())) << dtype_name(to);
  }
}

TEST_P(DeviceMemoryTest, WorksFromAnotherThread) {
  const Values x = random(200 * 64), w = random(64 * 64, DType::f32);
  const auto bytes = encode(w, DType::f32);
  const Tensor part = Tensor::borrow(static_cast<const void*>(bytes.data()), DType::f32, {64, 64});
  const auto weights = backend_->make_linear({&part, 1}, {}, WeightFormat::automatic);
  const Tensor in = upload(x, {200, 64}), here = output({200, 64}), there = output({200, 64});
  backend_->linear(in, *weights, here);
  std::thread([&] { backend_->linear(in, *weights, there); }).join();
  EXPECT_EQ(download(there), download(here));
}

// More at once than lies ready for the device anywhere on the way.
TEST_P(DeviceMemoryTest, UploadsKeepWhatTheyWereGiven) {
  std::vector<Tensor> there;
  std::vector<std::uint8_t> source;
  for (std::size_t i = 0; i < 20; ++i) {
    source.assign((std::size_t{10} << 20) + 4097 * i, static_cast<std::uint8_t>(i + 1));
    source.back() = 99;
    there.push_back(backend_->allocate(DType::u8, {static_cast<std::int64_t>(source.size())}));
    backend_->upload(source.data(), there.back());
  }
  for (std::size_t i = 0; i < there.size(); ++i) {
    source.assign(there[i].bytes(), 0);
    backend_->download(there[i], source.data());
    const auto value = static_cast<std::uint8_t>(i + 1);
    EXPECT_EQ(std::count(source.begin(), source.end(), value),
              static_cast<std::ptrdiff_t>(source.size()) - 1)
        << i;
    EXPECT_EQ(source.back(), 99);
  }
}

// Each of them comes from where it lies, and none waits for another one.
TEST_P(DeviceMemoryTest, SentMemoryMayGoAfterTheWait) {
  constexpr std::int64_t kBytes = 5000;
  std::vector<Tensor> there;
  std::vector<std::shared_ptr<Buffer>> pinned;
  std::vector<std::vector<std::uint8_t>> plain;
  for (int i = 0; i < 20; ++i) {
    void* from = nullptr;
    if (i % 5 == 4) {
      from = plain.emplace_back(kBytes).data();
    } else {
      from = pinned.emplace_back(backend_->allocate_host(kBytes))->data();
    }
    std::memset(from, i, kBytes);
    there.push_back(backend_->allocate(DType::u8, {kBytes}));
    backend_->send(from, there.back());
  }
  backend_->synchronize();
  for (const auto& buffer : pinned) std::memset(buffer->data(), 99, kBytes);
  plain.clear();
  for (int i = 0; i < 20; ++i) {
    std::vector<std::uint8_t> bytes(kBytes);
    backend_->download(there[static_cast<std::size_t>(i)], bytes.data());
    EXPECT_EQ(std::count(bytes.begin(), bytes.end(), i), kBytes) << i;
  }
}

TEST_P(DeviceMemoryTest, WhatIsTooLongToTellADeviceIsRefused) {
  const std::vector<Position> positions(1'500'000);
  const auto rows = static_cast<std::int64_t>(positions.size());
  const Tensor x = backend_->allocate(activation_, {rows, 1, 2});
  try {
    backend_->rope(x, positions, RopeTable::plain(2, 1e4), x);
    EXPECT_FALSE(is_cuda(GetParam()));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
  }
}

// Code is loaded when it first runs, into memory that the driver must have. What nobody uses makes room for it.
TEST_P(DeviceMemoryTest, CodeFindsRoomInWhatNobodyUses) {
  if (backend_->info().name.find("Simulated") == std::string::npos) return;
  constexpr std::int64_t kRows = 32, kWidth = 64;
  const Values values = random(kRows * kWidth);
  const Tensor x = upload(values, {kRows, kWidth}), y = output({kRows, kWidth});
  const auto bytes = encode(random(kWidth * kWidth, DType::f32), DType::f32);
  const Tensor part =
      Tensor::borrow(static_cast<const void*>(bytes.data()), DType::f32, {kWidth, kWidth});
  const auto weights = backend_->make_linear({&part, 1}, {}, WeightFormat::automatic);
  backend_->linear(x, *weights, y);
  const Values product = download(y);
  // So many bytes are left for the next kernel, all of them in the pool.
  const auto leave = [&](std::int64_t unused) {
    unsetenv("LONGTAKE_SIMULATED_MEMORY");
    EXPECT_THROW(backend_->allocate(DType::u8, {std::int64_t{1} << 45}), Error);  // none unused
    if (unused > 0) backend_->allocate(DType::u8, {unused});
    const DeviceInfo info = backend_->info();
    setenv("LONGTAKE_SIMULATED_MEMORY",
           std::to_string(info.memory_total - info.memory_free).c_str(), 1);
  };
  setenv("LONGTAKE_SIMULATED_CODE", "100000", 1);
  leave(1 << 20);
  EXPECT_NO_THROW(backend_->add(x, x, y));
  const Values sum = download(y);
  leave(1 << 20);
  EXPECT_NO_THROW(backend_->linear(x, *weights, y));
  EXPECT_EQ(download(y), product);
  leave(0);
  try {
    backend_->silu_mul(x, y.columns(0, kWidth / 2));
    ADD_FAILURE() << "code without a place";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
  }
  unsetenv("LONGTAKE_SIMULATED_MEMORY");
  EXPECT_NO_THROW(backend_->silu_mul(x, y.columns(0, kWidth / 2)));
  unsetenv("LONGTAKE_SIMULATED_CODE");
  for (std::size_t i = 0; i < sum.size(); ++i) {
    ASSERT_NEAR(sum[i], 2 * values[i], 4 * eps_ * std::fabs(values[i]));
  }
}

TEST_P(DeviceMemoryTest, DownloadOfColumns) {
  const Values values = random(5 * 20);
  const Tensor view = upload(values, {5, 20}).columns(3, 10);
  const Values got = download(view);
  for (std::size_t r = 0; r < 5; ++r) {
    for (std::size_t c = 0; c < 7; ++c) EXPECT_EQ(got[r * 7 + c], values[r * 20 + 3 + c]);
  }
}

TEST_P(DeviceMemoryTest, HostMemoryComesAndGoes) {
  const Values values = random(1000);
  const Tensor tensor = upload(values, {10, 100});
  const std::shared_ptr<Buffer> host = backend_->allocate_host(tensor.bytes());
  EXPECT_EQ(host->bytes(), tensor.bytes());
  backend_->fetch(tensor.columns(10, 60), host->data());
  backend_->synchronize();
  const auto* bytes = static_cast<const std::byte*>(host->data());
  const Values got = decode(std::vector<std::byte>(bytes, bytes + tensor.bytes() / 2), activation_);
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_EQ(got[i], values[i / 50 * 100 + 10 + i % 50]);
  std::thread([&] { EXPECT_NE(backend_->allocate_host(1 << 20)->data(), nullptr); }).join();
}

}  // namespace
}  // namespace longtake::kernels
