// probe(): what is said of good videos and of what is none.
#include "engine/media/video_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "kernels/error.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

fs::path plain() {
  return footage(numbered("25", 8), "-c:v libx264 -preset veryfast -bf 3 -g 50 -pix_fmt yuv420p",
                 ".mp4");
}

void expect_error(const std::string& path, ErrorCode code, const std::string& words) {
  try {
    probe(path);
    ADD_FAILURE() << path << " was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error_code_name(error.code()), error_code_name(code)) << error.what();
    EXPECT_THAT(error.message(), testing::HasSubstr(words));
    EXPECT_FALSE(error.hint().empty()) << error.what();
  }
}

TEST(VideoFile, DescribesAnOrdinaryVideo) {
  const VideoInfo info = probe(plain().string());
  EXPECT_EQ(info.codec, "h264");
  EXPECT_EQ(info.pixel_format, "yuv420p");
  EXPECT_EQ(info.width, kFootageWidth);
  EXPECT_EQ(info.height, kFootageHeight);
  EXPECT_EQ(info.rotation_degrees, 0);
  EXPECT_EQ(info.bit_depth, 8);
  EXPECT_EQ(info.duration, 8'000'000);
  EXPECT_FALSE(info.duration_estimated);
  EXPECT_EQ(info.average_rate, (Rational{25, 1}));
  EXPECT_FALSE(info.variable_frame_rate_suspected);
  EXPECT_FALSE(info.has_audio);
  EXPECT_TRUE(info.fast_seek);
  EXPECT_EQ(info.size_bytes, static_cast<std::int64_t>(fs::file_size(plain())));
}

TEST(VideoFile, RotationTurnsTheSides) {
  for (const int degrees : {90, 180, 270}) {
    const fs::path path = turned(plain(), degrees);
    const VideoInfo info = probe(path.string());
    EXPECT_EQ(info.rotation_degrees, degrees);
    EXPECT_EQ(info.width, degrees == 180 ? kFootageWidth : kFootageHeight);
    EXPECT_EQ(info.coded_width, kFootageWidth);
  }
}

TEST(VideoFile, SampleAspectWidensThePicture) {
  const fs::path path =
      footage(numbered("25", 1, ",setsar=3/2"), "-c:v libx264 -pix_fmt yuv420p", ".mp4");
  const VideoInfo info = probe(path.string());
  EXPECT_DOUBLE_EQ(info.sample_aspect, 1.5);
  EXPECT_EQ(info.width, kFootageWidth * 3 / 2);
  EXPECT_EQ(info.height, kFootageHeight);
  const fs::path tall =
      footage(numbered("25", 1, ",setsar=2/3"), "-c:v libx264 -pix_fmt yuv420p", ".mp4");
  EXPECT_EQ(probe(tall.string()).width, kFootageWidth);
  EXPECT_EQ(probe(tall.string()).height, kFootageHeight * 3 / 2);
}

TEST(VideoFile, SoundMayStartBeforeThePicture) {
  const fs::path path = footage_from("-f lavfi -i sine=d=4 -itsoffset 0.5 -i '" + plain().string() +
                                         "' -map 1:v -map 0:a -c:v copy -c:a aac -t 4",
                                     ".mkv");
  const VideoInfo info = probe(path.string());
  EXPECT_TRUE(info.has_audio);
  EXPECT_GT(info.start_offset, info.container_start + 300'000);
}

TEST(VideoFile, VariableRateIsSuspected) {
  const fs::path path =
      footage(numbered("25", 4, ",settb=1/1000,setpts='if(lt(N,50),N*40,2000+(N-50)*200)'"),
              "-c:v libx264 -pix_fmt yuv420p -vsync passthrough -enc_time_base 1/1000", ".mp4");
  EXPECT_TRUE(probe(path.string()).variable_frame_rate_suspected);
}

TEST(VideoFile, MissingFileAndFolder) {
  expect_error("/nonexistent/video.mp4", ErrorCode::not_found, "no such file");
  expect_error(LONGTAKE_FOOTAGE_DIR, ErrorCode::bad_argument, "is a folder");
  expect_error("/dev/null", ErrorCode::bad_argument, "is not a file");
}

TEST(VideoFile, ForbiddenFile) {
  if (::geteuid() == 0) GTEST_SKIP() << "nothing is forbidden to root";
  const fs::path path = footage_by("forbidden", ".mp4", [](const fs::path& out) {
    write_bytes(out, "x");
    fs::permissions(out, fs::perms::none);
  });
  expect_error(path.string(), ErrorCode::no_permission, "may not read");
}

TEST(VideoFile, EmptyFile) {
  const fs::path path =
      footage_by("empty", ".mp4", [](const fs::path& out) { write_bytes(out, ""); });
  expect_error(path.string(), ErrorCode::corrupt_data, "is empty");
}

TEST(VideoFile, TextWithAVideosName) {
  const fs::path path = footage_by("text", ".mp4", [](const fs::path& out) {
    std::string text;
    for (int i = 0; i < 500; ++i)
      text += "These are the minutes of the meeting, page " + std::to_string(i) + ".\n";
    write_bytes(out, text);
  });
  expect_error(path.string(), ErrorCode::unsupported, "not a video file");
}

TEST(VideoFile, PlaylistsDoNotOpenOtherFiles) {
  for (const char* extension : {".m3u8", ".mp4", ".txt"}) {
    const fs::path playlist = footage_by("playlist", extension, [](const fs::path& out) {
      write_bytes(out, "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\nfile://" + plain().string() +
                           "\n#EXT-X-ENDLIST\n");
    });
    expect_error(playlist.string(), ErrorCode::unsupported, "not a video file");
    const fs::path concat = footage_by("concat", extension, [](const fs::path& out) {
      write_bytes(out, "ffconcat version 1.0\nfile " + plain().filename().string() + "\n");
    });
    expect_error(concat.string(), ErrorCode::unsupported, "not a video file");
  }
}

TEST(VideoFile, SoundWithoutPicture) {
  const fs::path path = footage("sine=d=2", "-c:a aac", ".m4a");
  expect_error(path.string(), ErrorCode::unsupported, "sound but no picture");
  // A cover is not a video either.
  const fs::path cover = footage_from(
      "-f lavfi -i sine=d=2 -f lavfi -i color=red:s=64x64:d=0.1:r=10 -map 0:a -map 1:v "
      "-c:a aac -c:v mjpeg -frames:v 1 -disposition:v attached_pic",
      ".m4a");
  expect_error(cover.string(), ErrorCode::unsupported, "sound but no picture");
}

TEST(VideoFile, EncryptedVideo) {
  const fs::path path = footage(numbered("25", 2),
                                "-c:v libx264 -pix_fmt yuv420p -encryption_scheme cenc-aes-ctr "
                                "-encryption_key 76a6c65c5ea762046bd749a2e632ccbb "
                                "-encryption_kid a7e61c373e219033c21091fa607bf3b8",
                                ".mp4");
  expect_error(path.string(), ErrorCode::unsupported, "encrypted");
}

TEST(VideoFile, CutOffBeforeTheIndex) {
  const fs::path path = footage_by("no index", ".mp4", [](const fs::path& out) {
    const std::string bytes = read_bytes(plain());
    write_bytes(out, bytes.substr(0, bytes.size() / 2));
  });
  expect_error(path.string(), ErrorCode::corrupt_data, "cut off or damaged");
}

TEST(VideoFile, NothingDecodable) {
  const fs::path path = footage_by("noise for data", ".mkv", [](const fs::path& out) {
    const fs::path good =
        footage(numbered("25", 2), "-c:v libx264 -preset veryfast -g 10 -pix_fmt yuv420p", ".mkv");
    std::string bytes = read_bytes(good);
    // Beyond the headers everything but the container's structure is overwritten.
    unsigned state = 1;
    for (std::size_t i = 1200; i < bytes.size(); ++i) {
      state = state * 1664525 + 1013904223;
      if (i % 3 != 0) bytes[i] = static_cast<char>(state >> 24);
    }
    write_bytes(out, bytes);
  });
  try {
    probe(path.string());
  } catch (const Error& error) {
    EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
  }
}

TEST(VideoFile, AbsurdDimensions) {
  const fs::path path = footage("color=s=17000x16:d=0.1:r=10", "-c:v ffv1", ".mkv");
  expect_error(path.string(), ErrorCode::unsupported, "beyond the limit");
}

TEST(VideoFile, ColonsInNamesAreNoProtocols) {
  const fs::path path = footage_by("colon", ":strange name 'x'.mp4",
                                   [](const fs::path& out) { fs::copy_file(plain(), out); });
  EXPECT_EQ(probe(path.string()).codec, "h264");
  EXPECT_TRUE(is_url("https://example.org/a.mp4"));
  EXPECT_TRUE(is_url("rtsp://camera"));
  EXPECT_FALSE(is_url("/home/a/b://c.mp4"));
  EXPECT_FALSE(is_url("c:/a.mp4"));
}

}  // namespace
}  // namespace longtake::media
