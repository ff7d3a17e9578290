#include "engine/store/segment_file.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <utility>

#include "engine/base/hash.h"
#include "kernels/error.h"

namespace longtake::store {

namespace {

using memory::BlockInfo;
using memory::MemoryShape;

constexpr std::array<char, 8> kSegmentMagic{'L', 'T', 'K', 'V', 'S', 'E', 'G', '\0'};
constexpr std::array<char, 4> kRecordMagic{'L', 'T', 'K', 'B'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kByteOrder = 0x01020304;
constexpr std::int64_t kPage = 4096;
constexpr std::int64_t kCacheLine = 64;
// From here on a page of alignment costs less than half of the payload.
constexpr std::int64_t kPageAlignedFrom = 8192;

std::int64_t align_up(std::int64_t value, std::int64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

template <typename T>
std::span<const std::byte> bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

template <typename T>
std::span<std::byte> writable_bytes_of(T& value) {
  return std::as_writable_bytes(std::span(&value, 1));
}

// Everything but the checksum at the end of the structure.
template <typename T>
std::uint32_t crc_of(const T& value) {
  return crc32c(bytes_of(value).first(offsetof(T, crc)));
}

std::uint32_t seal_crc(std::span<const std::byte> payload, const PayloadSeal& seal) {
  return crc32c(bytes_of(seal).first(offsetof(PayloadSeal, crc)), crc32c(payload));
}

RecordHead make_head(const BlockInfo& info, const MemoryShape& shape, const RecordLayout& layout) {
  RecordHead head{};
  head.magic = kRecordMagic;
  head.head_bytes = static_cast<std::uint32_t>(layout.head_bytes);
  head.id = info.id;
  head.begin_us = info.time.begin;
  head.end_us = info.time.end;
  head.shown_at_us = info.shown_at;
  head.grid_t = info.grid_t;
  head.grid_h = info.grid_h;
  head.grid_w = info.grid_w;
  head.tokens = info.tokens;
  head.extent = info.extent;
  head.layers = static_cast<std::uint32_t>(shape.layers);
  head.payload_bytes = static_cast<std::uint64_t>(layout.payload_bytes);
  head.slot_bytes = static_cast<std::uint64_t>(layout.slot_bytes);
  head.record_bytes = static_cast<std::uint64_t>(layout.record_bytes);
  return head;
}

constexpr const char* kRebuild =
    "This part of the video's memory is lost. Remove the video from the library and watch it "
    "again.";

}  // namespace

std::int64_t record_alignment(const MemoryShape& shape, std::int64_t typical_tokens) {
  const auto payload = static_cast<std::int64_t>(shape.layout(typical_tokens).bytes());
  return payload < kPageAlignedFrom ? kCacheLine : kPage;
}

RecordLayout::RecordLayout(const MemoryShape& shape, std::int64_t tokens, std::int64_t alignment) {
  assert(0 <= tokens && tokens <= kMaxTokens);
  payload_bytes = static_cast<std::int64_t>(shape.layout(tokens).bytes());
  head_bytes =
      align_up(static_cast<std::int64_t>(sizeof(RecordHead) + static_cast<std::size_t>(tokens) *
                                                                  sizeof(kernels::Position)),
               alignment);
  slot_bytes = align_up(payload_bytes + static_cast<std::int64_t>(sizeof(PayloadSeal)), alignment);
  record_bytes = head_bytes + shape.layers * slot_bytes;
}

std::string segment_name(std::uint32_t segment) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "segment-%06u.ltseg", segment);
  return text.data();
}

SegmentFile::SegmentFile(File file, SegmentIdentity identity, std::int64_t alignment)
    : file_(std::move(file)), identity_(std::move(identity)), alignment_(alignment) {}

SegmentFile SegmentFile::create(const std::filesystem::path& path, const SegmentIdentity& identity,
                                std::uint32_t segment, std::int64_t typical_tokens) {
  const MemoryShape& shape = identity.shape;
  const std::int64_t alignment = record_alignment(shape, typical_tokens);
  SegmentHeader header{};
  header.magic = kSegmentMagic;
  header.version = kVersion;
  header.byte_order = kByteOrder;
  header.header_bytes = sizeof(SegmentHeader);
  header.record_head_bytes = sizeof(RecordHead);
  header.alignment = static_cast<std::uint32_t>(alignment);
  header.codec = static_cast<std::uint32_t>(shape.codec);
  header.layers = static_cast<std::uint32_t>(shape.layers);
  header.kv_heads = static_cast<std::uint32_t>(shape.kv_heads);
  header.head_dim = static_cast<std::uint32_t>(shape.head_dim);
  header.segment = segment;
  header.memory_id = identity.memory_id;
  assert(identity.fingerprint.size() == header.fingerprint.size());
  std::copy_n(identity.fingerprint.begin(), header.fingerprint.size(), header.fingerprint.begin());
  header.crc = crc_of(header);

  File file = File::open(path, File::Mode::create);
  file.truncate(0);
  file.write_at(0, bytes_of(header));
  SegmentFile made(std::move(file), identity, alignment);
  made.truncate(made.first_offset());
  return made;
}

SegmentFile SegmentFile::open(const std::filesystem::path& path, const SegmentIdentity& identity,
                              std::uint32_t segment, File::Mode mode) {
  File file = File::open(path, mode);
  const auto damaged = [&path](const std::string& what) {
    return Error(ErrorCode::corrupt_data, path.string() + ": " + what, kRebuild);
  };
  SegmentHeader header{};
  file.read_at(0, writable_bytes_of(header));
  if (header.magic != kSegmentMagic) throw damaged("this is not a segment file");
  if (header.byte_order != kByteOrder) throw damaged("the file's byte order is not this machine's");
  if (header.crc != crc_of(header)) throw damaged("the header is damaged");
  if (header.version != kVersion) {
    throw Error(ErrorCode::unsupported,
                path.string() + ": segment format " + std::to_string(header.version) +
                    ", this program knows " + std::to_string(kVersion),
                "Install the Longtake that wrote it.");
  }
  const MemoryShape& shape = identity.shape;
  if (header.header_bytes != sizeof(SegmentHeader) ||
      header.record_head_bytes != sizeof(RecordHead) ||
      (header.alignment != kCacheLine && header.alignment != kPage)) {
    throw damaged("the header contradicts itself");
  }
  if (header.codec != static_cast<std::uint32_t>(shape.codec) || header.layers != shape.layers ||
      header.kv_heads != shape.kv_heads || header.head_dim != shape.head_dim ||
      header.segment != segment || header.memory_id != identity.memory_id ||
      !std::equal(header.fingerprint.begin(), header.fingerprint.end(),
                  identity.fingerprint.begin(), identity.fingerprint.end())) {
    throw damaged("the file belongs to another memory");
  }
  return {std::move(file), identity, header.alignment};
}

std::int64_t SegmentFile::first_offset() const {
  return align_up(sizeof(SegmentHeader), alignment_);
}

std::int64_t SegmentFile::write(std::int64_t offset, const memory::KvBlock& block) {
  const RecordLayout at = layout(block.info.tokens);
  assert(offset % alignment_ == 0);
  assert(block.positions.size() == static_cast<std::size_t>(block.info.tokens));
  assert(static_cast<std::int64_t>(block.payload.size()) ==
         identity_.shape.layers * at.payload_bytes);

  buffer_.assign(static_cast<std::size_t>(at.record_bytes), std::byte{0});
  const std::span<std::byte> record(buffer_);
  RecordHead head = make_head(block.info, identity_.shape, at);
  const auto positions = std::as_bytes(std::span(block.positions));
  head.crc = crc32c(positions, crc_of(head));
  std::memcpy(record.data(), &head, sizeof head);
  std::memcpy(record.subspan(sizeof head).data(), positions.data(), positions.size());
  const auto payload_bytes = static_cast<std::size_t>(at.payload_bytes);
  for (std::int64_t layer = 0; layer < identity_.shape.layers; ++layer) {
    const auto payload = block.payload.span().subspan(
        static_cast<std::size_t>(layer) * payload_bytes, payload_bytes);
    PayloadSeal seal{block.info.id, static_cast<std::uint32_t>(layer), 0};
    seal.crc = seal_crc(payload, seal);
    const auto slot =
        record.subspan(static_cast<std::size_t>(at.head_bytes + layer * at.slot_bytes));
    std::memcpy(slot.data(), payload.data(), payload.size());
    std::memcpy(slot.subspan(payload_bytes).data(), &seal, sizeof seal);
  }
  file_.write_at(offset, record);
  return offset + at.record_bytes;
}

std::vector<kernels::Position> SegmentFile::read_positions(std::int64_t offset,
                                                           const BlockInfo& info) const {
  if (offset > size() - layout(info.tokens).record_bytes) {
    damaged(info.id, "the file ends before its record does");
  }
  RecordHead head{};
  std::vector<kernels::Position> positions(static_cast<std::size_t>(info.tokens));
  const auto position_bytes = std::as_writable_bytes(std::span(positions));
  file_.read_at(offset, writable_bytes_of(head), position_bytes);
  if (head.crc != crc32c(position_bytes, crc_of(head))) damaged(info.id, "its head is damaged");
  RecordHead expected = make_head(info, identity_.shape, layout(info.tokens));
  expected.crc = head.crc;
  if (std::memcmp(&head, &expected, sizeof head) != 0) {
    damaged(info.id, "the record is not the one that the library describes");
  }
  return positions;
}

void SegmentFile::read_payload(std::int64_t offset, const BlockInfo& info, std::int64_t layer,
                               std::span<std::byte> out) const {
  const RecordLayout at = layout(info.tokens);
  assert(0 <= layer && layer < identity_.shape.layers);
  assert(static_cast<std::int64_t>(out.size()) == at.payload_bytes);
  PayloadSeal seal{};
  file_.read_at(offset + at.head_bytes + layer * at.slot_bytes, out, writable_bytes_of(seal));
  if (seal.crc != seal_crc(out, seal) || seal.id != info.id || seal.layer != layer) {
    damaged(info.id, "layer " + std::to_string(layer) + " is damaged");
  }
}

void SegmentFile::damaged(memory::BlockId id, const std::string& what) const {
  throw Error(ErrorCode::corrupt_data,
              file_.path().string() + ": block " + std::to_string(id) + ": " + what, kRebuild);
}

}  // namespace longtake::store
