// Declares DeviceRuntime: the Runtime on its device, loaded when it is first needed, and what is done instead
// when the device has no room or is lost: shorter passes, then a smaller cache, then the CPU.
//
// Thread rule: the device's thread. Lifetime rule: a Runtime stays until a retreat or its owner closes it, between
// its hooks; get() then loads another one.
#ifndef LONGTAKE_ENGINE_SESSION_DEVICE_RUNTIME_H_
#define LONGTAKE_ENGINE_SESSION_DEVICE_RUNTIME_H_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "engine/session/events.h"
#include "engine/session/runtime.h"

namespace longtake::session {

class DeviceRuntime {
 public:
  struct Hooks {
    std::function<void()> before_closing;             // what stands on it goes
    std::function<void()> after_closing;              // so does what it stood on
    std::function<void(const EngineNotice&)> notify;  // what is done instead, in words
  };
  DeviceRuntime(RuntimeOptions options, Hooks hooks);

  // Loads it if need be. Throws what Runtime does when nothing is left to try.
  Runtime& get();
  // As Runtime's, with what retreats have made of it.
  WatchOptions watch_options();
  // After an error: true if the work in hand is worth beginning again, on what get() then gives. False if
  // the error is none of the device's, or nothing is left to try.
  bool retreat(const std::exception& error);
  // Lets go of everything, between the hooks; its owner must, before what the hooks use goes.
  void close();

 private:
  std::optional<EngineNotice> retreat_from(const Error& error);
  bool shorten_passes();
  bool shrink_cache();

  const RuntimeOptions options_;
  const Hooks hooks_;
  std::unique_ptr<Runtime> runtime_;
  Device device_;        // options_.device, or the CPU after a retreat
  bool on_cpu_ = false;  // where the runtime came to be
  // After a retreat: passes of watching are shorter by this factor, and the cache is this large.
  std::int64_t chunk_divisor_ = 1;
  std::size_t cache_bytes_;
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_DEVICE_RUNTIME_H_
