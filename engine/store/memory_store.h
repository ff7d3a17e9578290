// Declares MemoryStore: the blocks of one memory on disk, behind the interface that recall reads.
//
// Payloads lie in segment files, mean keys in the index file, what finds them (block runs) in the
// library's database. Write order: records and index entries, fdatasync of both, then the rows in
// one transaction. So whatever a row mentions is on disk, and whatever no row mentions never
// happened: opening cuts it off. FORMAT.md has the rules of recovery. Thread rule: one thread
// appends; everything const from any thread meanwhile. Lifetime rule: made by
// Library::open_memory(); the Library outlives it; spans of mean_keys() live as long as it.
#ifndef LONGTAKE_ENGINE_STORE_MEMORY_STORE_H_
#define LONGTAKE_ENGINE_STORE_MEMORY_STORE_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/thread_annotations.h"
#include "engine/memory/block_index.h"
#include "engine/memory/block_source.h"
#include "engine/store/connection_pool.h"
#include "engine/store/records.h"
#include "engine/store/segment_file.h"

namespace longtake::store {

class MemoryStore final : public memory::BlockSource {
 public:
  // Use Library::open_memory(). Throws Error{corrupt_data} naming the time that is lost if blocks
  // that were committed are not there; only the last append may be missing, and is then given up
  // (lost()).
  // Opened for reading, it shows what had been committed by then. Tests set other `segment_bytes`.
  MemoryStore(ConnectionPool& pool, std::filesystem::path folder, Memory record,
              std::int64_t segment_bytes = kSegmentBytes);
  ~MemoryStore() override;

  // Appends blocks numbered count(), count() + 1, ... and returns when they are on disk.
  // `next_index` is the sample to go on with after them; `frames` is how many frames they stand for
  // (default: one each). After an Error nothing has been appended, and the same call may be tried
  // again.
  void append(std::vector<memory::KvBlock>&& blocks, std::int64_t next_index,
              std::int64_t frames = -1);
  // The whole video has been watched.
  void finish();

  Memory record() const;  // as it is now
  // Set if opening gave up the blocks of the last append because the disk had lost them: from when
  // on.
  std::optional<TimeRange> lost() const { return lost_; }

  // memory::BlockSource
  const memory::MemoryShape& shape() const override { return identity_.shape; }
  std::int64_t count() const override;
  memory::BlockInfo info(memory::BlockId id) const override;
  std::pair<memory::BlockId, memory::BlockId> range(const TimeRange& time) const override;
  std::vector<kernels::Position> positions(memory::BlockId id) const override;
  void read_payload(memory::BlockId id, std::int64_t layer,
                    std::span<std::byte> out) const override;
  std::span<const std::uint16_t> mean_keys(std::int64_t layer, memory::BlockId first,
                                           std::int64_t count) const override;

  // Reads and checks everything about one block, its index entry included.
  void verify(memory::BlockId id) const;

  // What a block run keeps of each block: the bytes of `entries` in the table block_runs.
  struct Entry {
    std::int64_t begin_us;
    std::int64_t end_us;
    std::int64_t shown_at_us;
    std::int64_t offset;  // of the record in its segment
    std::int64_t record_bytes;
    std::int32_t segment;
    std::int32_t tokens;
    std::int32_t extent;
    std::int32_t grid_t;
    std::int32_t grid_h;
    std::int32_t grid_w;
  };
  static_assert(sizeof(Entry) == 64);

 private:
  struct Run {
    memory::BlockId first;
    std::int64_t next_index;
    std::int64_t frames;
  };
  struct OpenSegment {
    std::uint32_t number;
    std::shared_ptr<const SegmentFile> file;
  };

  // Opening.
  std::vector<Run> load();
  std::optional<memory::BlockId> first_missing() const LT_EXCLUDES(mutex_);
  std::optional<std::string> damage_of_last(const Run& last);
  void open_index(std::int64_t count);
  void give_up_last(const std::vector<Run>& runs, const std::string& reason);
  std::vector<std::filesystem::path> orphans() const;
  void cut_tail();
  // Appending.
  void validate(const std::vector<memory::KvBlock>& blocks) const;
  std::vector<Entry> write_records(const std::vector<memory::KvBlock>& blocks);
  void commit(const Memory& record, const std::vector<Entry>& entries, std::int64_t frames);

  void add_to(Memory& record, const Entry& entry) const;
  Entry entry(memory::BlockId id) const LT_EXCLUDES(mutex_);
  std::optional<Entry> last_entry() const LT_EXCLUDES(mutex_);
  std::shared_ptr<const SegmentFile> segment(std::uint32_t number) const LT_EXCLUDES(mutex_);
  std::filesystem::path segment_path(std::uint32_t number) const;

  // Constant after construction.
  ConnectionPool& pool_;
  const std::filesystem::path folder_;
  const SegmentIdentity identity_;
  const std::int64_t segment_bytes_;
  std::optional<TimeRange> lost_;
  std::unique_ptr<memory::BlockIndex> index_;  // absent in an empty memory that is only read

  // Owned by the appending thread.
  std::optional<SegmentFile> tail_;
  std::uint32_t tail_number_ = 0;  // of tail_

  mutable Mutex mutex_;
  Memory record_ LT_GUARDED_BY(mutex_);
  std::vector<Entry> entries_ LT_GUARDED_BY(mutex_);
  mutable std::vector<OpenSegment> open_ LT_GUARDED_BY(mutex_);  // most recently used first
};

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_MEMORY_STORE_H_
