// Declares BlockIndex: the file of mean keys, one f16 vector per block, layer and KV head, by which
// recall finds blocks. It is read through memory maps, appended by positioned writes.
//
// The file is a row of pages of equal size; a page holds the same number of blocks, layer by layer,
// so that scoring one layer reads one contiguous stretch:
//
//   IndexPageHeader, padded to 4096 | crc [layers][blocks] u32 | padding to 64
//   | keys [layers][blocks][kv_heads][head_dim] f16 | padding to 64 KiB
//
// A page has its full length from the start (a sparse file), is mapped once and never moves: spans
// stay valid for the life of the index. A block's keys at a layer are checked when they are first
// asked for. Functions throw Error: corrupt_data naming file and block, and what File throws.
// Thread rule: mean_keys() from any thread, also while one other thread appends; what has been
// returned never changes. Lifetime rule: spans point into the index.
#ifndef LONGTAKE_ENGINE_MEMORY_BLOCK_INDEX_H_
#define LONGTAKE_ENGINE_MEMORY_BLOCK_INDEX_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/file.h"
#include "engine/base/thread_annotations.h"
#include "engine/memory/kv_block.h"

namespace longtake::memory {

// The bytes at the start of every page (little-endian, no padding).
struct IndexPageHeader {
  std::array<char, 8> magic;  // "LTKVIDX\0"
  std::uint32_t version;      // 1
  std::uint32_t byte_order;   // 0x01020304
  std::uint32_t level;        // 0: an entry is one block. 1 is kept for means of `group` blocks
  std::uint32_t group;        // consecutive blocks that an entry stands for: 1 at level 0
  std::uint32_t blocks_per_page;
  std::uint32_t layers;
  std::uint32_t kv_heads;
  std::uint32_t head_dim;
  std::int64_t page;  // number of this page
  std::int64_t memory_id;
  std::array<char, 32> fingerprint;    // session::memory_fingerprint()
  std::array<std::byte, 36> reserved;  // zero
  std::uint32_t crc;                   // CRC-32C of everything before it
};
static_assert(sizeof(IndexPageHeader) == 128);

class BlockIndex {
 public:
  // What every page header must say.
  struct Identity {
    std::int64_t memory_id = 0;
    std::string fingerprint;  // 32 hex digits
    MemoryShape shape;
    // Long enough to scan at memory speed, short enough that a page of a large model is some 30 MB.
    std::int64_t blocks_per_page = 1024;
  };
  // An index of `count` blocks; beyond them the file holds nothing of value, and the next append
  // overwrites it. The file is made if `count` is 0 and `mode` allows it. Checks the page headers.
  BlockIndex(const std::filesystem::path& path, Identity identity, std::int64_t count,
             File::Mode mode);
  ~BlockIndex();
  BlockIndex(const BlockIndex&) = delete;
  BlockIndex& operator=(const BlockIndex&) = delete;

  std::int64_t count() const { return count_.load(std::memory_order_acquire); }
  // Bytes of the file that a block accounts for.
  std::int64_t bytes_per_block() const;

  // Writes the next blocks' keys, each [layers][kv_heads][head_dim]; they count after publish().
  // sync() makes them durable. After an error nothing has been appended.
  void write(std::span<const KvBlock> blocks);
  void sync() { file_.sync_data(); }
  void publish(std::int64_t count);

  // Mean keys of blocks [first, first + n) at one layer, n <= count, fewer at the end of a page.
  std::span<const std::uint16_t> mean_keys(std::int64_t layer, BlockId first,
                                           std::int64_t count) const;
  // Checks the keys of blocks [first, last) at all layers, again if need be; throws at the first
  // that are damaged.
  void verify(BlockId first, BlockId last) const;

 private:
  struct Page;

  std::int64_t page_bytes() const;
  std::int64_t crc_offset(std::int64_t layer, std::int64_t slot) const;  // within a page
  std::int64_t key_offset(std::int64_t layer, std::int64_t slot) const;
  std::int64_t key_elements() const;  // of one block at one layer
  void add_page(bool make);
  const Page& page_of(BlockId id) const;
  void check(const Page& page, std::int64_t layer, std::int64_t begin, std::int64_t end) const;

  // Constant after construction.
  const Identity identity_;
  const std::int64_t keys_begin_;  // offset of the keys within a page
  // Owned by the appending thread.
  File file_;
  std::vector<std::byte> buffer_;

  std::atomic<std::int64_t> count_{0};
  mutable Mutex mutex_;
  std::vector<std::unique_ptr<Page>> pages_ LT_GUARDED_BY(mutex_);
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_BLOCK_INDEX_H_
