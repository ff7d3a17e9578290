// Declares BackendTest: what tests of Backend operations stand on. Every operation is run on every backend that
// is present, against the double-precision reference (tests/support/reference_ops.h).
//
// Tolerances are derived, not tuned. Rounding errors of a sum are bounded by eps * (sum of |terms|)
// times a slowly growing factor; so results are compared within
//     kSlack * eps * magnitude
// where the reference supplies the magnitude, and eps is that of the format which the operation
// rounds to: 2^-24 for f32, 2^-8 for bf16. kSlack = 16 covers the growth with the length of sums
// that are added in several partial sums, and approximated functions of a few ulp. Outputs are
// filled with NaN first, so that an element that was not written fails.
//
// Thread rule: one thread. Lifetime rule: a backend per test.
#ifndef LONGTAKE_TESTS_UNIT_KERNELS_BACKEND_FIXTURE_H_
#define LONGTAKE_TESTS_UNIT_KERNELS_BACKEND_FIXTURE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/error.h"
#include "tests/support/reference_ops.h"

namespace longtake::kernels {

using reference::Values;

inline constexpr double kSlack = 16.0;
inline constexpr double kEpsF32 = 0x1p-24;
inline constexpr double kEpsBf16 = 0x1p-8;

// --- Values and formats on the host --------------------------------------------------------------

inline float bf16_to_float(std::uint16_t bits) {
  const std::uint32_t wide = std::uint32_t{bits} << 16;
  float value;
  std::memcpy(&value, &wide, 4);
  return value;
}
inline std::uint16_t float_to_bf16(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return static_cast<std::uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}
inline std::uint16_t float_to_f16(float value) {
  const int sign = std::signbit(value) ? 0x8000 : 0;
  const double size = std::fabs(value);
  if (std::isnan(value)) return 0x7E00;
  if (size >= 65520.0) return static_cast<std::uint16_t>(sign | 0x7C00);
  // Normal numbers have 11 digits; below 2^-14 the digits stand still.
  const int exponent = size == 0.0 ? -14 : std::max(std::ilogb(size), -14);
  const int digits = static_cast<int>(std::nearbyint(std::ldexp(size, 10 - exponent)));
  return static_cast<std::uint16_t>(sign | (((exponent + 14) << 10) + digits));
}
inline float f16_to_float(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int digits = bits & 1023;
  const double size = exponent == 31  ? (digits == 0 ? INFINITY : NAN)
                      : exponent == 0 ? std::ldexp(digits, -24)
                                      : std::ldexp(1024 + digits, exponent - 25);
  return static_cast<float>((bits & 0x8000) != 0 ? -size : size);
}

inline double f8_to_double(int bits) {
  const int exponent = bits >> 3;
  const int digits = bits & 7;
  return exponent == 0 ? std::ldexp(digits, -9) : std::ldexp(8 + digits, exponent - 10);
}
// The nearest number of e4m3, the even one of two; at most 448. No NaN.
inline double rounded_to_f8(double value) {
  const double size = std::min(std::fabs(value), 448.0);
  // Normal numbers have four digits; below 2^-6 the digits stand still.
  const int exponent = size == 0.0 ? -6 : std::max(std::ilogb(size), -6);
  return std::copysign(std::ldexp(std::nearbyint(std::ldexp(size, 3 - exponent)), exponent - 3),
                       value);
}

inline std::vector<std::byte> encode(const Values& values, DType type) {
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
inline Values decode(const std::vector<std::byte>& bytes, DType type) {
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

inline bool is_cuda(Maker maker) {
  return maker == Maker::cuda_f32 || maker == Maker::cuda_bf16;
}

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

inline std::string cuda_name(const testing::TestParamInfo<Maker>& info) {
  return info.param == Maker::cuda_f32 ? "f32" : "bf16";
}

// A suite of tests (TEST_P) on both devices.
#define LONGTAKE_ON_BOTH_DEVICES(Suite)                                                     \
  INSTANTIATE_TEST_SUITE_P(Cpu, Suite, testing::Values(Maker::cpu),                         \
                           [](const auto&) { return "f32"; });                              \
  INSTANTIATE_TEST_SUITE_P(Cuda, Suite, testing::Values(Maker::cuda_f32, Maker::cuda_bf16), \
                           cuda_name)

}  // namespace longtake::kernels

#endif  // LONGTAKE_TESTS_UNIT_KERNELS_BACKEND_FIXTURE_H_
