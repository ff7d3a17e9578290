// Clips: which pictures and sounds they hold, read back with our own decoder and with ffprobe, and
// that the source and what lay at the target before are safe.
#include "engine/media/clip_writer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "engine/media/edit_facts.h"
#include "engine/media/frame_reader.h"
#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

constexpr Micros kSecond = kMicrosPerSecond;

std::string run(const std::string& command) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::string output;
  char buffer[4096];
  for (std::size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.append(buffer, got);
  EXPECT_EQ(pclose(pipe), 0) << command << "\n" << output;
  while (!output.empty() && output.back() == '\n') output.pop_back();
  return output;
}

std::string probed(const fs::path& path, const std::string& stream, const std::string& entries) {
  return run("ffprobe -v error -select_streams " + stream + " -show_entries " + entries +
             " -of csv=p=0 '" + path.string() + "'");
}

// Twelve seconds of numbered frames with a tone, a keyframe each two seconds, B-frames between.
fs::path source(const std::string& rate = "25", const std::string& more = {},
                const std::string& extension = ".mp4") {
  return footage_from(
      "-f lavfi -i \"" + numbered(rate, 12) +
          "\" -f lavfi -i sine=440:sample_rate=48000:duration=12 "
          "-c:v libx264 -preset veryfast -bf 3 -force_key_frames \"expr:gte(t,n_forced*2)\" "
          "-pix_fmt yuv420p -c:a aac " +
          more,
      extension);
}

// The numbers of the frames that are shown, one for each `interval`.
std::vector<int> shown(const fs::path& path, Micros interval = 40'000) {
  SamplerOptions options;
  options.interval = interval;
  return numbers(take_all(path, options).frames);
}

std::vector<int> counting(int from, int to) {
  std::vector<int> all;
  for (int i = from; i < to; ++i) all.push_back(i);
  return all;
}

bool mentions(const WrittenClip& clip, const std::string& words) {
  for (const std::string& note : clip.notes) {
    if (note.find(words) != std::string::npos) return true;
  }
  return false;
}

class ClipTest : public testing::Test {
 protected:
  fs::path out(const std::string& name) const { return folder_ / name; }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator{}));
  }
  void expect_error(const std::string& path, const TimeRange& time, const fs::path& target,
                    ErrorCode code, const std::string& words, bool reencode = false) {
    try {
      write_clip(path, time, target, {.reencode = reencode});
      ADD_FAILURE() << "no error, but " << words;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.message();
      EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
      EXPECT_FALSE(error.hint().empty());
    }
  }

  TempFolder folder_;
};

// --- Exact ---------------------------------------------------------------------------------------

TEST_F(ClipTest, EncodedHoldsExactlyTheTime) {
  const WrittenClip clip =
      write_clip(source().string(), {2'500'000, 5'020'000}, out("clip.mp4"), {.reencode = true});
  EXPECT_EQ(clip.time, (TimeRange{2'500'000, 5'020'000}));
  EXPECT_EQ(clip.size, static_cast<std::int64_t>(fs::file_size(out("clip.mp4"))));
  // The picture at 2.5 s went on screen at 2.48: it begins the clip, for its last 20 ms.
  SamplerOptions options;
  options.interval = 20'000;
  const std::vector<SampledFrame> frames = take_all(out("clip.mp4"), options).frames;
  ASSERT_EQ(frames.size(), 126U);
  EXPECT_EQ(frames[0].pts, 0);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frame_number(frames[i].image), 62 + (static_cast<int>(i) + 1) / 2) << i;
  }
  EXPECT_NEAR(static_cast<double>(probe(out("clip.mp4").string()).duration), 2.52e6, 1000);
  EXPECT_NEAR(std::stod(probed(out("clip.mp4"), "a", "stream=duration")), 2.52, 0.03);
  EXPECT_NEAR(std::stod(probed(out("clip.mp4"), "a", "stream=start_time")), 0, 0.001);
  EXPECT_EQ(probed(out("clip.mp4"), "v", "stream=codec_name"), "h264");
  EXPECT_EQ(files(), 1U) << "nothing else is left behind";
}

TEST_F(ClipTest, EncodedAtNtscRatesAndVariableOnes) {
  write_clip(source("30000/1001").string(), {kSecond, 3 * kSecond}, out("ntsc.mov"),
             {.reencode = true});
  // Frame 29 is on screen at 1 s, frame 90 begins at 3.003.
  EXPECT_EQ(frame_number(read_at(out("ntsc.mov").string(), {0})[0].image), 29);
  EXPECT_EQ(frame_number(read_at(out("ntsc.mov").string(), {1'999'000})[0].image), 89);
  EXPECT_EQ(run("ffprobe -v error -count_frames -select_streams v -show_entries "
                "stream=nb_read_frames -of csv=p=0 " +
                out("ntsc.mov").string()),
            "61");
  // Every third frame only, from the middle on.
  const fs::path variable = footage(numbered("25", 8),
                                    "-vf \"select='lt(n,100)+not(mod(n,3))'\" -vsync vfr "
                                    "-c:v libx264 -bf 2 -pix_fmt yuv420p",
                                    ".mkv");
  write_clip(variable.string(), {3'900'000, 5 * kSecond}, out("variable.mkv"), {.reencode = true});
  for (Micros time = 0; time < 1'100'000; time += 70'000) {
    EXPECT_EQ(frame_number(read_at(out("variable.mkv").string(), {time})[0].image),
              frame_number(read_at(variable.string(), {3'900'000 + time})[0].image))
        << time;
  }
}

// MPEG-PS names its tracks when they begin; this sound is too late to be found on opening.
TEST_F(ClipTest, ATrackThatBeginsInTheMiddleIsLeftOut) {
  const fs::path late = footage_by("sound in the middle", ".mpg", [](const fs::path& to) {
    const std::string pictures = "-c:v mpeg2video -q:v 2 ";
    const std::string noise = numbered("25", 8, ",noise=alls=40:allf=t");
    const std::string silent = read_bytes(footage(noise, pictures, ".mpg"));
    const fs::path sounding =
        footage_from("-f lavfi -i \"" + numbered("25", 2) + "\" -f lavfi -i sine=duration=2 " +
                         pictures + "-c:a mp2",
                     ".mpg");
    write_bytes(to, silent + read_bytes(sounding) + silent);
  });
  const WrittenClip clip =
      write_clip(late.string(), {7 * kSecond, 11 * kSecond}, out("late.mp4"), {.reencode = true});
  EXPECT_FALSE(probe(out("late.mp4").string()).has_audio);
  EXPECT_EQ(clip.notes,
            std::vector<std::string>{"A track that begins in the middle of the file is left out."});
}

TEST_F(ClipTest, EncodedKeepsTheSoundInTime) {
  // A click each second: the clip from 2.3 s on has it at 0.7, 1.7, ...
  const fs::path clicks = footage_from(
      "-f lavfi -i \"" + numbered("25", 8) +
          "\" -f lavfi -i \"aevalsrc='lt(mod(t,1),0.005)*sin(2*PI*2000*t)':s=44100:d=8\" "
          "-c:v libx264 -pix_fmt yuv420p -c:a pcm_s16le",
      ".mov");
  write_clip(clicks.string(), {2'300'000, 5'000'000}, out("clicks.mp4"), {.reencode = true});
  run("ffmpeg -v error -i " + out("clicks.mp4").string() + " -f f32le -ac 1 -ar 44100 " +
      out("clicks.raw").string());
  const std::string raw = read_bytes(out("clicks.raw"));
  const auto* samples = reinterpret_cast<const float*>(raw.data());
  const std::size_t count = raw.size() / sizeof(float);
  EXPECT_NEAR(static_cast<double>(count), 2.7 * 44100, 2048);
  std::vector<double> heard;
  for (std::size_t i = 0; i < count; ++i) {
    const double time = static_cast<double>(i) / 44100;
    if (std::abs(samples[i]) > 0.2 && (heard.empty() || time > heard.back() + 0.5))
      heard.push_back(time);
  }
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_NEAR(heard[0], 0.7, 0.005);
  EXPECT_NEAR(heard[1], 1.7, 0.005);
}

TEST_F(ClipTest, EncodedFromWhatH264DoesNotKnow) {
  // Palette colours and odd sides; no times at all; ten bits.
  const fs::path gif = footage("testsrc=s=101x75:r=10:d=3", "-loop 0", ".gif");
  write_clip(gif.string(), {kSecond, 2 * kSecond}, out("gif.mp4"), {.reencode = true});
  const VideoInfo info = probe(out("gif.mp4").string());
  EXPECT_EQ(info.width, 100);
  EXPECT_EQ(info.height, 74);
  EXPECT_EQ(info.pixel_format, "yuv420p");
  write_clip(gif.string(), {1'013'000, 2'000'000}, out("between.mp4"), {.reencode = true});
  EXPECT_NEAR(static_cast<double>(probe(out("between.mp4").string()).duration), 987e3, 1000);
  const Image before = read_at(gif.string(), {1'500'000})[0].image;
  const Image after = read_at(out("gif.mp4").string(), {500'000})[0].image;
  double difference = 0;
  for (int y = 0; y < 74; ++y) {
    for (int x = 0; x < 100; ++x)
      difference += std::abs(before.pixel(x, y)[1] - after.pixel(x, y)[1]);
  }
  EXPECT_LT(difference / (74 * 100), 12) << "the same picture in the same colours";

  const fs::path raw = footage(numbered("25", 4), "-c:v libx264 -bf 2 -pix_fmt yuv420p", ".h264");
  write_clip(raw.string(), {kSecond, 2 * kSecond}, out("raw.mp4"), {.reencode = true});
  EXPECT_EQ(shown(out("raw.mp4")), counting(25, 50));
  expect_error(raw.string(), {kSecond, 2 * kSecond}, out("copy.mp4"), ErrorCode::unsupported,
               "no times");

  const fs::path deep = footage(numbered("25", 2), "-c:v libx264 -pix_fmt yuv420p10le", ".mkv");
  write_clip(deep.string(), {0, kSecond}, out("deep.mkv"), {.reencode = true});
  EXPECT_EQ(probe(out("deep.mkv").string()).pixel_format, "yuv420p10le");
}

TEST_F(ClipTest, EncodedReachesTheVideosEnd) {
  const WrittenClip clip = write_clip(source().string(), {11 * kSecond, 20 * kSecond},
                                      out("end.mp4"), {.reencode = true});
  EXPECT_EQ(shown(out("end.mp4")), counting(275, 300));
  EXPECT_EQ(clip.time.end, 12 * kSecond);
}

// --- Copied --------------------------------------------------------------------------------------

TEST_F(ClipTest, CopiedBeginsAtTheKeyframeBefore) {
  const WrittenClip clip = write_clip(source().string(), {5'500'000, 7'250'000}, out("clip.mp4"));
  EXPECT_EQ(clip.time.begin, 4 * kSecond);
  EXPECT_TRUE(mentions(clip, "keyframe"));
  SamplerOptions options;
  options.interval = 40'000;
  const std::vector<SampledFrame> frames = take_all(out("clip.mp4"), options).frames;
  // Up to frame 181, which is on screen at 7.24 s; later ones only if those need them.
  ASSERT_GE(frames.size(), 82U);
  EXPECT_LE(frames.size(), 86U);
  std::vector<int> order = numbers(frames);
  order.resize(82);
  EXPECT_EQ(order, counting(100, 182));
  EXPECT_EQ(frames[0].pts, 0);
  // Every bit as it was.
  const std::vector<SampledFrame> original =
      read_at(source().string(), {4 * kSecond, 5 * kSecond, 7'240'000});
  EXPECT_EQ(frames[0].image.rgb, original[0].image.rgb);
  EXPECT_EQ(frames[25].image.rgb, original[1].image.rgb);
  EXPECT_EQ(frames[81].image.rgb, original[2].image.rgb);
  EXPECT_NEAR(std::stod(probed(out("clip.mp4"), "a", "stream=duration")), 3.25, 0.05);
}

TEST_F(ClipTest, CopiedFromAKeyframeIsExact) {
  const WrittenClip clip =
      write_clip(source().string(), {6 * kSecond, 8 * kSecond}, out("clip.mkv"));
  EXPECT_EQ(clip.time, (TimeRange{6 * kSecond, 8 * kSecond}));
  EXPECT_FALSE(mentions(clip, "keyframe"));
  EXPECT_EQ(shown(out("clip.mkv")), counting(150, 200));
}

TEST_F(ClipTest, CopiedBetweenContainers) {
  const fs::path transport = source("25", "-muxdelay 0", ".ts");
  for (const char* name : {"a.mp4", "a.mov", "a.mkv", "a.ts"}) {
    SCOPED_TRACE(name);
    const WrittenClip clip = write_clip(transport.string(), {4'100'000, 6 * kSecond}, out(name));
    EXPECT_NEAR(static_cast<double>(clip.time.begin), 4e6, 1000);
    const std::vector<int> numbers = shown(out(name));
    ASSERT_GE(numbers.size(), 50U);
    EXPECT_EQ(std::vector<int>(numbers.begin(), numbers.begin() + 50), counting(100, 150));
    EXPECT_TRUE(probed(out(name), "a", "stream=codec_name").starts_with("aac"));
  }
  // What the container cannot hold is left out, or refused if it is the picture.
  const fs::path pcm = source("25", "-c:a pcm_s16le", ".mkv");
  EXPECT_TRUE(mentions(write_clip(pcm.string(), {0, kSecond}, out("pcm.mp4")), "pcm_s16le"));
  EXPECT_EQ(probed(out("pcm.mp4"), "a", "stream=codec_name"), "");
  expect_error(source().string(), {0, kSecond}, out("clip.webm"), ErrorCode::unsupported, "h264");
  expect_error(source().string(), {0, kSecond}, out("clip.webm"), ErrorCode::unsupported, "h264",
               true);
  EXPECT_FALSE(fs::exists(out("clip.webm")));
}

TEST_F(ClipTest, KeepsSubtitlesNamesAndLanguages) {
  write_bytes(
      out("text.srt"),
      "1\n00:00:03,000 --> 00:00:04,000\nthree\n\n2\n00:00:07,000 --> 00:00:08,000\nseven\n\n");
  const fs::path titled = out("titled.mkv");
  run("ffmpeg -v error -i " + source().string() + " -i " + out("text.srt").string() +
      " -map 0 -map 1 -c copy -c:s srt -metadata title='East gate' -metadata:s:a language=ces " +
      titled.string());
  for (const bool reencode : {false, true}) {
    SCOPED_TRACE(reencode);
    const fs::path path = out(reencode ? "encoded.mkv" : "copied.mkv");
    write_clip(titled.string(), {6 * kSecond, 9 * kSecond}, path, {.reencode = reencode});
    EXPECT_EQ(run("ffprobe -v error -show_entries format_tags=title -of csv=p=0 " + path.string()),
              "East gate");
    EXPECT_EQ(probed(path, "a", "stream_tags=language"), "ces");
    const std::string text = run("ffmpeg -v error -i " + path.string() + " -f srt -");
    EXPECT_EQ(text.find("three"), std::string::npos);
    EXPECT_NE(text.find("seven"), std::string::npos);
    EXPECT_TRUE(text.find("00:00:01,0") != std::string::npos) << text;
  }
}

TEST_F(ClipTest, KeepsTurnAspectAndTimecode) {
  const fs::path phone = turned(
      footage(numbered("25", 4, ",setsar=2"), "-c:v libx264 -g 25 -pix_fmt yuv420p", ".mp4"), 90);
  expect_error(phone.string(), {0, kSecond}, out("phone.mkv"), ErrorCode::unsupported, "is turned");
  const fs::path coded =
      footage(numbered("30000/1001", 4),
              "-c:v libx264 -g 30 -pix_fmt yuv420p -timecode '01:00:00;00'", ".mov");
  for (const bool reencode : {false, true}) {
    SCOPED_TRACE(reencode);
    const VideoInfo before = probe(phone.string());
    write_clip(phone.string(), {kSecond, 2 * kSecond}, out("phone.mp4"), {.reencode = reencode});
    const VideoInfo after = probe(out("phone.mp4").string());
    EXPECT_EQ(after.rotation_degrees, 90);
    EXPECT_EQ(after.width, before.width);
    EXPECT_EQ(after.height, before.height);
    // Frame 60 is at 2.002 s, and bears 01:00:02;00.
    write_clip(coded.string(), {2'002'000, 3 * kSecond}, out("coded.mov"), {.reencode = reencode});
    EXPECT_EQ(read_edit_facts(out("coded.mov").string()).start_timecode, "01:00:02;00");
  }
  EXPECT_EQ(read_edit_facts(coded.string()).start_timecode, "01:00:00;00");
  EXPECT_EQ(read_edit_facts(source().string()).start_timecode, "");
  EXPECT_EQ(read_edit_facts(source().string()).audio_sample_rate, 48000);
  EXPECT_EQ(read_edit_facts(source().string()).audio_channels, 1);
}

TEST_F(ClipTest, FollowsAClockThatStartsAgain) {
  const fs::path part = source("25", "", ".ts");
  const fs::path path = footage_by("two clocks with sound", ".ts", [&](const fs::path& target) {
    write_bytes(target, read_bytes(part) + read_bytes(part));
  });
  // One second into the second recording.
  for (const bool reencode : {false, true}) {
    SCOPED_TRACE(reencode);
    const fs::path target = out(reencode ? "encoded.mp4" : "copied.mp4");
    write_clip(path.string(), {14 * kSecond, 15 * kSecond}, target, {.reencode = reencode});
    const std::vector<int> numbers = shown(target);
    ASSERT_GE(numbers.size(), 24U);
    EXPECT_NEAR(numbers[0], 50, 3);
    EXPECT_NEAR(std::stod(probed(target, "a", "stream=duration")), 1.0, 0.15);
    expect_error(path.string(), {30 * kSecond, 31 * kSecond}, out("late.mp4"),
                 ErrorCode::bad_argument, "nothing from", reencode);
  }
}

// --- What must not happen ------------------------------------------------------------------------

TEST_F(ClipTest, NeverTouchesTheSource) {
  const fs::path copy = out("mine.mp4");
  fs::copy_file(source(), copy);
  const std::string before = read_bytes(copy);
  fs::create_hard_link(copy, out("link.mp4"));
  fs::create_symlink(copy, out("sign.mp4"));
  for (const bool reencode : {false, true}) {
    for (const char* name : {"mine.mp4", "link.mp4", "sign.mp4"}) {
      expect_error(copy.string(), {0, kSecond}, out(name), ErrorCode::bad_argument,
                   "the video itself", reencode);
    }
    expect_error(copy.string(), {0, kSecond}, folder_.path() / "." / "mine.mp4",
                 ErrorCode::bad_argument, "the video itself", reencode);
  }
  EXPECT_EQ(read_bytes(copy), before);
}

TEST_F(ClipTest, SaysWhatIsWrong) {
  const std::string path = source().string();
  expect_error(path, {12 * kSecond, 13 * kSecond}, out("a.mp4"), ErrorCode::bad_argument,
               "nothing from");
  expect_error(path, {kSecond, kSecond}, out("a.mp4"), ErrorCode::bad_argument, "nothing from");
  expect_error(path, {-kSecond, kSecond}, out("a.mp4"), ErrorCode::bad_argument, "nothing from");
  expect_error(path, {0, kSecond}, out("a.txt"), ErrorCode::bad_argument, "kind of file");
  expect_error(path, {0, kSecond}, out("a"), ErrorCode::bad_argument, "kind of file");
  expect_error(path, {0, kSecond}, out("no folder") / "a.mp4", ErrorCode::not_found,
               "a.mp4: cannot create");
  expect_error(out("none.mp4").string(), {0, kSecond}, out("a.mp4"), ErrorCode::not_found,
               "no such file");
  expect_error("http://localhost:1/a.mp4", {0, kSecond}, out("a.mp4"), ErrorCode::unsupported,
               "a file only");
  write_bytes(out("text.mp4"), "no video");
  expect_error(out("text.mp4").string(), {0, kSecond}, out("a.mp4"), ErrorCode::unsupported,
               "not a video");
  EXPECT_EQ(files(), 1U);
}

TEST_F(ClipTest, CancelledLeavesWhatWasThere) {
  write_bytes(out("clip.mp4"), "older");
  for (const bool reencode : {false, true}) {
    std::atomic<bool> cancel = true;
    EXPECT_THROW(write_clip(source().string(), {0, 10 * kSecond}, out("clip.mp4"),
                            {.reencode = reencode, .cancel = &cancel}),
                 Error);
  }
  // On the way.
  const fs::path large = footage("testsrc2=s=1280x720:r=25:d=20",
                                 "-c:v libx264 -preset ultrafast -pix_fmt yuv420p", ".mp4");
  std::atomic<bool> cancel = false;
  std::thread soon([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancel = true;
  });
  try {
    write_clip(large.string(), {0, 20 * kSecond}, out("clip.mp4"),
               {.reencode = true, .cancel = &cancel});
    ADD_FAILURE() << "it was not stopped";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled) << error.message();
  }
  soon.join();
  EXPECT_EQ(read_bytes(out("clip.mp4")), "older");
  EXPECT_EQ(files(), 1U) << "no temporary file stays";
  write_clip(source().string(), {0, kSecond}, out("clip.mp4"));
  EXPECT_NE(read_bytes(out("clip.mp4")), "older") << "a finished clip replaces it";
}

// As every other file that is written (engine/base/replacement.h).
TEST_F(ClipTest, KeepsLinksModesAndLongNames) {
  fs::create_directory(out("there"));
  write_bytes(out("there") / "old.mp4", "older");
  fs::permissions(out("there") / "old.mp4", fs::perms::owner_read);
  fs::create_symlink("there/old.mp4", out("link.mp4"));
  const WrittenClip clip = write_clip(source().string(), {0, kSecond}, out("link.mp4"));
  EXPECT_TRUE(fs::is_symlink(out("link.mp4")));
  EXPECT_EQ(fs::file_size(out("there") / "old.mp4"), static_cast<std::uintmax_t>(clip.size));
  EXPECT_EQ(fs::status(out("there") / "old.mp4").permissions(), fs::perms::owner_read);
  EXPECT_EQ(probed(out("link.mp4"), "v", "stream=codec_name"), "h264");

  const std::string longest = std::string(251, 'n') + ".mp4";
  write_clip(source().string(), {0, kSecond}, out(longest));
  EXPECT_GT(fs::file_size(out(longest)), 1000U);
  expect_error(source().string(), {0, kSecond}, out("n" + longest), ErrorCode::bad_argument,
               "too long");
  EXPECT_EQ(files(), 3U) << "no temporary file stays";
}

TEST_F(ClipTest, WritesIntoPipesAndDevices) {
  // MP4, too, which would go back to its beginning in a file.
  for (const char* name : {"pipe.mp4", "pipe.mkv"}) {
    SCOPED_TRACE(name);
    const fs::path pipe = out(name);
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    std::string bytes;
    std::thread reader([&] { bytes = read_bytes(pipe); });
    const WrittenClip clip = write_clip(source().string(), {2 * kSecond, 4 * kSecond}, pipe);
    reader.join();
    EXPECT_TRUE(fs::is_fifo(pipe));
    EXPECT_EQ(clip.size, static_cast<std::int64_t>(bytes.size()));
    const fs::path read = out(std::string("read ") + name);
    write_bytes(read, bytes);
    EXPECT_EQ(shown(read), counting(50, 100));
  }
  fs::create_symlink("/dev/full", out("full.mkv"));
  expect_error(source().string(), {0, kSecond}, out("full.mkv"), ErrorCode::disk_full,
               "full.mkv: cannot write");
  EXPECT_TRUE(fs::is_symlink(out("full.mkv")));
}

TEST_F(ClipTest, DamagedFilesEndInAnErrorOrAClip) {
  const std::string bytes = read_bytes(source("25", "", ".ts"));
  for (int seed = 0; seed < 8; ++seed) {
    std::string damaged = bytes;
    for (std::size_t i = 0; i < 60; ++i) {
      damaged[(i * 7919 + static_cast<std::size_t>(seed) * 104729) * 31 % damaged.size()] ^= 0x55;
    }
    write_bytes(out("damaged.ts"), damaged);
    for (const bool reencode : {false, true}) {
      try {
        const WrittenClip clip = write_clip(out("damaged.ts").string(), {3 * kSecond, 5 * kSecond},
                                            out("clip.mp4"), {.reencode = reencode});
        EXPECT_GT(clip.size, 0);
        probe(out("clip.mp4").string());
      } catch (const Error& error) {
        EXPECT_FALSE(error.message().empty());
      }
    }
  }
}

}  // namespace
}  // namespace longtake::media
