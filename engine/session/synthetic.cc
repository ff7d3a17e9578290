#include "engine/session/synthetic.h"

#include <algorithm>

#include "kernels/error.h"
#include "resources/nano/world/render.h"

namespace longtake::session {

namespace {

// Pictures for the self-test: small, as the world is simple, but of an ordinary shape.
constexpr int kWidth = 320;
constexpr int kHeight = 180;

}  // namespace

memory::RamBlocks watch_scene(Runtime& runtime, const world::Scene& scene,
                              const std::function<bool()>& cancelled) {
  model::Model& model = runtime.model();
  kernels::Backend& backend = runtime.backend();
  const WatchOptions watch = runtime.watch_options();
  const memory::StreamWindowOptions window_settings = window_options(model.info(), watch);
  memory::RamBlocks blocks(runtime.shape());
  memory::StreamWindow window(backend, model.decoder().config().rope, runtime.sinks(),
                              runtime.shape(), model.unit_positions(),
                              model.info().extent_per_unit, window_settings);
  const std::int64_t per_unit = model.info().frames_per_unit;
  const std::int64_t frames = scene.duration_us / watch.interval;
  const std::int64_t units = frames / per_unit;
  std::vector<std::vector<std::uint8_t>> pixels(
      static_cast<std::size_t>(window_settings.chunk_units * per_unit),
      std::vector<std::uint8_t>(static_cast<std::size_t>(kWidth * kHeight * 3)));
  for (std::int64_t first = 0; first < units; first += window_settings.chunk_units) {
    if (cancelled && cancelled()) {
      throw Error(ErrorCode::cancelled, "The self-test of the model was cancelled");
    }
    const std::int64_t count = std::min(window_settings.chunk_units, units - first);
    std::vector<model::Picture> pictures;
    std::vector<memory::BlockInfo> infos;
    for (std::int64_t i = 0; i < count * per_unit; ++i) {
      const Micros instant = (first * per_unit + i) * watch.interval;
      std::vector<std::uint8_t>& picture = pixels[static_cast<std::size_t>(i)];
      world::render(scene, instant, kWidth, kHeight, picture.data());
      pictures.push_back({picture.data(), kWidth, kHeight});
      if (i % per_unit == 0) {
        memory::BlockInfo& info = infos.emplace_back();
        info.id = first + i / per_unit;
        info.time = {instant, instant + per_unit * watch.interval};
        info.shown_at = instant;
        info.grid_h = model.info().grid_h;
        info.grid_w = model.info().grid_w;
      }
    }
    const kernels::Tensor hidden =
        backend.allocate(backend.activation_dtype(), {count * model.info().tokens_per_unit,
                                                      model.decoder().config().width});
    model.encode(pictures, hidden);
    window.begin_chunk(std::move(infos));
    model.decoder().forward(hidden, window);
    blocks.append(window.take_blocks());
  }
  return blocks;
}

std::vector<std::int64_t> blocks_in(const memory::RamBlocks& blocks,
                                    const std::vector<world::TimeRange>& ranges) {
  std::vector<std::int64_t> found;
  for (std::int64_t id = 0; id < blocks.count(); ++id) {
    const Micros shown = blocks.info(id).shown_at;
    const bool inside = std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
      return range.t0 <= shown && shown < range.t1;
    });
    if (inside) found.push_back(id);
  }
  return found;
}

double overlap(const TimeRange& a, const world::TimeRange& b) {
  const Micros shared = std::min(a.end, b.t1) - std::max(a.begin, b.t0);
  const Micros joined = std::max(a.end, b.t1) - std::min(a.begin, b.t0);
  return shared <= 0 ? 0 : static_cast<double>(shared) / static_cast<double>(joined);
}

}  // namespace longtake::session
