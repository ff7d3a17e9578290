// Tests of Backend::record(): a small decoder with random weights generates tokens pass by pass, and once
// more with a recorded pass; tokens, keys, values and attention mass are the same to the last bit. Contexts
// are of lengths at which the number of key tiles and of pieces changes while tokens come.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/unit/kernels/backend_fixture.h"

namespace longtake::kernels {
namespace {

constexpr std::int64_t kTokens = 20;  // generated
constexpr std::int64_t kVocabulary = 41;

struct Shapes {
  std::int64_t heads = 4, key_heads = 2, dim = 64;
  std::int64_t past = 0;    // tokens of the context
  std::int64_t groups = 3;  // of them, for the mass
  std::int64_t gap = 0;     // elements between the rows of keys, and of values
};

class ToyDecoder {
 public:
  static constexpr int kLayers = 2;
  static constexpr std::int64_t kWidth = 16, kFfn = 16;

  ToyDecoder(Backend& backend, const Shapes& shapes)
      : backend_(backend), s_(shapes), rope_(RopeTable::plain(shapes.dim, 10'000)) {
    table_values_ = random(kVocabulary * kWidth, 1.0);
    table_ = backend.make_table(host(table_values_, {kVocabulary, kWidth}));
    head_ = linear(kVocabulary, kWidth);
    ones_ = device(std::vector<float>(kWidth, 1.0F), DType::f32, {kWidth});
    const std::int64_t q_width = s_.heads * s_.dim, k_width = s_.key_heads * s_.dim;
    hidden_ = backend.allocate(type(), {1, kWidth});
    normed_ = backend.allocate(type(), {1, kWidth});
    qkv_ = backend.allocate(type(), {1, q_width + 2 * k_width});
    turned_ = backend.allocate(type(), {1, s_.heads, s_.dim});
    attended_ = backend.allocate(type(), {1, q_width});
    both_ = backend.allocate(type(), {1, 2 * kFfn});
    gated_ = backend.allocate(type(), {1, kFfn});
    logits_ = backend.allocate(DType::f32, {1, kVocabulary});
    for (Layer& layer : layers_) {
      layer.qkv = linear(q_width + 2 * k_width, kWidth);
      layer.out = linear(kWidth, q_width);
      layer.gate_up = linear(2 * kFfn, kWidth);
      layer.down = linear(kWidth, kFfn);
      const std::int64_t rows = s_.past + kTokens;
      layer.k = with_gaps(random(rows * k_width, 1.0), rows);
      layer.v = with_gaps(random(rows * k_width, 1.0), rows);
      layer.mass = device(std::vector<float>(static_cast<std::size_t>(s_.heads * s_.groups)),
                          DType::f32, {s_.heads, s_.groups});
    }
  }

  // The token after `id`, which is the n-th that was generated.
  std::int32_t pass(std::int32_t id, std::int64_t n) {
    backend_.embed({&id, 1}, *table_, hidden_);
    for (int i = 0; i < kLayers; ++i) attend(i, n);
    backend_.rms_norm(hidden_, ones_, 1e-6F, normed_);
    backend_.linear(normed_, *head_, logits_);
    return backend_.highest(logits_.reshaped({kVocabulary}));
  }

  // Everything that passes leave behind.
  std::vector<std::byte> state() {
    std::vector<std::byte> all;
    for (const Layer& layer : layers_) {
      for (const Tensor& tensor : {layer.k, layer.v, layer.mass}) {
        std::vector<std::byte> bytes(tensor.bytes());
        backend_.download(tensor, bytes.data());
        all.insert(all.end(), bytes.begin(), bytes.end());
      }
    }
    return all;
  }

 private:
  struct Layer {
    std::unique_ptr<LinearWeights> qkv, out, gate_up, down;
    Tensor k, v, mass;
  };

  DType type() const { return backend_.activation_dtype(); }
  std::vector<float> random(std::int64_t count, double scale) {
    std::normal_distribution<double> normal(0, scale);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = static_cast<float>(normal(random_));
    return values;
  }
  static Tensor host(const std::vector<float>& values, const Shape& shape) {
    return Tensor::borrow(static_cast<const void*>(values.data()), DType::f32, shape);
  }
  Tensor device(const std::vector<float>& values, DType dtype, const Shape& shape) {
    const Tensor same = backend_.allocate(DType::f32, shape);
    backend_.upload(values.data(), same);
    if (dtype == DType::f32) return same;
    const Tensor converted = backend_.allocate(dtype, shape);
    backend_.copy(same, converted);
    return converted;
  }
  Tensor with_gaps(const std::vector<float>& values, std::int64_t rows) {
    const std::int64_t width = s_.key_heads * s_.dim;
    const Tensor dense = device(values, type(), {rows, width});
    const Tensor wide = backend_.allocate(type(), {rows, width + s_.gap});
    const Tensor view = wide.columns(0, width);
    backend_.copy(dense, view);
    return view.reshaped({rows, s_.key_heads, s_.dim});
  }
  std::unique_ptr<LinearWeights> linear(std::int64_t outputs, std::int64_t inputs) {
    const auto values = random(outputs * inputs, 1.5 / std::sqrt(static_cast<double>(inputs)));
    const std::array part{host(values, {outputs, inputs})};
    return backend_.make_linear(part, {}, WeightFormat::automatic);
  }

  void attend(int number, std::int64_t n) {
    const Layer& layer = layers_[static_cast<std::size_t>(number)];
    backend_.rms_norm(hidden_, ones_, 1e-6F, normed_);
    backend_.linear(normed_, *layer.qkv, qkv_);
    const std::int64_t q_end = s_.heads * s_.dim, k_end = q_end + s_.key_heads * s_.dim;
    const Tensor q = qkv_.columns(0, q_end).reshaped({1, s_.heads, s_.dim});
    const Tensor k = qkv_.columns(q_end, k_end).reshaped({1, s_.key_heads, s_.dim});
    const Tensor v = qkv_.columns(k_end, qkv_.dim(1)).reshaped({1, s_.key_heads, s_.dim});
    const std::int64_t row = s_.past + n;
    const auto place = static_cast<std::int32_t>(row);
    const std::vector<Position> positions = {{place, place, place}};
    const KvSpan past{layer.k.rows(0, row), layer.v.rows(0, row)};
    AttentionArgs args;
    args.fresh = {layer.k.rows(row, row + 1), layer.v.rows(row, row + 1)};
    backend_.rope_qkv(q, {k, v}, positions, rope_, turned_, args.fresh);
    args.q = turned_;
    args.past = {&past, 1};
    args.scale = 1.0F / std::sqrt(static_cast<float>(s_.dim));
    args.out = attended_.reshaped({1, s_.heads, s_.dim});
    // The last layer with mass; the other one's result shows in the last one's keys.
    std::vector<std::int64_t> ends(static_cast<std::size_t>(s_.groups));
    if (number == kLayers - 1) {
      for (std::int64_t g = 0; g < s_.groups; ++g) {
        ends[static_cast<std::size_t>(g)] = s_.past * (g + 1) / s_.groups;
      }
      ends.back() = row + 1;
      args.group_ends = ends;
      args.mass = layer.mass;
      args.add_to_mass = true;
    }
    backend_.attention(args);
    backend_.linear(attended_, *layer.out, hidden_, Activation::none, &hidden_);
    backend_.rms_norm(hidden_, ones_, 1e-6F, normed_);
    backend_.gated_linear(normed_, *layer.gate_up, both_, gated_);
    backend_.linear(gated_, *layer.down, hidden_, Activation::none, &hidden_);
  }

  Backend& backend_;
  const Shapes s_;
  const RopeTable rope_;
  std::mt19937 random_{5};
  std::vector<float> table_values_;
  std::unique_ptr<EmbeddingTable> table_;
  std::unique_ptr<LinearWeights> head_;
  std::array<Layer, kLayers> layers_;
  Tensor ones_, hidden_, normed_, qkv_, turned_, attended_, both_, gated_, logits_;
};

struct Outcome {
  std::vector<std::int32_t> tokens;
  std::vector<std::byte> state;
  bool operator==(const Outcome&) const = default;
};

class RecordingTest : public BackendTest {
 protected:
  ~RecordingTest() override { unsetenv("LONGTAKE_CUDA_NO_GRAPHS"); }

  // Generates kTokens; from `record_at` on with a recorded pass.
  Outcome generate(const Shapes& shapes, std::int64_t record_at) {
    ToyDecoder decoder(*backend_, shapes);
    Outcome outcome;
    std::int32_t id = 1;
    std::unique_ptr<RecordedPass> recorded;
    for (std::int64_t n = 0; n < kTokens; ++n) {
      if (n == record_at) {
        const std::vector<std::byte> before = decoder.state();
        recorded = backend_->record(kTokens - n, [&] { decoder.pass(id, n); });
        EXPECT_NE(recorded, nullptr);
        EXPECT_EQ(decoder.state(), before) << "a pass was done that was to be recorded";
      }
      id = recorded != nullptr ? recorded->repeat() : decoder.pass(id, n);
      outcome.tokens.push_back(id);
    }
    outcome.state = decoder.state();
    return outcome;
  }
};
INSTANTIATE_TEST_SUITE_P(Cuda, RecordingTest, testing::Values(Maker::cuda_f32, Maker::cuda_bf16),
                         cuda_name);

TEST_P(RecordingTest, RepeatsAreThePassesThatTheyStandFor) {
  const std::vector<Shapes> cases = {
      {4, 2, 64, 5, 3},    {4, 2, 64, 170, 300}, {4, 2, 64, 215, 3},
      {7, 1, 128, 236, 3}, {2, 2, 32, 61, 3},    {6, 3, 64, 1'000, 72},
  };
  for (const Shapes& shapes : cases) {
    const Outcome expected = generate(shapes, kTokens);
    for (const std::int64_t at : {std::int64_t{1}, kTokens - 7}) {
      const Outcome got = generate(shapes, at);
      EXPECT_EQ(got.tokens, expected.tokens) << shapes.past << " recorded at " << at;
      EXPECT_TRUE(got == expected) << shapes.past << " recorded at " << at;
    }
  }
}

// The row that is recorded lies well for vectors, later ones do not.
TEST_P(RecordingTest, RowsMayLieAtOddPlaces) {
  const Shapes shapes{.past = 7, .gap = activation_ == DType::f32 ? 2 : 4};
  ToyDecoder eager(*backend_, shapes), other(*backend_, shapes);
  std::int32_t id = eager.pass(1, 0), again = other.pass(1, 0);
  const auto recorded = backend_->record(kTokens - 1, [&] { other.pass(again, 1); });
  for (std::int64_t n = 1; n < kTokens; ++n) {
    id = eager.pass(id, n);
    again = recorded != nullptr ? recorded->repeat() : other.pass(again, n);
    EXPECT_EQ(again, id) << n;
  }
  EXPECT_EQ(other.state(), eager.state());
}

// Takes over memory that was given back, and sees whether somebody still writes to it.
class Squatter {
 public:
  explicit Squatter(Backend& backend) : backend_(backend) {
    // Every size that a pool tells apart, and more than one of each.
    for (std::int64_t bytes = 256; bytes <= std::int64_t{1} << 19;
         bytes += std::max<std::int64_t>(256, bytes / 9)) {
      for (int i = 0; i < 3; ++i) {
        taken_.push_back(backend.allocate(DType::u8, {bytes}));
        backend.upload(std::vector<std::byte>(static_cast<std::size_t>(bytes), kFill).data(),
                       taken_.back());
      }
    }
  }
  bool undisturbed() {
    return std::all_of(taken_.begin(), taken_.end(), [&](const Tensor& tensor) {
      std::vector<std::byte> bytes(tensor.bytes());
      backend_.download(tensor, bytes.data());
      return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == kFill; });
    });
  }

 private:
  static constexpr std::byte kFill{0x5A};
  Backend& backend_;
  std::vector<Tensor> taken_;
};

// Several recordings, between other work that needs more scratch memory than they had.
TEST_P(RecordingTest, RecordingsDoNotDisturbEachOther) {
  const Shapes shapes{4, 2, 64, 120, 3};
  const Outcome expected = generate(shapes, kTokens);
  ToyDecoder a(*backend_, shapes), b(*backend_, shapes);
  std::int32_t id = a.pass(1, 0);
  EXPECT_EQ(b.pass(1, 0), id);
  const auto of_a = backend_->record(kTokens - 1, [&] { a.pass(id, 1); });
  const auto of_b = backend_->record(kTokens - 1, [&] { b.pass(id, 1); });
  ASSERT_NE(of_a, nullptr);
  ASSERT_NE(of_b, nullptr);
  Shapes longer = shapes;
  longer.past = 2'000;
  ToyDecoder(*backend_, longer).pass(2, 0);
  Squatter squatter(*backend_);
  for (std::size_t n = 1; n < kTokens; ++n) {
    EXPECT_EQ(of_a->repeat(), expected.tokens[n]);
    EXPECT_EQ(of_b->repeat(), expected.tokens[n]);
  }
  EXPECT_EQ(a.state(), expected.state);
  EXPECT_EQ(b.state(), expected.state);
  EXPECT_TRUE(squatter.undisturbed());
}

TEST_P(RecordingTest, WhatCannotBeRecordedIsDoneAsBefore) {
  const Shapes shapes{4, 2, 64, 120, 3};
  const Outcome expected = generate(shapes, kTokens);
  ToyDecoder decoder(*backend_, shapes);
  std::int32_t id = 1;
  std::vector<std::int32_t> tokens;
  for (std::int64_t n = 0; n < kTokens; ++n) {
    if (n == 5) {
      // The host would have to wait for it.
      EXPECT_EQ(backend_->record(kTokens - n,
                                 [&] {
                                   decoder.pass(id, n);
                                   decoder.state();
                                 }),
                nullptr);
    }
    if (n == 6) {
      setenv("LONGTAKE_CUDA_NO_GRAPHS", "1", 1);
      EXPECT_EQ(backend_->record(kTokens - n, [&] { decoder.pass(id, n); }), nullptr);
      unsetenv("LONGTAKE_CUDA_NO_GRAPHS");
    }
    if (n == 7) {
      const auto cancel = [] { throw Error(ErrorCode::cancelled, "no more"); };
      EXPECT_THROW(backend_->record(kTokens - n,
                                    [&] {
                                      decoder.pass(id, n);
                                      cancel();
                                    }),
                   Error);
    }
    id = decoder.pass(id, n);
    tokens.push_back(id);
  }
  EXPECT_EQ(tokens, expected.tokens);
  EXPECT_EQ(decoder.state(), expected.state);
}

// More heads share a key than the kernel for single queries takes.
TEST_P(RecordingTest, ManyHeadsOfOneKeyAreRightWhetherRecordedOrNot) {
  const Shapes shapes{24, 1, 64, 90, 3};
  ToyDecoder eager(*backend_, shapes), other(*backend_, shapes);
  std::int32_t id = 1;
  std::vector<std::int32_t> tokens;
  for (std::int64_t n = 0; n < kTokens; ++n) tokens.push_back(id = eager.pass(id, n));
  std::int32_t again = other.pass(1, 0);
  const auto recorded = backend_->record(kTokens - 1, [&] { other.pass(again, 1); });
  EXPECT_EQ(recorded != nullptr, activation_ == DType::f32);
  for (std::int64_t n = 1; n < kTokens; ++n) {
    again = recorded != nullptr ? recorded->repeat() : other.pass(again, n);
    EXPECT_EQ(again, tokens[static_cast<std::size_t>(n)]);
  }
  EXPECT_EQ(other.state(), eager.state());
}

TEST(Recording, TheProcessorHasNoneAndDoesNothing) {
  const auto backend = make_cpu_backend();
  bool called = false;
  EXPECT_EQ(backend->record(10, [&] { called = true; }), nullptr);
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace longtake::kernels
