// What longtake-cli says and keeps when the disk is full, read-only, or not the user's. The disks
// are small tmpfs mounts in a namespace of the test's own; where the system forbids that, the tests
// are skipped.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/program.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string kSample = LONGTAKE_SOURCE_DIR "/resources/sample/sample.mp4";
const char* const kQuestion = "What color is the star?";

void write_text(const char* path, const std::string& text) {
  std::ofstream(path) << text;
}

// A namespace in which this process may mount; false if the system does not let it.
bool enter_namespace() {
  if (unshare(CLONE_NEWNS) == 0) {
    return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }
  const uid_t user = getuid();
  const gid_t group = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
  write_text("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
  return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

class HostileDisk : public testing::Test {
 protected:
  HostileDisk()
      : folder_(fs::temp_directory_path() / ("longtake-disk-" + std::to_string(getpid()))) {
    fs::create_directories(folder_ / "disk");
  }
  ~HostileDisk() override {
    umount(disk().c_str());
    fs::remove_all(folder_);
  }
  fs::path disk() const { return folder_ / "disk"; }

  bool mount_disk(const std::string& size) {
    return enter_namespace() &&
           mount("tmpfs", disk().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  void remount(unsigned long flags, const std::string& size) {
    ASSERT_EQ(mount("tmpfs", disk().c_str(), "tmpfs", MS_REMOUNT | flags, ("size=" + size).c_str()),
              0)
        << std::strerror(errno);
  }
  tests::Outcome run(std::vector<std::string> arguments, const fs::path& library) {
    arguments.insert(arguments.begin(), LONGTAKE_CLI);
    arguments.insert(arguments.end(), {"--library", library.string(), "--json", "--quiet"});
    return tests::run_program(arguments, folder_ / "output");
  }
  Json run_well(const std::vector<std::string>& arguments, const fs::path& library) {
    const tests::Outcome outcome = run(arguments, library);
    EXPECT_EQ(outcome.code, 0) << outcome.output;
    return Json::parse(outcome.output, nullptr, false);
  }
  // The run fails with one JSON object that says what happened and what to do.
  void expect_clear_error(const tests::Outcome& outcome) {
    EXPECT_GT(outcome.code, 0) << outcome.output;
    const Json json = Json::parse(outcome.output, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << outcome.output;
    EXPECT_FALSE(json.at("error").at("message").get<std::string>().empty());
    EXPECT_FALSE(json.at("error").at("hint").get<std::string>().empty()) << outcome.output;
  }

  // What only reads works, on a library with one video.
  void expect_readable(const fs::path& library) {
    EXPECT_EQ(run_well({"list"}, library).at("videos").size(), 1u);
    EXPECT_EQ(run_well({"show", "1"}, library).at("id"), 1);
    EXPECT_TRUE(run_well({"check"}, library).at("ok").get<bool>());
  }

  const fs::path folder_;
};

TEST_F(HostileDisk, AFullDiskLosesNothingAndGoesOnWhenThereIsRoom) {
  if (!mount_disk("900k")) GTEST_SKIP() << "this system does not let a test mount a small disk";
  const fs::path library = disk() / "library";
  const tests::Outcome full = run({"watch", kSample}, library);
  expect_clear_error(full);
  EXPECT_NE(full.output.find("space"), std::string::npos) << full.output;

  remount(0, "64m");
  EXPECT_TRUE(run_well({"check"}, library).at("ok").get<bool>());
  const Json resumed = run_well({"watch", kSample}, library);
  EXPECT_TRUE(resumed.at("finished").get<bool>());

  const Json whole = run_well({"watch", kSample}, folder_ / "whole");
  EXPECT_EQ(resumed.at("blocks"), whole.at("blocks"));
  const Json expected = run_well({"ask", kSample, kQuestion}, folder_ / "whole");
  const Json answered = run_well({"ask", kSample, kQuestion}, library);
  for (const char* key : {"answer", "found", "support", "citations", "coverage"}) {
    EXPECT_EQ(answered.at(key), expected.at(key)) << key;
  }
}

TEST_F(HostileDisk, AFullDiskIsReadAndRemovingMakesRoom) {
  if (!mount_disk("1500k")) GTEST_SKIP() << "this system does not let a test mount a small disk";
  const fs::path library = disk() / "library";
  EXPECT_GT(run({"watch", kSample}, library).code, 0);  // it filled the disk itself
  expect_readable(library);
  EXPECT_GT(run_well({"remove", "1"}, library).at("bytes_freed").get<std::int64_t>(), 500'000);
  EXPECT_GT(fs::space(disk()).available, 500'000u);
  EXPECT_TRUE(run_well({"watch", kSample, "--until", "20"}, library).at("frames").get<int>() > 0);
}

TEST_F(HostileDisk, ADiskThatAnotherProgramFilledIsReadAndRemovingMakesRoom) {
  if (!mount_disk("8m")) GTEST_SKIP() << "this system does not let a test mount a small disk";
  const fs::path library = disk() / "library";
  run_well({"watch", kSample, "--until", "20"}, library);
  std::ofstream other(disk() / "other");
  while (other.write(std::string(4096, 'x').data(), 4096).flush()) {
  }
  ASSERT_EQ(fs::space(disk()).available, 0u);
  expect_readable(library);
  EXPECT_EQ(run_well({"ask", "1", kQuestion}, library).at("stored"), false);
  EXPECT_GT(run_well({"remove", "1"}, library).at("bytes_freed").get<std::int64_t>(), 0);
  EXPECT_TRUE(run_well({"list"}, library).at("videos").empty());
}

TEST_F(HostileDisk, AReadOnlyLibraryIsRead) {
  if (!mount_disk("64m")) GTEST_SKIP() << "this system does not let a test mount a small disk";
  const fs::path library = disk() / "library";
  run_well({"watch", kSample, "--until", "20"}, library);
  // As a copy that left out what SQLite keeps beside the database.
  const fs::path bare = disk() / "bare";
  fs::copy(library, bare, fs::copy_options::recursive);
  fs::remove(bare / "library.db-wal");
  fs::remove(bare / "library.db-shm");
  remount(MS_RDONLY, "64m");
  for (const fs::path& folder : {library, bare}) {
    expect_readable(folder);
    run_well({"search", "star"}, folder);
    run_well({"export", "1", "-o", (folder_ / "out.json").string()}, folder);
    run_well({"clip", "1", "--range", "1-2", "-o", (folder_ / "out.mp4").string()}, folder);
  }
}

TEST_F(HostileDisk, AReadOnlyLibraryAnswersAndStaysAsItWas) {
  if (!mount_disk("64m")) GTEST_SKIP() << "this system does not let a test mount a small disk";
  const fs::path library = disk() / "library";
  run_well({"watch", kSample}, library);
  const Json before = run_well({"ask", kSample, kQuestion}, library);

  remount(MS_RDONLY, "64m");
  const Json read = run_well({"ask", kSample, kQuestion}, library);
  EXPECT_EQ(read.at("stored"), false);
  for (const char* key : {"answer", "found", "support", "citations", "coverage"}) {
    EXPECT_EQ(read.at(key), before.at(key)) << key;
  }
  expect_clear_error(run({"watch", kSample}, library));
  expect_clear_error(run({"watch", kSample}, disk() / "another"));

  remount(0, "64m");
  EXPECT_TRUE(run_well({"check"}, library).at("ok").get<bool>());
  EXPECT_EQ(run_well({"show", "1"}, library).at("questions").size(), 1u);
  EXPECT_EQ(run_well({"ask", kSample, kQuestion}, library).at("answer"), before.at("answer"));
}

TEST_F(HostileDisk, AFileWhereTheLibraryShouldBeIsRefused) {
  write_text((folder_ / "file").c_str(), "not a library");
  expect_clear_error(run({"list"}, folder_ / "file"));
  expect_clear_error(run({"list"}, folder_ / "file" / "below"));
}

}  // namespace
}  // namespace longtake
