// Declares what the store's tests share: small shapes, blocks whose every byte follows from their
// id, and rows to put them under.
//
// Thread rule: free functions. Lifetime rule: values.
#ifndef LONGTAKE_TESTS_UNIT_STORE_STORE_FIXTURE_H_
#define LONGTAKE_TESTS_UNIT_STORE_STORE_FIXTURE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "engine/memory/kv_block.h"
#include "engine/store/library.h"
#include "engine/store/memory_store.h"
#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake::store {

inline const std::string kFingerprint = "0123456789abcdef0123456789abcdef";
// A layer's payload stays below 8 KiB: records aligned to 64 bytes.
inline const memory::MemoryShape kSmallShape{3, 2, 8, kernels::KvCodec::i8};
// And above: records aligned to 4096 bytes.
inline const memory::MemoryShape kLargeShape{2, 4, 64, kernels::KvCodec::bf16};

// Blocks last one second; tokens and grid vary with the id.
inline memory::KvBlock make_block(const memory::MemoryShape& shape, memory::BlockId id,
                                  std::uint32_t seed = 0) {
  std::mt19937 random(static_cast<std::uint32_t>(id) * 7919 + seed);
  memory::KvBlock block;
  block.info.id = id;
  block.info.time = {id * kMicrosPerSecond, (id + 1) * kMicrosPerSecond};
  block.info.shown_at = id * kMicrosPerSecond + 40;
  block.info.grid_h = 2 + static_cast<std::int32_t>(random() % 3);
  block.info.grid_w = 3 + static_cast<std::int32_t>(random() % 3);
  block.info.tokens = block.info.grid_h * block.info.grid_w;
  block.info.extent = block.info.grid_w;
  block.positions.resize(static_cast<std::size_t>(block.info.tokens));
  for (auto& position : block.positions) {
    for (auto& p : position) p = static_cast<std::int32_t>(random() % 100);
  }
  std::vector<std::byte> payload(static_cast<std::size_t>(shape.layers) *
                                 shape.layout(block.info.tokens).bytes());
  for (auto& b : payload) b = static_cast<std::byte>(random());
  block.payload = memory::Bytes(std::move(payload));
  block.mean_keys.resize(static_cast<std::size_t>(shape.mean_key_elements()));
  for (auto& key : block.mean_keys) key = static_cast<std::uint16_t>(random());
  return block;
}

inline std::vector<memory::KvBlock> make_blocks(const memory::MemoryShape& shape,
                                                memory::BlockId first, std::int64_t count,
                                                std::uint32_t seed = 0) {
  std::vector<memory::KvBlock> blocks;
  for (std::int64_t i = 0; i < count; ++i) blocks.push_back(make_block(shape, first + i, seed));
  return blocks;
}

inline bool same(const memory::BlockInfo& a, const memory::BlockInfo& b) {
  return a.id == b.id && a.time == b.time && a.shown_at == b.shown_at && a.grid_t == b.grid_t &&
         a.grid_h == b.grid_h && a.grid_w == b.grid_w && a.tokens == b.tokens &&
         a.extent == b.extent;
}

// Does the source hold exactly this block? Throws what reading throws.
inline bool holds(const memory::BlockSource& source, const memory::KvBlock& block) {
  const memory::BlockId id = block.info.id;
  if (id >= source.count() || !same(source.info(id), block.info)) return false;
  if (source.positions(id) != block.positions) return false;
  const std::size_t bytes = source.shape().layout(block.info.tokens).bytes();
  std::vector<std::byte> payload(bytes);
  const auto keys = static_cast<std::size_t>(source.shape().kv_heads * source.shape().head_dim);
  for (std::int64_t layer = 0; layer < source.shape().layers; ++layer) {
    const auto at = static_cast<std::size_t>(layer);
    source.read_payload(id, layer, payload);
    if (std::memcmp(payload.data(), block.payload.data() + at * bytes, bytes) != 0) return false;
    const auto mean = source.mean_keys(layer, id, 1);
    if (mean.size() != keys ||
        !std::equal(mean.begin(), mean.end(),
                    block.mean_keys.begin() + static_cast<std::ptrdiff_t>(at * keys))) {
      return false;
    }
  }
  return true;
}

// Every block from 0 to count - 1 is the one that make_block() makes.
inline void expect_blocks(const memory::BlockSource& source, std::int64_t count,
                          std::uint32_t seed = 0) {
  ASSERT_EQ(source.count(), count);
  for (std::int64_t id = 0; id < count; ++id) {
    ASSERT_TRUE(holds(source, make_block(source.shape(), id, seed))) << "block " << id;
  }
}

inline Video make_video(int number) {
  Video video;
  video.content_id = "content" + std::to_string(number);
  video.path = "/videos/clip" + std::to_string(number) + ".mp4";
  video.name = "clip" + std::to_string(number);
  video.size = 1000 + number;
  video.duration = 60 * kMicrosPerSecond;
  video.width = 640;
  video.height = 360;
  return video;
}

inline Memory make_memory(std::int64_t video_id, const memory::MemoryShape& shape) {
  Memory memory;
  memory.video_id = video_id;
  memory.model = "nano";
  memory.fingerprint = kFingerprint;
  memory.shape = shape;
  memory.interval = kMicrosPerSecond;
  return memory;
}

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void spill(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// Tests that have a fast form and a full one: LONGTAKE_STORE_TESTS=full.
inline bool full_tests() {
  const char* value = std::getenv("LONGTAKE_STORE_TESTS");
  return value != nullptr && std::string(value) == "full";
}

template <typename Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_FALSE(error.message().empty());
    EXPECT_FALSE(error.hint().empty()) << error.message();
    return error;
  }
  ADD_FAILURE() << "no Error";
  return {ErrorCode::internal, "no Error"};
}

// A folder in memory where there is one: these tests sync thousands of times, and what a power cut
// would do is not what they are about.
class FastFolder : public TempFolder {
 public:
  FastFolder()
      : TempFolder(std::filesystem::is_directory("/dev/shm")
                       ? std::filesystem::path("/dev/shm")
                       : std::filesystem::temp_directory_path()) {}
};

// A library with one video and one memory.
class StoreTest : public ::testing::Test {
 protected:
  void open(Library::Access access = Library::Access::write) {
    memory_.reset();
    library_.reset();
    library_ = Library::open(folder_.path() / "library", access);
  }
  void make(const memory::MemoryShape& shape = kSmallShape) {
    open();
    video_id_ = library_->add_video(make_video(1));
    memory_id_ = library_->create_memory(make_memory(video_id_, shape));
    memory_ = library_->open_memory(memory_id_);
  }
  // Closes everything and opens it again.
  void reopen(Library::Access access = Library::Access::write) {
    open(access);
    memory_ = library_->open_memory(memory_id_);
  }
  std::filesystem::path memory_file(const std::string& name) const {
    return folder_.path() / "library" / "memories" / std::to_string(memory_id_) / name;
  }

  FastFolder folder_;
  std::unique_ptr<Library> library_;
  std::shared_ptr<MemoryStore> memory_;
  std::int64_t video_id_ = 0;
  std::int64_t memory_id_ = 0;
};

}  // namespace longtake::store

#endif  // LONGTAKE_TESTS_UNIT_STORE_STORE_FIXTURE_H_
