#include "engine/store/memory_store.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <system_error>

#include "engine/base/log.h"
#include "engine/store/coverage.h"
#include "engine/store/row.h"
#include "kernels/error.h"

namespace longtake::store {

namespace {

using memory::BlockId;
using memory::BlockInfo;
using memory::KvBlock;

constexpr std::string_view kRun = "memory_id, first_id, count, next_index, frames, entries";
constexpr std::string_view kIndexName = "index.ltidx";
// Files that one memory keeps open for reading; a question over many videos opens many memories.
constexpr std::size_t kMaxOpenSegments = 16;
constexpr const char* kRebuild =
    "Remove the video from the library and watch it again; or put back a backup of the library.";

std::int64_t end_of(const MemoryStore::Entry& entry) {
  return entry.offset + entry.record_bytes;
}

BlockInfo info_of(BlockId id, const MemoryStore::Entry& entry) {
  BlockInfo info;
  info.id = id;
  info.time = {entry.begin_us, entry.end_us};
  info.shown_at = entry.shown_at_us;
  info.grid_t = entry.grid_t;
  info.grid_h = entry.grid_h;
  info.grid_w = entry.grid_w;
  info.tokens = entry.tokens;
  info.extent = entry.extent;
  return info;
}

// May `entry` follow `before`? The rows have checksums; this is what the code below relies on.
bool plausible(const MemoryStore::Entry& entry, const MemoryStore::Entry* before) {
  const bool alone = 0 < entry.tokens && entry.tokens <= kMaxTokens && entry.segment >= 0 &&
                     entry.offset > 0 && entry.record_bytes > 0 && entry.offset <= kSegmentBytes &&
                     entry.record_bytes < std::int64_t{1} << 48 && entry.begin_us <= entry.end_us;
  if (!alone || before == nullptr) return alone && entry.segment == 0;
  return entry.begin_us >= before->begin_us && entry.end_us >= before->end_us &&
         (entry.segment == before->segment ? entry.offset == end_of(*before)
                                           : entry.segment == before->segment + 1);
}

std::string time_text(Micros begin, Micros end) {
  return format_time(begin) + "-" + format_time(end);
}

}  // namespace

// --- Opening -------------------------------------------------------------------------------------

MemoryStore::MemoryStore(ConnectionPool& pool, std::filesystem::path folder, Memory record,
                         std::int64_t segment_bytes)
    : pool_(pool),
      folder_(std::move(folder)),
      identity_{record.id, record.fingerprint, record.shape},
      segment_bytes_(segment_bytes),
      record_(std::move(record)) {
  if (pool_.writable()) make_directories(folder_);
  const std::vector<Run> runs = load();
  if (runs.empty()) {
    open_index(0);
  } else if (const auto damage = damage_of_last(runs.back())) {
    give_up_last(runs, *damage);
  }
  if (pool_.writable()) cut_tail();
}

MemoryStore::~MemoryStore() = default;

std::vector<MemoryStore::Run> MemoryStore::load() {
  const auto damaged = [this](const std::string& what) {
    return Error(ErrorCode::corrupt_data,
                 "library.db: memory " + std::to_string(identity_.memory_id) + ": " + what,
                 kRebuild);
  };
  auto db = pool_.reader();
  MutexLock lock(mutex_);
  std::vector<Run> runs;
  // Another process may be appending to what we only read: stop where the memory's row did.
  Statement statement = db->query(
      select("block_runs", kRun, "WHERE memory_id = ? AND first_id < ? ORDER BY first_id"),
      identity_.memory_id, record_.blocks);
  while (statement.step()) {
    Row row(statement, 6, "block_runs");
    row.integer();  // memory_id
    Run run{};
    run.first = row.integer();
    const std::int64_t count = row.integer();
    run.next_index = row.integer();
    run.frames = row.integer();
    const std::span<const std::byte> bytes = row.blob();
    if (run.first != static_cast<BlockId>(entries_.size()) || count <= 0 ||
        bytes.size() % sizeof(Entry) != 0 ||
        static_cast<std::int64_t>(bytes.size() / sizeof(Entry)) != count) {
      throw damaged("its blocks are not numbered without gaps");
    }
    for (std::int64_t i = 0; i < count; ++i) {
      Entry entry{};
      std::memcpy(&entry, bytes.subspan(static_cast<std::size_t>(i) * sizeof entry).data(),
                  sizeof entry);
      if (!plausible(entry, entries_.empty() ? nullptr : &entries_.back())) {
        throw damaged("the entry of block " + std::to_string(entries_.size()) + " makes no sense");
      }
      entries_.push_back(entry);
    }
    runs.push_back(run);
  }
  if (static_cast<std::int64_t>(entries_.size()) != record_.blocks) {
    throw damaged("it should have " + std::to_string(record_.blocks) + " blocks and has " +
                  std::to_string(entries_.size()));
  }
  return runs;
}

// The first block whose record lies beyond the end of its file.
std::optional<BlockId> MemoryStore::first_missing() const {
  MutexLock lock(mutex_);
  std::size_t first = 0;  // of the segment at hand
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (i + 1 < entries_.size() && entries_[i + 1].segment == entries_[i].segment) continue;
    std::error_code error;
    const auto found = std::filesystem::file_size(
        segment_path(static_cast<std::uint32_t>(entries_[i].segment)), error);
    const std::int64_t size = error ? 0 : static_cast<std::int64_t>(found);
    if (end_of(entries_[i]) > size) {
      while (end_of(entries_[first]) <= size) ++first;
      return static_cast<BlockId>(first);
    }
    first = i + 1;
  }
  return std::nullopt;
}

// Opens the index and looks at the blocks of the last append, which a crash may have hurt. Returns
// what is wrong with them; throws if older blocks are gone.
std::optional<std::string> MemoryStore::damage_of_last(const Run& last) {
  if (const auto missing = first_missing()) {
    const std::string file =
        segment_path(static_cast<std::uint32_t>(entry(*missing).segment)).string();
    if (*missing >= last.first) return file + " ends before block " + std::to_string(*missing);
    throw Error(ErrorCode::corrupt_data,
                file + ": the file is missing or cut off; what was seen from " +
                    time_text(entry(*missing).begin_us, last_entry()->end_us) + " is lost",
                kRebuild);
  }
  try {
    open_index(count());
    index_->verify(last.first, count());
    for (BlockId id = last.first; id < count(); ++id) positions(id);
    const BlockId id = count() - 1;
    std::vector<std::byte> payload(shape().layout(info(id).tokens).bytes());
    for (std::int64_t layer = 0; layer < shape().layers; ++layer) read_payload(id, layer, payload);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::corrupt_data && error.code() != ErrorCode::not_found) throw;
    return error.message();
  }
  return std::nullopt;
}

void MemoryStore::open_index(std::int64_t count) {
  index_.reset();
  const std::filesystem::path path = folder_ / kIndexName;
  if (count == 0 && !pool_.writable()) return;
  const File::Mode mode = !pool_.writable() ? File::Mode::read
                          : count == 0      ? File::Mode::create
                                            : File::Mode::read_write;
  try {
    index_ = std::make_unique<memory::BlockIndex>(
        path,
        memory::BlockIndex::Identity{identity_.memory_id, identity_.fingerprint, identity_.shape},
        count, mode);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::corrupt_data, error.message(), kRebuild);
  }
}

void MemoryStore::give_up_last(const std::vector<Run>& runs, const std::string& reason) {
  const BlockId keep = runs.back().first;
  // Only what can have been under way when the power went is given up: damage of a header that older
  // blocks stand behind, too, throws here and leaves everything as it is.
  open_index(keep);
  if (keep > 0) verify(keep - 1);
  log("store").warn("{}: giving up the blocks from {} on: {}", folder_.string(), keep, reason);
  Memory record;
  {
    MutexLock lock(mutex_);
    lost_ = TimeRange{entries_[static_cast<std::size_t>(keep)].begin_us, entries_.back().end_us};
    entries_.resize(static_cast<std::size_t>(keep));
    record_.finished = false;
    record_.next_index = runs.size() > 1 ? runs[runs.size() - 2].next_index : 0;
    record_.frames -= runs.back().frames;
    record_.blocks = record_.tokens = record_.bytes = 0;
    record_.coverage.clear();
    for (const Entry& entry : entries_) add_to(record_, entry);
    record = record_;
  }
  if (!pool_.writable()) return;
  auto db = pool_.writer();
  Transaction transaction(*db);
  db->run("DELETE FROM block_runs WHERE memory_id = ? AND first_id >= ?", identity_.memory_id,
          keep);
  save_progress(*db, record);
  transaction.commit();
}

// Files that belong to no committed block: of an append that failed, or is under way.
std::vector<std::filesystem::path> MemoryStore::orphans() const {
  const auto last = last_entry();
  std::vector<std::filesystem::path> found;
  std::error_code ignored;
  if (!std::filesystem::exists(folder_, ignored)) return found;  // nothing has been written yet
  for (const std::filesystem::path& path : list_directory(folder_)) {
    const std::string name = path.filename().string();
    if (!name.starts_with("segment-") || !name.ends_with(".ltseg")) continue;
    // Names of equal length are ordered like their numbers; a name of another form is not ours.
    const std::string newest = last ? segment_name(static_cast<std::uint32_t>(last->segment)) : "";
    if (name > newest && name.size() == segment_name(0).size()) found.push_back(path);
  }
  return found;
}

// Makes the folder hold the committed blocks and nothing else.
void MemoryStore::cut_tail() {
  tail_.reset();
  for (const std::filesystem::path& path : orphans()) remove_file(path);
  const auto last = last_entry();
  if (!last) return;
  tail_number_ = static_cast<std::uint32_t>(last->segment);
  SegmentFile file = SegmentFile::open(segment_path(tail_number_), identity_, tail_number_,
                                       File::Mode::read_write);
  if (file.size() > end_of(*last)) file.truncate(end_of(*last));
  tail_ = std::move(file);
}

// --- Appending -----------------------------------------------------------------------------------

void MemoryStore::append(std::vector<KvBlock>&& blocks, std::int64_t next_index,
                         std::int64_t frames) {
  if (!pool_.writable()) pool_.writer();  // throws
  const std::vector<KvBlock> mine = std::move(blocks);
  validate(mine);
  if (frames < 0) frames = static_cast<std::int64_t>(mine.size());
  Memory record = this->record();
  std::vector<Entry> entries;
  try {
    entries = write_records(mine);
    index_->write(mine);
    if (!mine.empty()) {
      tail_->sync();
      index_->sync();
    }
    record.next_index = next_index;
    record.frames += frames;
    for (const Entry& entry : entries) add_to(record, entry);
    commit(record, entries, frames);
  } catch (...) {
    try {
      cut_tail();
    } catch (const Error& error) {
      // The next append writes over it, or the next opening cuts it.
      log("store").warn("{}: an unfinished append stays behind: {}", folder_.string(),
                        error.message());
      tail_.reset();
    }
    throw;
  }
  index_->publish(record.blocks);
  MutexLock lock(mutex_);
  record_ = std::move(record);
  entries_.insert(entries_.end(), entries.begin(), entries.end());
}

void MemoryStore::validate(const std::vector<KvBlock>& blocks) const {
  const auto require = [](bool condition, const char* what) {
    if (!condition) {
      throw Error(ErrorCode::internal, std::string("cannot store blocks: ") + what,
                  "This is a fault of the program. Report it.");
    }
  };
  BlockId next = count();
  TimeRange before;
  if (const auto last = last_entry()) before = {last->begin_us, last->end_us};
  for (const KvBlock& block : blocks) {
    const BlockInfo& info = block.info;
    require(info.id == next++, "they are not numbered in order");
    require(info.tokens > 0 && info.tokens <= kMaxTokens, "their number of tokens is out of range");
    require(info.time.begin <= info.time.end, "a block ends before it begins");
    require(info.id == 0 || (info.time.begin >= before.begin && info.time.end >= before.end),
            "they are not in order of time");
    require(block.positions.size() == static_cast<std::size_t>(info.tokens),
            "there is not one position per token");
    require(block.payload.size() ==
                static_cast<std::size_t>(shape().layers) * shape().layout(info.tokens).bytes(),
            "the payload has the wrong size");
    require(block.mean_keys.size() == static_cast<std::size_t>(shape().mean_key_elements()),
            "the mean keys have the wrong size");
    before = info.time;
  }
}

// Writes behind the last committed block and makes full segments durable; tail_ is for the caller.
std::vector<MemoryStore::Entry> MemoryStore::write_records(const std::vector<KvBlock>& blocks) {
  std::vector<Entry> entries;
  const auto last = last_entry();
  if (last && !tail_) cut_tail();  // an earlier append has failed
  std::int64_t offset = last ? end_of(*last) : 0;
  for (const KvBlock& block : blocks) {
    const bool full = tail_ && offset > tail_->first_offset() &&
                      offset + tail_->layout(block.info.tokens).record_bytes > segment_bytes_;
    if (!tail_ || full) {
      if (tail_) tail_->sync();
      tail_number_ = tail_ ? tail_number_ + 1 : 0;
      tail_ = SegmentFile::create(segment_path(tail_number_), identity_, tail_number_,
                                  block.info.tokens);
      sync_directory(folder_);
      offset = tail_->first_offset();
    }
    const std::int64_t end = tail_->write(offset, block);
    entries.push_back({block.info.time.begin, block.info.time.end, block.info.shown_at, offset,
                       end - offset, static_cast<std::int32_t>(tail_number_), block.info.tokens,
                       block.info.extent, block.info.grid_t, block.info.grid_h, block.info.grid_w});
    offset = end;
  }
  return entries;
}

void MemoryStore::commit(const Memory& record, const std::vector<Entry>& entries,
                         std::int64_t frames) {
  auto db = pool_.writer();
  Transaction transaction(*db);
  save_progress(*db, record);
  if (!entries.empty()) {
    const auto count = static_cast<std::int64_t>(entries.size());
    db->run(
        "INSERT INTO block_runs (memory_id, first_id, count, next_index, frames, entries) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        record.id, record.blocks - count, count, record.next_index, frames,
        std::as_bytes(std::span(entries)));
  }
  transaction.commit();
}

void MemoryStore::finish() {
  Memory record = this->record();
  record.finished = true;
  {
    auto db = pool_.writer();
    Transaction transaction(*db);
    save_progress(*db, record);
    transaction.commit();
  }
  MutexLock lock(mutex_);
  record_.finished = true;
}

// --- Reading -------------------------------------------------------------------------------------

Memory MemoryStore::record() const {
  MutexLock lock(mutex_);
  return record_;
}

std::int64_t MemoryStore::count() const {
  MutexLock lock(mutex_);
  return static_cast<std::int64_t>(entries_.size());
}

BlockInfo MemoryStore::info(BlockId id) const {
  return info_of(id, entry(id));
}

std::pair<BlockId, BlockId> MemoryStore::range(const TimeRange& time) const {
  MutexLock lock(mutex_);
  if (time.empty()) return {0, 0};
  const auto first =
      std::partition_point(entries_.begin(), entries_.end(),
                           [&](const Entry& entry) { return entry.end_us <= time.begin; });
  const auto last = std::partition_point(
      first, entries_.end(), [&](const Entry& entry) { return entry.begin_us < time.end; });
  return {first - entries_.begin(), last - entries_.begin()};
}

std::vector<kernels::Position> MemoryStore::positions(BlockId id) const {
  const Entry at = entry(id);
  return segment(static_cast<std::uint32_t>(at.segment))
      ->read_positions(at.offset, info_of(id, at));
}

void MemoryStore::read_payload(BlockId id, std::int64_t layer, std::span<std::byte> out) const {
  const Entry at = entry(id);
  segment(static_cast<std::uint32_t>(at.segment))
      ->read_payload(at.offset, info_of(id, at), layer, out);
}

std::span<const std::uint16_t> MemoryStore::mean_keys(std::int64_t layer, BlockId first,
                                                      std::int64_t count) const {
  if (count <= 0) return {};
  return index_->mean_keys(layer, first, count);
}

void MemoryStore::verify(BlockId id) const {
  positions(id);
  std::vector<std::byte> payload(shape().layout(info(id).tokens).bytes());
  for (std::int64_t layer = 0; layer < shape().layers; ++layer) read_payload(id, layer, payload);
  index_->verify(id, id + 1);
}

void MemoryStore::add_to(Memory& record, const Entry& entry) const {
  ++record.blocks;
  record.tokens += entry.tokens;
  record.bytes += entry.record_bytes + index_->bytes_per_block();
  extend(record.coverage, {entry.begin_us, entry.end_us});
}

MemoryStore::Entry MemoryStore::entry(BlockId id) const {
  MutexLock lock(mutex_);
  assert(0 <= id && id < static_cast<BlockId>(entries_.size()));
  return entries_[static_cast<std::size_t>(id)];
}

std::optional<MemoryStore::Entry> MemoryStore::last_entry() const {
  MutexLock lock(mutex_);
  if (entries_.empty()) return std::nullopt;
  return entries_.back();
}

std::shared_ptr<const SegmentFile> MemoryStore::segment(std::uint32_t number) const {
  MutexLock lock(mutex_);
  const auto found = std::find_if(open_.begin(), open_.end(), [number](const OpenSegment& open) {
    return open.number == number;
  });
  if (found != open_.end()) {
    std::rotate(open_.begin(), found, found + 1);
  } else {
    auto file = std::make_shared<const SegmentFile>(
        SegmentFile::open(segment_path(number), identity_, number, File::Mode::read));
    if (open_.size() == kMaxOpenSegments) open_.pop_back();
    open_.insert(open_.begin(), {number, std::move(file)});
  }
  return open_.front().file;
}

std::filesystem::path MemoryStore::segment_path(std::uint32_t number) const {
  return folder_ / segment_name(number);
}

}  // namespace longtake::store
