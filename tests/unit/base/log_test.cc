#include "engine/base/log.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/base/file.h"
#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake {
namespace {

TEST(Log, OneLoggerPerRoom) {
  EXPECT_EQ(&log("store"), &log("store"));
  EXPECT_NE(&log("store"), &log("memory"));
  EXPECT_EQ(log("store").name(), "store");
}

TEST(Log, LevelsByWord) {
  EXPECT_TRUE(set_log_level("debug"));
  EXPECT_EQ(log("store").level(), spdlog::level::debug);
  EXPECT_EQ(log("made later").level(), spdlog::level::debug);
  EXPECT_FALSE(set_log_level("loud"));
  EXPECT_EQ(log("store").level(), spdlog::level::debug);
  EXPECT_TRUE(set_log_level("warn"));
}

TEST(Log, WritesToAFile) {
  TempFolder folder;
  log_to_file(folder / "logs" / "longtake.log");
  log("store").warn("the number is {}", 17);
  EXPECT_NE(read_text_file(folder / "logs" / "longtake.log", 1 << 20).find("store"),
            std::string::npos);
  EXPECT_NE(read_text_file(folder / "logs" / "longtake.log", 1 << 20).find("the number is 17"),
            std::string::npos);
}

TEST(Log, AnImpossibleFileIsAnError) {
  TempFolder folder;
  write_file_atomically(folder / "plain", "x");
  EXPECT_THROW(log_to_file(folder / "plain" / "longtake.log"), Error);
}

}  // namespace
}  // namespace longtake
