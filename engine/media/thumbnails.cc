#include "engine/media/thumbnails.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "engine/media/frame_reader.h"

namespace longtake::media {

std::vector<SampledFrame> filmstrip(const std::string& path_or_url,
                                    const FilmstripOptions& options) {
  FrameReader reader(
      path_or_url,
      {.max_width = options.max_width, .max_height = options.max_height, .nearest_keyframe = true});
  const Micros duration = reader.info().duration;
  const int count = duration > 0 ? std::clamp(options.count, 1, 10'000) : 1;
  std::vector<Micros> middles;
  for (int slot = 0; slot < count; ++slot)
    middles.push_back(duration * (2 * slot + 1) / (2 * count));
  std::vector<SampledFrame> strip;
  reader.read(middles, [&](SampledFrame frame) {
    // Frames come in order of time: fill the slots up to this one with what is nearest.
    const auto slot = static_cast<std::size_t>(frame.index);
    while (strip.size() < slot) {
      SampledFrame filler = strip.empty() ? frame : strip.back();
      filler.index = static_cast<std::int64_t>(strip.size());
      filler.instant = middles[strip.size()];
      strip.push_back(std::move(filler));
    }
    strip.push_back(std::move(frame));
    return true;
  });
  while (!strip.empty() && strip.size() < middles.size()) {
    SampledFrame filler = strip.back();
    filler.index = static_cast<std::int64_t>(strip.size());
    filler.instant = middles[strip.size()];
    strip.push_back(std::move(filler));
  }
  return strip;
}

}  // namespace longtake::media
