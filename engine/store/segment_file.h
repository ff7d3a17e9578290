// Declares SegmentFile: one append-only file of KV records, one record per block. FORMAT.md
// describes every byte; SegmentHeader and RecordHead below are those bytes (little-endian, no
// padding).
//
// Nothing that is read from a file is used as a size before it has been compared with what the
// shape, the block's token count and the file's length allow. Functions throw Error: corrupt_data
// naming file and block, and what File throws. Thread rule: reads may run concurrently, also with
// one append beyond them. Lifetime rule: owns its file.
#ifndef LONGTAKE_ENGINE_STORE_SEGMENT_FILE_H_
#define LONGTAKE_ENGINE_STORE_SEGMENT_FILE_H_

#include <array>
#include <bit>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "engine/base/file.h"
#include "engine/memory/kv_block.h"

namespace longtake::store {

static_assert(std::endian::native == std::endian::little,
              "the structures below are the file's bytes");

// A new segment is begun before this one would grow beyond it. Large enough that a ten-hour memory
// has a few hundred files, small enough that one is quickly copied, checked or thrown away.
constexpr std::int64_t kSegmentBytes = std::int64_t{256} << 20;

// Far more than any model sees in one block; bounds what is computed from a stored token count.
constexpr std::int32_t kMaxTokens = 1 << 20;

struct SegmentHeader {
  std::array<char, 8> magic;        // "LTKVSEG\0"
  std::uint32_t version;            // 1
  std::uint32_t byte_order;         // 0x01020304
  std::uint32_t header_bytes;       // sizeof(SegmentHeader)
  std::uint32_t record_head_bytes;  // sizeof(RecordHead)
  std::uint32_t alignment;          // of records and payloads: 64 or 4096
  std::uint32_t codec;              // kernels::KvCodec
  std::uint32_t layers;
  std::uint32_t kv_heads;
  std::uint32_t head_dim;
  std::uint32_t segment;  // number of this file
  std::int64_t memory_id;
  std::array<char, 32> fingerprint;    // session::memory_fingerprint()
  std::array<std::byte, 36> reserved;  // zero
  std::uint32_t crc;                   // CRC-32C of everything before it
};
static_assert(sizeof(SegmentHeader) == 128);

struct RecordHead {
  std::array<char, 4> magic;  // "LTKB"
  std::uint32_t head_bytes;   // from the record's first byte to the first payload
  std::int64_t id;
  std::int64_t begin_us;
  std::int64_t end_us;
  std::int64_t shown_at_us;
  std::int32_t grid_t;
  std::int32_t grid_h;
  std::int32_t grid_w;
  std::int32_t tokens;
  std::int32_t extent;
  std::uint32_t layers;
  std::uint64_t payload_bytes;  // of one layer
  std::uint64_t slot_bytes;     // from one layer's payload to the next
  std::uint64_t record_bytes;   // from this record to the next
  std::uint32_t reserved;       // zero
  std::uint32_t crc;            // CRC-32C of everything before it and of the positions after it
};
static_assert(sizeof(RecordHead) == 96);

// Follows each layer's payload, so that one read fetches the payload and what proves it.
struct PayloadSeal {
  std::int64_t id;
  std::uint32_t layer;
  std::uint32_t crc;  // CRC-32C of the payload, the id and the layer
};
static_assert(sizeof(PayloadSeal) == 16);

// Of the records of a memory whose blocks have about so many tokens.
std::int64_t record_alignment(const memory::MemoryShape& shape, std::int64_t typical_tokens);

// Where things lie in a record; a pure function of shape, tokens and alignment.
struct RecordLayout {
  RecordLayout(const memory::MemoryShape& shape, std::int64_t tokens, std::int64_t alignment);
  std::int64_t payload_bytes;
  std::int64_t head_bytes;
  std::int64_t slot_bytes;
  std::int64_t record_bytes;
};

// What the segments of one memory have in common.
struct SegmentIdentity {
  std::int64_t memory_id = 0;
  std::string fingerprint;  // 32 hex digits
  memory::MemoryShape shape;
};

class SegmentFile {
 public:
  // Makes the file, or makes it anew. Blocks of this size will follow: it settles the alignment.
  static SegmentFile create(const std::filesystem::path& path, const SegmentIdentity& identity,
                            std::uint32_t segment, std::int64_t typical_tokens);
  // Checks the header against the identity and the number.
  static SegmentFile open(const std::filesystem::path& path, const SegmentIdentity& identity,
                          std::uint32_t segment, File::Mode mode);

  std::int64_t first_offset() const;  // of the first record
  std::int64_t alignment() const { return alignment_; }
  std::int64_t size() const { return file_.size(); }
  RecordLayout layout(std::int64_t tokens) const { return {identity_.shape, tokens, alignment_}; }

  // Writes a record at `offset`, a multiple of the alignment; returns its end. sync() makes it
  // durable.
  std::int64_t write(std::int64_t offset, const memory::KvBlock& block);
  void truncate(std::int64_t size) { file_.truncate(size); }
  void sync() { file_.sync_data(); }

  // Reads of the block whose row says `info`; the record must agree with it.
  std::vector<kernels::Position> read_positions(std::int64_t offset,
                                                const memory::BlockInfo& info) const;
  void read_payload(std::int64_t offset, const memory::BlockInfo& info, std::int64_t layer,
                    std::span<std::byte> out) const;

 private:
  SegmentFile(File file, SegmentIdentity identity, std::int64_t alignment);
  [[noreturn]] void damaged(memory::BlockId id, const std::string& what) const;

  // Constant after construction.
  File file_;
  SegmentIdentity identity_;
  std::int64_t alignment_;
  // Owned by the appending thread.
  std::vector<std::byte> buffer_;
};

// "segment-000007.ltseg"
std::string segment_name(std::uint32_t segment);

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_SEGMENT_FILE_H_
