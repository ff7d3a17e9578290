// Tests of attention: spans, masks, sequences, head counts and dimensions, attention mass.
#include <cmath>
#include <string>
#include <vector>

#include "tests/unit/kernels/backend_fixture.h"

namespace longtake::kernels {
namespace {

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

}  // namespace
}  // namespace longtake::kernels
