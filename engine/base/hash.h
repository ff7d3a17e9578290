// Declares checksums and fingerprints: CRC-32C for the integrity of stored bytes, and Hash128 (XXH3)
// for identity of content. Neither is cryptographic: they find damage and sameness, not forgery.
//
// Thread rule: free functions are pure; a Hasher belongs to one thread. Lifetime rule: values.
#ifndef LONGTAKE_ENGINE_BASE_HASH_H_
#define LONGTAKE_ENGINE_BASE_HASH_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace longtake {

// CRC-32C (Castagnoli), reflected, initial and final inversion; crc of a longer message by passing
// the crc of its beginning as `previous`.
std::uint32_t crc32c(std::span<const std::byte> data, std::uint32_t previous = 0);

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  bool operator==(const Hash128&) const = default;
  std::string to_hex() const;  // 32 lower-case digits, the canonical XXH128 form
};

class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  Hasher& add(std::span<const std::byte> data);
  Hasher& add(std::string_view text);  // its length, then its bytes: "ab","c" differs from "a","bc"
  Hasher& add(std::int64_t number);
  Hash128 finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Identity of a file's content without reading all of it: its size and 1 MiB from head, middle and
// tail, so that a moved or renamed video is known again. Throws as File does.
Hash128 content_id(const std::filesystem::path& path);

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_BASE_HASH_H_
