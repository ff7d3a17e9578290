// read_waveform(): the right loudness at the right time, whatever the sound is coded and timed
// like.
#include "engine/media/waveform.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/media/video_file.h"
#include "kernels/error.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

const std::string kPicture = "-f lavfi -i color=gray:s=64x48:r=25:d=4 ";
const std::string kCode = " -c:v libx264 -preset ultrafast -pix_fmt yuv420p ";

// Half of full scale from 2 s to 3 s, else silence.
std::string tone(const std::string& rate = "48000") {
  return "-f lavfi -i \"aevalsrc='if(between(t,2,3),0.5*sin(2*PI*440*t),0)':d=4:s=" + rate + "\" ";
}

int loudest(const Waveform& waveform, Micros begin, Micros end) {
  int most = 0;
  for (std::size_t i = 0; i < waveform.peaks.size(); ++i) {
    const Micros at = static_cast<Micros>(i) * waveform.interval;
    if (at >= begin && at + waveform.interval <= end) most = std::max<int>(most, waveform.peaks[i]);
  }
  return most;
}

// The tone lies at [begin, end) of the waveform, give or take two intervals.
void expect_tone(const Waveform& waveform, Micros begin, Micros end, int tolerance = 4) {
  const Micros near = 2 * waveform.interval;
  ASSERT_FALSE(waveform.peaks.empty());
  EXPECT_LE(loudest(waveform, 0, begin - near), 3);
  EXPECT_LE(loudest(waveform, end + near, end + 100 * kMicrosPerSecond), 3);
  EXPECT_NEAR(loudest(waveform, begin, end), 128, tolerance);
  for (Micros at = begin + near; at + 2 * near <= end; at += near) {
    EXPECT_NEAR(loudest(waveform, at, at + near), 128, tolerance) << at;
  }
}

TEST(Waveform, EverySampleFormat) {
  for (const std::string codec :
       {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "flac", "alac",
        "wavpack -sample_fmt u8p", "wavpack -sample_fmt s16p", "wavpack -sample_fmt s32p",
        "wavpack -sample_fmt fltp", "aac", "ac3", "mp2"}) {
    SCOPED_TRACE(codec);
    if (!ffmpeg_has_encoder(codec.substr(0, codec.find(' ')))) continue;
    const fs::path path = footage_from(kPicture + tone() + kCode + "-c:a " + codec, ".mkv");
    const bool exact = codec.starts_with("pcm") || codec == "flac" || codec == "alac" ||
                       codec.starts_with("wavpack");
    const Waveform waveform = read_waveform(path.string());
    EXPECT_EQ(waveform.interval, 100'000);
    EXPECT_NEAR(static_cast<double>(waveform.peaks.size()), 40, 2);
    expect_tone(waveform, 2 * kMicrosPerSecond, 3 * kMicrosPerSecond, exact ? 2 : 14);
  }
}

TEST(Waveform, ExactToTheInterval) {
  // QuickTime counts sound in samples; Matroska rounds to milliseconds.
  const fs::path path = footage_from(kPicture + tone() + kCode + "-c:a pcm_s16le", ".mov");
  const Waveform waveform = read_waveform(path.string(), {.interval = 10'000});
  ASSERT_EQ(waveform.peaks.size(), 400U);
  for (std::size_t i = 0; i < 400; ++i) {
    const bool sounds = i >= 200 && i < 300;
    EXPECT_NEAR(waveform.peaks[i], sounds ? 127 : 0, 1) << i;
  }
}

TEST(Waveform, TheLoudestChannelCounts) {
  const std::string right =
      "-f lavfi -i \"aevalsrc='0|0|0.25*sin(440*t)|0|0|0':channel_layout=5.1:d=4\" ";
  for (const char* codec : {"pcm_s16le", "ac3"}) {
    const fs::path path = footage_from(kPicture + right + kCode + "-c:a " + codec, ".mkv");
    EXPECT_NEAR(loudest(read_waveform(path.string()), 0, 4 * kMicrosPerSecond), 64, 6) << codec;
  }
}

TEST(Waveform, TimeZeroIsTheFirstPicture) {
  const Micros second = kMicrosPerSecond;
  // The picture begins a second after the sound, then the other way round.
  for (const char* extension : {".mkv", ".mp4", ".ts"}) {
    SCOPED_TRACE(extension);
    const std::string codec = "-vsync passthrough -c:a mp2 ";  // no pictures added before the first
    const fs::path late =
        footage_from("-itsoffset 1 " + kPicture + tone() + kCode + codec, extension);
    expect_tone(read_waveform(late.string()), 1 * second, 2 * second, 14);
    const fs::path early =
        footage_from(kPicture + "-itsoffset 0.5 " + tone() + kCode + codec, extension);
    expect_tone(read_waveform(early.string()), 2 * second + second / 2, 3 * second + second / 2,
                14);
    // A clock that does not begin at zero.
    const fs::path offset =
        footage_from(kPicture + tone() + kCode + codec + "-output_ts_offset 1000", extension);
    expect_tone(read_waveform(offset.string()), 2 * second, 3 * second, 14);
  }
}

TEST(Waveform, AClockThatStartsAgainIsClosedUp) {
  const fs::path once = footage_from(kPicture + tone() + kCode + "-c:a mp2", ".ts");
  const fs::path twice =
      footage_by("twice " + once.filename().string(), ".ts",
                 [&](const fs::path& to) { write_bytes(to, read_bytes(once) + read_bytes(once)); });
  const Waveform waveform = read_waveform(twice.string());
  EXPECT_NEAR(loudest(waveform, 2'200'000, 2'800'000), 128, 14);
  EXPECT_LE(loudest(waveform, 3'300'000, 5'700'000), 3);
  EXPECT_NEAR(loudest(waveform, 6'300'000, 6'700'000), 128, 14);
  EXPECT_LE(waveform.peaks.size(), 84U);
}

TEST(Waveform, NoSoundHasNoPeaks) {
  EXPECT_TRUE(read_waveform(footage_from(kPicture + kCode, ".mp4").string()).peaks.empty());
}

TEST(Waveform, NeverMoreThanTheMostPeaks) {
  const fs::path path = footage_from(kPicture + tone() + kCode + "-c:a pcm_s16le", ".mov");
  const Waveform waveform = read_waveform(path.string(), {.interval = 7});
  EXPECT_EQ(waveform.interval, 28);
  EXPECT_LE(waveform.peaks.size(), kMaxPeaks);
  EXPECT_GT(waveform.peaks.size(), kMaxPeaks / 2);
  EXPECT_NEAR(loudest(waveform, 2'000'000, 3'000'000), 127, 1);
  EXPECT_EQ(loudest(waveform, 0, 2'000'000), 0);
  EXPECT_EQ(loudest(waveform, 3'000'100, 4'000'000), 0);
}

TEST(Waveform, DamageIsSilentAndEnds) {
  const fs::path whole =
      footage_from(kPicture + "-f lavfi -i sine=f=440:d=4 " + kCode + "-c:a mp2 -b:a 384k", ".ts");
  std::string bytes = read_bytes(whole);
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() * 2 / 5),
            bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() * 3 / 5), '\0');
  const fs::path broken = footage_by("hole in " + whole.filename().string(), ".ts",
                                     [&](const fs::path& to) { write_bytes(to, bytes); });
  const Waveform waveform = read_waveform(broken.string());
  EXPECT_GT(loudest(waveform, 200'000, 1'200'000), 20);
  EXPECT_LE(loudest(waveform, 1'900'000, 2'100'000), 3);
  EXPECT_GT(loudest(waveform, 2'800'000, 3'800'000), 20);
  EXPECT_LE(waveform.peaks.size(), 45U);

  const fs::path cut = footage_by(
      "cut " + whole.filename().string(), ".ts",
      [&](const fs::path& to) { write_bytes(to, read_bytes(whole).substr(0, bytes.size() / 2)); });
  EXPECT_NEAR(static_cast<double>(read_waveform(cut.string()).peaks.size()), 20, 4);
}

TEST(Waveform, SaysWhatIsWrong) {
  const fs::path path = footage_from(kPicture + tone() + kCode + "-c:a pcm_s16le", ".mkv");
  const auto code_of = [](const std::string& where, const std::atomic<bool>* cancel = nullptr) {
    try {
      read_waveform(where, {.cancel = cancel});
    } catch (const Error& error) {
      EXPECT_FALSE(error.message().empty());
      return error.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code_of("/nowhere/at/all.mp4"), ErrorCode::not_found);
  EXPECT_EQ(code_of("http://localhost:1/live"), ErrorCode::unsupported);
  const std::atomic<bool> cancelled = true;
  EXPECT_EQ(code_of(path.string(), &cancelled), ErrorCode::cancelled);
}

}  // namespace
}  // namespace longtake::media
