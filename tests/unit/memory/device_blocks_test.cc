#include "engine/memory/device_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "engine/memory/ram_blocks.h"
#include "kernels/error.h"
#include "tests/support/faulty_backend.h"

namespace longtake::memory {
namespace {

constexpr std::size_t kBytes = 64;

class DeviceBlocksTest : public testing::Test {
 protected:
  PayloadKey key(BlockId id) const { return {&source, id, 0}; }
  bool keep(DeviceBlocks& blocks, BlockId id) {
    const std::shared_ptr<kernels::Buffer> payload = backend->allocate_host(kBytes);
    std::memset(payload->data(), static_cast<int>(id), kBytes);
    return blocks.keep(key(id), *payload);
  }
  // The value that every byte of a block has; -1: it is not there.
  int value(DeviceBlocks& blocks, BlockId id) {
    const kernels::Tensor there = blocks.find(key(id));
    if (!there) return -1;
    std::vector<std::uint8_t> bytes(kBytes);
    backend->download(there, bytes.data());
    EXPECT_EQ(std::count(bytes.begin(), bytes.end(), bytes.front()), std::ptrdiff_t{kBytes});
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

TEST_F(DeviceBlocksTest, WithoutABudgetItKeepsNothing) {
  DeviceBlocks blocks(0, *backend);
  EXPECT_FALSE(blocks.keeps_any());
  EXPECT_FALSE(keep(blocks, 1));
}

TEST_F(DeviceBlocksTest, AFullDeviceGetsEverythingBack) {
  DeviceBlocks blocks(10 * kBytes, *backend);
  EXPECT_TRUE(keep(blocks, 1));
  faults->full_in = 1;
  EXPECT_FALSE(keep(blocks, 2));
  EXPECT_EQ(blocks.statistics().bytes, 0U);
  EXPECT_FALSE(blocks.has(key(1)));
  EXPECT_FALSE(keep(blocks, 3));
  EXPECT_EQ(faults->thrown, 1);
}

TEST_F(DeviceBlocksTest, ALostDeviceIsAnError) {
  DeviceBlocks blocks(10 * kBytes, *backend);
  const std::shared_ptr<kernels::Buffer> payload = backend->allocate_host(kBytes);
  faults->lost_in = 1;
  EXPECT_THROW(blocks.keep(key(1), *payload), Error);
  EXPECT_FALSE(blocks.has(key(1)));
  EXPECT_EQ(blocks.statistics().bytes, 0U);
}

TEST_F(DeviceBlocksTest, ForgetsASource) {
  DeviceBlocks blocks(10 * kBytes, *backend);
  EXPECT_TRUE(keep(blocks, 1));
  const std::shared_ptr<kernels::Buffer> payload = backend->allocate_host(kBytes);
  std::memset(payload->data(), 9, kBytes);
  EXPECT_TRUE(blocks.keep({&other, 1, 0}, *payload));
  blocks.forget(source);
  EXPECT_FALSE(blocks.has(key(1)));
  EXPECT_TRUE(blocks.has({&other, 1, 0}));
  EXPECT_EQ(blocks.statistics().bytes, kBytes);
}

}  // namespace
}  // namespace longtake::memory
