// Checks that the desktop knows every sentence that the engine can say to its user: the literals of
// the sources of engine/ and kernels/ that make errors, notices and notes are looked for in
// ui/base/engine_patterns.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;

namespace {

const fs::path kRoot = LONGTAKE_SOURCE_DIR;

// What makes texts for the user wherever it stands. EngineNotice and RequestFailed are the events.
const std::vector<std::string> kSpeakers = {R"(\bError)", R"(\bRequestFailed)", R"(\bEngineNotice)",
                                            R"(\bnotes\.push_back)", R"(\bnotes\.emplace_back)"};

// Functions that are given a part of a text, and as which argument; 0 = the body gives it. An
// Error( without words of its own is in such a function.
struct Helper {
  std::string file;
  std::string name;
  std::size_t argument;
};
const std::vector<Helper> kHelpers = {
    {"engine/base/file.cc", "fail_file", 2},
    {"engine/base/file_error.cc", "fail_file", 2},
    {"engine/base/file_error.cc", "hint_of", 0},
    {"engine/base/replacement.cc", "fail_file", 2},
    {"engine/media/clip_encoder.cc", "throw_failed", 1},
    {"engine/media/clip_output.cc", "fail_file", 2},
    {"engine/media/clip_writer.cc", "kind_name", 0},
    {"engine/media/image_file.cc", "check", 2},
    {"engine/model/checkpoint.cc", "corrupt", 2},
    {"engine/model/checkpoint.cc", "unsigned_value", 3},
    {"engine/model/json_reader.h", "fail", 1},
    {"engine/model/model_config.cc", "bad", 2},
    {"engine/model/model_config.cc", "unsupported", 2},
    {"engine/model/tokenizer.cc", "corrupt", 1},
    {"engine/model/tokenizer.cc", "unsupported", 1},
    {"engine/report/timeline.cc", "left_out", 2},
    {"engine/report/timeline.cc", "left_out", 3},
    {"engine/session/events.cc", "failure", 0},
    {"engine/store/database.cc", "fail", 1},
    {"engine/store/database.cc", "meaning_of", 0},
    {"engine/store/journal.cc", "require_change", 2},
    {"engine/store/library.cc", "throw_absent", 1},
    {"engine/store/library.cc", "remove_rows", 2},
    {"engine/store/memory_store.cc", "damaged", 1},
    {"engine/store/segment_file.cc", "damaged", 1},
    {"engine/store/segment_file.cc", "damaged", 2},
};

// What no user of the desktop meets in these words.
struct Exception {
  std::string file;
  std::string text;  // a literal; "" = all of the file
  std::string reason;
};
const std::vector<Exception> kExceptions = {
    {"engine/session/bench_answering.cc", "", "only the command line benches"},
    {"engine/session/bench_fixtures.cc", "", "only the command line benches"},
    {"engine/session/bench_model.cc", "", "only the command line benches"},
    {"engine/session/bench_run.h", "", "only the command line benches"},
    {"engine/session/bench_watching.cc", "", "only the command line benches"},
    {"engine/session/evaluate.cc", "", "only the command line evaluates"},
    {"engine/memory/calibration.cc", "", "only logged: the model is used without it"},
    {"engine/media/clip_writer.cc", "matroska", "compared with, not said"},
    {"engine/model/checkpoint.cc", "model.safetensors", "a name"},
    {"engine/model/checkpoint.cc", "model.safetensors.index.json", "a name"},
    {"engine/model/tokenizer.cc", "continuing_subword_prefix", "a name"},
    {"engine/model/tokenizer.cc", "end_of_word_suffix", "a name"},
    {"engine/model/tokenizer.cc", "byte_fallback", "a name"},
    {"engine/model/tokenizer.cc", "has no \"merges\"", "a case of: has no \"%1\""},
    {"engine/media/frame_sampler.cc", "", "for programmers: a wrong argument"},
    {"engine/media/frame_walker.cc", "The graphics card does not decode it.",
     "only logged: the processor decodes it"},
    {"engine/media/hardware.cc", "", "only logged: the processor decodes it"},
    {"engine/store/memory_store.cc",
     "cannot store blocks: ", "for programmers: an impossible block"},
    {"kernels/cpu/cpu_isa.cc", "Unknown instruction set \"", "only of a variable that tests set"},
    {"kernels/cpu/cpu_isa.cc", "Use sse4, avx2, avx512, avx512_vnni or avx512_bf16.",
     "only of a variable that tests set"},
    {"kernels/cpu/cpu_isa.cc", "oneDNN was in use before its instruction set was chosen",
     "for programmers"},
    {"kernels/cpu/cpu_isa.cc", "Choose it before the first backend is made.", "for programmers"},
    {"kernels/cpu/cpu_isa.cc", "This process already uses ", "for programmers"},
    {"kernels/cpu/cpu_isa.cc", "Choose the instruction set before the first backend is made.",
     "for programmers"},
    {"kernels/cuda/attention_hopper.cu", "", "for programmers: an impossible shape"},
    {"kernels/cuda/norms.cu", "", "for programmers: an impossible shape"},
    {"kernels/cuda/scoring.cu", "", "for programmers: an impossible shape"},
    {"kernels/error.h", "", "the class itself"},
    {"kernels/tensor.cc", "Negative size ", "for programmers"},
};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The end of the literal, string or character, whose opening quote is at `begin`.
std::size_t end_of_literal(const std::string& code, std::size_t begin) {
  if (begin > 0 && code[begin] == '"' && code[begin - 1] == 'R') {
    const std::size_t open = code.find('(', begin);
    const std::string close = ")" + code.substr(begin + 1, open - begin - 1) + "\"";
    return code.find(close, open) + close.size();
  }
  std::size_t at = begin + 1;
  while (at < code.size() && code[at] != code[begin]) at += code[at] == '\\' ? 2 : 1;
  return at + 1;
}

bool opens_literal(const std::string& code, std::size_t at) {
  // 16'384 has no character in it.
  return code[at] == '"' ||
         (code[at] == '\'' && !(at > 0 && std::isalnum(static_cast<unsigned char>(code[at - 1]))));
}

std::string without_comments(std::string code) {
  for (std::size_t at = 0; at < code.size();) {
    if (opens_literal(code, at)) {
      at = end_of_literal(code, at);
    } else if (code.compare(at, 2, "//") == 0 || code.compare(at, 2, "/*") == 0) {
      const bool line = code[at + 1] == '/';
      const std::size_t end =
          std::min(code.size(), line ? code.find('\n', at) : code.find("*/", at) + 2);
      for (; at < end; ++at) code[at] = code[at] == '\n' ? '\n' : ' ';
    } else {
      ++at;
    }
  }
  return code;
}

// Where the bracket at `open` is closed, and at each comma of its own on the way.
std::vector<std::size_t> argument_ends(const std::string& code, std::size_t open) {
  std::vector<std::size_t> ends;
  int depth = 0;
  for (std::size_t at = open; at < code.size();) {
    if (opens_literal(code, at)) {
      at = end_of_literal(code, at);
      continue;
    }
    if (std::string_view("({[").find(code[at]) != std::string_view::npos) ++depth;
    if (std::string_view(")}]").find(code[at]) != std::string_view::npos && --depth == 0) {
      ends.push_back(at);
      break;
    }
    if (code[at] == ',' && depth == 1) ends.push_back(at);
    ++at;
  }
  return ends;
}

struct Literal {
  std::size_t at;
  std::string text;
};

std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    result += text[i];
  }
  return result;
}

// Those that the compiler would put together are one.
std::vector<Literal> literals_of(const std::string& code, std::size_t begin, std::size_t end) {
  std::vector<Literal> found;
  bool follows = false;
  for (std::size_t at = begin; at < end;) {
    if (opens_literal(code, at)) {
      const std::size_t close = end_of_literal(code, at);
      if (code[at] == '"') {
        const std::string text = unescaped(std::string_view(code).substr(at + 1, close - at - 2));
        if (follows) {
          found.back().text += text;
        } else {
          found.push_back({at, text});
        }
        follows = true;
      }
      at = close;
      continue;
    }
    if (!std::isspace(static_cast<unsigned char>(code[at]))) follows = false;
    ++at;
  }
  return found;
}

bool has_words(const std::string& text) {
  static const std::regex word("[A-Za-z]{2}");
  return std::regex_search(text, word);
}

std::vector<std::string> patterns() {
  std::vector<std::string> result;
  const std::string code = without_comments(read(kRoot / "ui/base/engine_patterns.cc"));
  const std::size_t table = code.find("kPatterns[] = {");
  if (table == std::string::npos) return result;
  for (std::size_t at = code.find('{', code.find('{', table) + 1); at != std::string::npos;) {
    const std::vector<std::size_t> ends = argument_ends(code, at);
    for (const Literal& literal : literals_of(code, at, ends.back())) {
      if (literal.text == "Engine") continue;  // the context of the translations
      result.push_back(literal.text);
      break;
    }
    at = ends.back() + 1;
    while (at < code.size() &&
           (code[at] == ',' || std::isspace(static_cast<unsigned char>(code[at]))))
      ++at;
    if (at >= code.size() || code[at] != '{') break;
  }
  return result;
}

// Whether one pattern has all of these in this order.
bool is_known(const std::vector<std::string>& parts) {
  static const std::vector<std::string> known = patterns();
  return std::any_of(known.begin(), known.end(), [&](const std::string& pattern) {
    std::size_t at = 0;
    for (const std::string& part : parts) {
      at = pattern.find(part, at);
      if (at == std::string::npos) return false;
      at += part.size();
    }
    return true;
  });
}

// What is expected of a source, and what was found wanting.
class Reader {
 public:
  explicit Reader(const fs::path& path)
      : file_(fs::relative(path, kRoot).string()), code_(without_comments(read(path))) {
    static const std::regex constant(R"(const (?:char\*|std::string_view) (k\w+) =)");
    for (auto it = std::sregex_iterator(code_.begin(), code_.end(), constant);
         it != std::sregex_iterator(); ++it) {
      const auto begin = static_cast<std::size_t>(it->position() + it->length());
      const std::vector<Literal> value = literals_of(code_, begin, code_.find(';', begin));
      if (value.size() == 1) constants_[(*it)[1].str()] = value[0].text;
    }
    for (const std::string& speaker : kSpeakers) {
      read_calls(speaker, [&](const std::vector<std::size_t>& ends, std::size_t open) {
        for (std::size_t i = 0; i < ends.size(); ++i) check(i == 0 ? open : ends[i - 1], ends[i]);
        if (speaker == kSpeakers[0] && ends.size() > 1) expect_words(ends[0], ends[1]);
      });
    }
    for (const Helper& helper : kHelpers) {
      if (helper.file != file_) continue;
      read_calls("\\b" + helper.name, [&](const std::vector<std::size_t>& ends, std::size_t open) {
        const std::size_t argument = helper.argument;
        if (argument == 0) {
          const std::size_t body = code_.find_first_not_of(" \n", ends.back() + 1);
          if (code_[body] == '{') check(body, argument_ends(code_, body).back(), true);
        } else if (argument <= ends.size()) {
          check(argument == 1 ? open : ends[argument - 2], ends[argument - 1]);
        }
      });
    }
  }

  std::size_t sentences() const { return sentences_; }

 private:
  template <typename Visit>
  void read_calls(const std::string& name, Visit visit) {
    const std::regex call(name + R"(\s*[({])");
    for (auto it = std::sregex_iterator(code_.begin(), code_.end(), call);
         it != std::sregex_iterator(); ++it) {
      const auto open = static_cast<std::size_t>(it->position() + it->length() - 1);
      visit(argument_ends(code_, open), open);
    }
  }

  // The literals with words in it, and those of the constants that it names.
  std::vector<std::string> words_in(std::size_t begin, std::size_t end) const {
    std::vector<Literal> found = literals_of(code_, begin, end);
    const std::string part = code_.substr(begin, end - begin);
    static const std::regex name(R"(\bk[A-Z]\w*)");
    for (auto it = std::sregex_iterator(part.begin(), part.end(), name);
         it != std::sregex_iterator(); ++it) {
      const auto constant = constants_.find(it->str());
      if (constant == constants_.end()) continue;
      found.push_back({begin + static_cast<std::size_t>(it->position()), constant->second});
    }
    std::sort(found.begin(), found.end(),
              [](const Literal& a, const Literal& b) { return a.at < b.at; });
    std::vector<std::string> words;
    for (const Literal& literal : found) {
      if (has_words(literal.text) && !is_exception(literal.text)) words.push_back(literal.text);
    }
    return words;
  }

  // apart: they are not of one sentence. Nor are those between which the code chooses, or that are
  // arguments.
  void check(std::size_t begin, std::size_t end, bool apart = false) {
    const std::vector<std::string> words = words_in(begin, end);
    if (words.empty()) return;
    ++sentences_;
    static const std::regex several(R"( \? |",\s*")");
    apart = apart || std::regex_search(code_.substr(begin, end - begin), several);
    if (apart) {
      for (const std::string& one : words) expect_known({one}, begin);
    } else {
      expect_known(words, begin);
    }
  }

  void expect_known(const std::vector<std::string>& words, std::size_t at) const {
    EXPECT_TRUE(is_known(words))
        << place(at) << ": the desktop does not know " << testing::PrintToString(words)
        << ": add the sentence to ui/base/engine_patterns.cc, and its translations";
  }

  void expect_words(std::size_t begin, std::size_t end) const {
    static const std::regex others(R"(message\(\)|av_error_text)");
    const bool passes_on = std::regex_search(code_.substr(begin, end - begin), others);
    const bool helped = std::any_of(kHelpers.begin(), kHelpers.end(),
                                    [&](const Helper& helper) { return helper.file == file_; });
    const bool excepted = std::any_of(kExceptions.begin(), kExceptions.end(),
                                      [&](const Exception& one) { return one.file == file_; });
    EXPECT_TRUE(passes_on || helped || excepted || !words_in(begin, end).empty())
        << place(begin) << ": where do the words come from? Name the function in kHelpers";
  }

  bool is_exception(const std::string& text) const {
    return std::any_of(kExceptions.begin(), kExceptions.end(), [&](const Exception& one) {
      return one.file == file_ && (one.text.empty() || one.text == text);
    });
  }

  std::string place(std::size_t at) const {
    return file_ + ":" +
           std::to_string(1 +
                          std::count(code_.begin(), code_.begin() + static_cast<long>(at), '\n'));
  }

  const std::string file_;
  const std::string code_;
  std::map<std::string, std::string> constants_;
  std::size_t sentences_ = 0;
};

std::vector<fs::path> sources_below(const fs::path& folder) {
  std::vector<fs::path> sources;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension();
    if (extension == ".h" || extension == ".cc" || extension == ".cu" || extension == ".cuh") {
      sources.push_back(entry.path());
    }
  }
  return sources;
}

TEST(EngineWords, TheDesktopKnowsWhatTheEngineCanSay) {
  ASSERT_GT(patterns().size(), 300u) << "the table is not found";
  std::size_t sentences = 0;
  for (const char* folder : {"engine", "kernels"}) {
    for (const fs::path& source : sources_below(kRoot / folder))
      sentences += Reader(source).sentences();
  }
  EXPECT_GT(sentences, 300u) << "the test looks at the wrong places";
}

TEST(EngineWords, NoExceptionIsLeftBehind) {
  for (const Exception& one : kExceptions) {
    std::string code = without_comments(read(kRoot / one.file));
    const std::vector<Literal> literals = literals_of(code, 0, code.size());
    EXPECT_TRUE(std::any_of(
        literals.begin(), literals.end(),
        [&](const Literal& literal) { return one.text.empty() || literal.text == one.text; }))
        << one.file << " does not say \"" << one.text << "\" any more";
  }
}

TEST(EngineWords, NothingOfTheEngineIsShownUntranslated) {
  // The diagnostics, which leave out the home folder, are in English for whoever reads the report.
  const std::regex raw(R"((\w*\(|[^\w(])(text|fromStdString)\(\w+(->|\.)(message|hint)\b)");
  for (const char* folder : {"ui", "app/desktop"}) {
    for (const fs::path& source : sources_below(kRoot / folder)) {
      const std::string code = without_comments(read(source));
      for (auto it = std::sregex_iterator(code.begin(), code.end(), raw);
           it != std::sregex_iterator(); ++it) {
        if ((*it)[1] == "withoutHome(") continue;
        ADD_FAILURE() << fs::relative(source, kRoot).string() << ": " << it->str()
                      << " is not engineText()";
      }
    }
  }
}

}  // namespace
