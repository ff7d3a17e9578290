#include "engine/base/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace longtake {

static_assert(std::endian::native == std::endian::little);

namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;  // Castagnoli, bits reversed

using Table = std::array<std::uint32_t, 256>;

// kTables[k][b]: the remainder of byte b followed by k zero bytes.
constexpr std::array<Table, 8> make_tables() {
  std::array<Table, 8> tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][b] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t b = 0; b < 256; ++b) {
      tables[k][b] = (tables[k - 1][b] >> 8) ^ tables[0][tables[k - 1][b] & 0xff];
    }
  }
  return tables;
}
constexpr std::array<Table, 8> kTables = make_tables();

std::uint64_t load8(const std::byte* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, 8);
  return value;
}

std::uint32_t next_byte(std::uint32_t state, std::byte b) {
  return (state >> 8) ^ kTables[0][(state ^ static_cast<std::uint32_t>(b)) & 0xff];
}

}  // namespace

std::uint32_t crc32c_portable(std::span<const std::byte> data, std::uint32_t previous) {
  std::uint32_t state = ~previous;
  const std::byte* at = data.data();
  const std::byte* end = at + data.size();
  for (; end - at >= 8; at += 8) {
    const std::uint64_t x = load8(at) ^ state;
    state = kTables[7][x & 0xff] ^ kTables[6][x >> 8 & 0xff] ^ kTables[5][x >> 16 & 0xff] ^
            kTables[4][x >> 24 & 0xff] ^ kTables[3][x >> 32 & 0xff] ^ kTables[2][x >> 40 & 0xff] ^
            kTables[1][x >> 48 & 0xff] ^ kTables[0][x >> 56];
  }
  for (; at != end; ++at) state = next_byte(state, *at);
  return ~state;
}

#if defined(__x86_64__)

namespace {

// Bytes of one of the three streams; a block is three of them.
constexpr std::size_t kStream = 1024;

// Appending kStream zero bytes to a message maps its CRC state linearly. The map's images of the
// four bytes of the state: shifted(s) = T[0][s & 255] ^ T[1][s >> 8 & 255] ^ ...
constexpr std::array<Table, 4> make_shift() {
  // Images of the 32 single bits: one zero byte, squared ten times (2^10 = kStream).
  std::array<std::uint32_t, 32> image{};
  for (std::size_t bit = 0; bit < 32; ++bit) {
    const std::uint32_t s = 1u << bit;
    image[bit] = (s >> 8) ^ kTables[0][s & 0xff];
  }
  for (std::size_t length = 1; length < kStream; length *= 2) {
    std::array<std::uint32_t, 32> squared{};
    for (std::size_t bit = 0; bit < 32; ++bit) {
      for (std::size_t i = 0; i < 32; ++i) {
        if ((image[bit] >> i & 1) != 0) squared[bit] ^= image[i];
      }
    }
    image = squared;
  }
  std::array<Table, 4> shift{};
  for (std::size_t k = 0; k < 4; ++k) {
    for (std::size_t b = 0; b < 256; ++b) {
      for (std::size_t i = 0; i < 8; ++i) {
        if ((b >> i & 1) != 0) shift[k][b] ^= image[8 * k + i];
      }
    }
  }
  return shift;
}
constexpr std::array<Table, 4> kShift = make_shift();

std::uint64_t shifted(std::uint64_t s) {
  return kShift[0][s & 0xff] ^ kShift[1][s >> 8 & 0xff] ^ kShift[2][s >> 16 & 0xff] ^
         kShift[3][s >> 24 & 0xff];
}

}  // namespace

bool crc32c_has_hardware() {
  return __builtin_cpu_supports("sse4.2") != 0;
}

__attribute__((target("sse4.2"))) std::uint32_t crc32c_hardware(std::span<const std::byte> data,
                                                                std::uint32_t previous) {
  std::uint64_t state = ~previous;
  const std::byte* at = data.data();
  std::size_t left = data.size();
  for (; left >= 3 * kStream; at += 3 * kStream, left -= 3 * kStream) {
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t i = 0; i < kStream; i += 8) {
      state = _mm_crc32_u64(state, load8(at + i));
      second = _mm_crc32_u64(second, load8(at + kStream + i));
      third = _mm_crc32_u64(third, load8(at + 2 * kStream + i));
    }
    state = shifted(shifted(state) ^ second) ^ third;
  }
  for (; left >= 8; at += 8, left -= 8) state = _mm_crc32_u64(state, load8(at));
  std::uint32_t tail = static_cast<std::uint32_t>(state);
  for (; left > 0; ++at, --left) tail = _mm_crc32_u8(tail, static_cast<std::uint8_t>(*at));
  return ~tail;
}

#else

bool crc32c_has_hardware() {
  return false;
}
std::uint32_t crc32c_hardware(std::span<const std::byte> data, std::uint32_t previous) {
  return crc32c_portable(data, previous);
}

#endif

}  // namespace longtake
