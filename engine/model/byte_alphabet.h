// Declares the byte-level alphabet of GPT-2: tokenizer.json writes every byte as one printable
// character, itself where it is printable Latin-1, else the next free one from U+0100 on.
//
// Thread rule: any thread. Lifetime rule: pure functions.
#ifndef LONGTAKE_ENGINE_MODEL_BYTE_ALPHABET_H_
#define LONGTAKE_ENGINE_MODEL_BYTE_ALPHABET_H_

#include <string>
#include <string_view>

namespace longtake::model {

// The bytes that a vocabulary entry stands for. An entry with a character outside the alphabet
// stands for its own text, as in the reference.
std::string bytes_of_entry(std::string_view entry);

// The other way round: bytes as the vocabulary spells them.
void spell_byte(unsigned char byte, std::string& out);
std::string spelled(std::string_view bytes);

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_BYTE_ALPHABET_H_
