#include "engine/memory/block_index.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#include "engine/base/hash.h"
#include "kernels/error.h"

namespace longtake::memory {

static_assert(std::endian::native == std::endian::little, "the page header is the file's bytes");

namespace {

constexpr std::array<char, 8> kMagic{'L', 'T', 'K', 'V', 'I', 'D', 'X', '\0'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kByteOrder = 0x01020304;
constexpr std::int64_t kHeaderBytes = 4096;
constexpr std::int64_t kKeyAlignment = 64;
constexpr std::int64_t kPageAlignment = 65536;  // of memory maps, on any machine
constexpr std::int64_t kCrcBytes = 4;

constexpr const char* kRebuild =
    "This memory cannot be searched any more. Remove the video from the library and watch it "
    "again.";

std::int64_t align_up(std::int64_t value, std::int64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

IndexPageHeader make_header(const BlockIndex::Identity& identity, std::int64_t page) {
  IndexPageHeader header{};
  header.magic = kMagic;
  header.version = kVersion;
  header.byte_order = kByteOrder;
  header.level = 0;
  header.group = 1;
  header.blocks_per_page = static_cast<std::uint32_t>(identity.blocks_per_page);
  header.layers = static_cast<std::uint32_t>(identity.shape.layers);
  header.kv_heads = static_cast<std::uint32_t>(identity.shape.kv_heads);
  header.head_dim = static_cast<std::uint32_t>(identity.shape.head_dim);
  header.page = page;
  header.memory_id = identity.memory_id;
  assert(identity.fingerprint.size() == header.fingerprint.size());
  std::copy_n(identity.fingerprint.begin(), header.fingerprint.size(), header.fingerprint.begin());
  header.crc = crc32c(std::as_bytes(std::span(&header, 1)).first(offsetof(IndexPageHeader, crc)));
  return header;
}

// Of one block's keys at one layer, and of what they are.
std::uint32_t entry_crc(std::span<const std::byte> keys, BlockId id, std::int64_t layer) {
  const std::array<std::int64_t, 2> what{id, layer};
  return crc32c(std::as_bytes(std::span(what)), crc32c(keys));
}

}  // namespace

struct BlockIndex::Page {
  MappedFile map;
  BlockId first = 0;
  // Per layer, how many blocks from the page's first have been checked. Two threads may check the
  // same ones at once; both find the same.
  mutable std::vector<std::atomic<std::int64_t>> checked;
};

BlockIndex::BlockIndex(const std::filesystem::path& path, Identity identity, std::int64_t count,
                       File::Mode mode)
    : identity_(std::move(identity)),
      keys_begin_(
          align_up(kHeaderBytes + identity_.shape.layers * identity_.blocks_per_page * kCrcBytes,
                   kKeyAlignment)),
      file_(File::open(path, mode)) {
  const std::int64_t pages = (count + identity_.blocks_per_page - 1) / identity_.blocks_per_page;
  if (file_.size() / page_bytes() < pages) {
    throw Error(ErrorCode::corrupt_data,
                path.string() + ": the index ends before block " + std::to_string(count - 1),
                kRebuild);
  }
  for (std::int64_t i = 0; i < pages; ++i) add_page(false);
  publish(count);
}

BlockIndex::~BlockIndex() = default;

std::int64_t BlockIndex::bytes_per_block() const {
  return identity_.shape.mean_key_elements() * 2 + identity_.shape.layers * kCrcBytes;
}

std::int64_t BlockIndex::key_elements() const {
  return identity_.shape.kv_heads * identity_.shape.head_dim;
}

std::int64_t BlockIndex::crc_offset(std::int64_t layer, std::int64_t slot) const {
  return kHeaderBytes + (layer * identity_.blocks_per_page + slot) * kCrcBytes;
}

std::int64_t BlockIndex::key_offset(std::int64_t layer, std::int64_t slot) const {
  return keys_begin_ + (layer * identity_.blocks_per_page + slot) * key_elements() * 2;
}

std::int64_t BlockIndex::page_bytes() const {
  return align_up(key_offset(identity_.shape.layers, 0), kPageAlignment);
}

// Maps the next page, after writing its header (`make`) or checking it.
void BlockIndex::add_page(bool make) {
  MutexLock lock(mutex_);
  const auto number = static_cast<std::int64_t>(pages_.size());
  const std::int64_t offset = number * page_bytes();
  const IndexPageHeader header = make_header(identity_, number);
  if (make) {
    file_.truncate(offset + page_bytes());
    file_.write_at(offset, std::as_bytes(std::span(&header, 1)));
  } else {
    IndexPageHeader found{};
    file_.read_at(offset, std::as_writable_bytes(std::span(&found, 1)));
    if (std::memcmp(&found, &header, sizeof header) != 0) {
      throw Error(ErrorCode::corrupt_data,
                  file_.path().string() + ": the header of page " + std::to_string(number) +
                      " is damaged or of another memory",
                  kRebuild);
    }
  }
  auto page = std::make_unique<Page>();
  page->map = MappedFile::map(file_, offset, static_cast<std::size_t>(page_bytes()));
  page->first = number * identity_.blocks_per_page;
  page->checked =
      std::vector<std::atomic<std::int64_t>>(static_cast<std::size_t>(identity_.shape.layers));
  pages_.push_back(std::move(page));
}

const BlockIndex::Page& BlockIndex::page_of(BlockId id) const {
  MutexLock lock(mutex_);
  return *pages_[static_cast<std::size_t>(id / identity_.blocks_per_page)];
}

void BlockIndex::write(std::span<const KvBlock> blocks) {
  const auto layer_bytes = static_cast<std::size_t>(key_elements() * 2);
  std::int64_t next = count();
  while (!blocks.empty()) {
    const std::int64_t page = next / identity_.blocks_per_page;
    const std::int64_t slot = next % identity_.blocks_per_page;
    const auto here =
        std::min(blocks.size(), static_cast<std::size_t>(identity_.blocks_per_page - slot));
    bool known = false;
    {
      MutexLock lock(mutex_);
      known = page < static_cast<std::int64_t>(pages_.size());
    }
    if (!known) add_page(true);
    // Layer by layer: the keys of these blocks are neighbours there, and so are their checksums.
    std::vector<std::uint32_t> crcs(here);
    buffer_.resize(here * layer_bytes);
    for (std::int64_t layer = 0; layer < identity_.shape.layers; ++layer) {
      for (std::size_t i = 0; i < here; ++i) {
        const auto keys = std::as_bytes(std::span(blocks[i].mean_keys))
                              .subspan(static_cast<std::size_t>(layer) * layer_bytes, layer_bytes);
        std::memcpy(&buffer_[i * layer_bytes], keys.data(), layer_bytes);
        crcs[i] = entry_crc(keys, next + static_cast<BlockId>(i), layer);
      }
      file_.write_at(page * page_bytes() + key_offset(layer, slot), buffer_);
      file_.write_at(page * page_bytes() + crc_offset(layer, slot), std::as_bytes(std::span(crcs)));
    }
    blocks = blocks.subspan(here);
    next += static_cast<std::int64_t>(here);
  }
}

void BlockIndex::publish(std::int64_t count) {
  count_.store(count, std::memory_order_release);
}

std::span<const std::uint16_t> BlockIndex::mean_keys(std::int64_t layer, BlockId first,
                                                     std::int64_t count) const {
  const std::int64_t available = this->count() - first;
  assert(0 <= layer && layer < identity_.shape.layers);
  assert(0 <= first && count <= available);
  count = std::min(count, available);
  if (count <= 0) return {};
  const Page& page = page_of(first);
  const std::int64_t slot = first - page.first;
  const std::int64_t end = std::min(slot + count, identity_.blocks_per_page);
  std::atomic<std::int64_t>& checked = page.checked[static_cast<std::size_t>(layer)];
  std::int64_t known = checked.load(std::memory_order_acquire);
  if (known < end) {
    check(page, layer, known, end);
    // Another thread may have come further meanwhile.
    while (known < end && !checked.compare_exchange_weak(known, end, std::memory_order_release)) {
    }
  }
  const std::byte* keys = page.map.bytes().data() + key_offset(layer, slot);
  return {reinterpret_cast<const std::uint16_t*>(keys),
          static_cast<std::size_t>((end - slot) * key_elements())};
}

void BlockIndex::check(const Page& page, std::int64_t layer, std::int64_t begin,
                       std::int64_t end) const {
  const std::byte* crcs = page.map.bytes().data() + crc_offset(layer, 0);
  const std::byte* keys = page.map.bytes().data() + key_offset(layer, 0);
  const auto layer_bytes = static_cast<std::size_t>(key_elements() * 2);
  for (std::int64_t slot = begin; slot < end; ++slot) {
    std::uint32_t expected = 0;
    std::memcpy(&expected, crcs + slot * kCrcBytes, kCrcBytes);
    const auto at = static_cast<std::size_t>(slot);
    if (entry_crc({keys + at * layer_bytes, layer_bytes}, page.first + slot, layer) != expected) {
      throw Error(ErrorCode::corrupt_data,
                  file_.path().string() + ": the index entry of block " +
                      std::to_string(page.first + slot) + " at layer " + std::to_string(layer) +
                      " is damaged",
                  kRebuild);
    }
  }
}

void BlockIndex::verify(BlockId first, BlockId last) const {
  assert(0 <= first && last <= count());
  while (first < last) {
    const Page& page = page_of(first);
    const std::int64_t begin = first - page.first;
    const std::int64_t end = std::min(last - page.first, identity_.blocks_per_page);
    for (std::int64_t layer = 0; layer < identity_.shape.layers; ++layer) {
      check(page, layer, begin, end);
    }
    first = page.first + end;
  }
}

}  // namespace longtake::memory
