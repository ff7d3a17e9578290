// Watching on needs no more memory: peak RSS of longtake-cli after two hours of a video within 5 %
// of that after its first ten minutes. Of the same video, because FFmpeg holds a whole file's table
// of frames (some 1 MB per hour at 4 frames per second) from the moment that it opens it.
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

// Watches a file up to a time in a process of its own; its peak resident memory in kilobytes.
long peak_of_watching(const fs::path& video, const fs::path& library, const std::string& until) {
  const tests::Outcome outcome =
      tests::run_program({LONGTAKE_CLI, "watch", video.string(), "--library", library.string(),
                          "--until", until, "--quiet"},
                         library.string() + ".output");
  EXPECT_EQ(outcome.code, 0) << outcome.output;
  return outcome.peak_rss_kb;
}

TEST(FlatMemory, TwoHoursNeedNoMoreThanTenMinutes) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer keeps freed memory for a while";
#endif
  const fs::path folder = fs::temp_directory_path() / ("longtake-flat-" + std::to_string(getpid()));
  fs::create_directories(folder);
  const fs::path video = folder / "long.mp4";
  const world::Scene scene = world::long_scene(5, 120 * 60 * world::kSecond, 12);
  world::encode_mp4(scene, video.string(), {.width = 160, .height = 90, .fps_num = 4});
  const long short_peak = peak_of_watching(video, folder / "a", "10:00");
  const long long_peak = peak_of_watching(video, folder / "b", "2:00:00");
  EXPECT_LE(static_cast<double>(long_peak), 1.05 * static_cast<double>(short_peak))
      << short_peak << " KB for ten minutes, " << long_peak << " KB for two hours";
  RecordProperty("short_kb", static_cast<int>(short_peak));
  RecordProperty("long_kb", static_cast<int>(long_peak));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace longtake
