#include "engine/session/bench.h"

#include <algorithm>

#include "engine/session/bench_run.h"
#include "engine/session/catalogue.h"
#include "engine/session/device_choice.h"
#include "resources/nano/world/scene.h"
#include "resources/nano/world/video.h"

namespace longtake::session {

void BenchRun::load_model() {
  if (options_.random) {
    next("writing random weights");
    runtime_options_.model = folder_ / "random-model";
    write_random_model(*options_.random, runtime_options_.model, cancelled_);
  }
  next("loading the model");
  const auto load = [&] {
    runtime_.reset();
    return seconds_of([&] { runtime_ = std::make_unique<Runtime>(runtime_options_); });
  };
  if (!options_.quick) {
    drop_folder_from_page_cache(runtime_options_.model);
    add("load_model_cold_s", "load", "model, from disk", load(), "s");
  }
  const double warm = load();
  report_.model = model().info();
  report_.device = backend().info().name;
  costs_ = costs_of(model(), runtime_options_.model);
  Measurement& measurement = add("load_model_s", "load", "model, files in memory", warm, "s");
  measurement.note = megabytes(static_cast<double>(model().info().weight_bytes)) + " of weights";
}

void BenchRun::measure_the_limits() {
  LimitOptions limits;
  if (options_.quick) {
    limits.gemm_side = 2048;
    limits.memory_bytes = 256u << 20;
    limits.disk_bytes = 64 << 20;
    limits.attempts = 3;
    limits.seconds = 0.5;
  }
  report_.limits = measure_limits(backend(), runtime_->weights(), folder_.path(), limits)
                       .best_of(report_.limits);
  report_.weights = weight_format_name(report_.limits.gemm_format);
}

void BenchRun::find_video() {
  if (video_.empty()) {
    next("rendering a video");
    video_ = folder_ / "shapes.mp4";
    world::SceneOptions scene;
    scene.duration_us = 60 * world::kSecond;
    scene.events = 10;
    world::encode_mp4(world::make_scene(1, scene), video_.string());
  }
  const media::VideoInfo info = media::probe(video_.string());
  report_.video = video_.filename().string() + ": " + info.codec + ", " +
                  std::to_string(info.width) + "x" + std::to_string(info.height) + ", " +
                  number(info.average_rate.value()) + " frames/s, " + format_time(info.duration);
}

BenchReport bench(const BenchOptions& options,
                  const std::function<void(const std::string&)>& progress,
                  const std::function<bool()>& cancelled) {
  return BenchRun(options, progress, cancelled).run();
}

const char* limit_name(Limit limit) {
  switch (limit) {
    case Limit::none:
      break;
    case Limit::gemm:
      return "gemm";
    case Limit::memory:
      return "memory";
    case Limit::disk_read:
      return "disk_read";
    case Limit::disk_write:
      return "disk_write";
    case Limit::decoder:
      return "decoder";
    case Limit::mixed:
      return "mixed";
  }
  return "";
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace longtake::session
