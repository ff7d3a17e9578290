// Declares what the bench works on: memories of any length that need no room, a folder of its own,
// and the stopwatch.
//
// Thread rule: one thread. Lifetime rule: an EndlessMemory refers to its block and its keys.
#ifndef LONGTAKE_ENGINE_SESSION_BENCH_FIXTURES_H_
#define LONGTAKE_ENGINE_SESSION_BENCH_FIXTURES_H_

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/base/file.h"
#include "engine/base/time.h"
#include "engine/memory/block_index.h"
#include "engine/memory/block_source.h"
#include "engine/memory/recall.h"

namespace longtake::session {

std::string number(double value);     // "12", "3.45"
std::string megabytes(double bytes);  // "12 MB"

double seconds_since(std::int64_t start_us);
template <typename Work>
double seconds_of(const Work& work) {
  const std::int64_t start = monotonic_us();
  work();
  return seconds_since(start);
}

// Random f16 values of ordinary size: signs, mantissas and exponents of 2^-3 to 1.
void fill_keys(std::vector<std::uint16_t>& keys, std::uint32_t& state);

// A memory as long as one likes that needs no room: one block's bytes stand for all of them, and
// one layer's mean keys, which do differ from block to block, for all layers.
class EndlessMemory : public memory::BlockSource {
 public:
  EndlessMemory(const memory::MemoryShape& shape, const memory::KvBlock& block,
                const memory::BlockIndex& keys)
      : shape_(shape), block_(block), keys_(keys) {}

  const memory::MemoryShape& shape() const override { return shape_; }
  std::int64_t count() const override { return keys_.count(); }
  memory::BlockInfo info(memory::BlockId id) const override {
    memory::BlockInfo info = block_.info;
    const Micros length = std::max<Micros>(1, info.time.length());
    info.id = id;
    info.time = {id * length, (id + 1) * length};
    return info;
  }
  std::pair<memory::BlockId, memory::BlockId> range(const TimeRange& /*all*/) const override {
    return {0, count()};
  }
  std::vector<kernels::Position> positions(memory::BlockId) const override {
    return block_.positions;
  }
  void read_payload(memory::BlockId, std::int64_t layer, std::span<std::byte> out) const override {
    std::copy_n(block_.payload.data() + layer * static_cast<std::int64_t>(out.size()), out.size(),
                out.begin());
  }
  std::span<const std::uint16_t> mean_keys(std::int64_t, memory::BlockId first,
                                           std::int64_t count) const override {
    return keys_.mean_keys(0, first, count);
  }

 private:
  const memory::MemoryShape shape_;
  const memory::KvBlock& block_;
  const memory::BlockIndex& keys_;
};

// How many blocks each layer took into its context.
class ChosenBlocks : public memory::RecallObserver {
 public:
  void on_scores(int, std::span<const float>, std::int64_t) override {}
  void on_attention(int layer, std::span<const std::int64_t> chosen,
                    std::span<const float>) override {
    per_layer_[layer] = static_cast<std::int64_t>(chosen.size());
  }
  std::int64_t payloads() const {
    std::int64_t sum = 0;
    for (const auto& [layer, count] : per_layer_) sum += count;
    return sum;
  }

 private:
  std::map<int, std::int64_t> per_layer_;
};

// A folder that nobody else works in, emptied before and removed after.
class WorkFolder {
 public:
  explicit WorkFolder(const std::filesystem::path& library);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  std::filesystem::path operator/(const char* name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_;
  const bool made_library_;
  const std::filesystem::path library_;
  File lock_;
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_BENCH_FIXTURES_H_
