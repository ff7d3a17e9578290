// BlockIndex: pages, spans that stay, checks on first touch.
#include "engine/memory/block_index.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/file.h"
#include "engine/base/hash.h"
#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake::memory {
namespace {

const MemoryShape kShape{3, 2, 8, kernels::KvCodec::i8};
constexpr std::int64_t kElements = 16;  // of one block at one layer

KvBlock block(BlockId id) {
  KvBlock made;
  made.info.id = id;
  std::mt19937 random(static_cast<std::uint32_t>(id));
  made.mean_keys.resize(static_cast<std::size_t>(kShape.mean_key_elements()));
  for (auto& key : made.mean_keys) key = static_cast<std::uint16_t>(random());
  return made;
}

std::vector<KvBlock> blocks(BlockId first, std::int64_t count) {
  std::vector<KvBlock> made;
  for (std::int64_t i = 0; i < count; ++i) made.push_back(block(first + i));
  return made;
}

class BlockIndexTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_ / "index.ltidx"; }
  BlockIndex::Identity identity(std::int64_t blocks_per_page = 4) const {
    return {7, "0123456789abcdef0123456789abcdef", kShape, blocks_per_page};
  }
  static void append(BlockIndex& index, std::int64_t count) {
    const BlockId first = index.count();
    index.write(blocks(first, count));
    index.sync();
    index.publish(first + count);
  }
  // Walks one layer as recall does, page by page.
  static void expect_keys(const BlockIndex& index, std::int64_t count) {
    ASSERT_EQ(index.count(), count);
    for (std::int64_t layer = 0; layer < kShape.layers; ++layer) {
      for (BlockId id = 0; id < count;) {
        const auto keys = index.mean_keys(layer, id, count - id);
        ASSERT_GT(keys.size(), 0u);
        ASSERT_EQ(keys.size() % kElements, 0u);
        for (std::size_t i = 0; i < keys.size(); i += kElements, ++id) {
          const KvBlock expected = block(id);
          ASSERT_TRUE(std::equal(keys.begin() + static_cast<std::ptrdiff_t>(i),
                                 keys.begin() + static_cast<std::ptrdiff_t>(i + kElements),
                                 expected.mean_keys.begin() + layer * kElements))
              << "block " << id << " layer " << layer;
        }
      }
    }
  }
  void flip(std::int64_t byte) const {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    char c = 0;
    file.seekg(byte).get(c);
    file.seekp(byte).put(static_cast<char>(c ^ 1));
  }
  ErrorCode open_error(std::int64_t count, const BlockIndex::Identity& as) const {
    try {
      BlockIndex index(path(), as, count, File::Mode::read);
    } catch (const Error& error) {
      EXPECT_FALSE(error.hint().empty());
      return error.code();
    }
    return ErrorCode::internal;
  }

  TempFolder folder_;
};

TEST_F(BlockIndexTest, AppendsOverPagesAndReopens) {
  std::int64_t count = 0;
  for (const std::int64_t more : {0, 1, 2, 5, 4, 9, 1}) {
    BlockIndex index(path(), identity(), count,
                     count == 0 ? File::Mode::create : File::Mode::read_write);
    expect_keys(index, count);
    append(index, more);
    count += more;
    expect_keys(index, count);
  }
  BlockIndex index(path(), identity(), count, File::Mode::read);
  index.verify(0, count);
  expect_keys(index, count);
}

TEST_F(BlockIndexTest, AScanEndsAtThePage) {
  BlockIndex index(path(), identity(), 0, File::Mode::create);
  append(index, 10);
  EXPECT_EQ(index.mean_keys(0, 0, 10).size(), 4u * kElements);
  EXPECT_EQ(index.mean_keys(0, 3, 7).size(), 1u * kElements);
  EXPECT_EQ(index.mean_keys(0, 8, 2).size(), 2u * kElements);
  EXPECT_EQ(index.mean_keys(0, 0, 2).size(), 2u * kElements);
  EXPECT_TRUE(index.mean_keys(0, 0, 0).empty());
}

TEST_F(BlockIndexTest, SpansStayWhereTheyAre) {
  BlockIndex index(path(), identity(), 0, File::Mode::create);
  append(index, 3);
  const auto keys = index.mean_keys(1, 0, 3);
  const std::vector<std::uint16_t> copy(keys.begin(), keys.end());
  append(index, 50);
  EXPECT_EQ(index.mean_keys(1, 0, 3).data(), keys.data());
  EXPECT_TRUE(std::equal(keys.begin(), keys.end(), copy.begin()));
}

TEST_F(BlockIndexTest, WhatIsNotPublishedIsOverwritten) {
  BlockIndex index(path(), identity(), 0, File::Mode::create);
  append(index, 3);
  auto wrong = blocks(3, 4);
  for (KvBlock& each : wrong) each.mean_keys.assign(each.mean_keys.size(), 9);
  index.write(wrong);
  expect_keys(index, 3);
  append(index, 4);
  expect_keys(index, 7);
}

TEST_F(BlockIndexTest, AnIdleTailIsForgotten) {
  {
    BlockIndex index(path(), identity(), 0, File::Mode::create);
    append(index, 10);
  }
  BlockIndex index(path(), identity(), 3, File::Mode::read_write);  // only three were committed
  expect_keys(index, 3);
  append(index, 6);
  expect_keys(index, 9);
}

TEST_F(BlockIndexTest, DamageIsFoundWhereItIsTouched) {
  {
    BlockIndex index(path(), identity(), 0, File::Mode::create);
    append(index, 6);
  }
  const std::int64_t keys = 4096 + 64;           // 12 checksums, padded
  flip(keys + (1 * 4 + 2) * kElements * 2 + 5);  // layer 1, block 2
  BlockIndex index(path(), identity(), 6, File::Mode::read);
  EXPECT_NO_THROW(index.mean_keys(0, 0, 4));
  EXPECT_NO_THROW(index.mean_keys(1, 0, 2));
  EXPECT_NO_THROW(index.mean_keys(1, 4, 2));
  for (int i = 0; i < 2; ++i) {
    try {
      index.mean_keys(1, 0, 4);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt_data);
      EXPECT_NE(error.message().find("block 2 at layer 1"), std::string::npos) << error.message();
    }
  }
  EXPECT_THROW(index.verify(0, 6), Error);
  EXPECT_NO_THROW(index.verify(3, 6));
}

TEST_F(BlockIndexTest, EveryBitOfAHeaderCounts) {
  {
    BlockIndex index(path(), identity(), 0, File::Mode::create);
    append(index, 6);
  }
  for (std::int64_t byte = 0; byte < 128; ++byte) {
    flip(65536 + byte);  // of the second page
    EXPECT_EQ(open_error(6, identity()), ErrorCode::corrupt_data) << byte;
    EXPECT_EQ(open_error(4, identity()), ErrorCode::internal) << "not needed, not read";
    flip(65536 + byte);
  }
  EXPECT_EQ(open_error(6, identity()), ErrorCode::internal);
}

TEST_F(BlockIndexTest, AnotherIdentityOrAShortFileIsRefused) {
  {
    BlockIndex index(path(), identity(), 0, File::Mode::create);
    append(index, 6);
  }
  auto other = identity();
  other.memory_id = 8;
  EXPECT_EQ(open_error(6, other), ErrorCode::corrupt_data);
  other = identity();
  other.fingerprint[0] = 'f';
  EXPECT_EQ(open_error(6, other), ErrorCode::corrupt_data);
  EXPECT_EQ(open_error(6, identity(2)), ErrorCode::corrupt_data);
  EXPECT_EQ(open_error(9, identity()), ErrorCode::corrupt_data);
  std::filesystem::resize_file(path(), 131071);
  EXPECT_EQ(open_error(6, identity()), ErrorCode::corrupt_data);
  std::filesystem::remove(path());
  EXPECT_EQ(open_error(6, identity()), ErrorCode::not_found);
}

TEST_F(BlockIndexTest, AFullDiskChangesNothing) {
  BlockIndex index(path(), identity(), 0, File::Mode::create);
  append(index, 3);
  static int allowed;
  for (int step = 0; step < 12; ++step) {
    allowed = step;
    set_file_fault_for_tests(
        [](std::string_view, const std::filesystem::path&) { return allowed-- > 0 ? 0 : ENOSPC; });
    EXPECT_THROW(index.write(blocks(3, 4)), Error) << step;
    set_file_fault_for_tests(nullptr);
    expect_keys(index, 3);
  }
  append(index, 4);
  expect_keys(index, 7);
}

TEST_F(BlockIndexTest, ReadersWhileAppending) {
  BlockIndex index(path(), identity(16), 0, File::Mode::create);
  constexpr std::int64_t kBlocks = 2000;
  std::vector<std::thread> readers;
  std::atomic<int> wrong{0};
  for (std::uint32_t r = 0; r < 3; ++r) {
    readers.emplace_back([&, r] {
      std::mt19937 random(r);
      while (index.count() < kBlocks) {
        const std::int64_t count = index.count();
        if (count == 0) continue;
        const auto id = static_cast<BlockId>(random() % static_cast<std::uint64_t>(count));
        const auto layer = static_cast<std::int64_t>(random() % 3);
        if (index.mean_keys(layer, id, 1)[0] !=
            block(id).mean_keys[static_cast<std::size_t>(layer * kElements)]) {
          ++wrong;
        }
      }
    });
  }
  while (index.count() < kBlocks) append(index, 5);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  expect_keys(index, kBlocks);
}

}  // namespace
}  // namespace longtake::memory
