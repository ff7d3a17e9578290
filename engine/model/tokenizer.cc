#include "engine/model/tokenizer.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <unordered_map>
#include <utility>

#include "engine/base/file.h"
#include "engine/model/added_tokens.h"
#include "engine/model/byte_alphabet.h"
#include "engine/model/json_reader.h"
#include "engine/model/pre_tokenizer.h"
#include "engine/model/word_merger.h"
#include "kernels/error.h"

namespace longtake::model {
namespace {

constexpr const char* kFileName = "tokenizer.json";
constexpr std::int64_t kMaxFileBytes = std::int64_t{128} << 20;
constexpr std::int64_t kMaxId = (1 << 21) - 1;  // far above any vocabulary; bounds the id table
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

[[noreturn]] void corrupt(const std::string& why) {
  throw Error(ErrorCode::corrupt_data, std::string(kFileName) + ": " + why,
              "The file is damaged or was edited by hand. Download the model again.");
}
[[noreturn]] void unsupported(const std::string& what) {
  throw Error(ErrorCode::unsupported, std::string(kFileName) + ": " + what,
              "Longtake reads byte-level BPE tokenizers of the GPT-2 and Qwen2 kind. "
              "Choose another model.");
}

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text.substr(0, 200)) + (text.size() > 200 ? "...\"" : "\"");
}

// --- Reading the document --------------------------------------------------------------------
// null counts as absent, as the reference library writes it.
const Json* find(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}
bool flag(const Json& object, const char* key, bool fallback) {
  const Json* value = find(object, key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) corrupt("\"" + std::string(key) + "\" is neither true nor false");
  return value->get<bool>();
}
std::string text(const Json& object, const char* key) {
  const Json* value = find(object, key);
  if (value == nullptr) return {};
  if (!value->is_string()) corrupt("\"" + std::string(key) + "\" is not a text");
  return value->get<std::string>();
}
const Json& object_member(const Json& object, const char* key) {
  const Json* value = find(object, key);
  if (value == nullptr || !value->is_object()) corrupt("has no \"" + std::string(key) + "\"");
  return *value;
}
TokenId read_id(const Json& value, std::string_view token) {
  if (!value.is_number_unsigned() ||
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxId)) {
    corrupt("token " + in_quotes(token) + " has no valid id");
  }
  return static_cast<TokenId>(value.get<std::uint64_t>());
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

}  // namespace

// --- The tokenizer ---------------------------------------------------------------------------
struct Tokenizer::Impl {
  struct Piece {
    std::uint32_t begin = 0;  // into piece_bytes, which is smaller than the file
    std::uint32_t size = 0;
    bool special = false;
  };
  // What one encode() needs; kept out of Impl so that encode() stays const and shareable.
  struct Scratch {
    WordMerger merger;
    std::vector<TokenId> initial;
    std::vector<std::string_view> pieces;
    std::vector<std::string_view> split_once;
    std::string prefixed;
    // Words of a long text repeat: their ids are found once.
    std::unordered_map<std::string, std::vector<TokenId>, TextHash, std::equal_to<>> words;
  };

  // Constant after parse().
  TextMap<TokenId> vocabulary;  // ordinary tokens, in the byte-level alphabet
  TextMap<TokenId> added_ids;
  std::vector<AddedToken> added;
  AddedTokenFinder raw_finder;         // looks at the text as it was given
  AddedTokenFinder normalized_finder;  // looks at the normalised text
  std::string piece_bytes;
  std::vector<Piece> piece_of;  // by id
  std::array<TokenId, 256> byte_ids{};
  MergeTable merges{0};
  bool ignore_merges = false;
  TokenId unknown = kNoToken;  // for bytes that the vocabulary lacks; without it they vanish
  bool fuse_unknown = false;
  bool nfc = false;
  std::vector<SplitPattern> patterns;  // applied one after another
  bool add_prefix_space = false;
  bool byte_level_regex = false;  // the GPT-2 pattern, after the prefix space

  void read_normalizer(const Json& normalizer);
  void read_pre_tokenizer(const Json& pre_tokenizer);
  void read_byte_level(const Json& byte_level);
  void read_model(const Json& model);
  void read_merges(const Json& list);
  void read_added_tokens(const Json& list);
  void set_piece(TokenId id, std::string_view bytes, bool special);

  void encode_text(std::string_view utf8, bool parse_special, Scratch& scratch,
                   std::vector<TokenId>& ids) const;
  void encode_plain(std::string_view normalized, Scratch& scratch, std::vector<TokenId>& ids) const;
  void encode_word(std::string_view word, Scratch& scratch, std::vector<TokenId>& ids) const;
};

void Tokenizer::Impl::read_normalizer(const Json& normalizer) {
  if (!normalizer.is_object()) corrupt("\"normalizer\" is not an object");
  const std::string type = text(normalizer, "type");
  if (type == "NFC") {
    nfc = true;
    return;
  }
  if (type != "Sequence") unsupported("normalizer " + in_quotes(type));
  const Json* list = find(normalizer, "normalizers");
  if (list == nullptr || !list->is_array()) corrupt("the normalizer has no list");
  for (const Json& one : *list) {
    const std::string inner = one.is_object() ? text(one, "type") : "";
    if (inner != "NFC") unsupported("normalizer " + in_quotes(inner));
    nfc = true;
  }
}

void Tokenizer::Impl::read_byte_level(const Json& byte_level) {
  add_prefix_space = flag(byte_level, "add_prefix_space", true);
  byte_level_regex = flag(byte_level, "use_regex", true);
}

void Tokenizer::Impl::read_pre_tokenizer(const Json& pre_tokenizer) {
  if (!pre_tokenizer.is_object()) corrupt("\"pre_tokenizer\" is not an object");
  const std::string type = text(pre_tokenizer, "type");
  if (type == "ByteLevel") {
    read_byte_level(pre_tokenizer);
    return;
  }
  if (type != "Sequence") unsupported("pre_tokenizer " + in_quotes(type));
  const Json* list = find(pre_tokenizer, "pretokenizers");
  if (list == nullptr || !list->is_array() || list->empty()) {
    corrupt("the pre_tokenizer has no list");
  }
  if (list->size() > 16)
    unsupported("a pre_tokenizer of " + std::to_string(list->size()) + " steps");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& step = (*list)[i];
    if (!step.is_object()) corrupt("a step of the pre_tokenizer is not an object");
    const std::string kind = text(step, "type");
    const bool last = i + 1 == list->size();
    if (last && kind == "ByteLevel") {
      read_byte_level(step);
      return;
    }
    if (last || kind != "Split") unsupported("pre_tokenizer step " + in_quotes(kind));
    const Json& pattern = object_member(step, "pattern");
    const std::string regex = text(pattern, "Regex");
    const auto known = find_split_pattern(regex);
    if (!known) unsupported("the splitting pattern " + in_quotes(pattern.dump()));
    if (text(step, "behavior") != "Isolated" || flag(step, "invert", false)) {
      unsupported("pre_tokenizer Split with behavior " + in_quotes(text(step, "behavior")) +
                  (flag(step, "invert", false) ? ", inverted" : ""));
    }
    patterns.push_back(*known);
  }
}

void Tokenizer::Impl::set_piece(TokenId id, std::string_view bytes, bool special) {
  const auto index = static_cast<std::size_t>(id);
  if (piece_of.size() <= index) piece_of.resize(index + 1);
  piece_of[index] = {static_cast<std::uint32_t>(piece_bytes.size()),
                     static_cast<std::uint32_t>(bytes.size()), special};
  piece_bytes.append(bytes);
}

void Tokenizer::Impl::read_model(const Json& model) {
  if (const std::string type = text(model, "type"); !type.empty() && type != "BPE") {
    unsupported("model type " + in_quotes(type));
  }
  if (const Json* dropout = find(model, "dropout");
      dropout != nullptr && !(dropout->is_number() && dropout->get<double>() == 0.0)) {
    unsupported("BPE dropout");
  }
  if (!text(model, "continuing_subword_prefix").empty()) unsupported("continuing_subword_prefix");
  if (!text(model, "end_of_word_suffix").empty()) unsupported("end_of_word_suffix");
  if (flag(model, "byte_fallback", false)) unsupported("byte_fallback");
  ignore_merges = flag(model, "ignore_merges", false);
  fuse_unknown = flag(model, "fuse_unk", false);

  const Json& vocab = object_member(model, "vocab");
  vocabulary.reserve(vocab.size());
  for (const auto& [token, value] : vocab.get_ref<const Json::object_t&>()) {
    const TokenId id = read_id(value, token);
    vocabulary.emplace(token, id);
    set_piece(id, bytes_of_entry(token), false);
  }
  byte_ids.fill(kNoToken);
  std::string character;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    character.clear();
    spell_byte(static_cast<unsigned char>(byte), character);
    const auto it = vocabulary.find(character);
    if (it != vocabulary.end()) byte_ids[byte] = it->second;
  }
  const auto unk = vocabulary.find(text(model, "unk_token"));
  if (unk != vocabulary.end()) unknown = unk->second;

  const Json* list = find(model, "merges");
  if (list == nullptr || !list->is_array()) corrupt("has no \"merges\"");
  read_merges(*list);
}

void Tokenizer::Impl::read_merges(const Json& list) {
  merges = MergeTable(list.size());
  const auto id_of_part = [&](std::string_view part) {
    const auto it = vocabulary.find(part);
    if (it == vocabulary.end()) {
      corrupt("a merge needs token " + in_quotes(part) + ", which the vocabulary lacks");
    }
    return it->second;
  };
  std::string joined;
  std::uint32_t rank = 0;
  for (const Json& merge : list) {
    std::string_view left;
    std::string_view right;
    if (merge.is_string()) {
      const std::string_view both = merge.get_ref<const std::string&>();
      if (both.starts_with("#version")) continue;
      const std::size_t space = both.find(' ');
      if (space == std::string_view::npos || both.find(' ', space + 1) != std::string_view::npos) {
        corrupt("merge " + in_quotes(both) + " is not a pair");
      }
      left = both.substr(0, space);
      right = both.substr(space + 1);
    } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() &&
               merge[1].is_string()) {
      left = merge[0].get_ref<const std::string&>();
      right = merge[1].get_ref<const std::string&>();
    } else {
      corrupt("merge number " + std::to_string(rank) + " is not a pair");
    }
    joined.assign(left).append(right);
    const TokenId left_id = id_of_part(left);
    const TokenId right_id = id_of_part(right);
    merges.set(left_id, right_id, {rank, id_of_part(joined)});
    ++rank;
  }
}

void Tokenizer::Impl::read_added_tokens(const Json& list) {
  if (!list.is_array()) corrupt("\"added_tokens\" is not a list");
  added.reserve(list.size());  // the finders point into it
  for (const Json& entry : list) {
    if (!entry.is_object()) corrupt("an added token is not an object");
    AddedToken token;
    token.content = text(entry, "content");
    if (token.content.empty()) continue;
    const Json* id = find(entry, "id");
    if (id == nullptr) corrupt("added token " + in_quotes(token.content) + " has no id");
    token.id = read_id(*id, token.content);
    // A token that the vocabulary knows keeps its id there.
    if (const auto it = vocabulary.find(token.content); it != vocabulary.end())
      token.id = it->second;
    token.special = flag(entry, "special", false);
    token.single_word = flag(entry, "single_word", false);
    token.lstrip = flag(entry, "lstrip", false);
    token.rstrip = flag(entry, "rstrip", false);
    token.normalized = flag(entry, "normalized", !token.special);
    added_ids.insert_or_assign(token.content, token.id);
    set_piece(token.id, token.content, token.special);
    added.push_back(std::move(token));
  }
  for (const bool special : {true, false}) {  // of equal patterns the special one goes first
    for (const AddedToken& token : added) {
      if (token.special != special) continue;
      if (token.normalized) {
        normalized_finder.add(nfc ? to_nfc(token.content) : token.content, token);
      } else {
        raw_finder.add(token.content, token);
      }
    }
  }
}

void Tokenizer::Impl::encode_word(std::string_view word, Scratch& scratch,
                                  std::vector<TokenId>& ids) const {
  if (ignore_merges) {
    if (const auto it = vocabulary.find(spelled(word)); it != vocabulary.end()) {
      ids.push_back(it->second);
      return;
    }
  }
  constexpr std::size_t kCachedBytes = 48;    // longer words hardly repeat
  constexpr std::size_t kCachedWords = 4096;  // bounds the cache, not the text
  const bool cached = word.size() > 1 && word.size() <= kCachedBytes;
  if (cached) {
    if (const auto it = scratch.words.find(word); it != scratch.words.end()) {
      ids.insert(ids.end(), it->second.begin(), it->second.end());
      return;
    }
  }
  scratch.initial.clear();
  bool after_unknown = false;
  for (const char c : word) {
    const TokenId id = byte_ids[static_cast<unsigned char>(c)];
    if (id != kNoToken) {
      scratch.initial.push_back(id);
    } else if (unknown != kNoToken && !(after_unknown && fuse_unknown)) {
      scratch.initial.push_back(unknown);
    }
    after_unknown = id == kNoToken;
  }
  const std::size_t before = ids.size();
  scratch.merger.run(merges, scratch.initial, ids);
  if (cached && scratch.words.size() < kCachedWords) {
    scratch.words.emplace(
        word, std::vector<TokenId>(ids.begin() + static_cast<std::ptrdiff_t>(before), ids.end()));
  }
}

void Tokenizer::Impl::encode_plain(std::string_view normalized, Scratch& scratch,
                                   std::vector<TokenId>& ids) const {
  auto& pieces = scratch.pieces;
  pieces.assign(1, normalized);
  for (const SplitPattern pattern : patterns) {
    scratch.split_once.clear();
    for (const std::string_view piece : pieces) split(pattern, piece, scratch.split_once);
    pieces.swap(scratch.split_once);
  }
  for (std::string_view piece : pieces) {
    if (piece.empty()) continue;
    if (add_prefix_space && piece.front() != ' ') {
      scratch.prefixed.assign(1, ' ').append(piece);
      piece = scratch.prefixed;
    }
    if (!byte_level_regex) {
      encode_word(piece, scratch, ids);
      continue;
    }
    scratch.split_once.clear();
    split(SplitPattern::gpt2, piece, scratch.split_once);
    for (const std::string_view word : scratch.split_once) encode_word(word, scratch, ids);
  }
}

void Tokenizer::Impl::encode_text(std::string_view utf8, bool parse_special, Scratch& scratch,
                                  std::vector<TokenId>& ids) const {
  std::string composed;
  if (nfc) {
    composed = to_nfc(utf8);
    utf8 = composed;
  }
  if (!parse_special || normalized_finder.empty()) {
    encode_plain(utf8, scratch, ids);
    return;
  }
  std::vector<Segment> segments;
  normalized_finder.split(utf8, segments);
  for (const Segment& segment : segments) {
    if (segment.id != kNoToken) {
      ids.push_back(segment.id);
    } else {
      encode_plain(segment.text, scratch, ids);
    }
  }
}

Tokenizer::Tokenizer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;

Tokenizer Tokenizer::load(const std::filesystem::path& folder) {
  const auto path = folder / kFileName;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw Error(ErrorCode::not_found, path.string() + ": no such file",
                "Download the missing file into the folder, or the whole model again.");
  }
  const std::string json = read_text_file(path, kMaxFileBytes);
  try {
    return parse(json);
  } catch (const Error& error) {  // which names only the file
    throw Error(error.code(), folder.string() + ": " + error.message(), error.hint());
  }
}

Tokenizer Tokenizer::parse(std::string_view json) {
  const Json document = parse_json(json, kFileName);
  if (!document.is_object()) corrupt("not a JSON object");
  auto impl = std::make_unique<Impl>();
  if (const Json* normalizer = find(document, "normalizer")) impl->read_normalizer(*normalizer);
  const Json* pre_tokenizer = find(document, "pre_tokenizer");
  if (pre_tokenizer == nullptr) unsupported("a tokenizer without a pre_tokenizer");
  impl->read_pre_tokenizer(*pre_tokenizer);
  if (const Json* decoder = find(document, "decoder")) {
    const std::string type = decoder->is_object() ? text(*decoder, "type") : "";
    if (type != "ByteLevel") unsupported("decoder " + in_quotes(type));
  }
  impl->read_model(object_member(document, "model"));
  if (const Json* list = find(document, "added_tokens")) impl->read_added_tokens(*list);
  return Tokenizer(std::move(impl));
}

std::vector<TokenId> Tokenizer::encode(std::string_view text, bool parse_special) const {
  const std::string utf8 = repair_utf8(text);
  std::vector<TokenId> ids;
  Impl::Scratch scratch;
  if (!parse_special || impl_->raw_finder.empty()) {
    impl_->encode_text(utf8, parse_special, scratch, ids);
    return ids;
  }
  std::vector<Segment> segments;
  impl_->raw_finder.split(utf8, segments);
  for (const Segment& segment : segments) {
    if (segment.id != kNoToken) {
      ids.push_back(segment.id);
    } else {
      impl_->encode_text(segment.text, parse_special, scratch, ids);
    }
  }
  return ids;
}

std::string Tokenizer::decode(std::span<const TokenId> ids, bool keep_special) const {
  std::string bytes;
  for (const TokenId id : ids) {
    if (id < 0 || static_cast<std::size_t>(id) >= impl_->piece_of.size()) continue;
    const Impl::Piece& piece = impl_->piece_of[static_cast<std::size_t>(id)];
    if (piece.special && !keep_special) continue;
    bytes.append(impl_->piece_bytes, piece.begin, piece.size);
  }
  return bytes;
}

std::optional<TokenId> Tokenizer::id_of(std::string_view token) const {
  if (const auto it = impl_->added_ids.find(token); it != impl_->added_ids.end()) return it->second;
  const auto it = impl_->vocabulary.find(spelled(token));
  if (it == impl_->vocabulary.end()) return std::nullopt;
  return it->second;
}

std::int64_t Tokenizer::size() const {
  return static_cast<std::int64_t>(impl_->piece_of.size());
}

std::string TokenStream::push(TokenId id) {
  pending_ += tokenizer_.decode({&id, 1});
  std::string out;
  std::size_t at = 0;
  while (at < pending_.size()) {
    const Utf8Step step = utf8_step(pending_, at);
    if (step.cut_off) break;
    out.append(step.valid ? std::string_view(pending_).substr(at, step.bytes) : kReplacement);
    at += step.bytes;
  }
  pending_.erase(0, at);
  return out;
}

std::string TokenStream::finish() {
  std::string rest = repair_utf8(pending_);
  pending_.clear();
  return rest;
}

}  // namespace longtake::model
