// Declares the implementations behind crc32c() of hash.h, for its dispatch and for the tests that
// compare them. Everybody else calls crc32c().
//
// Thread rule: pure functions. Lifetime rule: none.
#ifndef LONGTAKE_ENGINE_BASE_CRC32C_H_
#define LONGTAKE_ENGINE_BASE_CRC32C_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace longtake {

// Eight table look-ups per eight bytes: any machine.
std::uint32_t crc32c_portable(std::span<const std::byte> data, std::uint32_t previous);

// The crc32 instruction of SSE4.2 over three interleaved streams, which hides its latency of three
// cycles. Call it only where crc32c_has_hardware() says so.
bool crc32c_has_hardware();
std::uint32_t crc32c_hardware(std::span<const std::byte> data, std::uint32_t previous);

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_BASE_CRC32C_H_
