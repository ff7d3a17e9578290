#include "engine/memory/device_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <vector>

#include "engine/memory/ram_blocks.h"
#include "kernels/error.h"
#include "tests/support/faulty_backend.h"

namespace longtake::memory {
namespace {

constexpr std::size_t kBytes = 256;

class DeviceBlocksTest : public testing::Test {
 protected:
  PayloadKey key(BlockId id) const { return {&source, id, 0}; }
  DeviceBlocks::Item item(BlockId id, std::size_t bytes = kBytes) {
    const std::shared_ptr<kernels::Buffer> payload = backend->allocate_host(bytes);
    std::memset(payload->data(), static_cast<int>(id), bytes);
    return {key(id), payload};
  }
  bool keep(DeviceBlocks& blocks, BlockId id, std::size_t bytes = kBytes) {
    const DeviceBlocks::Item one = item(id, bytes);
    return blocks.keep({&one, 1});
  }
  // The value that every byte of a block has; -1: it is not there.
  int value(DeviceBlocks& blocks, BlockId id) {
    const kernels::Tensor there = blocks.find(key(id));
    if (!there) return -1;
    std::vector<std::uint8_t> bytes(there.bytes());
    backend->download(there, bytes.data());
    EXPECT_EQ(std::count(bytes.begin(), bytes.end(), bytes.front()), std::ssize(bytes));
    return bytes.front();
  }

  std::shared_ptr<tests::Faults> faults = std::make_shared<tests::Faults>();
  std::unique_ptr<kernels::Backend> backend = tests::make_faulty_backend(faults, {});
  RamBlocks source{MemoryShape{1, 1, 4, kernels::KvCodec::f32}};
  RamBlocks other{MemoryShape{1, 1, 4, kernels::KvCodec::f32}};
};

TEST_F(DeviceBlocksTest, FindsWhatItKeeps) {
  DeviceBlocks blocks(10 * kBytes, *backend);
  EXPECT_EQ(value(blocks, 7), -1);
  EXPECT_TRUE(keep(blocks, 7));
  EXPECT_TRUE(keep(blocks, 7));  // there already
  EXPECT_EQ(value(blocks, 7), 7);
  EXPECT_FALSE(blocks.find({&source, 7, 1}));
  EXPECT_FALSE(blocks.find({&other, 7, 0}));
  EXPECT_EQ(blocks.statistics().uploads, 1);
  EXPECT_EQ(blocks.statistics().bytes, kBytes);
}

TEST_F(DeviceBlocksTest, OlderAnswersMakeRoomLeastRecentlyUsedFirst) {
  DeviceBlocks blocks(3 * kBytes, *backend);
  for (BlockId id = 1; id <= 3; ++id) EXPECT_TRUE(keep(blocks, id));
  blocks.begin_answer();
  EXPECT_EQ(value(blocks, 1), 1);
  EXPECT_TRUE(keep(blocks, 4));
  EXPECT_FALSE(blocks.has(key(2)));
  for (const BlockId id : {1, 3, 4}) EXPECT_TRUE(blocks.has(key(id))) << id;
  EXPECT_EQ(blocks.statistics().bytes, 3 * kBytes);
}

TEST_F(DeviceBlocksTest, WhatAnAnswerUsesIsNotDrivenOutByItself) {
  DeviceBlocks blocks(2 * kBytes, *backend);
  for (int answer = 0; answer < 3; ++answer) {
    blocks.begin_answer();
    for (BlockId id = 1; id <= 4; ++id) {
      if (value(blocks, id) < 0) {
        EXPECT_EQ(keep(blocks, id), id <= 2) << id;
      }
    }
  }
  EXPECT_EQ(blocks.statistics().uploads, 2);
  EXPECT_EQ(blocks.statistics().hits, 4);
}

TEST_F(DeviceBlocksTest, ManyCostOneAllocationAndOneWait) {
  DeviceBlocks blocks(100 * kBytes, *backend);
  std::vector<DeviceBlocks::Item> items;
  for (BlockId id = 1; id <= 40; ++id) items.push_back(item(id));
  constexpr std::int64_t kMany = 1000;
  faults->lost_in = kMany;  // counts operations
  EXPECT_TRUE(blocks.keep(items));
  EXPECT_EQ(kMany - faults->lost_in, 1 + 40 + 1);
  faults->lost_in = kMany;
  EXPECT_TRUE(blocks.keep(items));
  EXPECT_EQ(kMany - faults->lost_in, 0);
  faults->lost_in = 0;
  for (BlockId id = 1; id <= 40; ++id) EXPECT_EQ(value(blocks, id), static_cast<int>(id));
}

// Memories of several formats share the budget, whichever came first.
TEST_F(DeviceBlocksTest, PayloadsMayHaveSeveralSizes) {
  DeviceBlocks blocks(8 * kBytes, *backend);
  for (BlockId id = 1; id <= 8; ++id) EXPECT_TRUE(keep(blocks, id));
  blocks.begin_answer();
  for (BlockId id = 11; id <= 13; ++id) EXPECT_TRUE(keep(blocks, id, 2 * kBytes - 3));
  EXPECT_FALSE(keep(blocks, 14, 3 * kBytes));
  EXPECT_TRUE(keep(blocks, 15, 2 * kBytes));
  for (BlockId id = 1; id <= 8; ++id) EXPECT_FALSE(blocks.has(key(id))) << id;
  for (BlockId id = 11; id <= 13; ++id) EXPECT_EQ(value(blocks, id), static_cast<int>(id));
  EXPECT_EQ(value(blocks, 15), 15);
  EXPECT_EQ(blocks.statistics().bytes, 8 * kBytes - 9);
  blocks.begin_answer();
  for (BlockId id = 1; id <= 8; ++id) EXPECT_TRUE(keep(blocks, id)) << id;
  for (BlockId id = 1; id <= 8; ++id) EXPECT_EQ(value(blocks, id), static_cast<int>(id));
  EXPECT_EQ(blocks.statistics().bytes, 8 * kBytes);
}

TEST_F(DeviceBlocksTest, WithoutABudgetItKeepsNothing) {
  DeviceBlocks blocks(0, *backend);
  EXPECT_FALSE(blocks.keeps_any());
  EXPECT_FALSE(keep(blocks, 1));
}

TEST_F(DeviceBlocksTest, AFullDeviceGetsEverythingBack) {
  DeviceBlocks blocks(10 * kBytes, *backend);
  EXPECT_TRUE(keep(blocks, 1));
  blocks.begin_answer();
  faults->full_in = 1;
  EXPECT_FALSE(keep(blocks, 2, 2 * kBytes));
  EXPECT_EQ(blocks.statistics().bytes, 0U);
  EXPECT_FALSE(blocks.has(key(1)));
  EXPECT_FALSE(keep(blocks, 3));
  EXPECT_EQ(faults->thrown, 1);
}

TEST_F(DeviceBlocksTest, ALostDeviceIsAnError) {
  DeviceBlocks blocks(10 * kBytes, *backend);
  faults->lost_in = 2;
  EXPECT_THROW(keep(blocks, 1), Error);
  EXPECT_FALSE(blocks.has(key(1)));
  EXPECT_EQ(blocks.statistics().bytes, 0U);
}

TEST_F(DeviceBlocksTest, ForgetsASource) {
  DeviceBlocks blocks(10 * kBytes, *backend);
  EXPECT_TRUE(keep(blocks, 1));
  const DeviceBlocks::Item one{{&other, 1, 0}, item(9).payload};
  EXPECT_TRUE(blocks.keep({&one, 1}));
  blocks.forget(source);
  EXPECT_FALSE(blocks.has(key(1)));
  EXPECT_TRUE(blocks.has({&other, 1, 0}));
  EXPECT_EQ(blocks.statistics().bytes, kBytes);
}

}  // namespace
}  // namespace longtake::memory
