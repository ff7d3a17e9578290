// Fuzzes the reading of videos: the bytes are a file, which is probed, sampled and read at times.
// The last byte chooses how, so that the corpus consists of ordinary (small) media files.
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/log.h"
#include "engine/media/frame_reader.h"
#include "engine/media/frame_sampler.h"
#include "engine/media/media_input.h"
#include "engine/media/scene_cuts.h"
#include "kernels/error.h"
#include "tests/unit/media/converted.h"
#include "tests/unit/media/failing_hardware.h"

namespace {

using namespace longtake;
using namespace longtake::media;

void require(bool holds) {
  if (!holds) std::abort();
}

// One file for the whole run, in memory where the system has such a place.
const std::string& scratch_file() {
  static const std::string path = [] {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code code;
    const bool usable =
        std::filesystem::is_directory(memory, code) && ::access(memory.c_str(), W_OK) == 0;
    const std::filesystem::path folder = usable ? memory : std::filesystem::temp_directory_path();
    return (folder / ("longtake-media-fuzz-" + std::to_string(::getpid()))).string();
  }();
  static const struct Remover {
    ~Remover() {
      std::error_code code;
      std::filesystem::remove(path, code);
    }
    std::string path;
  } remover{path};
  return path;
}

void check_image(const Image& image) {
  require(image.width > 0 && image.height > 0);
  require(image.rgb.size() == static_cast<std::size_t>(image.width) * image.height * 3);
}

void sample(const std::string& path, unsigned how) {
  SamplerOptions options;
  options.interval = (how & 1) != 0 ? 40'000 : 1'700'000;
  options.mode = (how & 2) != 0 ? SamplingMode::keyframes : SamplingMode::exact;
  options.first_index = (how & 4) != 0 ? 3 : 0;
  options.until = 30 * kMicrosPerSecond;
  options.max_width = (how & 8) != 0 ? 17 : 0;
  options.as_decoded = (how & 8) == 0;
  options.threads = 1;
  options.decoding = (how & 32) != 0 ? Decoding::hardware : Decoding::software;
  FrameSampler sampler(path, options);
  SceneCutDetector cuts;
  std::int64_t last = options.first_index - 1;
  for (int frames = 0; frames < 40; ++frames) {
    std::optional<SampledFrame> frame = sampler.next();
    if (!frame) break;
    if (frame->decoded != nullptr) frame->image = converted(*frame->decoded);
    check_image(frame->image);
    require(frame->index > last);
    last = frame->index;
    cuts.add(frame->image, frame->pts);
  }
  for (const TimeRange& range : sampler.summary().damaged) require(range.begin <= range.end);
}

// A device that fails sooner or later, in one way or the other.
std::shared_ptr<Hardware> fault_of(unsigned how) {
  using Fault = FailingHardware::Fault;
  return std::make_shared<FailingHardware>((how & 64) != 0 ? Fault::surfaces : Fault::copying,
                                           (how & 128) != 0 ? 9 : 2);
}

void read_some(const std::string& path, unsigned how) {
  FrameReader reader(path, {.max_width = 32, .nearest_keyframe = (how & 2) != 0, .threads = 1});
  const Micros duration = reader.info().duration;
  for (int round = 0; round < 2; ++round) {
    reader.read({duration / 2, 0, duration - 1, 400'000}, [](const SampledFrame& frame) {
      check_image(frame.image);
      return true;
    });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  set_log_level("off");
  // Large pictures are refused early, so that time is spent on structure and not on pixels.
  set_max_pixels_for_tests(512 * 512);
  const unsigned how = size > 0 ? data[size - 1] : 0;
  const std::string& path = scratch_file();
  {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  set_hardware_for_tests(fault_of(how));
  try {
    if ((how & 16) != 0) {
      read_some(path, how);
    } else {
      sample(path, how);
    }
  } catch (const Error& error) {
    require(error.code() != ErrorCode::internal);
  }
  return 0;
}
