// Declares Runtime: one model on one device, with everything that depends on it: sinks,
// calibration, the cache of recalled blocks, and the settings that the model implies. Loading one
// takes seconds.
//
// Thread rule: one thread (the device thread). Lifetime rule: owns all of it; memory stores must be
// forgotten by the cache before they close.
#ifndef LONGTAKE_ENGINE_SESSION_RUNTIME_H_
#define LONGTAKE_ENGINE_SESSION_RUNTIME_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "engine/memory/block_cache.h"
#include "engine/memory/calibration.h"
#include "engine/memory/sinks.h"
#include "engine/model/model.h"
#include "engine/session/answer.h"
#include "engine/session/device_choice.h"
#include "engine/session/watch.h"
#include "kernels/backend.h"

namespace longtake::session {

struct RuntimeOptions {
  std::filesystem::path model;
  std::filesystem::path calibrations;  // folder of measured calibrations, <model fingerprint>.json
  Device device = Device::cpu;
  kernels::WeightFormat weights = kernels::WeightFormat::automatic;
  kernels::KvCodec codec = kernels::KvCodec::i8;
  // Of RAM for recalled blocks; a device keeps at most as much of its own memory for them.
  std::size_t cache_bytes = 512u << 20;
  // Makes what `automatic` and `cuda` compute on; a test puts a device of its own in its place.
  std::function<std::unique_ptr<kernels::Backend>(const kernels::BackendOptions&)> make_device =
      kernels::make_cuda_backend;
};

// The identity of a model's memories: a hash of the model's fingerprint, window, chunk (the one of
// the CPU, whatever a GPU takes at once) and codec. A memory is used only with the fingerprint that
// it was made with.
std::string memory_fingerprint(const model::ModelInfo& model, kernels::KvCodec codec);

// What `automatic` means for a model: small ones stay in f32, for others the backend decides.
kernels::WeightFormat weights_for(kernels::WeightFormat wanted, const model::ModelInfo& model);
// Stream time between two looked-at frames where nobody wishes another.
Micros default_interval(const model::ModelInfo& model);

class Runtime {
 public:
  // Error{unsupported} if the device that was asked for is not there, out_of_memory if it has no
  // room.
  explicit Runtime(RuntimeOptions options);

  model::Model& model() { return *model_; }
  const memory::Sinks& sinks() const { return sinks_; }
  const memory::Calibration& calibration() const { return calibration_; }
  memory::BlockCache& cache() { return cache_; }
  kernels::Backend& backend() { return *backend_; }

  // How the model's weights are kept; `automatic` only where the backend decides by itself.
  kernels::WeightFormat weights() const { return weights_; }

  // What a new memory of this model looks like, and its identity.
  memory::MemoryShape shape() const;
  std::string memory_fingerprint() const {
    return session::memory_fingerprint(model_->info(), options_.codec);
  }
  WatchOptions watch_options() const;
  AnswerOptions answer_options() const;
  Micros default_interval() const;

  // Replaces the calibration and stores it for the next start.
  void set_calibration(const memory::Calibration& calibration);

 private:
  memory::Calibration load_calibration() const;

  const RuntimeOptions options_;  // with `automatic` weights decided
  std::unique_ptr<kernels::Backend> backend_;
  const kernels::DeviceInfo device_;  // asked once: a lost device does not answer
  const kernels::WeightFormat weights_;
  std::unique_ptr<model::Model> model_;
  memory::Sinks sinks_;
  memory::Calibration calibration_;
  memory::BlockCache cache_;
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_RUNTIME_H_
