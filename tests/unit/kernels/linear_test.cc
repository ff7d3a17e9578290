// Tests of linear layers: every format of weights, ends of the product, gates.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "kernels/four_bits.h"
#include "tests/unit/kernels/backend_fixture.h"

namespace longtake::kernels {
namespace {

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
      if (weights->format() == WeightFormat::i4) error += four_bit_error(x, w, n, k, i);
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

  // Half a step of its group for every weight, and what bf16 takes from the step and the lowest one.
  static double four_bit_error(const Values& x, const Values& w, std::int64_t n, std::int64_t k,
                               std::size_t i) {
    const double* xr = x.data() + static_cast<std::int64_t>(i) / n * k;
    const double* wr = w.data() + static_cast<std::int64_t>(i) % n * k;
    double error = 0.0;
    for (std::int64_t begin = 0; begin < k; begin += kFourBitGroup) {
      const std::int64_t end = std::min(begin + kFourBitGroup, k);
      const auto [least, most] = std::minmax_element(wr + begin, wr + end);
      const double range = *most - *least;
      const double step = range / 30 + (range + std::fabs(*least)) * 0x1p-8;
      for (std::int64_t j = begin; j < end; ++j) error += step * std::fabs(xr[j]);
    }
    return error;
  }

  // What kernels/four_bits.h makes of weights w [n, k].
  static Values as_four_bits(const Values& w, std::int64_t k) {
    const auto as_bf16 = [](float x) { return bf16_to_float(float_to_bf16(x)); };
    Values kept;
    for (auto row = w.begin(); row != w.end(); row += k) {
      for (auto group = row; group != row + k;) {
        const auto end = group + std::min<std::int64_t>(kFourBitGroup, row + k - group);
        const auto [least, most] = std::minmax_element(group, end);
        const float low = as_bf16(static_cast<float>(*least));
        const float step = as_bf16((static_cast<float>(*most) - low) / kFourBitLargest);
        const float inverse = std::isfinite(1 / step) ? 1 / step : 0.0F;
        for (; group != end; ++group) {
          const float code = std::rint((static_cast<float>(*group) - low) * inverse);
          kept.push_back(low + step * std::clamp(code, 0.0F, kFourBitLargest));
        }
      }
    }
    return kept;
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
LONGTAKE_ON_BOTH_DEVICES(LinearTest);

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
    for (WeightFormat format : with_f8({WeightFormat::automatic, WeightFormat::f32,
                                        WeightFormat::bf16, WeightFormat::i8, WeightFormat::i4})) {
      check(shape, format, DType::f32, Activation::none, true, false, false);
    }
  }
}

// What cuBLASLt refuses is multiplied without it, and said once per shape: the simulated one can be made to.
TEST_P(LinearTest, WhatIsRefusedIsMultipliedAndSaid) {
  if (!is_cuda(GetParam())) return;
  const bool simulated = backend_->info().name.find("Simulated") != std::string::npos;
  setenv("LONGTAKE_SIMULATED_REFUSAL", "1", 1);
  testing::internal::CaptureStderr();
  for (WeightFormat format :
       with_f8({WeightFormat::f32, WeightFormat::bf16, WeightFormat::i8, WeightFormat::i4})) {
    for (int time = 0; time < 2; ++time) {
      check({33, 52, {50, 30}}, format, DType::bf16, Activation::silu, true, true, true);
    }
  }
  const std::string said = testing::internal::GetCapturedStderr();
  unsetenv("LONGTAKE_SIMULATED_REFUSAL");
  const auto lines = std::count(said.begin(), said.end(), '\n');
  // f32 is kept as bf16 where the activations are.
  const auto formats = (activation_ == DType::bf16 ? 3 : 4) + (has_f8() ? 1 : 0);
  EXPECT_EQ(lines, simulated ? formats : 0) << said;
}

// The fastest way is looked for with memory that there may not be.
TEST_P(LinearTest, ProductsDoNotNeedRoomForATrial) {
  if (!is_cuda(GetParam())) return;
  constexpr std::int64_t kRows = 1100, kSize = 1000;
  const auto weights =
      weights_of(random(kSize * kSize, DType::f32), kSize, WeightFormat::automatic);
  const Tensor x = upload(random(kRows * kSize), {kRows, kSize}), y = output({kRows, kSize});
  // Memory that nobody uses goes back before so much is refused, and then there is no more.
  EXPECT_THROW(backend_->allocate(DType::u8, {std::int64_t{1} << 45}), Error);
  const DeviceInfo info = backend_->info();
  setenv("LONGTAKE_SIMULATED_MEMORY", std::to_string(info.memory_total - info.memory_free).c_str(),
         1);
  EXPECT_NO_THROW(backend_->linear(x, *weights, y));
  unsetenv("LONGTAKE_SIMULATED_MEMORY");
  const Values got = download(y);
  EXPECT_TRUE(std::all_of(got.begin(), got.end(), [](double v) { return std::isfinite(v); }));
}

// However many rows are packed at a time: whole groups and channels, so not a bit differs.
TEST_P(LinearTest, SlicesOfWeightsGiveTheSame) {
  constexpr std::int64_t kInputs = 100, kOutputs[] = {70, 1, 33};
  for (const DType stored : {DType::f32, DType::bf16, DType::f16}) {
    std::vector<std::vector<std::byte>> memory;
    std::vector<Tensor> parts;
    for (const std::int64_t outputs : kOutputs) {
      memory.push_back(encode(random(outputs * kInputs, stored), stored));
      parts.push_back(Tensor::borrow(static_cast<const void*>(memory.back().data()), stored,
                                     {outputs, kInputs}));
    }
    const Tensor few = upload(random(2 * kInputs), {2, kInputs});
    const Tensor many = upload(random(40 * kInputs), {40, kInputs});
    for (WeightFormat format :
         with_f8({WeightFormat::f32, WeightFormat::bf16, WeightFormat::i8, WeightFormat::i4})) {
      // Everything at once, single rows, and slices that end within parts.
      std::vector<Values> results;
      for (const char* bytes : {"67108864", "1", "5000"}) {
        setenv("LONGTAKE_CUDA_SLICE", bytes, 1);
        const auto weights = backend_->make_linear(parts, {}, format);
        unsetenv("LONGTAKE_CUDA_SLICE");
        Values result;
        for (const Tensor& x : {few, many}) {
          const Tensor y = output({x.rows(), weights->out_features()});
          backend_->linear(x, *weights, y);
          const Values got = download(y);
          result.insert(result.end(), got.begin(), got.end());
        }
        results.push_back(result);
      }
      EXPECT_EQ(results[1], results[0]) << static_cast<int>(format) << dtype_name(stored);
      EXPECT_EQ(results[2], results[0]) << static_cast<int>(format) << dtype_name(stored);
    }
  }
}

// Weights take what they need, not the next size that other memory goes round in, and loading needs a slice beside
// them. Only the simulated device has nobody else on it.
TEST_P(LinearTest, WeightsTakeWhatTheyNeed) {
  if (backend_->info().name.find("Simulated") == std::string::npos) return;
  constexpr std::int64_t kInputs = 1000, kOutputs = 1100;
  const Values w = random(kInputs * kOutputs, DType::f32);
  setenv("LONGTAKE_CUDA_SLICE", "100000", 1);
  for (WeightFormat format :
       with_f8({WeightFormat::automatic, WeightFormat::i8, WeightFormat::i4, WeightFormat::bf16})) {
    // Memory that nobody uses goes back before so much is refused.
    EXPECT_THROW(backend_->allocate(DType::u8, {std::int64_t{1} << 45}), Error);
    const std::int64_t before = backend_->info().memory_free;
    const auto weights = weights_of(w, kOutputs, format);
    const std::int64_t taken = before - backend_->info().memory_free;
    EXPECT_GE(taken, static_cast<std::int64_t>(weights->bytes()));
    EXPECT_LE(taken, static_cast<std::int64_t>(weights->bytes()) + 2 * 256 + 125'000 + 25'000);
  }
  unsetenv("LONGTAKE_CUDA_SLICE");
}

// A question's rows are of nearly every number: what is fastest is found for those that come again.
TEST_P(LinearTest, OnlyManyRowsAreMeasured) {
  if (backend_->info().name.find("Simulated") == std::string::npos) return;
  constexpr std::int64_t kRows = 272, kInputs = 2080, kOutputs = 2080;
  const auto weights =
      weights_of(random(kInputs * kOutputs, DType::f32), kOutputs,
                 activation_ == DType::f32 ? WeightFormat::i8 : WeightFormat::bf16);
  const Tensor x = upload(random(kRows * kInputs), {kRows, kInputs});
  const Tensor y = output({kRows, kOutputs});
  // What a product takes of the device beside its operands; a trial has an output of its own.
  const auto taken = [&](std::int64_t rows) {
    EXPECT_THROW(backend_->allocate(DType::u8, {std::int64_t{1} << 45}), Error);
    const std::int64_t before = backend_->info().memory_free;
    backend_->linear(x.rows(0, rows), *weights, y.rows(0, rows));
    return before - backend_->info().memory_free;
  };
  taken(16);  // what the first one takes beside
  const std::int64_t few = taken(240), many = taken(kRows);
  if (activation_ == DType::bf16) {
    EXPECT_EQ(few, 0);
  }
  EXPECT_GT(many, few + 240 * kOutputs * 2);
}

// Ones in x choose single weights, which are all codes that there are: a product gives their values and no others.
TEST_P(LinearTest, CodesAreTheirValues) {
  constexpr std::int64_t kSize = 512, kChannels = 17;
  for (const bool four_bits : {false, true}) {
    // Of int8 the largest one is 127, and of four bits a group goes from 0 to 15: steps of 1.
    Values w, ones(kSize * kSize);
    for (std::int64_t n = 0; n < kChannels; ++n) {
      for (std::int64_t i = 0; i < kSize; ++i) {
        w.push_back(static_cast<double>(four_bits ? (7 * i + n) % 16 : (7 * i + n) % 255 - 127));
      }
    }
    for (std::int64_t i = 0; i < kSize; ++i) ones[static_cast<std::size_t>(i * kSize + i)] = 1.0;
    const auto weights = weights_of(w, kChannels, four_bits ? WeightFormat::i4 : WeightFormat::i8);
    const Tensor x = upload(ones, {kSize, kSize});
    for (std::int64_t rows : {1, 2, 3, 4}) {
      const Tensor y = output({kSize, kChannels});
      for (std::int64_t row = 0; row < kSize; row += rows) {
        const std::int64_t end = std::min(row + rows, kSize);
        backend_->linear(x.rows(row, end), *weights, y.rows(row, end));
      }
      const Values got = download(y);
      for (std::int64_t i = 0; i < kSize; ++i) {
        for (std::int64_t n = 0; n < kChannels; ++n) {
          ASSERT_EQ(got[static_cast<std::size_t>(i * kChannels + n)],
                    w[static_cast<std::size_t>(n * kSize + i)])
              << four_bits << ", " << rows << " rows";
        }
      }
    }
  }
}

TEST_P(LinearTest, EndsOfTheProduct) {
  for (std::int64_t rows : {1, 4, 33}) {
    for (WeightFormat format :
         with_f8({WeightFormat::f32, WeightFormat::bf16, WeightFormat::i8, WeightFormat::i4})) {
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
  for (WeightFormat format : with_f8({WeightFormat::i8, WeightFormat::i4})) {
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

// 32 normal numbers lie within 4.1 deviations on average; a 15th of that / sqrt(12) is 0.079 of a deviation.
TEST_P(LinearTest, FourBitsAreCloseOnAverage) {
  for (std::int64_t rows : {1, 40}) {
    const double error = average_error(rows, WeightFormat::i4);
    EXPECT_LT(error, 0.085) << rows;
    EXPECT_GT(error, 0.07) << rows << ": that is not four bits";
  }
}

// Ones in x choose single weights: all devices keep the same ones, which are those that
// kernels/four_bits.h promises, whatever the length of the last group.
TEST_P(LinearTest, FourBitsAreWhatTheirFormatSays) {
  for (const std::int64_t k : {64, 70, 33, 31}) {
    constexpr std::int64_t kChannels = 7;
    Values w = random(kChannels * k, DType::f32);
    std::fill(w.begin(), w.begin() + k, 0.25);                  // a channel of equals
    for (std::int64_t i = 0; i < k; ++i) w[k + i] *= 1e-30;     // a tiny one
    for (std::int64_t i = 0; i < k; ++i) w[2 * k + i] -= 10.0;  // far from zero
    const Values kept = as_four_bits(w, k);
    Values want;
    for (std::int64_t i = 0; i < k; ++i) {
      for (std::int64_t n = 0; n < kChannels; ++n) want.push_back(kept[n * k + i]);
    }
    Values ones(static_cast<std::size_t>(k * k));
    for (std::int64_t i = 0; i < k; ++i) ones[i * k + i] = 1.0;
    const auto weights = weights_of(w, kChannels, WeightFormat::i4);
    const Tensor x = upload(ones, {k, k});
    for (const std::int64_t rows : {std::int64_t{1}, std::int64_t{3}, k}) {
      const Tensor y = output({k, kChannels});
      for (std::int64_t row = 0; row < k; row += rows) {
        const std::int64_t end = std::min(row + rows, k);
        backend_->linear(x.rows(row, end), *weights, y.rows(row, end));
      }
      // Many rows may be multiplied as bf16; few are not.
      const double eps = rows == k ? 2 * kEpsBf16 : std::max(eps_, 4 * kEpsF32);
      expect_within(
          download(y), want, [&](std::size_t i) { return eps * std::fabs(want[i]) + 1e-44; },
          std::to_string(k) + ", " + std::to_string(rows) + " rows");
    }
  }
}

TEST_P(LinearTest, GatedLinear) {
  struct Case {
    std::int64_t rows, k, outputs;
  };
  for (const Case& c : {Case{1, 64, 40}, Case{2, 32, 7}, Case{3, 96, 300}, Case{4, 33, 20},
                        Case{5, 64, 24}, Case{40, 48, 33}, Case{1, 48, 1}}) {
    for (const WeightFormat format : {WeightFormat::f32, WeightFormat::bf16, WeightFormat::i4}) {
      const Values x = random(c.rows * c.k);
      Values gate = random(c.outputs * c.k, DType::bf16, 0.3);
      Values up = random(c.outputs * c.k, DType::bf16, 0.3);
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
      if (format == WeightFormat::i4) {
        gate = as_four_bits(gate, c.k);
        up = as_four_bits(up, c.k);
      }
      Values want;
      Values bounds;
      const double format_eps = format == WeightFormat::f32 ? eps_ : std::max(eps_, kEpsBf16);
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
      expect_within(
          download(y), want, [&](std::size_t i) { return bounds[i]; },
          std::to_string(c.rows) + " rows of " + std::to_string(c.k) + " to " +
              std::to_string(c.outputs));
    }
  }
}

// With weights in codes and with biases, what the product and the gate are one after the other.
TEST_P(LinearTest, GatedLinearOfCodes) {
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

}  // namespace
}  // namespace longtake::kernels
