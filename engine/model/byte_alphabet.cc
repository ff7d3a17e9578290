#include "engine/model/byte_alphabet.h"

#include <array>
#include <cstdint>

#include "engine/model/pre_tokenizer.h"

namespace longtake::model {

namespace {

struct ByteAlphabet {
  std::array<char32_t, 256> character_of{};
  std::array<std::int16_t, 0x144> byte_of{};  // -1 where the character stands for no byte

  ByteAlphabet() {
    byte_of.fill(-1);
    char32_t next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const bool printable =
          (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
      character_of[byte] = printable ? static_cast<char32_t>(byte) : next++;
      byte_of[character_of[byte]] = static_cast<std::int16_t>(byte);
    }
  }
};
const ByteAlphabet& byte_alphabet() {
  static const ByteAlphabet alphabet;
  return alphabet;
}

}  // namespace

std::string bytes_of_entry(std::string_view entry) {
  const auto& byte_of = byte_alphabet().byte_of;
  std::string bytes;
  for (std::size_t at = 0; at < entry.size();) {
    const char32_t c = next_code_point(entry, at);
    if (c >= byte_of.size() || byte_of[c] < 0) return std::string(entry);
    bytes.push_back(static_cast<char>(byte_of[c]));
  }
  return bytes;
}

void spell_byte(unsigned char byte, std::string& out) {
  const char32_t c = byte_alphabet().character_of[byte];  // at most U+0143
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else {
    out.push_back(static_cast<char>(0xC0U | (c >> 6U)));
    out.push_back(static_cast<char>(0x80U | (c & 0x3FU)));
  }
}

std::string spelled(std::string_view bytes) {
  std::string entry;
  entry.reserve(bytes.size() * 2);
  for (const char c : bytes) spell_byte(static_cast<unsigned char>(c), entry);
  return entry;
}

}  // namespace longtake::model
