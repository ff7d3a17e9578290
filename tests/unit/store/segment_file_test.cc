// SegmentFile: the bytes of FORMAT.md, and what is refused.
#include "engine/store/segment_file.h"

#include "engine/base/hash.h"
#include "tests/unit/store/store_fixture.h"

namespace longtake::store {
namespace {

using memory::MemoryShape;

class SegmentFileTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_ / segment_name(3); }
  SegmentIdentity identity(const MemoryShape& shape = kSmallShape) const {
    return {42, kFingerprint, shape};
  }
  std::uint32_t u32(const std::string& bytes, std::size_t at) const {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, 4);
    return value;
  }
  FastFolder folder_;
};

TEST_F(SegmentFileTest, NamesAreOrderedLikeNumbers) {
  EXPECT_EQ(segment_name(0), "segment-000000.ltseg");
  EXPECT_EQ(segment_name(123), "segment-000123.ltseg");
}

TEST_F(SegmentFileTest, EveryByteIsWhereTheFormatSays) {
  const memory::KvBlock block = make_block(kSmallShape, 5);
  const auto tokens = static_cast<std::size_t>(block.info.tokens);
  std::int64_t end = 0;
  {
    SegmentFile file = SegmentFile::create(path(), identity(), 3, block.info.tokens);
    EXPECT_EQ(file.alignment(), 64);
    EXPECT_EQ(file.first_offset(), 128);
    end = file.write(128, block);
    file.sync();
  }
  const std::string bytes = slurp(path());
  ASSERT_EQ(static_cast<std::int64_t>(bytes.size()), end);
  EXPECT_EQ(bytes.substr(0, 8), std::string("LTKVSEG\0", 8));
  EXPECT_EQ(u32(bytes, 8), 1u);
  EXPECT_EQ(bytes.substr(12, 4), "\x04\x03\x02\x01");
  EXPECT_EQ(u32(bytes, 16), 128u);
  EXPECT_EQ(u32(bytes, 20), 96u);
  EXPECT_EQ(u32(bytes, 24), 64u);
  EXPECT_EQ(u32(bytes, 28), 2u);  // int8
  EXPECT_EQ(u32(bytes, 32), 3u);
  EXPECT_EQ(u32(bytes, 36), 2u);
  EXPECT_EQ(u32(bytes, 40), 8u);
  EXPECT_EQ(u32(bytes, 44), 3u);
  EXPECT_EQ(u32(bytes, 48), 42u);
  EXPECT_EQ(bytes.substr(56, 32), kFingerprint);
  EXPECT_EQ(u32(bytes, 124), crc32c(std::as_bytes(std::span(bytes)).first(124)));

  const std::string record = bytes.substr(128);
  EXPECT_EQ(record.substr(0, 4), "LTKB");
  const std::size_t head_bytes = u32(record, 4);
  EXPECT_EQ(head_bytes, (96 + 12 * tokens + 63) / 64 * 64);
  EXPECT_EQ(u32(record, 8), 5u);
  EXPECT_EQ(u32(record, 16), 5'000'000u);
  EXPECT_EQ(u32(record, 52), tokens);
  const std::size_t payload = kSmallShape.layout(block.info.tokens).bytes();
  EXPECT_EQ(u32(record, 64), payload);
  const std::size_t slot = u32(record, 72);
  EXPECT_EQ(slot, (payload + 16 + 63) / 64 * 64);
  EXPECT_EQ(u32(record, 80), head_bytes + 3 * slot);
  EXPECT_EQ(u32(record, 80), record.size());
  EXPECT_EQ(std::memcmp(record.data() + 96, block.positions.data(), 12 * tokens), 0);
  const auto all = std::as_bytes(std::span(record));
  EXPECT_EQ(u32(record, 92), crc32c(all.subspan(96, 12 * tokens), crc32c(all.first(92))));
  for (std::size_t layer = 0; layer < 3; ++layer) {
    const std::size_t at = head_bytes + layer * slot;
    EXPECT_EQ(std::memcmp(record.data() + at, block.payload.data() + layer * payload, payload), 0);
    EXPECT_EQ(u32(record, at + payload), 5u);
    EXPECT_EQ(u32(record, at + payload + 8), layer);
    EXPECT_EQ(u32(record, at + payload + 12),
              crc32c(all.subspan(at + payload, 12), crc32c(all.subspan(at, payload))));
  }
}

TEST_F(SegmentFileTest, IsTheExampleOfTheFormatDocument) {
  const MemoryShape shape{1, 1, 4, kernels::KvCodec::i8};
  memory::KvBlock block;
  block.info.id = 17;
  block.info.time = {8'500'000, 9'000'000};
  block.info.shown_at = 8'508'500;
  block.info.grid_h = 1;
  block.info.grid_w = 2;
  block.info.tokens = 2;
  block.info.extent = 2;
  block.positions = {{0, 0, 0}, {1, 1, 1}};
  std::vector<std::byte> payload(shape.layout(2).bytes());
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::byte>(i + 1);
  block.payload = memory::Bytes(std::move(payload));
  {
    SegmentFile file =
        SegmentFile::create(path(), {3, "5eed5eed5eed5eed5eed5eed5eed5eed", shape}, 0, 2);
    file.write(file.first_offset(), block);
  }
  // The lines "    0010  80 00 ..." of the document, sixteen bytes each.
  std::string expected;
  std::ifstream document(std::string(LONGTAKE_SOURCE_DIR) + "/engine/store/FORMAT.md");
  for (std::string line; std::getline(document, line);) {
    char offset[8] = {};
    std::snprintf(offset, sizeof offset, "%04zx", expected.size());
    if (line.substr(0, 10) != "    " + std::string(offset) + "  ") continue;
    for (std::size_t i = 0; i < 16; ++i) {
      expected += static_cast<char>(std::stoi(line.substr(10 + 3 * i, 2), nullptr, 16));
    }
  }
  EXPECT_EQ(slurp(path()), expected);
}

TEST_F(SegmentFileTest, LargePayloadsStandOnPages) {
  const memory::KvBlock block = make_block(kLargeShape, 0);
  SegmentFile file = SegmentFile::create(path(), identity(kLargeShape), 3, block.info.tokens);
  EXPECT_EQ(file.alignment(), 4096);
  EXPECT_EQ(file.first_offset(), 4096);
  const std::int64_t end = file.write(4096, block);
  EXPECT_EQ(end % 4096, 0);
  const RecordLayout layout = file.layout(block.info.tokens);
  EXPECT_EQ(layout.head_bytes % 4096, 0);
  EXPECT_EQ(layout.slot_bytes % 4096, 0);
}

TEST_F(SegmentFileTest, AnotherIdentityIsRefused) {
  SegmentFile::create(path(), identity(), 3, 10);
  const auto refuse = [&](SegmentIdentity other, std::uint32_t number) {
    const Error error =
        error_of([&] { SegmentFile::open(path(), other, number, File::Mode::read); });
    EXPECT_EQ(error.code(), ErrorCode::corrupt_data);
    EXPECT_NE(error.message().find("another memory"), std::string::npos);
  };
  SegmentFile::open(path(), identity(), 3, File::Mode::read);
  refuse(identity(), 4);
  refuse(identity(kLargeShape), 3);
  SegmentIdentity other = identity();
  other.memory_id = 43;
  refuse(other, 3);
  other = identity();
  other.fingerprint[31] = '0';
  refuse(other, 3);
}

TEST_F(SegmentFileTest, ANewerFormatIsUnsupportedNotDamaged) {
  SegmentFile::create(path(), identity(), 3, 10);
  std::string bytes = slurp(path());
  bytes[8] = 2;
  const std::uint32_t crc = crc32c(std::as_bytes(std::span(bytes)).first(124));
  std::memcpy(bytes.data() + 124, &crc, 4);
  spill(path(), bytes);
  EXPECT_EQ(error_of([&] { SegmentFile::open(path(), identity(), 3, File::Mode::read); }).code(),
            ErrorCode::unsupported);
}

TEST_F(SegmentFileTest, ShortAndForeignFilesAreRefused) {
  for (const std::string& bytes : {std::string(), std::string("LTKVSEG\0", 8),
                                   std::string(127, 'x'), std::string(4096, '\0')}) {
    spill(path(), bytes);
    EXPECT_EQ(error_of([&] { SegmentFile::open(path(), identity(), 3, File::Mode::read); }).code(),
              ErrorCode::corrupt_data);
  }
}

TEST_F(SegmentFileTest, ARecordInTheWrongPlaceIsRefused) {
  const memory::KvBlock first = make_block(kSmallShape, 1);
  memory::KvBlock second = make_block(kSmallShape, 1, 9);
  second.info = first.info;  // the same size
  second.info.id = 2;
  second.positions.resize(first.positions.size());
  second.payload = first.payload;
  SegmentFile file = SegmentFile::create(path(), identity(), 3, 10);
  const std::int64_t at = file.write(128, first);
  file.write(at, second);
  std::vector<std::byte> payload(kSmallShape.layout(first.info.tokens).bytes());
  file.read_payload(at, second.info, 0, payload);
  EXPECT_EQ(error_of([&] { file.read_payload(at, first.info, 0, payload); }).code(),
            ErrorCode::corrupt_data);
  EXPECT_EQ(error_of([&] { file.read_positions(at, first.info); }).code(), ErrorCode::corrupt_data);
  memory::BlockInfo other = first.info;
  other.shown_at += 1;
  EXPECT_EQ(error_of([&] { file.read_positions(128, other); }).code(), ErrorCode::corrupt_data);
  EXPECT_EQ(error_of([&] { file.read_payload(1 << 20, first.info, 0, payload); }).code(),
            ErrorCode::corrupt_data);
}

}  // namespace
}  // namespace longtake::store
