#include "engine/model/pre_tokenizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

namespace longtake::model {
namespace {

// --- Unicode versions ------------------------------------------------------------------------
struct Range {
  char32_t first;
  char32_t last;
};

bool contains(std::span<const Range> ranges, char32_t c) {
  const auto it = std::upper_bound(ranges.begin(), ranges.end(), c,
                                   [](char32_t x, const Range& range) { return x < range.first; });
  return it != ranges.begin() && c <= std::prev(it)->last;
}

// Letters and numbers of Unicode 15.1 and 16, which utf8proc 2.8 (Unicode 15) does not know.
constexpr Range kNewLetters[] = {
    {0x1C89, 0x1C8A},   {0xA7CB, 0xA7CD},   {0xA7DA, 0xA7DC},   {0x105C0, 0x105F3},
    {0x10D4A, 0x10D65}, {0x10D6F, 0x10D85}, {0x10EC2, 0x10EC4}, {0x11380, 0x11389},
    {0x1138B, 0x1138B}, {0x1138E, 0x1138E}, {0x11390, 0x113B5}, {0x113B7, 0x113B7},
    {0x113D1, 0x113D1}, {0x113D3, 0x113D3}, {0x11BC0, 0x11BE0}, {0x13460, 0x143FA},
    {0x16100, 0x1611D}, {0x16D40, 0x16D6C}, {0x18CFF, 0x18CFF}, {0x1E5D0, 0x1E5ED},
    {0x1E5F0, 0x1E5F0}, {0x2EBF0, 0x2EE5D}};
constexpr Range kNewNumbers[] = {{0x10D40, 0x10D49}, {0x116D0, 0x116E3}, {0x11BF0, 0x11BF9},
                                 {0x16130, 0x16139}, {0x16D70, 0x16D79}, {0x1CCF0, 0x1CCF9},
                                 {0x1E5F1, 0x1E5FA}};

// Combining marks and compositions newer than Unicode 9. The reference's normaliser does not know
// them and leaves them where they stand; so was the text treated that every model was trained on.
constexpr Range kNotNormalized[] = {
    {0x7FD, 0x7FD},     {0x897, 0x89F},     {0x8CA, 0x8D3},     {0x9FE, 0x9FE},
    {0xC3C, 0xC3C},     {0xD3B, 0xD3C},     {0xEBA, 0xEBA},     {0x1715, 0x1715},
    {0x1ABF, 0x1ACE},   {0x1DF6, 0x1DFA},   {0xA82C, 0xA82C},   {0x105C9, 0x105C9},
    {0x105E4, 0x105E4}, {0x10D24, 0x10D27}, {0x10D69, 0x10D6D}, {0x10EAB, 0x10EAC},
    {0x10EFC, 0x10EFF}, {0x10F46, 0x10F50}, {0x10F82, 0x10F85}, {0x11070, 0x11070},
    {0x1133B, 0x1133B}, {0x11383, 0x11383}, {0x11385, 0x11385}, {0x1138E, 0x1138E},
    {0x11391, 0x11391}, {0x113C5, 0x113C5}, {0x113C7, 0x113C8}, {0x113CE, 0x113D0},
    {0x113E1, 0x113E2}, {0x1145E, 0x1145E}, {0x11839, 0x1183A}, {0x11938, 0x11938},
    {0x1193D, 0x1193E}, {0x11943, 0x11943}, {0x119E0, 0x119E0}, {0x11A34, 0x11A34},
    {0x11A47, 0x11A47}, {0x11A99, 0x11A99}, {0x11D42, 0x11D42}, {0x11D44, 0x11D45},
    {0x11D97, 0x11D97}, {0x11F41, 0x11F42}, {0x16121, 0x16128}, {0x1612F, 0x1612F},
    {0x16D68, 0x16D6A}, {0x16FF0, 0x16FF1}, {0x1E08F, 0x1E08F}, {0x1E130, 0x1E136},
    {0x1E2AE, 0x1E2AE}, {0x1E2EC, 0x1E2EF}, {0x1E4EC, 0x1E4EF}, {0x1E5EE, 0x1E5EF}};

utf8proc_category_t category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

void append_utf8(char32_t c, std::string& out) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto n = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(n));
}

// --- NFC -------------------------------------------------------------------------------------
// utf8proc's own normalisation orders marks by exchanging neighbours, which a hostile megabyte of
// marks makes quadratic, and it composes U+11A7, which is no trailing consonant. So only its data
// is used here: the decomposition of a character, its combining class, and what a pair composes to.

struct Marked {
  char32_t c;
  int combining_class;
};

constexpr char32_t kHangulS = 0xAC00;
constexpr char32_t kHangulL = 0x1100;
constexpr char32_t kHangulV = 0x1161;
constexpr char32_t kHangulT = 0x11A7;  // one before the first trailing consonant
constexpr char32_t kLCount = 19;
constexpr char32_t kVCount = 21;
constexpr char32_t kTCount = 28;
constexpr char32_t kSCount = kLCount * kVCount * kTCount;

int combining_class(char32_t c) {
  if (c < 0x300 || contains(kNotNormalized, c)) return 0;
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class;
}

void decompose(char32_t c, std::vector<Marked>& out) {
  if (c < 0xC0 || contains(kNotNormalized, c)) {
    out.push_back({c, 0});
    return;
  }
  std::array<utf8proc_int32_t, 32> parts{};
  int boundary = 0;
  const auto n = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(),
                                         static_cast<utf8proc_ssize_t>(parts.size()),
                                         UTF8PROC_DECOMPOSE, &boundary);
  if (n <= 0 || n > static_cast<utf8proc_ssize_t>(parts.size())) {
    out.push_back({c, combining_class(c)});
    return;
  }
  for (utf8proc_ssize_t i = 0; i < n; ++i) {
    const auto part = static_cast<char32_t>(parts[static_cast<std::size_t>(i)]);
    out.push_back({part, combining_class(part)});
  }
}

// The primary composite of two characters, 0 if there is none.
char32_t compose(char32_t a, char32_t b) {
  if (a >= kHangulL && a < kHangulL + kLCount) {
    if (b < kHangulV || b >= kHangulV + kVCount) return 0;
    return kHangulS + ((a - kHangulL) * kVCount + (b - kHangulV)) * kTCount;
  }
  if (a >= kHangulS && a < kHangulS + kSCount) {
    if ((a - kHangulS) % kTCount != 0 || b <= kHangulT || b >= kHangulT + kTCount) return 0;
    return a + (b - kHangulT);
  }
  std::array<utf8proc_int32_t, 2> pair = {static_cast<utf8proc_int32_t>(a),
                                          static_cast<utf8proc_int32_t>(b)};
  const auto n = utf8proc_normalize_utf32(
      pair.data(), 2, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const auto composed = static_cast<char32_t>(pair[0]);
  return n == 1 && !contains(kNotNormalized, composed) ? composed : 0;
}

// --- Splitting -------------------------------------------------------------------------------
enum class Kind : std::uint8_t { letter, number, newline, space, other };

Kind kind_of(char32_t c) {
  if (c < 0x80) {
    const char32_t lower = c | 0x20;
    if (lower >= 'a' && lower <= 'z') return Kind::letter;
    if (c >= '0' && c <= '9') return Kind::number;
    if (c == '\r' || c == '\n') return Kind::newline;
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' ? Kind::space : Kind::other;
  }
  if (is_whitespace(c)) return Kind::space;
  if (is_letter(c)) return Kind::letter;
  return is_number(c) ? Kind::number : Kind::other;
}

bool is_blank(Kind kind) {
  return kind == Kind::space || kind == Kind::newline;
}

// A position in the text with one character of look-ahead.
class Scanner {
 public:
  explicit Scanner(std::string_view text, std::size_t at = 0) : text_(text), at_(at), next_(at) {
    look();
  }
  bool at_end() const { return at_ >= text_.size(); }
  std::size_t at() const { return at_; }
  char32_t c() const { return c_; }
  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return !at_end() && kind_ == kind; }
  void step() {
    at_ = next_;
    look();
  }
  template <class Predicate>
  void skip_while(Predicate predicate) {
    while (!at_end() && predicate(kind_)) step();
  }
  void skip_all(Kind kind) {
    skip_while([kind](Kind k) { return k == kind; });
  }

 private:
  void look() {
    if (at_end()) return;
    c_ = next_code_point(text_, next_);
    kind_ = kind_of(c_);
  }
  std::string_view text_;
  std::size_t at_;
  std::size_t next_;
  char32_t c_ = 0;
  Kind kind_ = Kind::other;
};

// Bytes of 's, 't, 're, 've, 'm, 'll or 'd at the beginning of the text, 0 if it has none of them.
// Without regard to case the long s (U+017F) is an s too, and nothing else beyond ASCII matches.
std::size_t contraction(std::string_view text, bool ignore_case) {
  if (text.size() < 2 || text[0] != '\'') return 0;
  if (ignore_case && text.substr(1, 2) == "\xC5\xBF") return 3;
  const auto letter = [&](std::size_t i) {
    if (i >= text.size()) return '\0';
    const char c = text[i];
    return ignore_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  switch (letter(1)) {
    case 's':
    case 't':
    case 'm':
    case 'd':
      return 2;
    case 'r':
    case 'v':
      return letter(2) == 'e' ? 3 : 0;
    case 'l':
      return letter(2) == 'l' ? 3 : 0;
    default:
      return 0;
  }
}

// \s+(?!\S)|\s+ at a blank: the run, less its last character if something follows it.
std::size_t blank_run_end(Scanner scan) {
  std::size_t last = scan.at();
  const std::size_t begin = last;
  while (!scan.at_end() && is_blank(scan.kind())) {
    last = scan.at();
    scan.step();
  }
  return scan.at_end() || last == begin ? scan.at() : last;
}

std::size_t gpt2_piece_end(std::string_view text, const Scanner& start) {
  if (const std::size_t n = contraction(text.substr(start.at()), false)) return start.at() + n;
  Scanner scan = start;
  if (scan.c() == U' ') scan.step();
  if (scan.is(Kind::letter) || scan.is(Kind::number) || scan.is(Kind::other)) {
    scan.skip_all(scan.kind());
    return scan.at();
  }
  return blank_run_end(start);
}

std::size_t qwen2_piece_end(std::string_view text, const Scanner& start) {
  if (const std::size_t n = contraction(text.substr(start.at()), true)) return start.at() + n;
  // [^\r\n\p{L}\p{N}]?\p{L}+
  Scanner scan = start;
  if (scan.kind() == Kind::space || scan.kind() == Kind::other) scan.step();
  if (scan.is(Kind::letter)) {
    scan.skip_all(Kind::letter);
    return scan.at();
  }
  if (start.kind() == Kind::number) {
    scan = start;
    scan.step();
    return scan.at();
  }
  //  ?[^\s\p{L}\p{N}]+[\r\n]*
  scan = start;
  if (scan.c() == U' ') scan.step();
  if (scan.is(Kind::other)) {
    scan.skip_all(Kind::other);
    scan.skip_all(Kind::newline);
    return scan.at();
  }
  // \s*[\r\n]+ ends behind the run's last line break, if it has one.
  std::size_t line_end = 0;
  scan = start;
  while (!scan.at_end() && is_blank(scan.kind())) {
    const bool breaks = scan.kind() == Kind::newline;
    scan.step();
    if (breaks) line_end = scan.at();
  }
  return line_end > 0 ? line_end : blank_run_end(start);
}

constexpr std::string_view kGpt2Regex =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view kQwen2Regex =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

}  // namespace

Utf8Step utf8_step(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(at);
  if (lead < 0x80) return {1, true, false};
  std::size_t length = 0;
  // The second byte's range keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {1, false, false};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (at + i >= text.size()) return {i, false, true};
    if (byte(at + i) < low || byte(at + i) > high) return {i, false, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true, false};
}

std::string repair_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const Utf8Step step = utf8_step(text, at);
    out.append(step.valid ? text.substr(at, step.bytes) : std::string_view("\xEF\xBF\xBD"));
    at += step.bytes;
  }
  return out;
}

char32_t next_code_point(std::string_view utf8, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(utf8[i]));
  };
  const char32_t lead = byte(at);
  if (lead < 0x80) {
    ++at;
    return lead;
  }
  const std::size_t more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  char32_t c = lead & (0x3FU >> more);
  for (std::size_t i = 1; i <= more; ++i) c = c << 6U | (byte(at + i) & 0x3FU);
  at += more + 1;
  return c;
}

bool is_letter(char32_t c) {
  switch (category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return true;
    default:
      return contains(kNewLetters, c);
  }
}

bool is_number(char32_t c) {
  switch (category(c)) {
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return contains(kNewNumbers, c);
  }
}

bool is_whitespace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

bool is_word(char32_t c) {
  switch (category(c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      break;
  }
  // The joiners, and the symbols that count as alphabetic: circled and squared letters.
  return is_letter(c) || c == 0x200C || c == 0x200D || (c >= 0x24B6 && c <= 0x24E9) ||
         (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x1F150 && c <= 0x1F169) ||
         (c >= 0x1F170 && c <= 0x1F189);
}

std::string to_nfc(std::string_view utf8) {
  // Nothing below U+0300 changes: those are starters, and their own composites.
  const bool plain = std::all_of(utf8.begin(), utf8.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0xCC; });
  if (plain) return std::string(utf8);

  std::vector<Marked> text;
  text.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) decompose(next_code_point(utf8, at), text);

  // Runs of marks are put in the order of their classes.
  for (auto begin = text.begin(); begin != text.end();) {
    if (begin->combining_class == 0) {
      ++begin;
      continue;
    }
    const auto end =
        std::find_if(begin, text.end(), [](const Marked& m) { return m.combining_class == 0; });
    std::stable_sort(begin, end, [](const Marked& a, const Marked& b) {
      return a.combining_class < b.combining_class;
    });
    begin = end;
  }

  // Each character joins the last starter unless another one of its class, or a starter, lies
  // between.
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t kept = 0;
  std::size_t starter = kNone;
  int last_class = -1;  // of the character kept last after the starter, -1 if there is none
  for (const Marked current : text) {
    if (starter != kNone && last_class < current.combining_class) {
      if (const char32_t composed = compose(text[starter].c, current.c)) {
        text[starter].c = composed;
        continue;
      }
    }
    if (current.combining_class == 0) {
      starter = kept;
      last_class = -1;
    } else {
      last_class = current.combining_class;
    }
    text[kept++] = current;
  }

  std::string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < kept; ++i) append_utf8(text[i].c, out);
  return out;
}

std::optional<SplitPattern> find_split_pattern(std::string_view regex) {
  if (regex == kGpt2Regex) return SplitPattern::gpt2;
  if (regex == kQwen2Regex) return SplitPattern::qwen2;
  return std::nullopt;
}

void split(SplitPattern pattern, std::string_view utf8, std::vector<std::string_view>& pieces) {
  std::size_t at = 0;
  while (at < utf8.size()) {
    const Scanner start(utf8, at);
    const std::size_t end =
        pattern == SplitPattern::gpt2 ? gpt2_piece_end(utf8, start) : qwen2_piece_end(utf8, start);
    pieces.push_back(utf8.substr(at, end - at));
    at = end;
  }
}

}  // namespace longtake::model
