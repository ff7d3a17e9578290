// Checks the layering of the rooms on their #include lines: who may include whom is written down here
// and in CONTRIBUTING.md, and nowhere else.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fs = std::filesystem;

namespace {

const fs::path kRoot = LONGTAKE_SOURCE_DIR;

// A room and the rooms that its files may include, besides itself.
const std::map<std::string, std::set<std::string>> kAllowed = {
    {"kernels", {}},
    {"engine/base", {"kernels"}},
    {"engine/media", {"engine/base", "kernels"}},
    {"engine/model", {"engine/base", "kernels"}},
    {"engine/memory", {"engine/model", "engine/base", "kernels"}},
    {"engine/store", {"engine/memory", "engine/base", "kernels"}},
    {"engine/report", {"engine/store", "engine/base", "kernels"}},
    {"engine/session",
     {"engine/report", "engine/store", "engine/memory", "engine/model", "engine/media", "engine/base",
      "kernels", "resources/nano/world"}},
    {"engine",
     {"engine/session", "engine/report", "engine/store", "engine/memory", "engine/model",
      "engine/media", "engine/base", "kernels"}},
    {"ui/base", {"engine"}},
    {"ui/player", {"ui/base", "engine"}},
    {"ui/timeline", {"ui/base", "engine"}},
    {"ui/library", {"ui/base", "engine"}},
    {"ui/conversation", {"ui/base", "engine"}},
    {"ui/markers", {"ui/base", "engine"}},
    {"ui/dialogs", {"ui/base", "engine"}},
    {"ui/window",
     {"ui/base", "ui/player", "ui/timeline", "ui/library", "ui/conversation", "ui/markers",
      "ui/dialogs", "engine"}},
    {"app", {"ui/window", "engine", "engine/media", "engine/model", "engine/session", "engine/base", "kernels"}},
    {"resources/nano/world", {}},
};

// The room that a path of the project lies in: its longest prefix in the table.
std::string room_of(const std::string& path) {
  std::string best;
  for (const auto& [room, allowed] : kAllowed) {
    if (path.starts_with(room + "/") && room.size() > best.size()) best = room;
  }
  return best;
}

struct Include {
  std::string file;
  std::string target;
};

std::vector<Include> includes_below(const fs::path& folder) {
  std::vector<Include> includes;
  if (!fs::exists(folder)) return includes;
  const std::regex line_pattern(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension();
    if (extension != ".h" && extension != ".cc" && extension != ".cu" && extension != ".cuh") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      std::smatch match;
      if (std::regex_search(line, match, line_pattern)) {
        includes.push_back({fs::relative(entry.path(), kRoot).string(), match[1].str()});
      }
    }
  }
  return includes;
}

TEST(IncludeRules, RoomsIncludeOnlyFromRoomsBelow) {
  std::size_t checked = 0;
  for (const std::string folder : {"kernels", "engine", "ui", "app", "resources"}) {
    for (const Include& include : includes_below(kRoot / folder)) {
      const std::string from = room_of(include.file);
      const std::string to = room_of(include.target);
      if (to.empty() || from == to) continue;
      ++checked;
      EXPECT_TRUE(kAllowed.at(from).contains(to))
          << include.file << " includes " << include.target << ": " << from << " may not use " << to;
    }
  }
  EXPECT_GT(checked, 20u) << "the test looks at the wrong folders";
}

TEST(IncludeRules, NoQtBelowTheWindows) {
  const std::regex qt(R"(^(Q[A-Z]\w*|Qt\w*/.*)$)");
  for (const std::string folder : {"kernels", "engine", "resources"}) {
    for (const Include& include : includes_below(kRoot / folder)) {
      EXPECT_FALSE(std::regex_match(include.target, qt))
          << include.file << " includes " << include.target;
    }
  }
}

TEST(IncludeRules, WindowsReachTheEngineOnlyThroughItsFacade) {
  for (const Include& include : includes_below(kRoot / "ui")) {
    if (include.target.starts_with("engine/")) {
      EXPECT_EQ(include.target, "engine/engine.h") << include.file;
    }
    EXPECT_FALSE(include.target.starts_with("kernels/")) << include.file;
  }
}

}  // namespace
