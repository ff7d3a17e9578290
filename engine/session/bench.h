// Declares bench(): what this machine does with one model, from decoding a video to reopening its
// memory, each number beside the limit of the machine that bounds it, measured in the same run.
//
// Every time is the median of several runs after a warm-up. Runs are cut short where a machine is
// slow; then there are fewer of them. Thread rule: the calling thread becomes the device thread.
// Lifetime rule: works in a folder of its own inside the library's folder, removed at the end, also
// after an Error; what a killed run left behind is removed by the next.
#ifndef LONGTAKE_ENGINE_SESSION_BENCH_H_
#define LONGTAKE_ENGINE_SESSION_BENCH_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/session/bench_limits.h"
#include "engine/session/bench_machine.h"
#include "engine/session/bench_model.h"
#include "engine/session/runtime.h"

namespace longtake::session {

struct BenchOptions {
  RuntimeOptions runtime;                    // its model is not looked at where `random` is given
  std::optional<RandomModel> random;         // measure a model of this shape instead
  std::filesystem::path library;             // the folder whose disk is measured; made if absent
  std::filesystem::path video;               // empty: a minute of the shape world, rendered
  std::vector<double> hours = {1, 10, 100};  // lengths of memories to look through
  bool quick = false;  // smaller limits, fewer runs, less footage: some ten seconds
};

// What bounds a measurement.
enum class Limit : std::uint8_t {
  none,
  gemm,       // operations per second
  memory,     // bytes per second
  disk_read,  // bytes per second, or places per second where that takes longer
  disk_write,
  decoder,  // FFmpeg decoding every frame and doing nothing with it
  mixed,    // several of them, see Work
};

struct Measurement {
  std::string key;    // stable, for scripts: "vision_ms_per_frame"
  std::string group;  // "vision"
  std::string name;   // "one frame"
  double value = 0;
  std::string unit;
  Limit limit = Limit::none;
  double share = 0;  // of the limit that was reached, 0..1; above 1 where a cache beats the memory
  std::string note;
};

struct BenchReport {
  Machine machine;
  std::string device;  // as the backend calls itself
  model::ModelInfo model;
  std::string weights;     // the format that they are kept in
  std::string video;       // what was decoded
  double other_cores = 0;  // used by other programs meanwhile, see OtherLoad
  bool quick = false;
  Limits limits;
  std::vector<Measurement> measurements;
};

// `progress` is told what is measured next. Error{cancelled} when `cancelled` says so; it is asked
// between runs. Error{busy} if another bench works in the same library.
BenchReport bench(const BenchOptions& options,
                  const std::function<void(const std::string&)>& progress,
                  const std::function<bool()>& cancelled);

const char* limit_name(Limit limit);        // "gemm", "memory", ...; "" for none
double median(std::vector<double> values);  // 0 of none

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_BENCH_H_
