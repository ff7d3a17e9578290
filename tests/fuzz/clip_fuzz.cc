// Fuzzes what reads a video apart from watching it: its sound, its cuts, what editing programs ask,
// the pictures of a strip, and clips, copied or encoded anew. The bytes are a file whose last byte
// chooses (so that the corpus consists of ordinary media files):
//   bits 0-2  what is done, see below
//   bits 3-4  where a clip begins: at 0, at 0.3 s, in the middle, before the end
//   bit 5     a long clip instead of one of 0.5 s
// Whatever fails leaves no file behind.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/base/log.h"
#include "engine/media/clip_writer.h"
#include "engine/media/cut_finder.h"
#include "engine/media/edit_facts.h"
#include "engine/media/frame_reader.h"
#include "engine/media/media_input.h"
#include "engine/media/waveform.h"
#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace longtake;
using namespace longtake::media;

void require(bool holds) {
  if (!holds) std::abort();
}

const TempFolder& folder() {
  static const TempFolder folder(fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path());
  return folder;
}

void hear(const std::string& path) {
  const Waveform waveform = read_waveform(path);
  require(waveform.interval > 0 && waveform.peaks.size() <= kMaxPeaks);
}

void look_for_cuts(const std::string& path) {
  Micros last = -1;
  for (const Micros cut : find_cuts(path).cuts) {
    require(cut > last);
    last = cut;
  }
}

void draw_strip(const std::string& path) {
  const EditFacts facts = read_edit_facts(path);
  require(facts.video.width > 0 && facts.video.duration >= 0);
  FrameReader reader(path, {.max_width = 32, .max_height = 32, .nearest_keyframe = true});
  std::vector<Micros> times;
  for (int i = 1; i < 14; i += 2) times.push_back(facts.video.duration / 14 * i);
  std::int64_t last = -1;
  reader.read(times, [&](const SampledFrame& frame) {
    require(frame.index > last);
    last = frame.index;
    return true;
  });
}

void cut_clip(const std::string& path, unsigned how) {
  constexpr Micros kHalf = kMicrosPerSecond / 2;
  const Micros duration = probe(path).duration;
  const Micros begins[] = {0, 300'000, duration / 2, duration - kHalf};
  const Micros begin = begins[how >> 3 & 3];
  const TimeRange wanted = {begin, begin + ((how & 32) != 0 ? 60 * kMicrosPerSecond : kHalf)};
  const char* const names[] = {"c.mkv", "c.mp4", "c.ts", "c.avi", "c.mp4"};
  const unsigned kind = (how & 7) - 3;
  const fs::path clip = folder() / "clips" / names[kind];
  fs::create_directories(clip.parent_path());
  try {
    const WrittenClip written = write_clip(path, wanted, clip, {.reencode = kind == 4});
    require(!written.time.empty());
    require(static_cast<std::uintmax_t>(written.size) == fs::file_size(clip));
    fs::remove(clip);
  } catch (const Error&) {
    require(fs::is_empty(clip.parent_path()));
    throw;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  set_log_level("off");
  // Large pictures are refused early, so that time is spent on structure and not on pixels.
  set_max_pixels_for_tests(256 * 256);
  const unsigned how = size > 0 ? data[size - 1] : 0;
  const std::string path = (folder() / "input").string();
  {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  try {
    switch (how & 7) {
      case 0:
        hear(path);
        break;
      case 1:
        look_for_cuts(path);
        break;
      case 2:
        draw_strip(path);
        break;
      default:
        cut_clip(path, how);
    }
  } catch (const Error& error) {
    require(error.code() != ErrorCode::internal);
  }
  return 0;
}
