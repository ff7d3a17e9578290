#include "engine/memory/recall.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "engine/memory/ram_blocks.h"
#include "tests/support/tiny_decoder.h"

namespace longtake::memory {
namespace {

using kernels::Position;
using kernels::Tensor;
using tests::random_tensor;
using tests::relative_error;
using tests::values_of;

constexpr std::int64_t kHeads = 4;
constexpr std::int64_t kKvHeads = 2;
constexpr std::int64_t kHeadDim = 8;
constexpr std::int64_t kUnit = 3;
constexpr std::int64_t kSinks = 2;
constexpr std::int64_t kPrompt = 5;
constexpr int kLayers = 2;

class RecallTest : public testing::Test {
 protected:
  RecallTest()
      : backend(kernels::make_cpu_backend()),
        rope(kernels::RopeTable::plain(kHeadDim, 10'000)),
        sinks(tests::random_sinks(*backend, kLayers, kSinks, kKvHeads, kHeadDim)),
        calibration(Calibration::uniform(kLayers, kKvHeads)),
        cache(1 << 20, *backend) {}

  Tensor block_part(BlockId id, int layer, int kind) {
    return random_tensor(*backend, {kUnit, kKvHeads, kHeadDim},
                         static_cast<std::uint32_t>(id * 100 + layer * 10 + kind));
  }
  RamBlocks make_blocks(BlockId count) {
    RamBlocks blocks({kLayers, kKvHeads, kHeadDim, kernels::KvCodec::f32});
    const kernels::KvLayout layout = blocks.shape().layout(kUnit);
    for (BlockId id = 0; id < count; ++id) {
      std::vector<KvBlock> one(1);
      KvBlock& block = one.front();
      block.info.id = id;
      block.info.time = {id * 1000, (id + 1) * 1000};
      block.info.tokens = kUnit;
      block.info.extent = kUnit;
      for (std::int32_t i = 0; i < kUnit; ++i) block.positions.push_back({i, i, i});
      std::vector<std::byte> payload(layout.bytes() * kLayers);
      const auto bytes = static_cast<std::int64_t>(layout.bytes());
      const Tensor coded = Tensor::borrow(payload.data(), kernels::DType::u8, {1, bytes * kLayers});
      for (int layer = 0; layer < kLayers; ++layer) {
        const Tensor k = block_part(id, layer, 1);
        backend->encode_kv(k, block_part(id, layer, 2), layout,
                           coded.columns(layer * bytes, (layer + 1) * bytes));
        const Tensor half = backend->allocate(kernels::DType::f16, {1, kKvHeads, kHeadDim});
        backend->mean_rows(k, half);
        std::vector<std::uint16_t> bits(kKvHeads * kHeadDim);
        backend->download(half, bits.data());
        block.mean_keys.insert(block.mean_keys.end(), bits.begin(), bits.end());
      }
      block.payload = Bytes(std::move(payload));
      blocks.append(std::move(one));
    }
    return blocks;
  }
  Recall recall(const RamBlocks& blocks, RecallOptions options,
                RecallObserver* observer = nullptr) {
    return recall_by(cache, blocks, options, observer);
  }
  Recall recall_by(BlockCache& by, const RamBlocks& blocks, RecallOptions options,
                   RecallObserver* observer = nullptr) {
    options.tail_tokens = kPrompt + 4;
    return {*backend, rope,    sinks, calibration, by, {{&blocks, 0, blocks.count()}},
            options,  observer};
  }
  // One pass of `count` prompt tokens starting at prompt token `first`; returns the layers'
  // outputs.
  std::vector<std::vector<float>> pass(Recall& recall, std::int64_t first, std::int64_t count) {
    std::vector<std::vector<float>> outputs;
    for (int layer = 0; layer < kLayers; ++layer) {
      const Tensor out = backend->allocate(kernels::DType::f32, {count, kHeads, kHeadDim});
      recall.attend(layer, prompt(layer, 0, kHeads).rows(first, first + count),
                    prompt(layer, 1, kKvHeads).rows(first, first + count),
                    prompt(layer, 2, kKvHeads).rows(first, first + count), out);
      outputs.push_back(values_of(*backend, out));
    }
    return outputs;
  }
  Tensor prompt(int layer, int kind, std::int64_t heads) {
    return random_tensor(*backend, {kPrompt + 4, heads, kHeadDim},
                         static_cast<std::uint32_t>(50'000 + layer * 10 + kind));
  }
  // What full attention over [sinks | the given blocks | prompt tokens 0 .. count) gives.
  std::vector<float> full(int layer, const std::vector<BlockId>& ids, std::int64_t count) {
    std::vector<Position> positions;
    const auto rotate = [&](const Tensor& x) {
      const auto start = static_cast<std::int32_t>(positions.size());
      for (std::int32_t i = 0; i < x.rows(); ++i)
        positions.push_back({start + i, start + i, start + i});
      const Tensor y = backend->allocate(kernels::DType::f32, x.shape());
      backend->rope(x, std::span(positions).subspan(static_cast<std::size_t>(start)), rope, y);
      return y;
    };
    std::vector<kernels::KvSpan> past;
    past.push_back({rotate(sinks.layers[layer].k), sinks.layers[layer].v});
    for (const BlockId id : ids) {
      past.push_back({rotate(block_part(id, layer, 1)), block_part(id, layer, 2)});
    }
    kernels::AttentionArgs args;
    args.past = past;
    args.fresh = {rotate(prompt(layer, 1, kKvHeads).rows(0, count)),
                  prompt(layer, 2, kKvHeads).rows(0, count)};
    args.q = backend->allocate(kernels::DType::f32, {count, kHeads, kHeadDim});
    backend->rope(prompt(layer, 0, kHeads).rows(0, count),
                  std::span(positions).last(static_cast<std::size_t>(count)), rope, args.q);
    args.scale = 1.0F / std::sqrt(static_cast<float>(kHeadDim));
    args.out = backend->allocate(kernels::DType::f32, args.q.shape());
    backend->attention(args);
    return values_of(*backend, args.out);
  }

  std::unique_ptr<kernels::Backend> backend;
  kernels::RopeTable rope;
  Sinks sinks;
  Calibration calibration;
  BlockCache cache;
};

std::vector<BlockId> first_ids(BlockId count) {
  std::vector<BlockId> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

TEST_F(RecallTest, OfEverythingEqualsFullAttention) {
  const RamBlocks blocks = make_blocks(7);
  Recall everything = recall(blocks, {.budget = 7, .recent = 0});
  everything.begin_prompt(0, kPrompt);
  const auto outputs = pass(everything, 0, kPrompt);
  const auto next = pass(everything, kPrompt, 1);  // a decoded token
  for (int layer = 0; layer < kLayers; ++layer) {
    EXPECT_LT(relative_error(outputs[layer], full(layer, first_ids(7), kPrompt)), 1e-5);
    const std::vector<float> longer = full(layer, first_ids(7), kPrompt + 1);
    const std::vector<float> last(longer.end() - kHeads * kHeadDim, longer.end());
    EXPECT_LT(relative_error(next[layer], last), 1e-5);
  }
  EXPECT_EQ(everything.blocks_used(), 7);
  cache.forget(blocks);
}

TEST_F(RecallTest, OfNothingIsThePromptAlone) {
  const RamBlocks blocks = make_blocks(0);
  Recall nothing = recall(blocks, {});
  nothing.begin_prompt(0, kPrompt);
  const auto outputs = pass(nothing, 0, kPrompt);
  EXPECT_LT(relative_error(outputs[1], full(1, {}, kPrompt)), 1e-5);
}

// Keeps what a recall saw and chose.
class Notes : public RecallObserver {
 public:
  void on_scores(int layer, std::span<const float> values, std::int64_t /*blocks*/) override {
    scores.resize(kLayers);
    scores[static_cast<std::size_t>(layer)].assign(values.begin(), values.end());
  }
  void on_attention(int layer, std::span<const std::int64_t> ids,
                    std::span<const float> values) override {
    chosen.resize(kLayers);
    mass.resize(kLayers);
    chosen[static_cast<std::size_t>(layer)].assign(ids.begin(), ids.end());
    mass[static_cast<std::size_t>(layer)].assign(values.begin(), values.end());
  }
  std::vector<std::vector<float>> scores;
  std::vector<std::vector<std::int64_t>> chosen;
  std::vector<std::vector<float>> mass;
};

TEST_F(RecallTest, TakesTheBestBlocksAndTheRecentOnesInOrderOfTime) {
  const RamBlocks blocks = make_blocks(30);
  // Only KV head 1 counts, from layer 0 on; layer 1 has no say, so both layers choose alike.
  calibration.fingerprint = "measured";
  calibration.find = {0, 1, 0, 0};
  Notes notes;
  Recall some = recall(blocks, {.budget = 4, .recent = 3, .mass = 1.0}, &notes);
  some.begin_prompt(1, 4);
  some.record_from(kPrompt - 1);
  const auto outputs = pass(some, 0, kPrompt);

  // The best four of blocks 0..26 by KV head 1 of layer 0.
  std::vector<BlockId> order = first_ids(27);
  const float* scores = notes.scores[0].data() + 30;
  std::stable_sort(order.begin(), order.end(),
                   [&](BlockId a, BlockId b) { return scores[a] > scores[b]; });
  order.resize(4);
  for (const BlockId recent : {27, 28, 29}) order.push_back(recent);
  std::sort(order.begin(), order.end());
  for (int layer = 0; layer < kLayers; ++layer) {
    EXPECT_EQ(notes.chosen[layer], order);
    EXPECT_LT(relative_error(outputs[layer], full(layer, order, kPrompt)), 1e-5);
  }
}

TEST_F(RecallTest, StopsWhenTheMassIsCovered) {
  const RamBlocks blocks = make_blocks(30);
  calibration.fingerprint = "measured";
  calibration.sharpness = 1000;  // one block has it all
  Notes notes;
  Recall sharp = recall(blocks, {.budget = 10, .recent = 2, .mass = 0.9}, &notes);
  sharp.begin_prompt(0, kPrompt);
  sharp.record_from(0);
  pass(sharp, 0, kPrompt);
  EXPECT_EQ(notes.chosen[0].size(), 3u);
}

TEST_F(RecallTest, SpendsTheBudgetWhereNoBlockHasMostOfTheMass) {
  const RamBlocks blocks = make_blocks(30);
  calibration.fingerprint = "measured";
  calibration.sharpness = 1;
  Notes notes;
  Recall dull = recall(blocks, {.budget = 10, .recent = 2, .mass = 0.98}, &notes);
  dull.begin_prompt(0, kPrompt);
  dull.record_from(0);
  pass(dull, 0, kPrompt);
  EXPECT_EQ(notes.chosen[0].size(), 12u);
}

TEST(ChoiceWeight, DoesNotDependOnTheScaleOfTheScores) {
  // The same blocks in quieter footage stand out by more deviations; the choice must not end
  // earlier.
  EXPECT_DOUBLE_EQ(kernels::pick_weight(3, 4, 8), kernels::pick_weight(30, 40, 8));
  EXPECT_DOUBLE_EQ(kernels::pick_weight(4, 4, 8), 1);
  EXPECT_LT(kernels::pick_weight(3, 4, 8), kernels::pick_weight(3, 4, 2));
  EXPECT_DOUBLE_EQ(kernels::pick_weight(0, 0, 8), 1);  // all alike: nothing stands out
}

TEST_F(RecallTest, EvidenceIsTheShareOfAttention) {
  const RamBlocks blocks = make_blocks(3);
  Notes notes;
  Recall everything = recall(blocks, {.budget = 3, .recent = 0}, &notes);
  everything.begin_prompt(0, kPrompt);
  everything.record_from(kPrompt - 1);
  pass(everything, 0, kPrompt);
  const std::vector<double> evidence = everything.evidence();
  ASSERT_EQ(evidence.size(), 3u);
  double sum = 0;
  for (const auto& layer : notes.mass) sum += std::accumulate(layer.begin(), layer.end(), 0.0);
  EXPECT_NEAR(std::accumulate(evidence.begin(), evidence.end(), 0.0), sum / (kLayers * kHeads),
              1e-6);
  for (const double share : evidence) EXPECT_GT(share, 0);
}

TEST_F(RecallTest, MovedBackItForgetsThePass) {
  const RamBlocks blocks = make_blocks(3);
  const RecallOptions options{.budget = 3, .recent = 0};
  Recall straight = recall(blocks, options);
  Recall moved = recall(blocks, options);
  for (Recall* one : {&straight, &moved}) {
    one->begin_prompt(0, kPrompt);
    EXPECT_EQ(one->repeatable(), 0);
    pass(*one, 0, kPrompt);
    EXPECT_EQ(one->place(), kPrompt);
    EXPECT_EQ(one->repeatable(), 4);
  }
  pass(moved, kPrompt + 2, 1);
  moved.move_to(kPrompt);
  EXPECT_EQ(pass(moved, kPrompt, 2), pass(straight, kPrompt, 2));
  // Tokens that were generated otherwise count in the shares.
  straight.record_from(0);
  EXPECT_EQ(straight.repeatable(), 0) << "the first token with mass is unlike the next one";
  pass(straight, kPrompt + 2, 1);
  EXPECT_EQ(straight.repeatable(), 1);
  const std::vector<double> one = straight.evidence();
  straight.move_to(straight.place() + 1);
  const std::vector<double> two = straight.evidence();
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(two[i], one[i] / 2, 1e-12);
  Notes notes;
  Recall observed = recall(blocks, options, &notes);
  observed.begin_prompt(0, kPrompt);
  pass(observed, 0, kPrompt);
  EXPECT_EQ(observed.repeatable(), 0) << "whoever observes is told of every token";
}

TEST_F(RecallTest, IsPreparedByReadingEveryKeyOnce) {
  class Counting : public RamBlocks {
   public:
    using RamBlocks::RamBlocks;
    explicit Counting(RamBlocks&& blocks) : RamBlocks(std::move(blocks)) {}
    std::span<const std::uint16_t> mean_keys(std::int64_t layer, BlockId first,
                                             std::int64_t count) const override {
      for (BlockId id = first; id < first + std::min<std::int64_t>(count, 3); ++id) {
        read.emplace_back(layer, id);
      }
      return RamBlocks::mean_keys(layer, first, std::min<std::int64_t>(count, 3));  // a short page
    }
    mutable std::vector<std::pair<std::int64_t, BlockId>> read;
  };
  const Counting blocks(make_blocks(8));
  prepare_recall(*backend, {{&blocks, 1, 8}}, [] { return false; });
  std::vector<std::pair<std::int64_t, BlockId>> all;
  for (std::int64_t layer = 0; layer < kLayers; ++layer) {
    for (BlockId id = 1; id < 8; ++id) all.emplace_back(layer, id);
  }
  EXPECT_EQ(blocks.read, all);

  blocks.read.clear();
  int asked = 0;
  prepare_recall(*backend, {{&blocks, 0, 3}}, [&] { return ++asked == 2; });
  EXPECT_EQ(blocks.read.size(), 3U);  // one layer
  prepare_recall(*backend, {}, [] { return false; });
  prepare_recall(*backend, {{&blocks, 2, 2}}, [] { return false; });
  EXPECT_EQ(blocks.read.size(), 3U);
}

TEST_F(RecallTest, FromTheDevicesOwnMemoryIsTheSame) {
  const RamBlocks blocks = make_blocks(20);
  const RecallOptions options{.budget = 6, .recent = 2};
  const std::size_t payload = (blocks.shape().layout(kUnit).bytes() + 255) / 256 * 256;  // there
  // Room for every payload, and for five of a layer's eight.
  for (const std::size_t room : {std::size_t{100}, std::size_t{5}}) {
    BlockCache tiered(1 << 20, *backend, room * payload);
    std::vector<std::vector<std::vector<float>>> outputs;
    for (int answer = 0; answer < 3; ++answer) {
      tiered.device().begin_answer();
      Recall some = recall_by(tiered, blocks, options);
      some.begin_prompt(0, kPrompt);
      outputs.push_back(pass(some, 0, kPrompt));
      some.keep_on_device();
    }
    EXPECT_EQ(outputs[1], outputs[0]);
    EXPECT_EQ(outputs[2], outputs[0]);
    const auto kept = static_cast<std::int64_t>(std::min<std::size_t>(room, 8 * kLayers));
    EXPECT_EQ(tiered.device().statistics().uploads, kept);
    EXPECT_EQ(tiered.device().statistics().hits, 2 * kept);
    tiered.forget(blocks);
    EXPECT_EQ(tiered.device().statistics().bytes, 0U);
  }
}

TEST_F(RecallTest, JoinsSeveralMemories) {
  const RamBlocks blocks = make_blocks(6);
  RecallOptions options{.budget = 9, .recent = 0};
  options.tail_tokens = kPrompt + 4;
  Recall joined(*backend, rope, sinks, calibration, cache, {{&blocks, 4, 6}, {&blocks, 0, 2}},
                options);
  joined.begin_prompt(0, kPrompt);
  const auto outputs = pass(joined, 0, kPrompt);
  EXPECT_LT(relative_error(outputs[0], full(0, {4, 5, 0, 1}, kPrompt)), 1e-5);
  cache.forget(blocks);
}

}  // namespace
}  // namespace longtake::memory
