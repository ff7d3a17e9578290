// Declares BenchRun: one run of the bench: its stages in their order, and what each leaves for the
// next. The stages are in bench.cc (limits, loading), bench_watching.cc and bench_answering.cc.
//
// Thread rule: one thread. Lifetime rule: options and callbacks outlive it.
#ifndef LONGTAKE_ENGINE_SESSION_BENCH_RUN_H_
#define LONGTAKE_ENGINE_SESSION_BENCH_RUN_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/media/frame_sampler.h"
#include "engine/memory/stream_window.h"
#include "engine/session/answer.h"
#include "engine/session/bench.h"
#include "engine/session/bench_costs.h"
#include "engine/session/bench_fixtures.h"
#include "engine/store/library.h"
#include "engine/store/memory_store.h"
#include "kernels/error.h"

namespace longtake::session {

inline constexpr Micros kHour = 3600 * kMicrosPerSecond;
inline constexpr const char* kBenchQuestion = "What happens at the gate?";

class BenchRun {
 public:
  BenchRun(const BenchOptions& options, const std::function<void(const std::string&)>& progress,
           const std::function<bool()>& cancelled)
      : options_(options),
        progress_(progress),
        cancelled_(cancelled),
        folder_(options.library),
        runtime_options_(options.runtime),
        video_(options.video) {}

  BenchReport run() {
    const OtherLoad load;
    report_.machine = describe_machine();
    report_.quick = options_.quick;
    find_video();
    load_model();
    next("measuring the machine's limits");
    measure_the_limits();
    decode();
    vision();
    prefill();
    watch();
    bytes_per_hour();
    scoring();
    answer();
    reopening();
    next("measuring the machine's limits again");
    measure_the_limits();
    compute_shares();
    report_.other_cores = load.cores();
    return std::move(report_);
  }

 private:
  // --- Measuring
  void next(const std::string& what) {
    if (progress_) progress_(what);
    stop_if_cancelled();
  }
  void stop_if_cancelled() const {
    if (cancelled_ && cancelled_()) throw Error(ErrorCode::cancelled, "The bench was cancelled");
  }
  // Median of what `run` returns, after a warm-up; fewer runs where one takes long, and in a quick
  // bench none but the warm-up where that takes too long.
  template <typename Run>
  double typical(const Run& run) const {
    const int most = options_.quick ? 5 : 11;
    const double patience = options_.quick ? 2.0 : 15.0;  // seconds
    const std::size_t least = options_.quick ? 1 : 3;
    std::int64_t start = monotonic_us();
    const double first = run();
    if (options_.quick && seconds_since(start) > patience) return first;
    std::vector<double> values;
    start = monotonic_us();
    while (static_cast<int>(values.size()) < most &&
           (values.size() < least || seconds_since(start) < patience)) {
      stop_if_cancelled();
      values.push_back(run());
    }
    return median(std::move(values));
  }

  Measurement& add(const std::string& key, const std::string& group, const std::string& name,
                   double value, const std::string& unit) {
    Measurement& measurement = report_.measurements.emplace_back();
    measurement.key = key;
    measurement.group = group;
    measurement.name = name;
    measurement.value = value;
    measurement.unit = unit;
    return measurement;
  }
  // The measurement added last stands for `work` in `seconds`; its share is computed when all
  // limits are known.
  void bound(Limit limit, const Work& work, double seconds) {
    report_.measurements.back().limit = limit;
    bounds_.push_back({report_.measurements.size() - 1, work, seconds});
  }
  void compute_shares() {
    for (const Bound& bound : bounds_) {
      Measurement& measurement = report_.measurements[bound.measurement];
      measurement.share = bound.work.least_seconds(report_.limits) / bound.seconds;
      if (measurement.share <= 0) measurement.limit = Limit::none;  // work of an unknown amount
    }
  }

  // --- Stages, in their order
  void load_model();
  void measure_the_limits();
  void find_video();
  void decode();
  void vision();
  void prefill();
  void watch();
  void bytes_per_hour();
  void scoring();
  void answer();
  void reopening();

  Micros footage() const { return (options_.quick ? 60 : 600) * kMicrosPerSecond; }
  double sampler_pass(media::SamplerOptions options, media::FrameSampler::Summary& summary,
                      std::int64_t& frames) const;
  memory::StreamWindow make_window(const memory::StreamWindowOptions& settings) const;
  std::vector<memory::BlockInfo> unit_infos(memory::BlockId first, std::int64_t count) const;
  memory::KvBlock copy_of_block(memory::BlockId id, std::uint32_t& state) const;
  void fill_long_memory(store::MemoryStore& store, std::int64_t blocks) const;
  void question_over(const EndlessMemory& memory, const std::string& suffix,
                     const std::string& length);
  double generation_rate(const memory::BlockSource& source, memory::BlockCache& cache,
                         double& context) const;
  AnswerOptions answer_options(int tokens) const;
  // Sinks and recalled blocks, on average over the layers.
  double context_tokens(const ChosenBlocks& chosen) const {
    return static_cast<double>(runtime_->sinks().tokens) +
           static_cast<double>(chosen.payloads() * model().info().tokens_per_unit) /
               static_cast<double>(runtime_->shape().layers);
  }

  model::Model& model() const { return runtime_->model(); }
  kernels::Backend& backend() const { return runtime_->backend(); }
  double units_per_hour() const {
    return static_cast<double>(kHour) /
           static_cast<double>(runtime_->default_interval() * model().info().frames_per_unit);
  }
  double payload_bytes() const {  // of one block at one layer
    return static_cast<double>(runtime_->shape().layout(model().info().tokens_per_unit).bytes());
  }

  const BenchOptions& options_;
  const std::function<void(const std::string&)>& progress_;
  const std::function<bool()>& cancelled_;
  const WorkFolder folder_;
  RuntimeOptions runtime_options_;
  std::filesystem::path video_;
  BenchReport report_;
  struct Bound {
    std::size_t measurement;  // index into the report's
    Work work;
    double seconds;
  };
  std::vector<Bound> bounds_;

  std::unique_ptr<Runtime> runtime_;
  ModelCosts costs_;
  double vision_seconds_ = 0;   // per frame
  double prefill_seconds_ = 0;  // per chunk, the window full
  memory::KvBlock block_;       // a real one, to make long memories from
  std::unique_ptr<store::Library> library_;
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_BENCH_RUN_H_
