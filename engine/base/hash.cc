#include "engine/base/hash.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <new>
#include <vector>

#include "engine/base/crc32c.h"
#include "engine/base/file.h"

namespace longtake {

std::uint32_t crc32c(std::span<const std::byte> data, std::uint32_t previous) {
  static const bool hardware = crc32c_has_hardware();
  return hardware ? crc32c_hardware(data, previous) : crc32c_portable(data, previous);
}

std::string Hash128::to_hex() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t word : {high, low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[word >> shift & 0xf];
  }
  return text;
}

struct Hasher::State {
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> xxh{XXH3_createState()};
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  if (state_->xxh == nullptr || XXH3_128bits_reset(state_->xxh.get()) != XXH_OK) {
    throw std::bad_alloc();
  }
}

Hasher::~Hasher() = default;

Hasher& Hasher::add(std::span<const std::byte> data) {
  XXH3_128bits_update(state_->xxh.get(), data.data(), data.size());
  return *this;
}

Hasher& Hasher::add(std::string_view text) {
  add(static_cast<std::int64_t>(text.size()));
  return add(std::as_bytes(std::span(text)));
}

Hasher& Hasher::add(std::int64_t number) {
  std::array<std::byte, 8> bytes{};  // little-endian on every machine
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::byte>(static_cast<std::uint64_t>(number) >> (8 * i));
  }
  return add(std::span<const std::byte>(bytes));
}

Hash128 Hasher::finish() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(state_->xxh.get());
  return {hash.high64, hash.low64};
}

Hash128 content_id(const std::filesystem::path& path) {
  constexpr std::int64_t kPiece = 1 << 20;
  const File file = File::open(path, File::Mode::read);
  const std::int64_t size = file.size();
  Hasher hasher;
  hasher.add(size);
  std::vector<std::byte> buffer(kPiece);
  // In a small file the pieces overlap, which does no harm.
  for (const std::int64_t begin : {std::int64_t{0}, size / 2 - kPiece / 2, size - kPiece}) {
    const std::size_t count = file.read_some_at(std::max<std::int64_t>(begin, 0), buffer);
    hasher.add(std::span<const std::byte>(buffer).first(count));
  }
  return hasher.finish();
}

}  // namespace longtake
