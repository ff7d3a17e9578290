// A drive that fails while a video is read: that is an error, and never the end of the video.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "engine/media/clip_writer.h"
#include "engine/media/frame_sampler.h"
#include "engine/media/waveform.h"
#include "kernels/error.h"
#include "tests/unit/media/footage.h"

namespace {

// The file whose bytes from `failing_from` on cannot be read; 0: none.
std::atomic<ino_t> failing_file = 0;
std::atomic<off_t> failing_from = 0;

}  // namespace

// FFmpeg's own calls of read() come here, too: a program's symbols precede its libraries'.
extern "C" __attribute__((visibility("default"))) ssize_t read(int file, void* bytes,
                                                               size_t count) {
  struct stat about {};
  if (failing_file != 0 && fstat(file, &about) == 0 && about.st_ino == failing_file &&
      lseek(file, 0, SEEK_CUR) + static_cast<off_t>(count) > failing_from) {
    errno = EIO;
    return -1;
  }
  return syscall(SYS_read, file, bytes, count);
}

namespace longtake::media {
namespace {

class ReadError : public testing::TestWithParam<const char*> {
 protected:
  ReadError()
      : path_(footage_from("-f lavfi -i \"" + numbered("25", 60) + "\"" +
                               " -f lavfi -i sine=duration=60 -c:v libx264 -preset veryfast -g 25 "
                               "-pix_fmt yuv420p -b:v 2M -minrate 2M -c:a aac" +
                               (std::string(GetParam()) == ".mp4" ? " -movflags +faststart" : ""),
                           GetParam())) {
    struct stat about {};
    stat(path_.c_str(), &about);
    failing_from = about.st_size / 2;
    inode_ = about.st_ino;
  }
  ~ReadError() override { failing_file = 0; }
  void break_drive() const { failing_file = inode_; }

  // The drive is well while the file is opened.
  template <typename Function>
  static void expect_io_error(Function function) {
    try {
      function();
      ADD_FAILURE() << "nothing was wrong";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::io_error) << error.message();
      EXPECT_NE(error.message().find("cannot be read"), std::string::npos) << error.message();
    }
  }

  std::filesystem::path path_;
  ino_t inode_ = 0;
};

TEST_P(ReadError, IsNotTheEndOfTheVideo) {
  for (const SamplingMode mode : {SamplingMode::exact, SamplingMode::keyframes}) {
    SamplerOptions options;
    options.mode = mode;
    FrameSampler sampler(path_.string(), options);
    break_drive();
    int seen = 0;
    expect_io_error([&] {
      while (sampler.next()) ++seen;
    });
    EXPECT_GT(seen, 5);
    EXPECT_LT(seen, 55);
    EXPECT_FALSE(sampler.summary().reached_end);
    failing_file = 0;
  }
}

TEST_P(ReadError, IsNotTheEndOfTheSoundOrOfAClip) {
  break_drive();
  expect_io_error([&] { read_waveform(path_.string()); });
  const std::filesystem::path clip = path_.parent_path() / "never.mp4";
  expect_io_error([&] { write_clip(path_.string(), {0, 50 * kMicrosPerSecond}, clip, {}); });
  EXPECT_FALSE(std::filesystem::exists(clip));
}

INSTANTIATE_TEST_SUITE_P(Containers, ReadError, testing::Values(".mp4", ".mkv", ".ts"),
                         [](const auto& of) { return std::string(of.param).substr(1); });

}  // namespace
}  // namespace longtake::media
