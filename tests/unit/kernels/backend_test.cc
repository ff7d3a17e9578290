// Every Backend operation on every backend present, against the double-precision reference.
//
// Tolerances are derived, not tuned. Rounding errors of a sum are bounded by eps * (sum of |terms|)
// times a slowly growing factor; so results are compared within
//     kSlack * eps * magnitude
// where the reference supplies the magnitude, and eps is that of the format which the operation
// rounds to: 2^-24 for f32, 2^-8 for bf16. kSlack = 16 covers the growth with the length of sums
// that are added in several partial sums, and approximated functions of a few ulp. Outputs are
// filled with NaN first, so that an element that was not written fails.
#include "kernels/backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <thread>

#include "kernels/error.h"
#include "tests/support/reference_ops.h"

namespace longtake::kernels {
namespace {

using reference::Values;

constexpr double kSlack = 16.0;
constexpr double kEpsF32 = 0x1p-24;
constexpr double kEpsBf16 = 0x1p-8;

// --- Values and formats on the host --------------------------------------------------------------

float bf16_to_float(std::uint16_t bits) {
  const std::uint32_t wide = std::uint32_t{bits} << 16;
  float value;
  std::memcpy(&value, &wide, 4);
  return value;
}
std::uint16_t float_to_bf16(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return static_cast<std::uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}
std::uint16_t float_to_f16(float value) {
  const int sign = std::signbit(value) ? 0x8000 : 0;
  const double size = std::fabs(value);
  if (std::isnan(value)) return 0x7E00;
  if (size >= 65520.0) return static_cast<std::uint16_t>(sign | 0x7C00);
  // Normal numbers have 11 digits; below 2^-14 the digits stand still.
  const int exponent = size == 0.0 ? -14 : std::max(std::ilogb(size), -14);
  const int digits = static_cast<int>(std::nearbyint(std::ldexp(size, 10 - exponent)));
  return static_cast<std::uint16_t>(sign | (((exponent + 14) << 10) + digits));
}
float f16_to_float(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int digits = bits & 1023;
  const double size = exponent == 31  ? (digits == 0 ? INFINITY : NAN)
                      : exponent == 0 ? std::ldexp(digits, -24)
                                      : std::ldexp(1024 + digits, exponent - 25);
  return static_cast<float>((bits & 0x8000) != 0 ? -size : size);
}

double f8_to_double(int bits) {
  const int exponent = bits >> 3;
  const int digits = bits & 7;
  return exponent == 0 ? std::ldexp(digits, -9) : std::ldexp(8 + digits, exponent - 10);
}
// The nearest number of e4m3, the even one of two; at most 448. No NaN.
double rounded_to_f8(double value) {
  const double size = std::min(std::fabs(value), 448.0);
  // Normal numbers have four digits; below 2^-6 the digits stand still.
  const int exponent = size == 0.0 ? -6 : std::max(std::ilogb(size), -6);
  return std::copysign(std::ldexp(std::nearbyint(std::ldexp(size, 3 - exponent)), exponent - 3),
                       value);
}

std::vector<std::byte> encode(const Values& values, DType type) {
  std::vector<std::byte> bytes(dtype_bytes(type, values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<float>(values[i]);
    const std::uint16_t half = type == DType::f16 ? float_to_f16(value) : float_to_bf16(value);
    if (type == DType::f32) {
      std::memcpy(bytes.data() + 4 * i, &value, 4);
    } else {
      std::memcpy(bytes.data() + 2 * i, &half, 2);
    }
  }
  return bytes;
}
Values decode(const std::vector<std::byte>& bytes, DType type) {
  Values values(bytes.size() / dtype_bytes(type, 1));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (type == DType::f32) {
      float value;
      std::memcpy(&value, bytes.data() + 4 * i, 4);
      values[i] = value;
    } else {
      std::uint16_t half;
      std::memcpy(&half, bytes.data() + 2 * i, 2);
      values[i] = type == DType::f16 ? f16_to_float(half) : bf16_to_float(half);
    }
  }
  return values;
}

// --- The suite -----------------------------------------------------------------------------------

enum class Maker { cpu, cpu_bf16_attention, cuda_f32, cuda_bf16 };

bool is_cuda(Maker maker) { return maker == Maker::cuda_f32 || maker == Maker::cuda_bf16; }

class BackendTest : public testing::TestWithParam<Maker> {
 protected:
  void SetUp() override {
    try {
      BackendOptions options;
      options.bf16_attention = GetParam() == Maker::cpu_bf16_attention;
      if (GetParam() == Maker::cuda_f32) options.activations = DType::f32;
      backend_ = is_cuda(GetParam()) ? make_cuda_backend(options) : make_cpu_backend(options);
    } catch (const Error& error) {
      ASSERT_TRUE(is_cuda(GetParam())) << error.what();
      GTEST_SKIP() << "SKIPPED: no GPU (" << error.what() << ")";
    }
    activation_ = backend_->activation_dtype();
    eps_ = activation_ == DType::f32 ? kEpsF32 : kEpsBf16;
  }

  // Random values that `type` holds exactly.
  Values random(std::int64_t n, DType type, double scale = 1.0) {
    Values values(static_cast<std::size_t>(n));
    std::normal_distribution<double> normal(0.0, scale);
    for (double& value : values) value = normal(random_);
    return decode(encode(values, type), type);
  }
  Values random(std::int64_t n, double scale = 1.0) { return random(n, activation_, scale); }

  Tensor upload(const Values& values, DType type, const Shape& shape) {
    EXPECT_EQ(static_cast<std::int64_t>(values.size()), shape.elements());
    const Tensor tensor = backend_->allocate(type, shape);
    backend_->upload(encode(values, type).data(), tensor);
    return tensor;
  }
  Tensor upload(const Values& values, const Shape& shape) {
    return upload(values, activation_, shape);
  }
  // Rows that stand in a wider matrix, as the parts of a fused product do.
  Tensor upload_strided(const Values& values, const Shape& shape) {
    const std::int64_t columns = shape.row_elements();
    const Tensor wide = poisoned(activation_, {shape[0], columns + 24});
    const Tensor view = wide.columns(8, 8 + columns);
    backend_->copy(upload(values, {shape[0], columns}), view);
    return view.reshaped(shape);
  }
  Tensor poisoned(DType type, const Shape& shape) {
    const Values nan(static_cast<std::size_t>(shape.elements()),
                     std::numeric_limits<double>::quiet_NaN());
    return upload(nan, type, shape);
  }
  Tensor output(const Shape& shape) { return poisoned(activation_, shape); }

  Values download(const Tensor& tensor) {
    std::vector<std::byte> bytes(tensor.bytes());
    backend_->download(tensor, bytes.data());
    return decode(bytes, tensor.dtype());
  }

  // |got - want| <= bound(i) everywhere; says where it is worst.
  template <typename Bound>
  static void expect_within(const Values& got, const Values& want, Bound&& bound,
                            const std::string& what) {
    ASSERT_EQ(got.size(), want.size()) << what;
    std::size_t worst = 0;
    double worst_ratio = -1.0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double error = std::fabs(got[i] - want[i]);
      const double ratio = std::isfinite(error) ? error / bound(i) : INFINITY;
      if (ratio > worst_ratio) worst = i, worst_ratio = ratio;
    }
    EXPECT_LE(worst_ratio, 1.0) << what << ": element " << worst << " of " << got.size() << " is "
                                << got[worst] << ", expected " << want[worst] << " +- "
                                << bound(worst);
  }
  // The bound for results of size |want| without much cancellation.
  auto relative(const Values& want, double floor = 1.0) const {
    return [&want, floor, eps = eps_](std::size_t i) {
      return kSlack * eps * (std::fabs(want[i]) + floor);
    };
  }

  std::unique_ptr<Backend> backend_;
  DType activation_ = DType::f32;
  double eps_ = kEpsF32;
  std::mt19937 random_{7};
};

INSTANTIATE_TEST_SUITE_P(Cpu, BackendTest, testing::Values(Maker::cpu),
                         [](const auto&) { return "f32"; });
INSTANTIATE_TEST_SUITE_P(CpuBf16, BackendTest, testing::Values(Maker::cpu_bf16_attention),
                         [](const auto&) { return "bf16_attention"; });
std::string cuda_name(const testing::TestParamInfo<Maker>& info) {
  return info.param == Maker::cuda_f32 ? "f32" : "bf16";
}
INSTANTIATE_TEST_SUITE_P(Cuda, BackendTest, testing::Values(Maker::cuda_f32, Maker::cuda_bf16),
                         cuda_name);

// --- Memory --------------------------------------------------------------------------------------

TEST_P(BackendTest, InfoNamesTheDevice) {
  const DeviceInfo info = backend_->info();
  EXPECT_FALSE(info.name.empty());
  EXPECT_GE(info.threads, 1);
  EXPECT_GT(info.memory_free, 0);
  EXPECT_GE(info.memory_total, info.memory_free);
  RecordProperty("device", info.name);
}

TEST_P(BackendTest, AllocateRefusesWhatCannotBe) {
  try {
    backend_->allocate(DType::f32, {std::int64_t{1} << 31, std::int64_t{1} << 31});
    FAIL() << "2^64 bytes were allocated";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
  }
  EXPECT_THROW(backend_->allocate(DType::f32, {std::int64_t{1} << 60}), Error);
  EXPECT_EQ(backend_->allocate(DType::f32, {0, 4}).shape().elements(), 0);
}

TEST_P(BackendTest, CopyConverts) {
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

TEST_P(BackendTest, CopyConvertsTheOddOnes) {
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

TEST_P(BackendTest, WorksFromAnotherThread) {
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
TEST_P(BackendTest, UploadsKeepWhatTheyWereGiven) {
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

TEST_P(BackendTest, DownloadOfColumns) {
  const Values values = random(5 * 20);
  const Tensor view = upload(values, {5, 20}).columns(3, 10);
  const Values got = download(view);
  for (std::size_t r = 0; r < 5; ++r) {
    for (std::size_t c = 0; c < 7; ++c) EXPECT_EQ(got[r * 7 + c], values[r * 20 + 3 + c]);
  }
}

// --- Dense algebra -------------------------------------------------------------------------------

struct LinearCase {
  std::int64_t rows, k;
  std::vector<std::int64_t> parts;
};

class LinearTest : public BackendTest {
 protected:
  // Eight-bit floats are CUDA's, from compute capability 8.9 on; "..., sm_89, bf16".
  bool has_f8() const {
    const std::string name = backend_->info().name;
    return is_cuda(GetParam()) && std::stoi(name.substr(name.rfind("sm_") + 3)) >= 89;
  }
  std::vector<WeightFormat> with_f8(std::vector<WeightFormat> formats) const {
    if (has_f8()) formats.push_back(WeightFormat::f8);
    return formats;
  }

  // One product in one format. i8 and f8 are compared with the bound of their quantisation steps.
  void check(const LinearCase& shape, WeightFormat format, DType stored, Activation activation,
             bool with_bias, bool with_residual, bool strided) {
    const std::int64_t n = std::accumulate(shape.parts.begin(), shape.parts.end(), std::int64_t{0});
    const std::int64_t k = shape.k;
    const std::string what = std::to_string(shape.rows) + "x" + std::to_string(k) + "x" +
                             std::to_string(n) + " format " +
                             std::to_string(static_cast<int>(format)) + " activation " +
                             std::to_string(static_cast<int>(activation)) +
                             (with_residual ? " residual" : "") + (strided ? " strided" : "");
    Values w, bias;
    std::vector<std::vector<std::byte>> memory;
    std::vector<Tensor> parts, biases;
    for (std::size_t i = 0; i < shape.parts.size(); ++i) {
      const std::int64_t rows = shape.parts[i];
      const Values part = random(rows * k, stored, 1.0 / std::sqrt(static_cast<double>(k)));
      w.insert(w.end(), part.begin(), part.end());
      memory.push_back(encode(part, stored));
      parts.push_back(
          Tensor::borrow(static_cast<const void*>(memory.back().data()), stored, {rows, k}));
      if (!with_bias) continue;
      // The second part has no bias, as the gate of some models.
      const Values values =
          i == 1 ? Values(static_cast<std::size_t>(rows), 0.0) : random(rows, stored);
      bias.insert(bias.end(), values.begin(), values.end());
      memory.push_back(encode(values, stored));
      biases.push_back(
          i == 1 ? Tensor()
                 : Tensor::borrow(static_cast<const void*>(memory.back().data()), stored, {rows}));
    }
    const auto weights = backend_->make_linear(parts, biases, format);
    EXPECT_EQ(weights->in_features(), k);
    EXPECT_EQ(weights->out_features(), n);
    EXPECT_NE(weights->format(), WeightFormat::automatic);
    EXPECT_GT(weights->bytes(), 0U);
    memory.clear();  // the host's copy may go

    const Values x = random(shape.rows * k);
    const Values residual = random(shape.rows * n);
    Tensor y = output({shape.rows, n});
    Tensor added;
    if (with_residual && strided) {
      added = upload_strided(residual, {shape.rows, n});
    } else if (with_residual) {
      backend_->copy(upload(residual, {shape.rows, n}), y);
      added = y;  // may be the output itself
    }
    backend_->linear(strided ? upload_strided(x, {shape.rows, k}) : upload(x, {shape.rows, k}),
                     *weights, y, activation, with_residual ? &added : nullptr);

    const reference::Sums sums = reference::linear(x, w, bias, shape.rows, n, k);
    Values want = sums.value;
    for (std::size_t i = 0; i < want.size(); ++i) {
      want[i] = reference::activate(want[i], activation) + (with_residual ? residual[i] : 0.0);
    }
    // Rounding the operands errs by eps of the format for each term. Activations are at most 1.13
    // times as steep as the identity.
    const double format_eps =
        weights->format() == WeightFormat::f32
            ? eps_
            : std::max(eps_, stored == DType::f32 || eps_ == kEpsF32 ? kEpsBf16 : 0.0);
    const auto bound = [&](std::size_t i) {
      double error = kSlack * kEpsF32 * sums.magnitude[i] + 2 * format_eps * sums.magnitude[i];
      if (weights->format() == WeightFormat::i8)
        error += quantisation_error(x, w, n, k, i, i8_step);
      if (weights->format() == WeightFormat::f8)
        error += quantisation_error(x, w, n, k, i, f8_step);
      return 1.2 * error + 4 * eps_ * (1.0 + std::fabs(want[i]));
    };
    expect_within(download(y), want, bound, what);
  }

  // Half a step of the code of a value in a row whose largest one is `largest`. The steps of f8
  // grow with the value, 2^-3 of its power of two; those of its smallest codes, of up to 2^-6, are
  // 2^-9.
  static double i8_step(double, double largest) { return largest / 254; }
  static double f8_step(double value, double largest) {
    return std::max(0x1p-4 * std::fabs(value), 0x1p-10 * largest / 448);
  }
  // Half a step for every code: sum of |dx||w| + |x||dw| + |dx||dw|.
  static double quantisation_error(const Values& x, const Values& w, std::int64_t n, std::int64_t k,
                                   std::size_t i, double (*step)(double, double)) {
    const double* xr = x.data() + static_cast<std::int64_t>(i) / n * k;
    const double* wr = w.data() + static_cast<std::int64_t>(i) % n * k;
    double x_max = 0.0, w_max = 0.0, error = 0.0;
    for (std::int64_t j = 0; j < k; ++j) {
      x_max = std::max(x_max, std::fabs(xr[j]));
      w_max = std::max(w_max, std::fabs(wr[j]));
    }
    for (std::int64_t j = 0; j < k; ++j) {
      const double dx = step(xr[j], x_max), dw = step(wr[j], w_max);
      error += dx * std::fabs(wr[j]) + dw * std::fabs(xr[j]) + dx * dw;
    }
    return error;
  }

  std::unique_ptr<LinearWeights> weights_of(const Values& w, std::int64_t n, WeightFormat format) {
    const auto bytes = encode(w, DType::f32);
    const auto k = static_cast<std::int64_t>(w.size()) / n;
    const Tensor part = Tensor::borrow(static_cast<const void*>(bytes.data()), DType::f32, {n, k});
    return backend_->make_linear({&part, 1}, {}, format);
  }
  // The root of the mean square of what a product errs by, as a share of that of its values.
  double average_error(std::int64_t rows, WeightFormat format) {
    const std::int64_t k = 512, n = 96;
    const Values w = random(n * k, DType::f32), x = random(rows * k);
    const auto weights = weights_of(w, n, format);
    const Tensor y = output({rows, n});
    backend_->linear(upload(x, {rows, k}), *weights, y);
    const Values want = reference::linear(x, w, {}, rows, n, k).value;
    const Values got = download(y);
    double error = 0.0, norm = 0.0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      error += (got[i] - want[i]) * (got[i] - want[i]);
      norm += want[i] * want[i];
    }
    return std::sqrt(error / norm);
  }
};
INSTANTIATE_TEST_SUITE_P(Cpu, LinearTest, testing::Values(Maker::cpu),
                         [](const auto&) { return "f32"; });
INSTANTIATE_TEST_SUITE_P(Cuda, LinearTest, testing::Values(Maker::cuda_f32, Maker::cuda_bf16),
                         cuda_name);

TEST_P(LinearTest, Shapes) {
  const LinearCase cases[] = {
      {1, 64, {64}},
      {1, 96, {40}},
      {2, 33, {17}},
      {3, 128, {200, 56}},
      {4, 100, {64, 1}},
      {5, 64, {64}},
      {7, 33, {17}},
      {16, 1, {5}},
      {37, 72, {24, 7}},
      {20, 33, {17}},  // rows at odd places
      {45, 588, {40}},
      {64, 128, {64, 64}},
      {257, 48, {130}},
      {300, 200, {100, 90, 3}},
      {1, 896, {896, 128, 128}},
      {196, 224, {320}},
  };
  for (const LinearCase& shape : cases) {
    for (WeightFormat format : with_f8(
             {WeightFormat::automatic, WeightFormat::f32, WeightFormat::bf16, WeightFormat::i8})) {
      check(shape, format, DType::f32, Activation::none, true, false, false);
    }
  }
}

TEST_P(LinearTest, EndsOfTheProduct) {
  for (std::int64_t rows : {1, 4, 33}) {
    for (WeightFormat format : with_f8({WeightFormat::f32, WeightFormat::bf16, WeightFormat::i8})) {
      for (Activation activation : {Activation::none, Activation::gelu, Activation::gelu_tanh,
                                    Activation::quick_gelu, Activation::silu}) {
        check({rows, 48, {50, 30}}, format, DType::bf16, activation, true, false, false);
        check({rows, 48, {50, 30}}, format, DType::bf16, activation, false, true, false);
        check({rows, 48, {50, 30}}, format, DType::f16, activation, true, true, true);
      }
    }
  }
}

// The bound above is the worst case; on average int8 is much better.
TEST_P(LinearTest, Int8IsCloseOnAverage) {
  for (std::int64_t rows : {1, 40}) EXPECT_LT(average_error(rows, WeightFormat::i8), 0.015) << rows;
}

// A value m * 2^e, m in [1, 2), errs by up to half of 2^-3 * 2^e: on average by 2^-3 / sqrt(12) of
// 2^e or, the square of m being 2.16 on average, by 0.025 of the value; two of them by 0.035.
TEST_P(LinearTest, Fp8IsCloseOnAverage) {
  if (!has_f8()) return;
  for (std::int64_t rows : {1, 40}) EXPECT_LT(average_error(rows, WeightFormat::f8), 0.04) << rows;
}

// Ones in x choose single weights, and those of a channel whose largest one is 448 are their codes:
// all numbers of e4m3, and what lies in the middle of two.
TEST_P(LinearTest, Fp8IsTheNearestCode) {
  if (!has_f8()) return;
  Values codes = {0.0};
  for (int bits = 1; bits < 0x7F; ++bits) {
    codes.push_back((f8_to_double(bits - 1) + f8_to_double(bits)) / 2);
    codes.push_back(f8_to_double(bits));
  }
  const std::size_t positive = codes.size();
  for (std::size_t i = 0; i < positive; ++i) codes.push_back(-codes[i]);
  // The second size is for 16-byte loads and whole pieces, the first one is not.
  for (std::size_t k : {codes.size(), std::size_t{512}}) {
    codes.resize(k);
    constexpr std::int64_t kChannels = 17;
    Values w, ones(k * k);
    for (std::size_t n = 0; n < kChannels; ++n) {
      for (std::size_t i = 0; i < k; ++i) w.push_back(codes[(i + n) % k]);
    }
    for (std::size_t i = 0; i < k; ++i) ones[i * k + i] = 1.0;
    const auto weights = weights_of(w, kChannels, WeightFormat::f8);
    const auto size = static_cast<std::int64_t>(k);
    const Tensor x = upload(ones, {size, size});
    for (std::int64_t rows : {std::int64_t{1}, std::int64_t{4}, size}) {
      const Tensor y = output({size, kChannels});
      for (std::int64_t row = 0; row < size; row += rows) {
        const std::int64_t end = std::min(row + rows, size);
        backend_->linear(x.rows(row, end), *weights, y.rows(row, end));
      }
      Values want;
      for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t n = 0; n < kChannels; ++n) {
          want.push_back(rounded_to_f8(codes[(i + n) % k]));
        }
      }
      expect_within(
          download(y), want, [&](std::size_t i) { return 4 * kEpsF32 * std::fabs(want[i]); },
          std::to_string(k) + ", " + std::to_string(rows) + " rows");
    }
  }
}

TEST_P(LinearTest, ZerosStayZerosInCodes) {
  for (WeightFormat format : with_f8({WeightFormat::i8})) {
    const std::int64_t k = 48, n = 20;
    Values w = random(n * k, DType::f32);
    std::fill(w.begin(), w.begin() + 3 * k, 0.0);
    const auto weights = weights_of(w, n, format);
    for (std::int64_t rows : {2, 30}) {
      Values x = random(rows * k);
      std::fill(x.end() - k, x.end(), 0.0);
      const Tensor y = output({rows, n});
      backend_->linear(upload(x, {rows, k}), *weights, y);
      const Values got = download(y);
      for (std::size_t i = 0; i < got.size(); ++i) {
        const bool zero = i % n < 3 || i >= got.size() - n;
        EXPECT_EQ(got[i] == 0.0, zero) << i << ": " << got[i];
      }
    }
  }
}

TEST_P(LinearTest, Fp8IsRefusedWhereThereIsNone) {
  if (has_f8()) return;
  try {
    weights_of(random(64 * 64, DType::f32), 64, WeightFormat::f8);
    ADD_FAILURE() << "weights of f8 were made";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_EQ(error.hint(), "Use --weights int8.");
  }
}

TEST_P(LinearTest, FourBitWeightsWorkOrAreRefused) {
  const auto bytes = encode(random(64 * 64, DType::f32), DType::f32);
  const Tensor part = Tensor::borrow(static_cast<const void*>(bytes.data()), DType::f32, {64, 64});
  try {
    EXPECT_EQ(backend_->make_linear({&part, 1}, {}, WeightFormat::i4)->format(), WeightFormat::i4);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
  }
}

TEST_P(BackendTest, Embed) {
  for (DType type : {DType::f32, DType::bf16, DType::f16}) {
    const std::int64_t rows = 50, columns = 33;
    const Values table = random(rows * columns, type);
    const auto bytes = encode(table, type);
    const auto made = backend_->make_table(
        Tensor::borrow(static_cast<const void*>(bytes.data()), type, {rows, columns}));
    EXPECT_EQ(made->rows(), rows);
    EXPECT_EQ(made->columns(), columns);
    const std::vector<std::int32_t> ids = {49, 0, 7, 7, 31};
    const Tensor y = output({5, columns});
    backend_->embed(ids, *made, y);
    Values want;
    for (std::int32_t id : ids) {
      want.insert(want.end(), table.begin() + id * columns, table.begin() + (id + 1) * columns);
    }
    expect_within(download(y), want, relative(want), dtype_name(type));
  }
}

TEST_P(BackendTest, Add) {
  for (std::int64_t columns : {1, 24, 333}) {
    const Values a = random(6 * columns), b = random(2 * columns);
    Values want = a;
    for (std::size_t i = 0; i < want.size(); ++i) want[i] += b[i % b.size()];
    const Tensor y = output({6, columns});
    backend_->add(upload(a, {6, columns}), upload(b, {2, columns}), y);
    expect_within(download(y), want, relative(want), "repeated");
    const Tensor in_place = upload_strided(a, {6, columns});
    backend_->add(in_place, upload(b, {2, columns}), in_place);
    expect_within(download(in_place), want, relative(want), "in place");
  }
}

TEST_P(BackendTest, SiluMul) {
  for (std::int64_t columns : {1, 20, 515}) {
    const Values x = random(3 * 2 * columns, 3.0);
    const Tensor y = output({3, columns});
    backend_->silu_mul(upload(x, {3, 2 * columns}), y);
    const Values want = reference::silu_mul(x, columns);
    expect_within(download(y), want, relative(want), std::to_string(columns));
  }
}

// The two products and their gate in one, of few rows and of many, at any alignment.
TEST_P(BackendTest, GatedLinear) {
  struct Case {
    std::int64_t rows, k, outputs;
  };
  for (const Case& c : {Case{1, 64, 40}, Case{2, 32, 7}, Case{3, 96, 300}, Case{4, 33, 20},
                        Case{5, 64, 24}, Case{40, 48, 33}, Case{1, 48, 1}}) {
    for (const WeightFormat format : {WeightFormat::f32, WeightFormat::bf16}) {
      const Values x = random(c.rows * c.k);
      const Values gate = random(c.outputs * c.k, DType::bf16, 0.3);
      const Values up = random(c.outputs * c.k, DType::bf16, 0.3);
      const std::vector<std::byte> gate_bytes = encode(gate, DType::bf16);
      const std::vector<std::byte> up_bytes = encode(up, DType::bf16);
      const Tensor parts[] = {
          Tensor::borrow(static_cast<const void*>(gate_bytes.data()), DType::bf16,
                         {c.outputs, c.k}),
          Tensor::borrow(static_cast<const void*>(up_bytes.data()), DType::bf16, {c.outputs, c.k})};
      const auto weights = backend_->make_linear(parts, {}, format);
      const Tensor y = output({c.rows, c.outputs});
      backend_->gated_linear(upload_strided(x, {c.rows, c.k}), *weights,
                             output({c.rows, 2 * c.outputs}), y);
      Values want;
      Values bounds;
      const double format_eps = format == WeightFormat::bf16 ? std::max(eps_, kEpsBf16) : eps_;
      for (std::int64_t t = 0; t < c.rows; ++t) {
        for (std::int64_t n = 0; n < c.outputs; ++n) {
          double g = 0, u = 0, g_size = 0, u_size = 0;
          for (std::int64_t j = 0; j < c.k; ++j) {
            const double value = x[static_cast<std::size_t>(t * c.k + j)];
            const double a = value * gate[static_cast<std::size_t>(n * c.k + j)];
            const double b = value * up[static_cast<std::size_t>(n * c.k + j)];
            g += a, u += b, g_size += std::fabs(a), u_size += std::fabs(b);
          }
          const double silu = g / (1 + std::exp(-g));
          want.push_back(silu * u);
          // Both sums err; silu is at most 1.1 times as steep as the identity.
          const double g_error = 3 * format_eps * g_size + 2 * eps_ * std::fabs(g);
          const double u_error = 3 * format_eps * u_size + 2 * eps_ * std::fabs(u);
          bounds.push_back(1.1 * g_error * std::fabs(u) + u_error * std::fabs(silu) +
                           1.1 * g_error * u_error + 4 * eps_ * std::fabs(silu * u) + eps_ * eps_);
        }
      }
      expect_within(download(y), want, [&](std::size_t i) { return bounds[i]; },
                    std::to_string(c.rows) + " rows of " + std::to_string(c.k) + " to " +
                        std::to_string(c.outputs));
    }
  }
}

// With weights in codes and with biases, what the product and the gate are one after the other.
TEST_P(BackendTest, GatedLinearOfCodes) {
  constexpr std::int64_t kOutputs = 20, kColumns = 64;
  const Values gate = random(kOutputs * kColumns, DType::f32, 0.3);
  const Values up = random(kOutputs * kColumns, DType::f32, 0.9);  // scales of its own
  const Values bias = random(kOutputs, DType::f32);
  const std::vector<std::byte> bytes[] = {encode(gate, DType::f32), encode(up, DType::f32),
                                          encode(bias, DType::f32)};
  const auto borrowed = [&](int i, const Shape& shape) {
    return Tensor::borrow(static_cast<const void*>(bytes[i].data()), DType::f32, shape);
  };
  const Tensor parts[] = {borrowed(0, {kOutputs, kColumns}), borrowed(1, {kOutputs, kColumns})};
  const Tensor biases[] = {borrowed(2, {kOutputs}), Tensor()};
  for (const WeightFormat format : {WeightFormat::i8, WeightFormat::f8}) {
    std::unique_ptr<LinearWeights> weights;
    try {
      weights = backend_->make_linear(parts, biases, format);
    } catch (const Error& error) {
      ASSERT_TRUE(format == WeightFormat::f8 && error.code() == ErrorCode::unsupported);
      continue;
    }
    for (const std::int64_t rows : {1, 4, 9}) {
      const Tensor x = upload(random(rows * kColumns), {rows, kColumns});
      const Tensor both = output({rows, 2 * kOutputs});
      const Tensor y = output({rows, kOutputs}), want = output({rows, kOutputs});
      backend_->gated_linear(x, *weights, output({rows, 2 * kOutputs}), y);
      backend_->linear(x, *weights, both);
      backend_->silu_mul(both, want);
      const Values expected = download(want);
      // Between the two, `both` was rounded.
      expect_within(
          download(y), expected,
          [&](std::size_t i) { return 8 * eps_ * (1 + 4 * std::fabs(expected[i])); },
          std::to_string(rows) + " rows");
    }
  }
}

TEST_P(BackendTest, Norms) {
  for (std::int64_t columns : {1, 8, 72, 896, 1027}) {
    Values x = random(5 * columns, 4.0);
    for (double& value : x) value += 1.0;
    x = decode(encode(x, activation_), activation_);
    const Values weight = random(columns, DType::f32), bias = random(columns, DType::f32);
    const Tensor w = upload(weight, DType::f32, {columns});
    const Tensor b = upload(bias, DType::f32, {columns});
    const double eps = columns == 1 ? 1.0 : 1e-6;  // the variance of one element is 0

    Tensor y = output({5, columns});
    backend_->rms_norm(upload(x, {5, columns}), w, static_cast<float>(eps), y);
    Values want = reference::rms_norm(x, weight, static_cast<float>(eps));
    expect_within(download(y), want, relative(want), "rms " + std::to_string(columns));

    y = output({5, columns});
    backend_->layer_norm(upload_strided(x, {5, columns}), w, b, static_cast<float>(eps), y);
    want = reference::layer_norm(x, weight, bias, static_cast<float>(eps));
    expect_within(download(y), want, relative(want, 2.0), "layer " + std::to_string(columns));
  }
}

TEST_P(BackendTest, NormsPerHeadInPlace) {
  const Values x = random(4 * 3 * 16), weight = random(16, DType::f32);
  const Tensor view = upload_strided(x, {4, 3, 16});
  backend_->rms_norm(view, upload(weight, DType::f32, {16}), 1e-6F, view);
  const Values want = reference::rms_norm(x, weight, 1e-6);
  expect_within(download(view), want, relative(want), "per head");
}

TEST_P(BackendTest, MeanRows) {
  for (std::int64_t rows : {1, 7, 1000}) {
    const Values x = random(rows * 3 * 11);
    const Tensor y = poisoned(DType::f32, {1, 3, 11});
    backend_->mean_rows(upload_strided(x, {rows, 3, 11}), y);
    const Values want = reference::mean_rows(x, rows);
    expect_within(
        download(y), want, [](std::size_t) { return kSlack * kEpsF32 * 4; }, "mean");
  }
  // Of several units at once, into columns of a wider f16 matrix.
  const Values x = random(3 * 50 * 2 * 8);
  const Tensor wide = poisoned(DType::f16, {3, 40});
  const Tensor means = wide.columns(16, 32);
  backend_->mean_rows(upload_strided(x, {150, 2, 8}), means.reshaped({3, 2, 8}));
  const Values got = download(means);
  for (std::int64_t unit = 0; unit < 3; ++unit) {
    const Values part(x.begin() + unit * 800, x.begin() + (unit + 1) * 800);
    const Values want = reference::mean_rows(part, 50);
    for (std::size_t i = 0; i < 16; ++i) {
      EXPECT_NEAR(got[static_cast<std::size_t>(unit) * 16 + i], want[i], 0x1p-10);
    }
  }
}

TEST_P(BackendTest, HostMemoryComesAndGoes) {
  const Values values = random(1000);
  const Tensor tensor = upload(values, {10, 100});
  const std::shared_ptr<Buffer> host = backend_->allocate_host(tensor.bytes());
  EXPECT_EQ(host->bytes(), tensor.bytes());
  backend_->fetch(tensor.columns(10, 60), host->data());
  backend_->synchronize();
  const auto* bytes = static_cast<const std::byte*>(host->data());
  const Values got = decode(std::vector<std::byte>(bytes, bytes + tensor.bytes() / 2), activation_);
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], values[i / 50 * 100 + 10 + i % 50]);
  std::thread([&] { EXPECT_NE(backend_->allocate_host(1 << 20)->data(), nullptr); }).join();
}

// --- Attention -----------------------------------------------------------------------------------

TEST_P(BackendTest, Rope) {
  for (std::int64_t head_dim : {2, 16, 64, 80, 128}) {
    RopeTable table = RopeTable::plain(head_dim, 1e6);
    for (std::size_t j = 0; j < table.component.size(); ++j) {
      table.component[j] = static_cast<std::uint8_t>(j % 3);
    }
    const std::vector<Position> positions = {
        {0, 0, 0}, {1, 5, 9}, {70000, 12, 3}, {2147483647, 1 << 30, 123456789}, {-3, 7, 1}};
    const Values x = random(5 * 2 * head_dim);
    const Values want = reference::rope(x, positions, table, 2);
    const Tensor y = output({5, 2, head_dim});
    backend_->rope(upload_strided(x, {5, 2, head_dim}), positions, table, y);
    // The angle itself is rounded to 2^-53 of at most 2^31.
    const auto bound = [&](std::size_t) { return kSlack * (eps_ + 0x1p-22 / 8) * 4.0; };
    expect_within(download(y), want, bound, "rope " + std::to_string(head_dim));
    const Tensor in_place = upload(x, {5, 2, head_dim});
    backend_->rope(in_place, positions, table, in_place);
    EXPECT_EQ(download(in_place), download(y));
    // A window keeps its keys as bf16.
    const Tensor narrow = poisoned(DType::bf16, {5, 2, head_dim});
    backend_->rope(upload(x, {5, 2, head_dim}), positions, table, narrow);
    expect_within(
        download(narrow), want,
        [&](std::size_t i) { return bound(i) + kEpsBf16 * std::fabs(want[i]); }, "to bf16");
  }
}

// In one call what three do, bit for bit.
TEST_P(BackendTest, RopeQkv) {
  for (const std::int64_t head_dim : {2, 24, 64, 128}) {
    for (const DType kept_type : {DType::f32, DType::bf16}) {
      const RopeTable table = RopeTable::plain(head_dim, 1e4);
      const std::vector<Position> positions = {{3, 3, 3}, {4, 4, 4}, {100000, 7, 1}};
      // The three stand side by side, as a product leaves them.
      const Values values = random(3 * (6 + 2 + 2) * head_dim);
      const Tensor qkv = upload(values, {3, 10 * head_dim});
      const Tensor q = qkv.columns(0, 6 * head_dim).reshaped({3, 6, head_dim});
      const KvSpan own{qkv.columns(6 * head_dim, 8 * head_dim).reshaped({3, 2, head_dim}),
                       qkv.columns(8 * head_dim, 10 * head_dim).reshaped({3, 2, head_dim})};
      const auto kept = [&] { return poisoned(kept_type, {3, 2, head_dim}); };
      const Tensor turned = output({3, 6, head_dim}), want_turned = output({3, 6, head_dim});
      const KvSpan got{kept(), kept()}, want{kept(), kept()};
      backend_->rope_qkv(q, own, positions, table, turned, got);
      backend_->rope(q, positions, table, want_turned);
      backend_->rope(own.k, positions, table, want.k);
      backend_->copy(own.v, want.v);
      EXPECT_EQ(download(turned), download(want_turned)) << head_dim;
      EXPECT_EQ(download(got.k), download(want.k)) << head_dim;
      EXPECT_EQ(download(got.v), download(want.v)) << head_dim;
    }
  }
}

struct AttentionCase {
  std::int64_t queries, heads, key_heads, head_dim;
  std::vector<std::int64_t> past;  // tokens of each span
  bool fresh = true;
  bool causal = true;
  std::int64_t sequences = 1;
  DType past_type = DType::f32;
  std::vector<std::int64_t> group_ends = {};
};

class AttentionTest : public BackendTest {
 protected:
  void check(const AttentionCase& c, double spread = 1.0) {
    std::string what = std::to_string(c.queries) + " queries " + std::to_string(c.heads) + "/" +
                       std::to_string(c.key_heads) + "x" + std::to_string(c.head_dim) + " past";
    reference::Attention want;
    want.queries = c.queries;
    want.heads = c.heads;
    want.key_heads = c.key_heads;
    want.head_dim = c.head_dim;
    want.fresh = c.fresh;
    want.causal = c.causal;
    want.sequences = c.sequences;
    want.scale = 1.0 / std::sqrt(static_cast<double>(c.head_dim));
    want.group_ends = c.group_ends;
    want.q = random(c.queries * c.heads * c.head_dim, spread);
    std::vector<KvSpan> spans;
    const auto add_span = [&](std::int64_t tokens, DType type, bool strided) {
      const Shape shape{tokens, c.key_heads, c.head_dim};
      const Values k = random(shape.elements(), type, spread);
      const Values v = random(shape.elements(), type);
      want.k.insert(want.k.end(), k.begin(), k.end());
      want.v.insert(want.v.end(), v.begin(), v.end());
      if (strided) return KvSpan{upload_strided(k, shape), upload_strided(v, shape)};
      return KvSpan{upload(k, type, shape), upload(v, type, shape)};
    };
    for (std::int64_t tokens : c.past) {
      // Types may be mixed within one context.
      const DType type =
          c.past_type == DType::bf16 && spans.size() % 2 == 1 ? activation_ : c.past_type;
      spans.push_back(add_span(tokens, type == DType::f32 ? activation_ : type, false));
      want.past += tokens;
      what += " " + std::to_string(tokens);
    }
    AttentionArgs args;
    if (c.fresh) args.fresh = add_span(c.queries, activation_, true);
    args.past = spans;
    args.q = upload_strided(want.q, {c.queries, c.heads, c.head_dim});
    args.causal = c.causal;
    args.sequences = c.sequences;
    args.scale = static_cast<float>(want.scale);
    args.out = output({c.queries, c.heads, c.head_dim});
    args.group_ends = c.group_ends;
    const auto groups = static_cast<std::int64_t>(c.group_ends.size());
    if (groups > 0) args.mass = poisoned(DType::f32, {c.heads, groups});
    backend_->attention(args);
    if (groups > 0) {  // once more: the mass adds up
      args.add_to_mass = true;
      backend_->attention(args);
    }

    // An error d of a score changes a weight by the factor e^d.
    reference::AttentionResult result = reference::attention(want);
    for (double& mass : result.mass) mass *= 2;
    const bool rounded = activation_ == DType::bf16 || GetParam() == Maker::cpu_bf16_attention;
    const double eps = rounded ? kEpsBf16 : kEpsF32;
    const double weight_error =
        std::expm1(2 * (rounded ? 2.0 : kSlack) * eps * result.largest_score);
    const auto bound = [&](std::size_t i) {
      return (weight_error + (rounded ? 4.0 : kSlack) * eps) * result.magnitude[i] + 1e-30;
    };
    expect_within(download(args.out), result.out, bound, what);
    if (groups == 0) return;
    const auto mass_bound = [&](std::size_t i) {
      return (weight_error + (rounded ? 4.0 : kSlack) * eps) * result.mass[i] + 1e-30;
    };
    expect_within(download(args.mass), result.mass, mass_bound, what + " mass");
  }
};
INSTANTIATE_TEST_SUITE_P(Cpu, AttentionTest, testing::Values(Maker::cpu, Maker::cpu_bf16_attention),
                         [](const auto& made) {
                           return made.param == Maker::cpu ? "f32" : "bf16_attention";
                         });
INSTANTIATE_TEST_SUITE_P(Cuda, AttentionTest, testing::Values(Maker::cuda_f32, Maker::cuda_bf16),
                         cuda_name);

TEST_P(AttentionTest, FreshTokens) {
  for (std::int64_t queries : {1, 2, 5, 17, 64, 100, 300}) {
    for (bool causal : {true, false}) check({queries, 4, 2, 16, {}, true, causal});
  }
}

TEST_P(AttentionTest, HeadsAndDimensions) {
  for (std::int64_t head_dim : {2, 8, 24, 64, 72, 80, 96, 128}) {
    check({9, 14, 2, head_dim, {30}});
    check({33, 3, 3, head_dim, {}, true, false});
    check({1, 8, 1, head_dim, {70}});
  }
}

TEST_P(AttentionTest, PastSpans) {
  for (DType type : {DType::f32, DType::bf16}) {
    check({5, 4, 2, 16, {1, 0, 3, 0}, true, true, 1, type});
    check({20, 14, 2, 64, {7, 300, 2, 255, 1}, true, true, 1, type});
    check({1, 14, 2, 64, {196, 196, 196, 1000, 3, 1}, true, true, 1, type});
    check({3, 14, 2, 64, {2000}, true, true, 1, type});
    check({200, 14, 2, 64, {512, 77}, true, true, 1, type});
    check({130, 6, 6, 32, {100}, true, false, 1, type});
  }
}

TEST_P(AttentionTest, WithoutFreshTokens) {
  check({1, 4, 2, 16, {50}, false});
  check({12, 14, 2, 64, {3, 700}, false});
  check({100, 14, 2, 64, {300}, false});
}

TEST_P(AttentionTest, Sequences) {
  check({3 * 50, 4, 4, 72, {}, true, false, 3});
  check({2 * 300, 2, 2, 72, {}, true, false, 2});
  check({4 * 7, 4, 2, 16, {}, true, true, 4});
}

// The shapes of real models, as small as the kernels for large ones take them.
TEST_P(AttentionTest, RealShapes) {
  check({200, 14, 2, 128, {512, 77}});
  check({300, 28, 4, 128, {14, 700}});
  check({300, 4, 2, 128, {}, true, false});
  check({2, 7, 1, 128, {1500}});
  check({5 * 200, 2, 2, 72, {}, true, false, 5});
}

TEST_P(AttentionTest, LargeScores) {
  check({40, 4, 2, 64, {300}}, 3.0);
}

TEST_P(AttentionTest, Mass) {
  check({1, 4, 2, 16, {10, 20}, true, true, 1, DType::f32, {3, 10, 10, 25, 31}});
  check({9, 14, 2, 64, {196, 196, 500}, true, true, 1, DType::bf16, {196, 392, 892, 901}});
  check({150, 14, 2, 64, {100, 300}, true, true, 1, DType::f32, {1, 100, 256, 399, 400, 550}});
  check({1, 14, 2, 64, {3000}, true, true, 1, DType::f32, {1000, 2000, 2999, 3001}});
  check({20, 4, 4, 16, {40}, false, true, 1, DType::f32, {40}});
}

// --- The memory's operations ---------------------------------------------------------------------

TEST_P(BackendTest, ScoreBlocks) {
  for (std::int64_t n : {8, 64, 72}) {
    for (std::int64_t blocks : {1, 3, 1000}) {
      const Values query = random(14 * n, DType::f32), keys = random(blocks * 2 * n, DType::f16);
      const Tensor wide = poisoned(DType::f32, {2, blocks + 5});
      const Tensor scores = wide.columns(2, blocks + 2);
      const std::vector<std::byte> index = encode(keys, DType::f16);  // stays in host memory
      // In one stretch, or in two.
      const Tensor all =
          Tensor::borrow(static_cast<const void*>(index.data()), DType::f16, {blocks, 2, n});
      const std::vector<Tensor> keys_of =
          blocks == 3 ? std::vector<Tensor>{all.rows(0, 1), all.rows(1, 3)} : std::vector<Tensor>{all};
      backend_->score_blocks(upload(query, DType::f32, {14, n}), keys_of, scores);
      const reference::Sums want = reference::score_blocks(query, keys, 2, n);
      expect_within(
          download(scores), want.value,
          [&](std::size_t i) { return kSlack * kEpsF32 * want.magnitude[i] + 1e-30; }, "scores");
      backend_->forget_keys();  // `index` goes
    }
  }
}

TEST_P(BackendTest, ScoresFollowAGrowingIndex) {
  std::vector<std::byte> index = encode(random(300 * 2 * 16, DType::f16), DType::f16);
  const Values query = random(4 * 16, DType::f32);
  const Tensor q = upload(query, DType::f32, {4, 16});
  for (const std::int64_t blocks : {1, 100, 300, 7}) {
    const Tensor scores = poisoned(DType::f32, {2, blocks});
    const Tensor stretch =
        Tensor::borrow(static_cast<const void*>(index.data()), DType::f16, {blocks, 2, 16});
    backend_->score_blocks(q, {&stretch, 1}, scores);
    Values keys = decode(index, DType::f16);
    keys.resize(static_cast<std::size_t>(blocks * 2 * 16));
    const reference::Sums want = reference::score_blocks(query, keys, 2, 16);
    expect_within(
        download(scores), want.value,
        [&](std::size_t i) { return kSlack * kEpsF32 * want.magnitude[i] + 1e-30; }, "scores");
  }
  backend_->forget_keys();
}

// As PickRule says it, in double precision.
std::vector<std::int64_t> pick_by_hand(const std::vector<Values>& rows, const PickRule& rule,
                                       Values& combined) {
  if (rule.afresh) std::fill(combined.begin(), combined.end(), 0.0);
  for (std::size_t g = 0; g < rows.size(); ++g) {
    double mean = 0, square = 0;
    for (const double x : rows[g]) mean += x;
    mean /= static_cast<double>(rows[g].size());
    for (const double x : rows[g]) square += (x - mean) * (x - mean);
    const double deviation = std::sqrt(square / static_cast<double>(rows[g].size()));
    if (deviation < 1e-6 || rule.weights[g] <= 0) continue;
    for (std::size_t b = 0; b < combined.size(); ++b) {
      combined[b] += static_cast<double>(rule.weights[g]) * (rows[g][b] - mean) / deviation;
    }
  }
  std::vector<std::int64_t> order(static_cast<std::size_t>(rule.among));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return combined[static_cast<std::size_t>(a)] > combined[static_cast<std::size_t>(b)];
  });
  const auto weight = [&](std::int64_t b) {
    return pick_weight(combined[static_cast<std::size_t>(b)],
                       combined[static_cast<std::size_t>(order[0])],
                       static_cast<double>(rule.sharpness));
  };
  double all = 0, covered = 0;
  for (const std::int64_t b : order) all += weight(b);
  std::vector<std::int64_t> picked;
  for (const std::int64_t b : order) {
    if (static_cast<std::int64_t>(picked.size()) >= rule.budget) break;
    if (rule.sharpness > 0 && covered >= static_cast<double>(rule.mass) * all) break;
    covered += weight(b);
    picked.push_back(b);
  }
  std::sort(picked.begin(), picked.end());
  return picked;
}

TEST_P(BackendTest, PickBlocks) {
  for (const std::int64_t blocks : {1, 7, 1000, 20'000}) {
    const std::vector<float> weights = {0.7F, 0.0F, 1.5F};
    const Tensor combined = poisoned(DType::f32, {blocks});
    Values want(static_cast<std::size_t>(blocks));
    for (int layer = 0; layer < 3; ++layer) {
      std::vector<Values> rows;
      Values all;
      for (int g = 0; g < 3; ++g) {
        Values row = random(blocks, DType::f32, 1.0 + g);
        if (layer == 1 && g == 0) std::fill(row.begin(), row.end(), 3.0);  // says nothing
        if (blocks > 10) row[5] += 20;
        rows.push_back(row);
        all.insert(all.end(), row.begin(), row.end());
      }
      const Tensor scores = upload(all, DType::f32, {3, blocks});
      PickRule rule;
      rule.weights = weights;
      rule.afresh = layer == 0;
      rule.among = std::max<std::int64_t>(0, blocks - 3);
      rule.budget = 40;
      rule.mass = 0.6F;
      rule.sharpness = layer == 0 ? 0.0F : 8.0F;
      const auto picked = backend_->pick_blocks(scores, rule, combined);
      EXPECT_EQ(picked, pick_by_hand(rows, rule, want)) << blocks << " blocks, layer " << layer;
      if (blocks == 1) continue;  // one block has no deviation
      expect_within(
          download(combined), want, [](std::size_t) { return 1e-4; }, "combined");
    }
  }
}

TEST_P(BackendTest, PickBlocksTakesTheEarlierOfEquals) {
  const Tensor combined = poisoned(DType::f32, {100});
  Values row(100, 0.0);
  for (std::size_t i = 10; i < 60; ++i) row[i] = 1.0;
  const std::vector<float> one = {1.0F};
  PickRule rule;
  rule.weights = one;
  rule.among = 100;
  rule.budget = 5;
  EXPECT_THAT(backend_->pick_blocks(upload(row, DType::f32, {1, 100}), rule, combined),
              testing::ElementsAre(10, 11, 12, 13, 14));
  rule.budget = 0;
  EXPECT_TRUE(backend_->pick_blocks(upload(row, DType::f32, {1, 100}), rule, combined).empty());
}

// The payload is a file format: compared byte by byte with a plain rendering of kv_codec.h.
std::vector<std::byte> encode_by_hand(const Values& k, const Values& v, const KvLayout& layout) {
  std::vector<std::byte> payload(layout.bytes());
  const std::int64_t tokens = layout.tokens, heads = layout.kv_heads, dim = layout.head_dim;
  const auto value = [&](const Values& values, std::int64_t h, std::int64_t t, std::int64_t d) {
    return static_cast<float>(values[static_cast<std::size_t>((t * heads + h) * dim + d)]);
  };
  const bool i8 = layout.codec == KvCodec::i8;
  const float step = 1.0F / (i8 ? 127.0F : 7.0F);
  for (const bool is_key : {true, false}) {
    const Values& values = is_key ? k : v;
    std::byte* codes = payload.data() + (is_key ? layout.k_codes() : layout.v_codes());
    std::byte* scales = payload.data() + (is_key ? layout.k_scales() : layout.v_scales());
    for (std::int64_t h = 0; h < heads; ++h) {
      for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t d = 0; d < dim; ++d) {
          const std::int64_t index = (h * tokens + t) * dim + d;
          const float x = value(values, h, t, d);
          if (layout.codec == KvCodec::f32) {
            std::memcpy(codes + 4 * index, &x, 4);
            continue;
          }
          if (layout.codec == KvCodec::bf16) {
            const std::uint16_t bits = float_to_bf16(x);
            std::memcpy(codes + 2 * index, &bits, 2);
            continue;
          }
          float largest = 0.0F;
          for (std::int64_t i = 0; i < (is_key ? tokens : dim); ++i) {
            largest = std::max(largest,
                               std::fabs(is_key ? value(values, h, i, d) : value(values, h, t, i)));
          }
          const float scale = largest * step;
          std::memcpy(scales + 4 * (is_key ? h * dim + d : h * tokens + t), &scale, 4);
          const auto code =
              static_cast<int>(scale == 0.0F ? 0.0F : std::nearbyint(x * (1.0F / scale)));
          if (i8) {
            codes[index] = static_cast<std::byte>(code);
          } else {
            codes[index / 2] |= static_cast<std::byte>((code + 8) << (index % 2 * 4));
          }
        }
      }
    }
  }
  return payload;
}

TEST_P(BackendTest, KvCodecs) {
  for (KvCodec codec : {KvCodec::f32, KvCodec::bf16, KvCodec::i8, KvCodec::i4}) {
    for (std::int64_t head_dim : {2, 18, 64}) {
      for (std::int64_t tokens : {1, 7, 196}) {
        const KvLayout layout{tokens, 2, head_dim, codec};
        const Shape shape{tokens, 2, head_dim};
        Values k = random(shape.elements());
        const Values v = random(shape.elements());
        for (std::int64_t t = 0; t < tokens; ++t)
          k[static_cast<std::size_t>(t * 2 * head_dim)] = 0.0;
        const std::string what = std::string(kv_codec_name(codec)) + " " + shape.to_string();
        // Two units at once, the second the first one upside down, in columns of a wider matrix.
        const auto mirrored = [](Values values) {
          const Values forward = values;
          values.insert(values.end(), forward.rbegin(), forward.rend());
          return values;
        };
        const auto bytes = static_cast<std::int64_t>(layout.bytes());
        const Tensor wide = backend_->allocate(DType::u8, {2, bytes + 32});
        const Tensor coded = wide.columns(16, 16 + bytes);
        const Shape both{2 * tokens, 2, head_dim};
        backend_->encode_kv(upload_strided(mirrored(k), both), upload(mirrored(v), both), layout, coded);
        std::vector<std::byte> payload(2 * layout.bytes());
        backend_->download(coded, payload.data());
        const Values k_mirrored = mirrored(k), v_mirrored = mirrored(v);
        const auto half = static_cast<std::ptrdiff_t>(k.size());
        std::vector<std::byte> by_hand = encode_by_hand(k, v, layout);
        const std::vector<std::byte> second =
            encode_by_hand(Values(k_mirrored.begin() + half, k_mirrored.end()),
                           Values(v_mirrored.begin() + half, v_mirrored.end()), layout);
        by_hand.insert(by_hand.end(), second.begin(), second.end());
        EXPECT_EQ(payload, by_hand) << what;
        payload.resize(layout.bytes());

        // Half a step of the channel or the token; bf16 is exact to its eps.
        const Tensor k2 = output(shape), v2 = poisoned(DType::bf16, shape);
        KvPiece piece;
        piece.payload = payload.data();
        piece.layout = layout;
        backend_->decode_kv({&piece, 1}, nullptr, k2, v2);
        const double step = codec == KvCodec::i8 ? 4.5 / 127 : codec == KvCodec::i4 ? 4.5 / 7 : 0.0;
        const auto bound = [&](std::size_t) { return step / 2 + 4.5 * kEpsBf16 * 2; };
        expect_within(download(k2), k, bound, what + " k");
        expect_within(download(v2), v, bound, what + " v");

        // Rotated on the way: the same as decoding and rotating.
        std::vector<Position> positions(static_cast<std::size_t>(tokens));
        for (std::int32_t t = 0; t < tokens; ++t)
          positions[static_cast<std::size_t>(t)] = {3 * t, t, 1000 + t};
        const RopeTable table = RopeTable::plain(head_dim, 1e4);
        const Tensor rotated = output(shape);
        // Three times: from ordinary memory, from memory of the backend, and from the device.
        const std::shared_ptr<Buffer> host = backend_->allocate_host(layout.bytes());
        std::memcpy(host->data(), payload.data(), payload.size());
        const Tensor places = output({3 * tokens + 2, 2, head_dim});
        const Tensor values = poisoned(DType::bf16, places.shape());
        std::vector<KvPiece> pieces(3, piece);
        pieces[1].payload = static_cast<const std::byte*>(host->data());
        pieces[2].payload = coded.data<std::byte>();
        pieces[2].on_device = true;
        for (std::size_t i = 0; i < 3; ++i) {
          pieces[i].positions = positions;
          pieces[i].shift = static_cast<std::int32_t>(500 * i);
          pieces[i].row = (2 - static_cast<std::int64_t>(i)) * (tokens + 1);
        }
        backend_->decode_kv(pieces, &table, places, values);
        // What was decoded is rounded to the activations' type before the reference rotates it.
        const Values plain = download(k2);
        for (const KvPiece& each : pieces) {
          std::vector<Position> moved = positions;
          for (Position& position : moved) {
            for (std::int32_t& component : position) component += each.shift;
          }
          const Values want = reference::rope(plain, moved, table, 2);
          expect_within(download(places.rows(each.row, each.row + tokens)), want, relative(want),
                        what + " rotated");
          EXPECT_EQ(download(values.rows(each.row, each.row + tokens)), download(v2)) << what;
        }
      }
    }
  }
}

// --- Pictures ------------------------------------------------------------------------------------

struct GoldenPicture {
  int width, height, new_width, new_height;
  std::vector<std::uint8_t> pixels;
};
const GoldenPicture kGoldenPictures[] = {
#include "pillow_bicubic.inc"
};

// Noise on the left, a gradient and stripes on the right.
std::vector<std::uint8_t> test_picture(int width, int height) {
  std::vector<std::uint8_t> picture;
  std::uint32_t state = 12345;
  for (int i = 0; i < width * height * 3; ++i) {
    state = state * 1664525U + 1013904223U;
    const int x = i / 3 % width;
    const int right = i % 3 != 1 ? x * 255 / width : i / 3 / width % 7 < 3 ? 255 : 0;
    picture.push_back(
        static_cast<std::uint8_t>(x < width / 2 ? state >> 24 : static_cast<std::uint32_t>(right)));
  }
  return picture;
}

// The planes of samples in a layout, rows of all planes further apart than they are long.
struct Planes {
  std::vector<std::byte> bytes;
  YuvPicture picture;

  Planes(const reference::YuvSamples& samples, YuvLayout layout, int gap) {
    picture.width = samples.width;
    picture.height = samples.height;
    picture.layout = layout;
    std::array<std::size_t, 3> begins{};
    for (int plane = 0; plane < picture.plane_count(); ++plane) {
      const auto at = static_cast<std::size_t>(plane);
      picture.strides[at] = picture.row_bytes(plane) + gap;
      begins[at] = bytes.size();
      // Nothing lies behind the last row.
      bytes.resize(bytes.size() +
                   static_cast<std::size_t>(picture.strides[at] * picture.rows(plane) - gap));
      if (plane + 1 < picture.plane_count()) bytes.resize((bytes.size() + 1) / 2 * 2);
    }
    const auto put = [&](int plane, int row, int column, int value) {
      const auto at = static_cast<std::size_t>(plane);
      std::byte* line = bytes.data() + begins[at] + picture.strides[at] * row;
      const auto wide =
          static_cast<std::uint16_t>(layout == YuvLayout::pairs_10 ? value << 6 : value);
      if (is_deep(layout)) {
        std::memcpy(line + 2 * column, &wide, 2);
      } else {
        line[column] = static_cast<std::byte>(value);
      }
    };
    for (int i = 0; i < samples.width * samples.height; ++i)
      put(0, i / samples.width, i % samples.width, samples.y[static_cast<std::size_t>(i)]);
    const int columns = samples.width / 2;
    for (int i = 0; i < columns * samples.height / 2; ++i) {
      const int u = samples.u[static_cast<std::size_t>(i)],
                v = samples.v[static_cast<std::size_t>(i)];
      if (has_pairs(layout)) {
        put(1, i / columns, i % columns * 2, u);
        put(1, i / columns, i % columns * 2 + 1, v);
      } else {
        put(1, i / columns, i % columns, u);
        put(2, i / columns, i % columns, v);
      }
    }
    for (std::size_t plane = 0; plane < 3; ++plane)
      picture.planes[plane] = bytes.data() + begins[plane];
  }
};

reference::YuvSamples noise(int width, int height, int bits) {
  reference::YuvSamples samples{width, height, bits, {}, {}, {}};
  std::mt19937 random(static_cast<unsigned>(width * height));
  const int most = (1 << bits) - 1;
  const auto fill = [&](std::vector<int>& plane, int count) {
    for (int i = 0; i < count; ++i) {
      const auto kind = random() % 8;  // the extremes often
      plane.push_back(kind == 0 ? 0 : kind == 1 ? most : static_cast<int>(random()) & most);
    }
  };
  fill(samples.y, width * height);
  fill(samples.u, width * height / 4);
  fill(samples.v, width * height / 4);
  return samples;
}

TEST_P(BackendTest, YuvToRgb) {
  const std::array<int, 4> bt709{117489, 138438, 13975, 34925},
      bt2020{110013, 140363, 12277, 42626};
  const std::pair<int, int> sizes[] = {{8, 8}, {34, 10}, {130, 36}};
  for (const auto layout :
       {YuvLayout::planar, YuvLayout::planar_10, YuvLayout::pairs, YuvLayout::pairs_10}) {
    for (const auto& [width, height] : sizes) {
      const reference::YuvSamples samples = noise(width, height, is_deep(layout) ? 10 : 8);
      for (int turn = 0; turn < 8; ++turn) {
        Planes planes(samples, layout, turn % 3 * 4);
        YuvPicture& picture = planes.picture;
        picture.colours = yuv_colours(turn % 2 == 0 ? bt709 : bt2020, turn % 3 == 1);
        picture.quarter_turns = turn % 4;
        picture.mirrored = turn >= 4;
        const Tensor rgb =
            backend_->allocate(DType::u8, {picture.upright_height(), picture.upright_width(), 3});
        backend_->yuv_to_rgb(picture, rgb);
        std::vector<std::uint8_t> got(rgb.bytes());
        backend_->download(rgb, got.data());
        EXPECT_EQ(got, reference::yuv_to_rgb(samples, picture.colours, picture.mirrored,
                                             picture.quarter_turns))
            << static_cast<int>(layout) << ", " << width << "x" << height << ", turn " << turn;
      }
    }
  }
}

TEST_P(BackendTest, BicubicIsPillows) {
  for (const GoldenPicture& golden : kGoldenPictures) {
    const auto source = test_picture(golden.width, golden.height);
    const Tensor image = backend_->allocate(DType::u8, {golden.height, golden.width, 3});
    backend_->upload(source.data(), image);
    const Tensor resized = backend_->allocate(DType::u8, {golden.new_height, golden.new_width, 3});
    backend_->resize_bicubic(image, resized);
    std::vector<std::uint8_t> got(resized.bytes());
    backend_->download(resized, got.data());
    EXPECT_EQ(got, golden.pixels) << golden.width << "x" << golden.height << " to "
                                  << golden.new_width << "x" << golden.new_height;
  }
}

TEST_P(BackendTest, BicubicToTheSameSizeIsACopy) {
  const auto source = test_picture(20, 10);
  const Tensor image = backend_->allocate(DType::u8, {10, 20, 3});
  backend_->upload(source.data(), image);
  const Tensor same = backend_->allocate(DType::u8, {10, 20, 3});
  backend_->resize_bicubic(image, same);
  std::vector<std::uint8_t> got(same.bytes());
  backend_->download(same, got.data());
  EXPECT_EQ(got, source);
}

TEST_P(BackendTest, Patchify) {
  PatchSpec spec;
  spec.patch = 7;
  spec.mean[1] = 0.4F;
  spec.std[2] = 0.25F;
  const auto images = test_picture(28, 2 * 14);
  const Tensor from = backend_->allocate(DType::u8, {2, 14, 28, 3});
  backend_->upload(images.data(), from);
  const Tensor patches = output({2 * 2 * 4, 3 * 49});
  backend_->patchify(from, spec, patches);
  const Values want = reference::patchify(images, 2, 14, 28, spec);
  expect_within(download(patches), want, relative(want), "patches");
}

TEST_P(BackendTest, ResizeBilinear) {
  const std::int64_t sizes[][4] = {{27, 27, 14, 14}, {5, 7, 10, 3}, {4, 4, 4, 4}, {1, 1, 3, 2}};
  for (const auto& [h, w, h2, w2] : sizes) {
    const Values x = random(2 * h * w * 19);
    const Tensor y = output({2, h2, w2, 19});
    backend_->resize_bilinear(upload(x, {2, h, w, 19}), y);
    const Values want = reference::resize_bilinear(x, 2, h, w, 19, h2, w2);
    // Positions are f32: an error of their last digit moves the weights.
    expect_within(
        download(y), want, [&](std::size_t) { return kSlack * 4 * eps_ * 8; }, "bilinear");
  }
}

}  // namespace
}  // namespace longtake::kernels
