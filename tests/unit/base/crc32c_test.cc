// CRC-32C: the published check values, and each implementation against a bit-by-bit one.
#include "engine/base/crc32c.h"

#include <gtest/gtest.h>

#include <random>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"

namespace longtake {
namespace {

std::uint32_t by_the_bit(std::span<const std::byte> data, std::uint32_t previous) {
  std::uint32_t state = ~previous;
  for (const std::byte b : data) {
    state ^= static_cast<std::uint32_t>(b);
    for (int i = 0; i < 8; ++i) state = (state >> 1) ^ ((state & 1) != 0 ? 0x82f63b78u : 0u);
  }
  return ~state;
}

struct Implementation {
  const char* name;
  std::uint32_t (*function)(std::span<const std::byte>, std::uint32_t);
};

class Crc32c : public ::testing::TestWithParam<Implementation> {
 protected:
  void SetUp() override {
    if (GetParam().function == crc32c_hardware && !crc32c_has_hardware()) {
      GTEST_SKIP() << "no SSE4.2 on this machine";
    }
  }
  std::uint32_t crc(std::span<const std::byte> data, std::uint32_t previous = 0) const {
    return GetParam().function(data, previous);
  }
};

TEST_P(Crc32c, PublishedValues) {  // RFC 3720, B.4
  EXPECT_EQ(crc(std::as_bytes(std::span(std::string_view("123456789")))), 0xe3069283u);
  std::vector<std::byte> bytes(32, std::byte{0});
  EXPECT_EQ(crc(bytes), 0x8a9136aau);
  bytes.assign(32, std::byte{0xff});
  EXPECT_EQ(crc(bytes), 0x62a8ab43u);
  for (std::size_t i = 0; i < 32; ++i) bytes[i] = static_cast<std::byte>(i);
  EXPECT_EQ(crc(bytes), 0x46dd794eu);
  EXPECT_EQ(crc({}), 0u);
}

TEST_P(Crc32c, EveryLengthAndAlignment) {
  std::mt19937 random(1);
  std::vector<std::byte> bytes(12000);
  for (std::byte& b : bytes) b = static_cast<std::byte>(random());
  for (std::size_t length = 0; length < 200; ++length) {
    for (std::size_t begin = 0; begin < 9; ++begin) {
      const auto part = std::span<const std::byte>(bytes).subspan(begin, length);
      ASSERT_EQ(crc(part, 77), by_the_bit(part, 77)) << begin << "+" << length;
    }
  }
  for (std::size_t length : {3071, 3072, 3073, 3080, 6143, 6144, 6150, 9999, 11990}) {
    const auto part = std::span<const std::byte>(bytes).subspan(3, length);
    ASSERT_EQ(crc(part), by_the_bit(part, 0)) << length;
  }
}

TEST_P(Crc32c, ContinuesFromABeginning) {
  std::mt19937 random(2);
  std::vector<std::byte> bytes(8000);
  for (std::byte& b : bytes) b = static_cast<std::byte>(random());
  const std::span<const std::byte> all(bytes);
  for (std::size_t cut : {0, 1, 7, 8, 1024, 3072, 5000, 8000}) {
    EXPECT_EQ(crc(all.subspan(cut), crc(all.first(cut))), crc(all));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Crc32c,
                         ::testing::Values(Implementation{"portable", crc32c_portable},
                                           Implementation{"hardware", crc32c_hardware},
                                           Implementation{"dispatched", crc32c}),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace longtake
