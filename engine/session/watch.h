// Declares Watch: video in, memory out, one chunk at a time. A chunk is decoded ahead by the
// sampler, encoded by the vision tower, run through the decoder under the StreamWindow, and
// committed to the store. On the CPU that happens before the next chunk begins; on a device of its
// own the next chunk is enqueued first, so that the device works while the host writes. Stopping
// between any two chunks, or being killed, loses at most the chunks in flight.
//
// Thread rule: one thread, the one that owns the model. Lifetime rule: model, sinks and store
// outlive it.
#ifndef LONGTAKE_ENGINE_SESSION_WATCH_H_
#define LONGTAKE_ENGINE_SESSION_WATCH_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "engine/media/frame_sampler.h"
#include "engine/memory/sinks.h"
#include "engine/memory/stream_window.h"
#include "engine/model/model.h"
#include "engine/store/memory_store.h"

namespace longtake::session {

struct WatchOptions {
  Micros interval = kMicrosPerSecond;  // stream time between two looked-at frames
  media::SamplingMode sampling = media::SamplingMode::exact;
  std::optional<Micros> until;          // stop after the chunk that reaches this time
  std::int64_t window_tokens = 15'000;  // ReKV's default for LLaVA-OneVision
  std::int64_t chunk_tokens = 196;  // tokens per forward pass: more fills the GEMMs better, less
                                    // lets a question in sooner (a GPU takes far more at once)
  kernels::DType window_dtype = kernels::DType::f32;
  bool overlapped =
      false;  // the device works by itself: a chunk is committed while the next one runs
  // When it becomes true, opening the video throws Error{cancelled} and step() returns false soon;
  // must outlive the Watch.
  const std::atomic<bool>* cancel = nullptr;
  media::Decoding decoding = media::Decoding::software;
};

// Units per chunk and per window that these options mean for a model.
memory::StreamWindowOptions window_options(const model::ModelInfo& model,
                                           const WatchOptions& options);

// The frame as a model takes it, which must not outlive the frame.
model::Picture picture_of(const media::SampledFrame& frame);

struct WatchTiming {
  double decode_seconds = 0;  // waiting for the sampler
  double vision_seconds = 0;
  double prefill_seconds = 0;
  double write_seconds = 0;
  double wall_seconds = 0;
};

class Watch {
 public:
  // Continues where the store's memory ends. Errors of the video are thrown here or by step().
  Watch(model::Model& model, const memory::Sinks& sinks, store::MemoryStore& store,
        const std::string& path, const WatchOptions& options);
  ~Watch();

  // Watches one chunk; false when there is nothing more to watch (or `until` is reached, or it was
  // cancelled). Whatever was in flight is committed before it says so.
  bool step();
  // Commits what is in flight, before a pause.
  void commit();

  const media::VideoInfo& video() const;
  Micros seen_until() const { return seen_until_; }
  Micros resumed_at() const { return resumed_at_; }
  std::int64_t frames() const { return frames_; }  // looked at by this Watch
  const WatchTiming& timing() const { return timing_; }
  media::FrameSampler::Summary sampler_summary() const { return sampler_->summary(); }

 private:
  // The chunk whose pass has been enqueued, and whose blocks have not been taken; none: frames = 0.
  struct InFlight {
    std::int64_t frames = 0;
    std::int64_t next_index = 0;
  };
  bool is_cancelled() const { return options_.cancel != nullptr && *options_.cancel; }
  std::vector<media::SampledFrame> collect();
  std::vector<memory::BlockInfo> describe(const std::vector<media::SampledFrame>& frames) const;
  void see(const std::vector<media::SampledFrame>& frames);
  void append(std::vector<memory::KvBlock> blocks, const InFlight& chunk);

  model::Model& model_;
  store::MemoryStore& store_;
  const WatchOptions options_;
  const memory::StreamWindowOptions window_options_;
  memory::StreamWindow window_;
  std::unique_ptr<media::FrameSampler> sampler_;
  kernels::Tensor hidden_;  // [chunk tokens, width]
  InFlight in_flight_;
  Micros enqueued_until_ = 0;  // seen_until_, and what is in flight
  Micros seen_until_ = 0;
  Micros resumed_at_ = 0;
  std::int64_t frames_ = 0;
  bool finished_ = false;
  WatchTiming timing_;
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_WATCH_H_
