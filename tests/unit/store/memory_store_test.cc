// MemoryStore: what is appended is read back, now and after any reopening.
#include "engine/store/memory_store.h"

#include <atomic>
#include <thread>

#include "engine/base/file.h"
#include "engine/store/coverage.h"
#include "tests/unit/store/store_fixture.h"

namespace longtake::store {
namespace {

class MemoryStoreTest : public StoreTest {};

TEST_F(MemoryStoreTest, AnEmptyMemory) {
  make();
  EXPECT_EQ(memory_->count(), 0);
  EXPECT_EQ(memory_->range({0, 10}), (std::pair<memory::BlockId, memory::BlockId>{0, 0}));
  EXPECT_TRUE(memory_->mean_keys(0, 0, 0).empty());
  reopen();
  EXPECT_EQ(memory_->count(), 0);
  reopen(Library::Access::read);
  EXPECT_EQ(memory_->count(), 0);
  EXPECT_TRUE(memory_->mean_keys(0, 0, 0).empty());
}

TEST_F(MemoryStoreTest, ReadsBackWhatWasAppended) {
  for (const memory::MemoryShape& shape : {kSmallShape, kLargeShape}) {
    FastFolder other;
    auto library = Library::open(other.path(), Library::Access::write);
    const auto video = library->add_video(make_video(1));
    const auto id = library->create_memory(make_memory(video, shape));
    auto memory = library->open_memory(id);
    memory->append(make_blocks(shape, 0, 3), 3);
    expect_blocks(*memory, 3);
    memory->append(make_blocks(shape, 3, 1), 7, 4);
    expect_blocks(*memory, 4);
    memory.reset();
    library.reset();
    library = Library::open(other.path(), Library::Access::write);
    memory = library->open_memory(id);
    expect_blocks(*memory, 4);
    const Memory record = memory->record();
    EXPECT_EQ(record.next_index, 7);
    EXPECT_EQ(record.frames, 7);
    EXPECT_EQ(record.blocks, 4);
    EXPECT_GT(record.bytes, 0);
    EXPECT_EQ(record.coverage, (std::vector<TimeRange>{{0, 4 * kMicrosPerSecond}}));
    EXPECT_FALSE(memory->lost());
    EXPECT_EQ(library->find_memory(id)->tokens, record.tokens);
  }
}

TEST_F(MemoryStoreTest, RandomAppendsAndReopenings) {
  std::mt19937 random(5);
  make();
  std::int64_t count = 0;
  for (int step = 0; step < 60; ++step) {
    const std::int64_t more = random() % 5;
    memory_->append(make_blocks(kSmallShape, count, more), count + more);
    count += more;
    if (random() % 4 == 0) reopen();
    if (random() % 8 == 0) {
      reopen(Library::Access::read);
      expect_blocks(*memory_, count);
      reopen();
    }
    ASSERT_EQ(memory_->count(), count);
    ASSERT_EQ(memory_->record().next_index, count);
  }
  expect_blocks(*memory_, count);
}

TEST_F(MemoryStoreTest, BeginsANewSegmentWhenOneIsFull) {
  make();
  memory_.reset();
  constexpr std::int64_t kLimit = 5000;  // two or three blocks
  const auto open_small = [&] {
    return std::make_unique<MemoryStore>(library_->connections(),
                                         library_->memory_folder(memory_id_),
                                         *library_->find_memory(memory_id_), kLimit);
  };
  std::mt19937 random(3);
  std::int64_t count = 0;
  while (count < 80) {
    const auto memory = open_small();
    expect_blocks(*memory, count);
    for (int i = 0; i < 3; ++i) {
      const std::int64_t more = 1 + random() % 7;
      memory->append(make_blocks(kSmallShape, count, more), count + more);
      count += more;
    }
    expect_blocks(*memory, count);
  }
  const auto memory = open_small();
  std::uint32_t segments = 0;
  while (std::filesystem::exists(memory_file(segment_name(segments)))) {
    EXPECT_LE(std::filesystem::file_size(memory_file(segment_name(segments))),
              static_cast<std::uintmax_t>(kLimit));
    ++segments;
  }
  EXPECT_GT(segments, 20u);  // more than are kept open
  for (int i = 0; i < 300; ++i) {
    const auto id = static_cast<memory::BlockId>(random() % static_cast<std::uint64_t>(count));
    EXPECT_TRUE(holds(*memory, make_block(kSmallShape, id)));
  }
  // A missing file in the middle is named with its time.
  std::filesystem::remove(memory_file(segment_name(5)));
  const Error error = error_of([&] { open_small(); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_data);
  EXPECT_NE(error.message().find("segment-000005"), std::string::npos) << error.message();
}

TEST_F(MemoryStoreTest, ARecordLargerThanASegmentHasItsOwn) {
  make();
  memory_.reset();
  MemoryStore memory(library_->connections(), library_->memory_folder(memory_id_),
                     *library_->find_memory(memory_id_), 200);
  memory.append(make_blocks(kSmallShape, 0, 3), 3);
  memory.append(make_blocks(kSmallShape, 3, 2), 5);
  expect_blocks(memory, 5);
  EXPECT_TRUE(std::filesystem::exists(memory_file(segment_name(4))));
}

TEST_F(MemoryStoreTest, FindsBlocksByTime) {
  make();
  memory_->append(make_blocks(kSmallShape, 0, 10), 10);
  using Range = std::pair<memory::BlockId, memory::BlockId>;
  const Micros s = kMicrosPerSecond;
  EXPECT_EQ(memory_->range({0, 10 * s}), (Range{0, 10}));
  EXPECT_EQ(memory_->range({2 * s, 4 * s}), (Range{2, 4}));
  EXPECT_EQ(memory_->range({2 * s + 1, 4 * s + 1}), (Range{2, 5}));
  EXPECT_EQ(memory_->range({100 * s, 200 * s}), (Range{10, 10}));
  EXPECT_EQ(memory_->range({5 * s, 5 * s}).first, memory_->range({5 * s, 5 * s}).second);
}

TEST_F(MemoryStoreTest, RefusesWhatMakesNoSense) {
  make();
  memory_->append(make_blocks(kSmallShape, 0, 2), 2);
  const auto refuse = [&](auto change) {
    auto blocks = make_blocks(kSmallShape, 2, 2);
    change(blocks[1]);
    EXPECT_EQ(error_of([&] { memory_->append(std::move(blocks), 4); }).code(), ErrorCode::internal);
  };
  refuse([](memory::KvBlock& block) { block.info.id = 7; });
  refuse([](memory::KvBlock& block) { block.info.tokens = 0; });
  refuse([](memory::KvBlock& block) { block.info.time = {0, 1}; });
  refuse([](memory::KvBlock& block) { block.positions.pop_back(); });
  refuse([](memory::KvBlock& block) { block.payload = memory::Bytes(std::vector<std::byte>(block.payload.size() - 1)); });
  refuse([](memory::KvBlock& block) { block.mean_keys.pop_back(); });
  expect_blocks(*memory_, 2);
  memory_->append(make_blocks(kSmallShape, 2, 2), 4);
  expect_blocks(*memory_, 4);
}

TEST_F(MemoryStoreTest, CutsWhatWasNotCommitted) {
  make();
  memory_->append(make_blocks(kSmallShape, 0, 4), 4);
  const auto size = std::filesystem::file_size(memory_file("segment-000000.ltseg"));
  memory_.reset();
  library_.reset();
  std::ofstream(memory_file("segment-000000.ltseg"), std::ios::app | std::ios::binary)
      << std::string(5000, 'x');
  spill(memory_file("segment-000001.ltseg"), "half a header");

  reopen(Library::Access::read);  // touches nothing
  expect_blocks(*memory_, 4);
  EXPECT_TRUE(std::filesystem::exists(memory_file("segment-000001.ltseg")));

  reopen();
  expect_blocks(*memory_, 4);
  EXPECT_EQ(std::filesystem::file_size(memory_file("segment-000000.ltseg")), size);
  EXPECT_FALSE(std::filesystem::exists(memory_file("segment-000001.ltseg")));
  memory_->append(make_blocks(kSmallShape, 4, 4), 8);
  reopen();
  expect_blocks(*memory_, 8);
}

TEST_F(MemoryStoreTest, GivesUpALastAppendThatTheDiskLost) {
  make();
  memory_->append(make_blocks(kSmallShape, 0, 4), 40);
  memory_->append(make_blocks(kSmallShape, 4, 4), 80);
  memory_->finish();
  const auto size = std::filesystem::file_size(memory_file("segment-000000.ltseg"));
  memory_.reset();
  library_.reset();
  std::filesystem::resize_file(memory_file("segment-000000.ltseg"), size - 1);

  reopen(Library::Access::read);
  expect_blocks(*memory_, 4);
  reopen();
  EXPECT_EQ(memory_->lost(), (TimeRange{4 * kMicrosPerSecond, 8 * kMicrosPerSecond}));
  expect_blocks(*memory_, 4);
  EXPECT_EQ(memory_->record().next_index, 40);
  EXPECT_EQ(memory_->record().frames, 4);
  EXPECT_FALSE(memory_->record().finished);
  reopen();
  EXPECT_FALSE(memory_->lost());
  memory_->append(make_blocks(kSmallShape, 4, 2), 60);
  reopen();
  expect_blocks(*memory_, 6);
}

TEST_F(MemoryStoreTest, NamesWhatIsLostBeforeThat) {
  make();
  for (int i = 0; i < 5; ++i) memory_->append(make_blocks(kSmallShape, 2 * i, 2), 2 * i + 2);
  memory_.reset();
  library_.reset();
  const auto size = std::filesystem::file_size(memory_file("segment-000000.ltseg"));
  std::filesystem::resize_file(memory_file("segment-000000.ltseg"), size / 2);
  open();
  const Error error = error_of([&] { library_->open_memory(memory_id_); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_data);
  EXPECT_NE(error.message().find("-0:10.0 is lost"), std::string::npos) << error.message();
  EXPECT_NE(error.hint().find("watch it again"), std::string::npos);
  EXPECT_EQ(library_->find_memory(memory_id_)->blocks, 10);  // nothing was thrown away
  EXPECT_GT(library_->remove_video(video_id_), 0);
}

TEST(Coverage, HasSoManyRangesAtMost) {
  std::vector<TimeRange> coverage;
  // Key frames of ten hours, ten seconds apart and one in a hundred after a longer pause.
  Micros at = 0;
  for (int i = 0; i < 3600; ++i) {
    extend(coverage, {at, at + 2});
    at += i % 100 == 99 ? 60 : 10;
  }
  EXPECT_EQ(coverage.size(), kMostRanges);
  EXPECT_EQ(coverage.front().begin, 0);
  for (std::size_t i = 1; i < coverage.size(); ++i) EXPECT_GT(coverage[i].begin, coverage[i - 1].end);
  const auto gaps = [&] {  // the long ones are still there
    int count = 0;
    for (std::size_t i = 1; i < coverage.size(); ++i) count += coverage[i].begin - coverage[i - 1].end > 50;
    return count;
  };
  EXPECT_EQ(gaps(), 35);
}

// A bit in the header of a segment: nothing behind it can be read, and nothing of it may be given up.
TEST_F(MemoryStoreTest, DamageThatReachesOlderBlocksChangesNothing) {
  make();
  for (std::int64_t id = 0; id < 12; id += 4) memory_->append(make_blocks(kSmallShape, id, 4), id + 4);
  memory_->finish();
  memory_.reset();
  library_.reset();
  const std::string whole = slurp(memory_file("segment-000000.ltseg"));
  std::string damaged = whole;
  damaged[60] = static_cast<char>(damaged[60] ^ 1);
  spill(memory_file("segment-000000.ltseg"), damaged);
  for (const auto access : {Library::Access::write, Library::Access::write, Library::Access::read}) {
    open(access);
    EXPECT_EQ(error_of([&] { library_->open_memory(memory_id_); }).code(), ErrorCode::corrupt_data);
    EXPECT_EQ(library_->find_memory(memory_id_)->blocks, 12);
    EXPECT_TRUE(library_->find_memory(memory_id_)->finished);
    library_.reset();
  }
  EXPECT_EQ(slurp(memory_file("segment-000000.ltseg")), damaged);
  spill(memory_file("segment-000000.ltseg"), whole);
  open();
  memory_ = library_->open_memory(memory_id_);
  expect_blocks(*memory_, 12);
}

TEST_F(MemoryStoreTest, AMissingIndexIsDamage) {
  make();
  memory_->append(make_blocks(kSmallShape, 0, 2), 2);
  memory_->append(make_blocks(kSmallShape, 2, 2), 4);
  memory_.reset();
  library_.reset();
  std::filesystem::remove(memory_file("index.ltidx"));
  open();
  EXPECT_EQ(error_of([&] { library_->open_memory(memory_id_); }).code(), ErrorCode::corrupt_data);
  EXPECT_EQ(library_->find_memory(memory_id_)->blocks, 4);
}

TEST_F(MemoryStoreTest, OneStorePerMemory) {
  make();
  EXPECT_EQ(library_->open_memory(memory_id_), memory_);
  EXPECT_EQ(error_of([&] { library_->open_memory(memory_id_ + 1); }).code(), ErrorCode::not_found);
}

TEST_F(MemoryStoreTest, ARemovedMemoryRefusesToGrow) {
  make();
  memory_->append(make_blocks(kSmallShape, 0, 2), 2);
  const auto keys = memory_->mean_keys(0, 0, 2);
  library_->remove_video(video_id_);
  EXPECT_EQ(error_of([&] { memory_->append(make_blocks(kSmallShape, 2, 2), 4); }).code(),
            ErrorCode::not_found);
  EXPECT_EQ(keys[0], make_block(kSmallShape, 0).mean_keys[0]);
  EXPECT_FALSE(std::filesystem::exists(library_->memory_folder(memory_id_)));
}

TEST_F(MemoryStoreTest, ReadersWhileAppending) {
  make();
  constexpr std::int64_t kBlocks = 1500;  // more than one page of the index
  std::atomic<bool> failed{false};
  std::vector<std::thread> readers;
  for (std::uint32_t r = 0; r < 2; ++r) {
    readers.emplace_back([&, r] {
      std::mt19937 random(r);
      while (memory_->count() < kBlocks && !failed) {
        const std::int64_t count = memory_->count();
        if (count == 0) continue;
        const auto id = static_cast<std::int64_t>(random()) % count;
        if (!holds(*memory_, make_block(kSmallShape, id))) failed = true;
        if (memory_->range({0, id * kMicrosPerSecond + 1}).second != id + 1) failed = true;
      }
    });
  }
  for (std::int64_t id = 0; id < kBlocks; id += 10) {
    memory_->append(make_blocks(kSmallShape, id, 10), id + 10);
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_FALSE(failed);
  expect_blocks(*memory_, kBlocks);
  reopen();
  expect_blocks(*memory_, kBlocks);
}

TEST_F(MemoryStoreTest, TenHoursOpenInMilliseconds) {
  make({2, 1, 4, kernels::KvCodec::i4});
  const memory::MemoryShape shape = memory_->shape();
  constexpr std::int64_t kChunk = 8;
  const std::int64_t total = full_tests() ? 36'000 : 4'000;
  for (std::int64_t id = 0; id < total; id += kChunk) {
    memory_->append(make_blocks(shape, id, kChunk), id + kChunk);
  }
  memory_.reset();
  const std::int64_t begin = monotonic_us();
  memory_ = library_->open_memory(memory_id_);
  const std::int64_t took = monotonic_us() - begin;
  EXPECT_EQ(memory_->count(), total);
  RecordProperty("open_us", static_cast<int>(took));
  std::printf("opened %lld blocks in %.2f ms\n", static_cast<long long>(total),
              static_cast<double>(took) / 1000);
  EXPECT_LT(took, 250'000);
}

}  // namespace
}  // namespace longtake::store
