#include "engine/base/file_error.h"

#include <cerrno>
#include <cstring>

#include "engine/base/file.h"
#include "kernels/error.h"

namespace longtake {

namespace {

// The hook of the tests; null in the program.
FileFault file_fault = nullptr;

ErrorCode code_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::no_permission;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorCode::disk_full;
    case ENOMEM:
      return ErrorCode::out_of_memory;
    case ENAMETOOLONG:
      return ErrorCode::bad_argument;
    default:
      return ErrorCode::io_error;
  }
}

std::string hint_of(ErrorCode code, int error) {
  if (error == EMFILE || error == ENFILE) {
    return "Too many files are open at once. Ask about fewer videos, or raise the limit (`ulimit -n`).";
  }
  switch (code) {
    case ErrorCode::not_found:
      return "Check that the path is right and that its drive is connected.";
    case ErrorCode::no_permission:
      return "Change the permissions, or choose another place.";
    case ErrorCode::disk_full:
      return "Free some space on this drive, then try again.";
    case ErrorCode::out_of_memory:
      return "Close other programs, then try again.";
    case ErrorCode::bad_argument:
      return "Choose a shorter name.";
    default:
      return "Check the drive and its connection, then try again.";
  }
}

}  // namespace

void fail_file(const std::filesystem::path& path, const std::string& action, int error) {
  const ErrorCode code = code_of(error);
  throw Error(code, path.string() + ": cannot " + action + ": " + std::strerror(error),
              hint_of(code, error));
}

void may_fail(std::string_view operation, const std::filesystem::path& path) {
  if (file_fault == nullptr) return;
  const int error = file_fault(operation, path);
  if (error != 0) fail_file(path, std::string(operation), error);
}

void set_file_fault_for_tests(FileFault fault) {
  file_fault = fault;
}

}  // namespace longtake
