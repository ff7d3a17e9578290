// Fuzzes the readers of the two bulk files, SegmentFile and BlockIndex. The first byte says how the
// input is used, the rest is the file:
//   bit 0     an index file instead of a segment file
//   bit 1     make the header's checksum right, so that the fields behind it are tried
//   bit 2     the same for the first record's head
//   bit 3     believe the first record's head when describing the block to read
//   bits 4-7  how many blocks the index is said to have
// Whatever is accepted is read to its end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/memory/block_index.h"
#include "engine/store/segment_file.h"
#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace {

namespace fs = std::filesystem;
using longtake::memory::BlockIndex;
using longtake::memory::BlockInfo;
using longtake::store::RecordHead;
using longtake::store::SegmentFile;
using longtake::store::SegmentHeader;

const longtake::memory::MemoryShape kShape{2, 2, 8, longtake::kernels::KvCodec::i4};
const std::string kFingerprint = "0123456789abcdef0123456789abcdef";
constexpr std::size_t kRecordAt = 128;

const fs::path& file() {
  static const longtake::TempFolder folder(fs::exists("/dev/shm") ? "/dev/shm"
                                                                  : fs::temp_directory_path());
  static const fs::path path = folder / "input";
  return path;
}

std::span<const std::byte> part(const std::string& bytes, std::size_t at, std::size_t size) {
  return std::as_bytes(std::span(bytes)).subspan(at, size);
}

void mend(std::string& bytes, std::size_t at, std::size_t structure) {
  if (bytes.size() < at + structure) return;
  const std::uint32_t crc = longtake::crc32c(part(bytes, at, structure - 4));
  std::memcpy(bytes.data() + at + structure - 4, &crc, 4);
}

void mend_record(std::string& bytes) {
  if (bytes.size() < kRecordAt + sizeof(RecordHead)) return;
  RecordHead head{};
  std::memcpy(&head, bytes.data() + kRecordAt, sizeof head);
  const std::size_t positions = kRecordAt + sizeof head;
  if (head.tokens < 0 || static_cast<std::size_t>(head.tokens) > (bytes.size() - positions) / 12) {
    return;
  }
  head.crc = longtake::crc32c(part(bytes, positions, static_cast<std::size_t>(head.tokens) * 12),
                              longtake::crc32c(part(bytes, kRecordAt, sizeof head - 4)));
  std::memcpy(bytes.data() + kRecordAt, &head, sizeof head);
}

BlockInfo described(const std::string& bytes, bool believe) {
  BlockInfo info;
  info.tokens = 4;
  RecordHead head{};
  if (!believe || bytes.size() < kRecordAt + sizeof head) return info;
  std::memcpy(&head, bytes.data() + kRecordAt, sizeof head);
  info.id = head.id;
  info.time = {head.begin_us, head.end_us};
  info.shown_at = head.shown_at_us;
  info.grid_t = head.grid_t;
  info.grid_h = head.grid_h;
  info.grid_w = head.grid_w;
  info.extent = head.extent;
  // Rows hold 1 to 2^20 tokens: MemoryStore sees to that.
  if (head.tokens > 0 && head.tokens <= 1 << 20) info.tokens = head.tokens;
  return info;
}

template <typename Read>
void attempt(Read read) {
  try {
    read();
  } catch (const longtake::Error& error) {  // the one way to refuse
    if (error.code() == longtake::ErrorCode::internal) std::abort();
  }
}

void read_segment(const BlockInfo& info) {
  attempt([&] {
    const SegmentFile segment =
        SegmentFile::open(file(), {1, kFingerprint, kShape}, 0, longtake::File::Mode::read);
    const std::size_t payload_bytes = kShape.layout(info.tokens).bytes();
    const bool possible = payload_bytes <= fs::file_size(file());
    std::vector<std::byte> payload(possible ? payload_bytes : 0);
    for (const std::int64_t offset : {std::int64_t{128}, std::int64_t{4096}, segment.size() - 64}) {
      attempt([&] {
        if (segment.read_positions(offset, info).size() != static_cast<std::size_t>(info.tokens)) {
          std::abort();
        }
      });
      for (std::int64_t layer = 0; possible && layer < kShape.layers; ++layer) {
        attempt([&] { segment.read_payload(offset, info, layer, payload); });
      }
    }
  });
}

void read_index(std::int64_t count) {
  attempt([&] {
    const BlockIndex index(file(), {1, kFingerprint, kShape, 4}, count, longtake::File::Mode::read);
    attempt([&] { index.verify(0, count); });
    unsigned sum = 0;
    for (std::int64_t id = 0; id < count; ++id) {
      attempt([&] {
        for (const std::uint16_t key : index.mean_keys(id % kShape.layers, id, count - id))
          sum += key;
      });
    }
    [[maybe_unused]] static volatile unsigned sink;
    sink = sum;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned how = data[0];
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool index = (how & 1) != 0;
  if ((how & 2) != 0) {
    mend(bytes, 0, sizeof(SegmentHeader));  // both headers have 128 bytes
    // A page of an index is 64 KiB here: mend those, and fill the last one.
    if (index) {
      for (std::size_t at = 65536; at < bytes.size(); at += 65536) mend(bytes, at, 128);
    }
  }
  if (index) bytes.resize((bytes.size() + 65535) / 65536 * 65536);
  if ((how & 4) != 0 && !index) mend_record(bytes);
  std::ofstream(file(), std::ios::binary) << bytes;
  if (index) {
    read_index(how >> 4);
  } else {
    read_segment(described(bytes, (how & 8) != 0));
  }
  return 0;
}
