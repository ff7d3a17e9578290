#include "engine/session/device_runtime.h"

#include <utility>

#include "engine/base/log.h"
#include "kernels/error.h"

namespace longtake::session {

DeviceRuntime::DeviceRuntime(RuntimeOptions options, Hooks hooks)
    : options_(std::move(options)),
      hooks_(std::move(hooks)),
      device_(options_.device),
      cache_bytes_(options_.cache_bytes) {}

Runtime& DeviceRuntime::get() {
  while (runtime_ == nullptr) {
    RuntimeOptions options = options_;
    options.device = device_;
    options.cache_bytes = cache_bytes_;
    try {
      runtime_ = std::make_unique<Runtime>(options);
      on_cpu_ = runtime_->backend().info().kind == kernels::DeviceKind::cpu;
    } catch (const Error& error) {
      if (!retreat(error)) throw;
    }
  }
  return *runtime_;
}

WatchOptions DeviceRuntime::watch_options() {
  WatchOptions options = get().watch_options();
  options.chunk_tokens /= chunk_divisor_;
  return options;
}

void DeviceRuntime::close() {
  hooks_.before_closing();
  runtime_.reset();
  hooks_.after_closing();
}

bool DeviceRuntime::retreat(const std::exception& thrown) {
  const auto* error = dynamic_cast<const Error*>(&thrown);
  const bool of_device = error != nullptr && (error->code() == ErrorCode::out_of_memory ||
                                              error->code() == ErrorCode::device_lost);
  if (device_ == Device::cpu || on_cpu_ || !of_device) return false;
  const std::optional<EngineNotice> instead = retreat_from(*error);
  close();  // where there is nothing else to do, the next request tries again
  if (!instead) return false;
  log("session").warn("{}: {}", error->message(), instead->message);
  hooks_.notify(*instead);
  return true;
}

std::optional<EngineNotice> DeviceRuntime::retreat_from(const Error& error) {
  const bool lost = error.code() == ErrorCode::device_lost;
  // A model that is loaded fits; what did not fit beside it were the passes, or the cache.
  if (!lost && runtime_ != nullptr) {
    if (shorten_passes()) {
      return EngineNotice{
          "The graphics card is short of memory: fewer frames are watched at a time",
          "Watching is slower now. Close other programs that use the graphics card."};
    }
    if (shrink_cache()) {
      return EngineNotice{
          "The graphics card is short of memory: less is kept ready for the next question",
          "Answers may take longer now. Close other programs that use the graphics card."};
    }
  }
  if (device_ == Device::cuda) return std::nullopt;
  device_ = Device::cpu;
  if (lost) {
    return EngineNotice{"The graphics card stopped working: the processor goes on",
                        "Nothing that was stored is lost. It is slower now: start Longtake again "
                        "to use the graphics card."};
  }
  return EngineNotice{
      "The graphics card has too little memory for this model: the processor goes on",
      "It is slower now. Close other programs that use the graphics card, or choose "
      "a smaller model, and start Longtake again."};
}

// Models that say how long their passes are cannot be helped in this way.
bool DeviceRuntime::shorten_passes() {
  constexpr std::int64_t kMostDivisor = 16;
  const auto units = [&] {
    return window_options(runtime_->model().info(), watch_options()).chunk_units;
  };
  const std::int64_t before = units();
  while (units() == before && chunk_divisor_ < kMostDivisor) chunk_divisor_ *= 2;
  return units() < before;
}

// The cache lies in memory of the host that the device can reach, of which there is not much
// either.
bool DeviceRuntime::shrink_cache() {
  constexpr std::size_t kLeastCache = 128u << 20;
  if (cache_bytes_ / 2 < kLeastCache) return false;
  cache_bytes_ /= 2;
  return true;
}

}  // namespace longtake::session
