// Declares SyntheticMemory, a memory of any length made of a few real blocks and random mean keys;
// PayloadFile, and DiskMemory, whose payloads lie in one.
//
// Recall prefetches for the next layer what this one picked. In a real model, layers agree in part;
// random queries never would. So that prefetching is neither useless nor perfect here, 128 blocks
// of a memory have keys that stand out: each layer picks about half of those, and so half of what
// the layer before it picked.
//
// Thread rule: as BlockSource. Lifetime rule: a PayloadFile outlives its memories and is gone with
// them, however the program ends.
#ifndef LONGTAKE_TESTS_BENCH_CUDA_SYNTHETIC_MEMORY_H_
#define LONGTAKE_TESTS_BENCH_CUDA_SYNTHETIC_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/memory/block_source.h"

namespace longtake::bench {

class SyntheticMemory : public memory::BlockSource {
 public:
  // blocks: at least one real block, with positions and payload; they stand for all.
  SyntheticMemory(const memory::MemoryShape& shape, const std::vector<memory::KvBlock>& blocks,
                  std::int64_t count);

  const memory::MemoryShape& shape() const override { return shape_; }
  std::int64_t count() const override { return count_; }
  memory::BlockInfo info(memory::BlockId id) const override;
  std::pair<memory::BlockId, memory::BlockId> range(const TimeRange&) const override {
    return {0, count_};
  }
  std::vector<kernels::Position> positions(memory::BlockId) const override {
    return blocks_.front().positions;
  }
  void read_payload(memory::BlockId id, std::int64_t layer,
                    std::span<std::byte> out) const override;
  // In pages of 1024 blocks, as the index file has them.
  std::span<const std::uint16_t> mean_keys(std::int64_t layer, memory::BlockId first,
                                           std::int64_t count) const override;

 protected:
  const memory::KvBlock& block(memory::BlockId id) const {
    return blocks_[static_cast<std::size_t>(id) % blocks_.size()];
  }

 private:
  const memory::MemoryShape shape_;
  const std::vector<memory::KvBlock>& blocks_;
  const std::int64_t count_;
  std::vector<std::uint16_t> keys_;  // [pages][layers][1024][G * D]
};

// Payloads of some blocks in a file. Every record begins on a page.
class PayloadFile {
 public:
  // Writes `records` blocks into the folder. Error{disk_full} if there is no room, io_error.
  PayloadFile(const SyntheticMemory& memory, std::int64_t records, const std::string& folder);
  ~PayloadFile();
  PayloadFile(const PayloadFile&) = delete;
  PayloadFile& operator=(const PayloadFile&) = delete;

  void read(std::int64_t record, std::int64_t layer, std::span<std::byte> out) const;
  // Makes the system forget what it has of the file.
  void drop_page_cache() const;
  std::int64_t records() const { return records_; }
  std::int64_t layers() const { return layers_; }
  std::size_t payload_bytes() const { return payload_bytes_; }

 private:
  const std::size_t payload_bytes_;
  const std::int64_t stride_;  // of payloads, whole pages
  const std::int64_t layers_;
  const std::int64_t records_;
  int file_ = -1;
};

class DiskMemory : public SyntheticMemory {
 public:
  // Block b reads record b % records.
  DiskMemory(const memory::MemoryShape& shape, const std::vector<memory::KvBlock>& blocks,
             std::int64_t count, const PayloadFile& file)
      : SyntheticMemory(shape, blocks, count), file_(file) {}

  void read_payload(memory::BlockId id, std::int64_t layer,
                    std::span<std::byte> out) const override {
    file_.read(id % file_.records(), layer, out);
  }

 private:
  const PayloadFile& file_;
};

}  // namespace longtake::bench

#endif  // LONGTAKE_TESTS_BENCH_CUDA_SYNTHETIC_MEMORY_H_
