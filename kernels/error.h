// Declares Error, the one exception type of the project: it ends an operation and tells the user
// what happened, what the program does now and what to do.
//
// It lives in kernels/ because kernels/ is the lowest room and may include nothing of the engine.
// Use std::optional for what may be absent, assert for what only a programmer can break, and Error
// for everything else. Thread rule: values, freely copied. Lifetime rule: owns its strings.
#ifndef LONGTAKE_KERNELS_ERROR_H_
#define LONGTAKE_KERNELS_ERROR_H_

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace longtake {

enum class ErrorCode : std::uint8_t {
  bad_argument,     // the caller asked for something that makes no sense
  not_found,        // the named thing does not exist
  corrupt_data,     // bytes that were read contradict themselves or their checksum
  unsupported,      // understood, but this build or machine cannot do it
  io_error,         // the operating system refused to read or write
  disk_full,        // no space left on the device
  no_permission,    // the file system forbids it
  out_of_memory,    // host or device memory is exhausted
  device_lost,      // the accelerator stopped answering
  cancelled,        // the user or a newer request stopped it
  busy,             // another process holds the resource
  internal,         // a bug of ours
};

// The stable word for a code, as printed in `--json` errors, e.g. "corrupt_data".
constexpr std::string_view error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_argument: return "bad_argument";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::corrupt_data: return "corrupt_data";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::io_error: return "io_error";
    case ErrorCode::disk_full: return "disk_full";
    case ErrorCode::no_permission: return "no_permission";
    case ErrorCode::out_of_memory: return "out_of_memory";
    case ErrorCode::device_lost: return "device_lost";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::busy: return "busy";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

class Error : public std::runtime_error {
 public:
  // message: what happened, naming the thing ("cars.mp4: ..."). hint: what the user can do.
  Error(ErrorCode code, const std::string& message, std::string hint = {})
      : std::runtime_error(message), code_(code), hint_(std::move(hint)) {}

  ErrorCode code() const { return code_; }
  std::string message() const { return what(); }
  const std::string& hint() const { return hint_; }

 private:
  ErrorCode code_;
  std::string hint_;
};

}  // namespace longtake

#endif  // LONGTAKE_KERNELS_ERROR_H_
