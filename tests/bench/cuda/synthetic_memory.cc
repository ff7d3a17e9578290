#include "tests/bench/cuda/synthetic_memory.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cstring>

#include "kernels/error.h"

namespace longtake::bench {

using memory::BlockId;
using memory::KvBlock;
using memory::MemoryShape;

namespace {

constexpr std::int64_t kPage = 1024;        // blocks
constexpr std::int64_t kOutstanding = 128;  // blocks whose keys stand out

// Signs, mantissas and exponents of 2^-3 to 1; `larger` multiplies by a power of two.
void fill_keys(std::uint16_t* keys, std::int64_t count, std::uint32_t larger,
               std::uint32_t& state) {
  for (std::int64_t i = 0; i < count; ++i) {
    state = state * 1'664'525U + 1'013'904'223U;
    const std::uint32_t bits = state >> 8;
    const std::uint32_t exponent = 12U + ((bits >> 16) & 3U) + larger;
    keys[i] = static_cast<std::uint16_t>((bits & 0x83FFU) | (exponent << 10));
  }
}

}  // namespace

SyntheticMemory::SyntheticMemory(const MemoryShape& shape, const std::vector<KvBlock>& blocks,
                                 std::int64_t count)
    : shape_(shape), blocks_(blocks), count_(count) {
  const std::int64_t per_block = shape_.kv_heads * shape_.head_dim;
  const std::int64_t pages = (count + kPage - 1) / kPage;
  keys_.resize(static_cast<std::size_t>(pages * shape_.layers * kPage * per_block));
  const std::int64_t stride = std::max<std::int64_t>(1, count / kOutstanding);
  std::uint32_t state = 1;
  std::uint16_t* at = keys_.data();
  for (std::int64_t page = 0; page < pages; ++page) {
    for (std::int64_t layer = 0; layer < shape_.layers; ++layer) {
      for (std::int64_t slot = 0; slot < kPage; ++slot, at += per_block) {
        const bool outstanding = (page * kPage + slot) % stride == 0;
        fill_keys(at, per_block, outstanding ? 3 : 0, state);
      }
    }
  }
}

memory::BlockInfo SyntheticMemory::info(BlockId id) const {
  memory::BlockInfo info = blocks_.front().info;
  const Micros length = std::max<Micros>(1, info.time.length());
  info.id = id;
  info.time = {id * length, (id + 1) * length};
  info.shown_at = info.time.begin;
  return info;
}

void SyntheticMemory::read_payload(BlockId id, std::int64_t layer, std::span<std::byte> out) const {
  const auto& payload = block(id).payload;
  std::memcpy(out.data(), payload.data() + static_cast<std::size_t>(layer) * out.size(),
              out.size());
}

std::span<const std::uint16_t> SyntheticMemory::mean_keys(std::int64_t layer, BlockId first,
                                                          std::int64_t count) const {
  assert(0 <= first && first + count <= count_);
  const std::int64_t per_block = shape_.kv_heads * shape_.head_dim;
  const std::int64_t page = first / kPage;
  const std::int64_t slot = first % kPage;
  const std::int64_t here = std::min(count, kPage - slot);
  const std::int64_t begin = ((page * shape_.layers + layer) * kPage + slot) * per_block;
  return {keys_.data() + begin, static_cast<std::size_t>(here * per_block)};
}

PayloadFile::PayloadFile(const SyntheticMemory& memory, std::int64_t records,
                         const std::string& folder)
    : payload_bytes_(memory.shape().layout(memory.info(0).tokens).bytes()),
      stride_((static_cast<std::int64_t>(payload_bytes_) + 4095) / 4096 * 4096),
      layers_(memory.shape().layers),
      records_(records) {
  const std::int64_t per_block = layers_ * stride_;
  struct statvfs room {};
  if (statvfs(folder.c_str(), &room) != 0) {
    throw Error(ErrorCode::io_error, folder + ": cannot be looked at");
  }
  const auto free = static_cast<std::int64_t>(room.f_bavail * room.f_frsize);
  if (free < records * per_block + (std::int64_t{1} << 30)) {
    throw Error(ErrorCode::disk_full,
                folder + ": no room for " + std::to_string((records * per_block) >> 20) + " MB");
  }
  std::string path = folder + "/longtake-cuda-bench-XXXXXX";
  file_ = mkstemp(path.data());
  if (file_ < 0) throw Error(ErrorCode::io_error, folder + ": no file can be made");
  unlink(path.c_str());  // it lives as long as it is open
  std::vector<std::byte> bytes(static_cast<std::size_t>(per_block));
  for (std::int64_t record = 0; record < records; ++record) {
    for (std::int64_t layer = 0; layer < layers_; ++layer) {
      memory.read_payload(
          record, layer,
          std::span(bytes).subspan(static_cast<std::size_t>(layer * stride_), payload_bytes_));
    }
    if (pwrite(file_, bytes.data(), bytes.size(), record * per_block) != per_block) {
      close(file_);
      throw Error(ErrorCode::io_error, folder + ": blocks cannot be written");
    }
  }
  fdatasync(file_);
}

PayloadFile::~PayloadFile() {
  close(file_);
}

void PayloadFile::read(std::int64_t record, std::int64_t layer, std::span<std::byte> out) const {
  const std::int64_t offset = (record * layers_ + layer) * stride_;
  for (std::size_t done = 0; done < out.size();) {
    const ssize_t count = pread(file_, out.data() + done, out.size() - done,
                                offset + static_cast<std::int64_t>(done));
    if (count <= 0) throw Error(ErrorCode::io_error, "a block of the bench cannot be read");
    done += static_cast<std::size_t>(count);
  }
}

void PayloadFile::drop_page_cache() const {
  posix_fadvise(file_, 0, 0, POSIX_FADV_DONTNEED);
}

}  // namespace longtake::bench
