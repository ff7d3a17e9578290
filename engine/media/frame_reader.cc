#include "engine/media/frame_reader.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "engine/media/frame_converter.h"
#include "engine/media/frame_walker.h"
#include "engine/media/instants.h"
#include "engine/media/media_input.h"

namespace longtake::media {

struct FrameReader::State {
  ReadOptions options;
  std::unique_ptr<MediaInput> input;
  std::optional<FrameConverter> converter;
  bool at_start = true;
};

FrameReader::FrameReader(const std::string& path_or_url, ReadOptions options)
    : state_(std::make_unique<State>()) {
  state_->options = options;
  state_->input = std::make_unique<MediaInput>(path_or_url, nullptr, options.cancel);
  state_->converter.emplace(Orientation{info().rotation_degrees, info().mirrored},
                            options.max_width, options.max_height);
}

FrameReader::~FrameReader() = default;

const VideoInfo& FrameReader::info() const {
  return state_->input->info();
}

void FrameReader::read(const std::vector<Micros>& times,
                       const std::function<bool(SampledFrame)>& sink) {
  std::vector<std::size_t> order(times.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return times[a] < times[b]; });
  std::erase_if(order, [&](std::size_t i) { return times[i] < 0; });
  if (order.empty()) return;
  std::vector<Micros> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) sorted.push_back(times[i]);

  if (!state_->at_start && !(state_->input->can_seek() && state_->input->rewind())) {
    const std::string path = info().path;
    state_->input = std::make_unique<MediaInput>(path, nullptr, state_->options.cancel);
  }
  state_->at_start = false;
  MediaInput& input = *state_->input;
  FrameWalker walker(
      input, Instants::list(std::move(sorted)),
      {.mode = state_->options.nearest_keyframe ? SamplingMode::keyframes : SamplingMode::exact,
       .threads = state_->options.threads});
  std::shared_ptr<const AVFrame> last;
  Image image;
  while (std::optional<WalkedFrame> walked = walker.next()) {
    if (walked->frame != last) {
      image = state_->converter->convert(
          *walked->frame, input.sample_aspect(const_cast<AVFrame*>(walked->frame.get())));
      last = walked->frame;
    }
    const auto position = order[static_cast<std::size_t>(walked->index)];
    if (!sink({static_cast<std::int64_t>(position), walked->instant, walked->pts, image})) return;
  }
}

std::vector<SampledFrame> read_at(const std::string& path_or_url, const std::vector<Micros>& times,
                                  const ReadOptions& options) {
  std::vector<SampledFrame> frames;
  FrameReader(path_or_url, options).read(times, [&](SampledFrame frame) {
    frames.push_back(std::move(frame));
    return true;
  });
  std::sort(frames.begin(), frames.end(),
            [](const SampledFrame& a, const SampledFrame& b) { return a.index < b.index; });
  return frames;
}

}  // namespace longtake::media
