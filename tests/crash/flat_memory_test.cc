// A long video needs no more memory to watch than a short one: peak RSS of longtake-cli within 5 %.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "resources/nano/world/scene.h"
#include "resources/nano/world/video.h"
#include "tests/support/program.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;

// Watches a file in a process of its own; its peak resident memory in kilobytes.
long peak_of_watching(const fs::path& video, const fs::path& library) {
  const tests::Outcome outcome = tests::run_program(
      {LONGTAKE_CLI, "watch", video.string(), "--library", library.string(), "--quiet"},
      library.string() + ".output");
  EXPECT_EQ(outcome.code, 0) << outcome.output;
  return outcome.peak_rss_kb;
}

TEST(FlatMemory, TwoHoursNeedNoMoreThanTenMinutes) {
  const fs::path folder = fs::temp_directory_path() / ("longtake-flat-" + std::to_string(getpid()));
  fs::create_directories(folder);
  const auto make = [&](const std::string& name, int minutes) {
    const fs::path path = folder / name;
    const world::Scene scene = world::long_scene(5, minutes * 60 * world::kSecond, 12);
    world::encode_mp4(scene, path.string(), {.width = 160, .height = 90, .fps_num = 4});
    return path;
  };
  const long short_peak = peak_of_watching(make("short.mp4", 10), folder / "a");
  const long long_peak = peak_of_watching(make("long.mp4", 120), folder / "b");
  EXPECT_LE(static_cast<double>(long_peak), 1.05 * static_cast<double>(short_peak))
      << short_peak << " KB for ten minutes, " << long_peak << " KB for two hours";
  RecordProperty("short_kb", static_cast<int>(short_peak));
  RecordProperty("long_kb", static_cast<int>(long_peak));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace longtake
