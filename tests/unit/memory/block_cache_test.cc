#include "engine/memory/block_cache.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "engine/memory/ram_blocks.h"
#include "kernels/error.h"

namespace longtake::memory {
namespace {

constexpr MemoryShape kShape{2, 1, 4, kernels::KvCodec::f32};
constexpr std::int64_t kTokens = 3;

// Blocks whose payload bytes tell block and layer; counts its reads and can be told to fail.
class CountingSource : public RamBlocks {
 public:
  explicit CountingSource(BlockId blocks) : RamBlocks(kShape) {
    const std::size_t bytes = kShape.layout(kTokens).bytes();
    for (BlockId id = 0; id < blocks; ++id) {
      KvBlock block;
      block.info.id = id;
      block.info.tokens = kTokens;
      block.positions.resize(kTokens);
      std::vector<std::byte> payload;
      for (std::int64_t layer = 0; layer < kShape.layers; ++layer) {
        payload.insert(payload.end(), bytes, static_cast<std::byte>(10 * id + layer));
      }
      block.payload = Bytes(std::move(payload));
      block.mean_keys.resize(static_cast<std::size_t>(kShape.mean_key_elements()));
      std::vector<KvBlock> one;
      one.push_back(std::move(block));
      append(std::move(one));
    }
  }
  void read_payload(BlockId id, std::int64_t layer, std::span<std::byte> out) const override {
    ++reads;
    if (failing) throw Error(ErrorCode::io_error, "the disk is gone");
    RamBlocks::read_payload(id, layer, out);
  }
  mutable std::atomic<int> reads = 0;
  std::atomic<bool> failing = false;
};

kernels::Backend& backend() {
  static const std::unique_ptr<kernels::Backend> made = kernels::make_cpu_backend();
  return *made;
}
std::byte byte_of(const Payload& payload, std::size_t i) {
  return static_cast<const std::byte*>(payload->data())[i];
}

const std::size_t kPayload = kShape.layout(kTokens).bytes();

TEST(BlockCache, ReadsOnceAndKeepsWithinItsBudget) {
  const CountingSource source(5);
  BlockCache cache(3 * kPayload, backend());
  for (int round = 0; round < 2; ++round) {
    for (BlockId id = 0; id < 3; ++id) {
      EXPECT_EQ(byte_of(cache.get(source, id, 1), 0), static_cast<std::byte>(10 * id + 1));
    }
  }
  EXPECT_EQ(source.reads, 3);
  cache.get(source, 0, 1);               // 0 is used again, so 1 is the oldest
  cache.get(source, 4, 1);               // and makes room
  EXPECT_EQ(cache.statistics().bytes, 3 * kPayload);
  cache.get(source, 0, 1);
  EXPECT_EQ(source.reads, 4);
  cache.get(source, 1, 1);
  EXPECT_EQ(source.reads, 5);
}

TEST(BlockCache, APayloadOutlivesItsEntry) {
  const CountingSource source(2);
  BlockCache cache(kPayload, backend());
  const Payload held = cache.get(source, 0, 0);
  cache.get(source, 1, 0);
  EXPECT_EQ(byte_of(held, 0), static_cast<std::byte>(0));
}

TEST(BlockCache, PrefetchedBlocksNeedNoFurtherRead) {
  const CountingSource source(4);
  BlockCache cache(100 * kPayload, backend());
  cache.prefetch(source, {0, 1, 2, 3}, 0);
  while (cache.statistics().prefetched < 4) std::this_thread::yield();
  for (BlockId id = 0; id < 4; ++id) cache.get(source, id, 0);
  EXPECT_EQ(source.reads, 4);
  EXPECT_EQ(cache.statistics().hits, 4);
}

TEST(BlockCache, ErrorsSurfaceWhereTheBlockIsNeeded) {
  CountingSource source(1);
  source.failing = true;
  BlockCache cache(100 * kPayload, backend());
  cache.prefetch(source, {0}, 0);
  while (source.reads < 1) std::this_thread::yield();
  EXPECT_THROW(cache.get(source, 0, 0), Error);
  source.failing = false;
  EXPECT_NO_THROW(cache.get(source, 0, 0));
}

TEST(BlockCache, ForgetsASourceWhileItIsBeingReadAhead) {
  BlockCache cache(1000 * kPayload, backend());
  for (int round = 0; round < 50; ++round) {
    const CountingSource source(40);
    std::vector<BlockId> ids;
    for (BlockId id = 0; id < 40; ++id) ids.push_back(id);
    cache.prefetch(source, ids, 0);
    cache.get(source, 7, 0);
    cache.forget(source);
    EXPECT_EQ(cache.statistics().bytes, 0u);
  }
}

TEST(BlockCache, ServesSeveralThreads) {
  const CountingSource source(20);
  BlockCache cache(10 * kPayload, backend());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        const BlockId id = (i * 7 + t) % 20;
        ASSERT_EQ(byte_of(cache.get(source, id, 1), 3), static_cast<std::byte>(10 * id + 1));
        if (i % 50 == 0) cache.prefetch(source, {id, (id + 1) % 20}, 0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.statistics().bytes, 10 * kPayload);
}

}  // namespace
}  // namespace longtake::memory
