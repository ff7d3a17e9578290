#include "engine/memory/stream_window.h"

#include <gtest/gtest.h>

#include "engine/memory/ram_blocks.h"
#include "tests/support/causal_context.h"
#include "tests/support/tiny_decoder.h"

namespace longtake::memory {
namespace {

using kernels::KvSpan;
using kernels::Position;
using kernels::Tensor;
using tests::random_tensor;
using tests::relative_error;
using tests::values_of;

constexpr std::int64_t kHeads = 4;
constexpr std::int64_t kKvHeads = 2;
constexpr std::int64_t kHeadDim = 8;
constexpr std::int64_t kUnit = 3;  // tokens
constexpr std::int64_t kSinks = 2;
constexpr int kLayers = 2;

class StreamWindowTest : public testing::Test {
 protected:
  StreamWindowTest()
      : backend(kernels::make_cpu_backend()),
        rope(kernels::RopeTable::plain(kHeadDim, 10'000)),
        sinks(tests::random_sinks(*backend, kLayers, kSinks, kKvHeads, kHeadDim)) {}

  static std::vector<Position> unit_positions() {
    std::vector<Position> positions;
    for (std::int32_t i = 0; i < kUnit; ++i) positions.push_back({i, i, i});
    return positions;
  }
  StreamWindow window(std::int64_t units, std::int64_t chunk, kernels::KvCodec codec) {
    return {*backend, rope, sinks, shape(codec), unit_positions(), kUnit,
            {units, chunk, kernels::DType::f32}};
  }
  static MemoryShape shape(kernels::KvCodec codec) { return {kLayers, kKvHeads, kHeadDim, codec}; }

  struct Pass {
    std::vector<std::vector<float>> out;  // per layer
    std::vector<KvBlock> blocks;
  };
  // Runs `count` units from `first` on; a unit's q, k, v depend only on its number and layer.
  Pass run(StreamWindow& window, BlockId first, std::int64_t count) {
    std::vector<BlockInfo> infos(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
      infos[static_cast<std::size_t>(i)].id = first + i;
      infos[static_cast<std::size_t>(i)].time = {(first + i) * 1000, (first + i + 1) * 1000};
    }
    window.begin_chunk(infos);
    Pass pass;
    for (int layer = 0; layer < kLayers; ++layer) {
      const Tensor out = backend->allocate(kernels::DType::f32, {count * kUnit, kHeads, kHeadDim});
      window.attend(layer, units(first, count, layer, 0, kHeads),
                    units(first, count, layer, 1, kKvHeads),
                    units(first, count, layer, 2, kKvHeads), out);
      pass.out.push_back(values_of(*backend, out));
    }
    pass.blocks = window.take_blocks();
    return pass;
  }
  // [count * kUnit, heads, D] for units first, first + 1, ...
  Tensor units(BlockId first, std::int64_t count, int layer, int kind, std::int64_t heads) {
    const Tensor all = backend->allocate(kernels::DType::f32, {count * kUnit, heads, kHeadDim});
    for (std::int64_t i = 0; i < count; ++i) {
      const auto seed = static_cast<std::uint32_t>((first + i) * 100 + layer * 10 + kind);
      backend->copy(random_tensor(*backend, {kUnit, heads, kHeadDim}, seed),
                    all.rows(i * kUnit, (i + 1) * kUnit));
    }
    return all;
  }

  std::unique_ptr<kernels::Backend> backend;
  kernels::RopeTable rope;
  Sinks sinks;
};

TEST_F(StreamWindowTest, EqualsCausalAttentionWhileTheWindowHoldsEverything) {
  StreamWindow streaming = window(16, 4, kernels::KvCodec::f32);
  std::vector<std::vector<float>> streamed(kLayers);
  for (const auto& [first, count] : {std::pair{0, 4}, {4, 1}, {5, 3}}) {
    const Pass pass = run(streaming, first, count);
    for (int layer = 0; layer < kLayers; ++layer) {
      streamed[layer].insert(streamed[layer].end(), pass.out[layer].begin(), pass.out[layer].end());
    }
  }
  for (int layer = 0; layer < kLayers; ++layer) {
    // The same tokens in one causal pass, with the sinks in front.
    tests::CausalContext causal(*backend, rope, kSinks + 8 * kUnit);
    const auto joined = [&](const Tensor& before, const Tensor& after) {
      const Tensor both = backend->allocate(
          kernels::DType::f32, {before.rows() + after.rows(), after.dim(1), after.dim(2)});
      backend->copy(before, both.rows(0, before.rows()));
      backend->copy(after, both.rows(before.rows(), both.rows()));
      return both;
    };
    const Tensor q = joined(random_tensor(*backend, {kSinks, kHeads, kHeadDim}, 1),
                            units(0, 8, layer, 0, kHeads));
    const Tensor k = joined(sinks.layers[layer].k, units(0, 8, layer, 1, kKvHeads));
    const Tensor v = joined(sinks.layers[layer].v, units(0, 8, layer, 2, kKvHeads));
    const Tensor out = backend->allocate(kernels::DType::f32, q.shape());
    for (int below = 0; below < layer; ++below) causal.attend(below, q, k, v, out);
    causal.attend(layer, q, k, v, out);
    const std::vector<float> expected = values_of(*backend, out.rows(kSinks, out.rows()));
    EXPECT_LT(relative_error(streamed[layer], expected), 1e-5) << "layer " << layer;
  }
}

TEST_F(StreamWindowTest, SeesOnlyTheWindowAndKeepsTheSinksNear) {
  // After many units, the output must equal that of a fresh stream that starts with the window's units:
  // relative positions, sinks included, are the same.
  constexpr std::int64_t kWindow = 4;
  StreamWindow long_running = window(kWindow, 2, kernels::KvCodec::f32);
  for (BlockId first = 0; first < 40; first += 2) run(long_running, first, 2);
  const Pass late = run(long_running, 40, 2);

  // 36..39 are the window of chunk {40, 41}. Units' contents depend on their numbers, so the fresh
  // stream gets the same K and V by hand through one attention call.
  for (int layer = 0; layer < kLayers; ++layer) {
    std::vector<Position> positions;
    for (std::int32_t i = 0; i < kSinks + 6 * kUnit; ++i) positions.push_back({i, i, i});
    const std::span<const Position> all(positions);
    const auto rotated = [&](const Tensor& x, std::size_t start) {
      const Tensor y = backend->allocate(kernels::DType::f32, x.shape());
      backend->rope(x, all.subspan(start, static_cast<std::size_t>(x.rows())), rope, y);
      return y;
    };
    const KvSpan past[] = {
        {rotated(sinks.layers[layer].k, 0), sinks.layers[layer].v},
        {rotated(units(36, 4, layer, 1, kKvHeads), kSinks), units(36, 4, layer, 2, kKvHeads)}};
    kernels::AttentionArgs args;
    args.q = rotated(units(40, 2, layer, 0, kHeads), kSinks + 4 * kUnit);
    args.past = past;
    args.fresh = {rotated(units(40, 2, layer, 1, kKvHeads), kSinks + 4 * kUnit),
                  units(40, 2, layer, 2, kKvHeads)};
    args.scale = 1.0F / std::sqrt(static_cast<float>(kHeadDim));
    args.out = backend->allocate(kernels::DType::f32, args.q.shape());
    backend->attention(args);
    EXPECT_LT(relative_error(late.out[layer], values_of(*backend, args.out)), 1e-4);
  }
}

TEST_F(StreamWindowTest, ResumesWithTheVerySameNumbers) {
  for (const kernels::KvCodec codec : {kernels::KvCodec::i8, kernels::KvCodec::bf16}) {
    StreamWindow whole = window(5, 2, codec);
    RamBlocks memory(shape(codec));
    for (BlockId first = 0; first < 12; first += 2) memory.append(run(whole, first, 2).blocks);
    StreamWindow resumed = window(5, 2, codec);
    resumed.resume(memory);
    EXPECT_EQ(resumed.next_unit(), 12);
    for (BlockId first = 12; first < 20; first += 2) {
      const Pass expected = run(whole, first, 2);
      const Pass actual = run(resumed, first, 2);
      EXPECT_EQ(actual.out, expected.out) << "unit " << first;
      for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(actual.blocks[i].payload, expected.blocks[i].payload);
        EXPECT_EQ(actual.blocks[i].mean_keys, expected.blocks[i].mean_keys);
      }
    }
  }
}

TEST_F(StreamWindowTest, BlocksHoldKeysBeforeRotationAndTheirMeans) {
  StreamWindow streaming = window(4, 2, kernels::KvCodec::f32);
  run(streaming, 0, 2);
  const Pass pass = run(streaming, 2, 2);
  const kernels::KvLayout layout = shape(kernels::KvCodec::f32).layout(kUnit);
  for (int layer = 0; layer < kLayers; ++layer) {
    const Tensor k = backend->allocate(kernels::DType::f32, {kUnit, kKvHeads, kHeadDim});
    const Tensor v = backend->allocate(kernels::DType::f32, k.shape());
    kernels::KvPiece piece;
    piece.payload = pass.blocks[1].payload.data() + layer * layout.bytes();
    piece.layout = layout;
    backend->decode_kv({&piece, 1}, nullptr, k, v);
    EXPECT_EQ(values_of(*backend, k), values_of(*backend, units(3, 1, layer, 1, kKvHeads)));
    EXPECT_EQ(values_of(*backend, v), values_of(*backend, units(3, 1, layer, 2, kKvHeads)));
  }
}

}  // namespace
}  // namespace longtake::memory
