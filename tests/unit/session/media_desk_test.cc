// What the desktop asks of a video's file beside watching: pictures, waveforms, cuts, as the engine
// answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "engine/base/hash.h"
#include "engine/store/library.h"
#include "tests/unit/media/footage.h"
#include "tests/unit/session/engine_fixture.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;
using media::footage;
using media::footage_from;
using media::frame_number;
using media::numbered;

constexpr Micros kSecond = kMicrosPerSecond;

class MediaDeskTest : public EngineFixture {
 protected:
  // Half a minute whose frames carry their number, a keyframe every 40 frames (1.6 s).
  static fs::path counting() {
    return footage(numbered("25", 30), "-c:v libx264 -preset veryfast -bf 3 -g 40 -pix_fmt yuv420p",
                   ".mp4");
  }
  // Cuts at 4 s and 7.24 s, a tone from 2 s to 3 s.
  static fs::path film() {
    return footage_from(
        "-f lavfi -i \"mandelbrot=s=192x108:r=25,trim=duration=4,setpts=PTS-STARTPTS[a];"
        "testsrc2=s=192x108:r=25:d=3.24[b];smptebars=s=192x108:r=25:d=3[c];[a][b][c]concat=n=3:v=1:"
        "a=0\" "
        "-f lavfi -i \"aevalsrc='if(between(t,2,3),0.5*sin(2*PI*440*t),0)':d=10:s=48000\" "
        "-c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a pcm_s16le",
        ".mov");
  }
  static GetPictures pictures(std::int64_t video, std::vector<Micros> times, bool exact) {
    GetPictures command;
    command.video = video;
    command.times = std::move(times);
    command.max_width = 640;
    command.max_height = 360;
    command.exact = exact;
    return command;
  }
  // The pictures of a request that runs alone, in the order in which they came.
  static std::vector<media::SampledFrame> get(Engine& engine, const GetPictures& command) {
    std::vector<media::SampledFrame> frames;
    call<Done>(engine, command, [&](const Event& event) {
      if (const auto* ready = std::get_if<PictureReady>(&event.body)) {
        EXPECT_EQ(ready->video, command.video);
        frames.push_back(ready->picture);
      }
    });
    return frames;
  }
  std::vector<fs::path> derived() const {
    std::vector<fs::path> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_ / "library/derived", ignored)) {
      files.push_back(entry.path());
    }
    return files;
  }
};

TEST_F(MediaDeskTest, ExactPicturesAreThoseOnScreen) {
  const auto engine = open();
  const std::int64_t video = add(*engine, counting());
  const std::vector<Micros> times = {
      20 * kSecond,     3 * kSecond, 99 * kSecond, 3 * kSecond + 39'999, -1,
      30 * kSecond - 1, 0,           30 * kSecond};
  const auto frames = get(*engine, pictures(video, times, true));
  ASSERT_EQ(frames.size(), 5u);
  std::vector<std::int64_t> indices;
  for (const media::SampledFrame& frame : frames) {
    indices.push_back(frame.index);
    EXPECT_EQ(frame.instant, times[static_cast<std::size_t>(frame.index)]);
    EXPECT_EQ(frame_number(frame.image), frame.instant / 40'000);
    EXPECT_EQ(frame.pts, frame.instant / 40'000 * 40'000);
  }
  EXPECT_EQ(indices, (std::vector<std::int64_t>{6, 1, 3, 0, 5}));
}

TEST_F(MediaDeskTest, EveryTimeGetsTheNearestKeyframe) {
  const auto engine = open();
  const std::int64_t video = add(*engine, counting());
  std::vector<Micros> times;  // far more of them than keyframes, from the end
  for (int i = 299; i >= 0; --i) times.push_back(i * kSecond / 10);
  times.push_back(31 * kSecond);
  const auto frames = get(*engine, pictures(video, times, false));
  ASSERT_EQ(frames.size(), 300u);
  std::set<Micros> keyframes;
  for (const media::SampledFrame& frame : frames) keyframes.insert(frame.pts);
  EXPECT_EQ(keyframes.size(), 19u);  // 750 frames, one in 40
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const media::SampledFrame& frame = frames[i];
    EXPECT_EQ(frame.index, static_cast<std::int64_t>(299 - i));
    EXPECT_EQ(frame.instant, static_cast<Micros>(i) * kSecond / 10);
    EXPECT_EQ(frame_number(frame.image), frame.pts / 40'000);
    for (const Micros keyframe : keyframes) {
      EXPECT_LE(std::abs(frame.pts - frame.instant), std::abs(keyframe - frame.instant));
    }
  }
  // A few, far apart.
  const auto few =
      get(*engine, pictures(video, {1 * kSecond, 16 * kSecond + 100'000, 29 * kSecond}, false));
  ASSERT_EQ(few.size(), 3u);
  EXPECT_EQ(few[0].pts, 1'600'000);
  EXPECT_EQ(few[1].pts, 16'000'000);
  EXPECT_EQ(few[2].pts, 28'800'000);
}

TEST_F(MediaDeskTest, PicturesFitTheirBox) {
  const auto engine = open();
  GetPictures command = pictures(add(*engine, counting()), {0}, false);
  command.max_width = 64;
  command.max_height = 20;
  const auto frames = get(*engine, command);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].image.height, 20);
  EXPECT_EQ(frames[0].image.width, 27);
}

TEST_F(MediaDeskTest, TheNewestRequestIsServedFirstAndNoneIsLost) {
  const auto engine = open();
  const std::int64_t video = add(*engine, counting());
  for (const bool exact : {false, true}) {
    std::vector<Micros> times;
    for (int i = 0; i < 750; ++i) times.push_back(i * 40'000);
    const RequestId first = engine->send(pictures(video, times, exact));
    RequestId second = 0;
    std::map<RequestId, std::multiset<std::int64_t>> got;
    std::vector<RequestId> ended;
    while (ended.size() < 2) {
      const auto event = engine->wait_event(std::chrono::seconds(60));
      ASSERT_TRUE(event);
      if (const auto* ready = std::get_if<PictureReady>(&event->body)) {
        got[event->request].insert(ready->picture.index);
        if (second == 0) second = engine->send(pictures(video, {5 * kSecond, 25 * kSecond}, exact));
      } else if (std::holds_alternative<Done>(event->body)) {
        ended.push_back(event->request);
      }
    }
    EXPECT_EQ(ended, (std::vector<RequestId>{second, first})) << exact;
    EXPECT_EQ(got[second], (std::multiset<std::int64_t>{0, 1}));
    ASSERT_EQ(got[first].size(), 750u) << exact;
    EXPECT_EQ(std::set<std::int64_t>(got[first].begin(), got[first].end()).size(), 750u);
  }
}

TEST_F(MediaDeskTest, CancelledPicturesAreDone) {
  const auto engine = open();
  const std::int64_t video = add(*engine, counting());
  std::vector<Micros> times;
  for (int i = 0; i < 750; ++i) times.push_back(i * 40'000);
  const RequestId request = engine->send(pictures(video, times, true));
  std::size_t seen = 0;
  const Event end = finish(*engine, request, [&](const Event& event) {
    if (std::holds_alternative<PictureReady>(event.body) && ++seen == 3) {
      engine->send(CancelRequest{request});
    }
  });
  EXPECT_TRUE(std::holds_alternative<Done>(end.body));
  EXPECT_LT(seen, 750u);
  // What comes next is not disturbed.
  EXPECT_EQ(get(*engine, pictures(video, {kSecond}, true)).size(), 1u);
}

TEST_F(MediaDeskTest, LoudnessAndCutsAreKept) {
  fs::create_directories(folder_);
  const fs::path path = folder_ / "film.mov";
  fs::copy_file(film(), path);
  std::int64_t video = 0;
  media::Waveform loud;
  {
    const auto engine = open();
    video = add(*engine, path);
    const auto waveform = call<WaveformReady>(*engine, GetWaveform{video});
    EXPECT_EQ(waveform.video, video);
    loud = waveform.waveform;
    EXPECT_NEAR(static_cast<double>(loud.peaks.size()), 102, 3);
    EXPECT_EQ(loud.peaks[10], 0);
    EXPECT_NEAR(loud.peaks[25], 128, 2);
    EXPECT_EQ(call<CutsReady>(*engine, GetCuts{video}).cuts,
              (std::vector<Micros>{4 * kSecond, 7'240'000}));
    EXPECT_EQ(derived().size(), 2u);
  }
  // Without the file: only what was kept can answer.
  fs::rename(path, folder_ / "elsewhere.mov");
  {
    const auto engine = open();
    EXPECT_EQ(call<WaveformReady>(*engine, GetWaveform{video}).waveform.peaks, loud.peaks);
    EXPECT_EQ(call<CutsReady>(*engine, GetCuts{video}).cuts,
              (std::vector<Micros>{4 * kSecond, 7'240'000}));
    // Damaged, they are worth nothing.
    for (const fs::path& file : derived()) {
      std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
      bytes.seekp(100);
      bytes.put('\x55');
    }
    const RequestFailed gone = fail(*engine, GetWaveform{video});
    EXPECT_EQ(gone.code, ErrorCode::not_found);
    EXPECT_FALSE(gone.hint.empty());
    EXPECT_EQ(fail(*engine, GetCuts{video}).code, ErrorCode::not_found);
    EXPECT_EQ(fail(*engine, pictures(video, {0}, false)).code, ErrorCode::not_found);
  }
  fs::rename(folder_ / "elsewhere.mov", path);
  const auto engine = open();
  EXPECT_EQ(call<WaveformReady>(*engine, GetWaveform{video}).waveform.peaks, loud.peaks);
  EXPECT_EQ(call<CutsReady>(*engine, GetCuts{video}).cuts.size(), 2u);
  fs::rename(path, folder_ / "elsewhere.mov");
  EXPECT_EQ(call<WaveformReady>(*engine, GetWaveform{video}).waveform.peaks, loud.peaks)
      << "not mended";
  call<VideoRemoved>(*engine, RemoveVideo{video});
  EXPECT_TRUE(derived().empty());
}

TEST_F(MediaDeskTest, AnotherFileUnderTheNameIsRefused) {
  fs::create_directories(folder_);
  const fs::path path = folder_ / "film.mov";
  fs::copy_file(film(), path);
  const auto engine = open();
  const std::int64_t video = add(*engine, path);
  fs::copy_file(counting(), path, fs::copy_options::overwrite_existing);
  EXPECT_EQ(fail(*engine, GetWaveform{video}).code, ErrorCode::not_found);
  EXPECT_TRUE(derived().empty());
}

TEST_F(MediaDeskTest, SilentFilmsHaveNoPeaks) {
  const auto engine = open();
  const std::int64_t video = add(*engine, counting());
  EXPECT_TRUE(call<WaveformReady>(*engine, GetWaveform{video}).waveform.peaks.empty());
  EXPECT_TRUE(call<WaveformReady>(*engine, GetWaveform{video}).waveform.peaks.empty());
}

TEST_F(MediaDeskTest, ReadingEnginesWriteNothing) {
  std::int64_t video = 0;
  { video = add(*open(), film()); }
  const auto engine = open("library", true);
  EXPECT_EQ(get(*engine, pictures(video, {kSecond}, true)).size(), 1u);
  EXPECT_FALSE(call<WaveformReady>(*engine, GetWaveform{video}).waveform.peaks.empty());
  EXPECT_EQ(call<CutsReady>(*engine, GetCuts{video}).cuts.size(), 2u);
  EXPECT_FALSE(fs::exists(folder_ / "library/derived"));
}

TEST_F(MediaDeskTest, SaysWhatIsWrong) {
  fs::create_directories(folder_);
  const fs::path path = folder_ / "film.mov";
  fs::copy_file(film(), path);
  const auto engine = open();
  const std::int64_t video = add(*engine, path);
  EXPECT_EQ(fail(*engine, pictures(4711, {0}, false)).code, ErrorCode::not_found);
  EXPECT_EQ(fail(*engine, GetWaveform{4711}).code, ErrorCode::not_found);
  EXPECT_EQ(fail(*engine, GetCuts{4711}).code, ErrorCode::not_found);
  GetPictures absurd = pictures(video, {0}, false);
  absurd.max_width = 0;
  EXPECT_EQ(fail(*engine, absurd).code, ErrorCode::bad_argument);
  absurd = pictures(video, std::vector<Micros>(5000, 0), false);
  absurd.max_width = 4096;
  EXPECT_EQ(fail(*engine, absurd).code, ErrorCode::bad_argument);
  std::ofstream(path) << "these are not moving pictures\n";
  for (const Command& command : {Command(pictures(video, {0}, false)), Command(GetWaveform{video}),
                                 Command(GetCuts{video})}) {
    const RequestFailed failed = fail(*engine, command);
    EXPECT_NE(failed.code, ErrorCode::internal);
    EXPECT_FALSE(failed.hint.empty()) << failed.message;
  }
}

TEST_F(MediaDeskTest, ExportsComeThroughTheEngine) {
  fs::create_directories(folder_);
  const auto engine = open();
  const std::int64_t video = add(*engine, counting());
  const fs::path picture = folder_ / "frame.png";
  const auto saved = call<Exported>(*engine, SaveFrame{video, 5 * kSecond, picture.string()});
  EXPECT_EQ(saved.path, picture.string());
  EXPECT_EQ(saved.size, static_cast<std::int64_t>(fs::file_size(picture)));
  Export preview;
  preview.video = video;
  preview.options.format = report::Format::json;
  EXPECT_FALSE(call<Exported>(*engine, preview).bytes.empty());
  const RequestFailed nowhere =
      fail(*engine, SaveFrame{video, 0, (folder_ / "no" / "such" / "folder.png").string()});
  EXPECT_NE(nowhere.code, ErrorCode::internal);
}

TEST_F(MediaDeskTest, EndsEveryRequestAboutARemovedVideo) {
  const auto engine = open();
  const std::int64_t video = add(*engine, counting());
  std::vector<Micros> times;
  for (int i = 0; i < 750; ++i) times.push_back(i * 40'000);
  std::set<RequestId> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.insert(engine->send(pictures(video, times, true)));
    waiting.insert(engine->send(GetCuts{video}));
    waiting.insert(engine->send(GetWaveform{video}));
  }
  const RequestId removing = engine->send(RemoveVideo{video});
  waiting.insert(removing);
  while (!waiting.empty()) {
    const auto event = engine->wait_event(std::chrono::seconds(60));
    ASSERT_TRUE(event) << waiting.size() << " requests never ended";
    if (!ends_request(*event)) continue;
    EXPECT_EQ(waiting.erase(event->request), 1u) << "it ended twice";
    if (event->request != removing) {
      EXPECT_TRUE(waiting.contains(removing)) << "it ended after its video";
    }
  }
  EXPECT_TRUE(derived().empty());
}

TEST_F(MediaDeskTest, ClosingWaitsForNothing) {
  auto engine = open();
  const std::int64_t video = add(*engine, counting());
  std::vector<Micros> times;
  for (int i = 0; i < 750; ++i) times.push_back(i * 40'000);
  engine->send(pictures(video, times, true));
  engine->send(GetCuts{video});
  engine->wait_event(std::chrono::seconds(30));
  const auto start = std::chrono::steady_clock::now();
  engine.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(MediaDeskTest, PicturesWhileWatching) {
  const auto engine = open();
  const std::int64_t video = add(*engine);
  const RequestId watching = engine->send(WatchVideo{.video = video});
  bool watched = false;
  std::size_t got = 0;
  const RequestId strip =
      engine->send(pictures(video, {kSecond, 20 * kSecond, 60 * kSecond}, false));
  const Event done = finish(*engine, strip, [&](const Event& event) {
    watched = watched || std::holds_alternative<WatchEnded>(event.body);
    got += std::holds_alternative<PictureReady>(event.body) ? 1 : 0;
  });
  EXPECT_TRUE(std::holds_alternative<Done>(done.body));
  EXPECT_EQ(got, 3u);
  EXPECT_FALSE(watched);
  EXPECT_TRUE(std::get<WatchEnded>(finish(*engine, watching).body).finished);
}

TEST(Messages, WhichEventsEndARequest) {
  EXPECT_FALSE(ends_request({1, WatchProgress{}}));
  EXPECT_FALSE(ends_request({1, AnswerPhase{}}));
  EXPECT_FALSE(ends_request({1, AnswerText{}}));
  EXPECT_FALSE(ends_request({1, AnswerCitations{}}));
  EXPECT_FALSE(ends_request({1, PictureReady{}}));
  EXPECT_TRUE(ends_request({1, Done{}}));
  EXPECT_TRUE(ends_request({1, RequestFailed{}}));
  EXPECT_TRUE(ends_request({1, WatchEnded{}}));
  EXPECT_TRUE(ends_request({1, AnswerDone{}}));
  EXPECT_TRUE(ends_request({1, WaveformReady{}}));
}

}  // namespace
}  // namespace longtake
