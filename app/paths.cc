#include "app/paths.h"

#include <cstdlib>
#include <system_error>

namespace longtake {

std::filesystem::path resources_folder() {
  if (const char* folder = std::getenv("LONGTAKE_RESOURCES"); folder != nullptr) return folder;
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const auto installed = program.parent_path().parent_path() / "share/longtake";
  if (std::filesystem::exists(installed, ignored)) return installed;
  return LONGTAKE_SOURCE_RESOURCES;
}

std::filesystem::path default_library() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0') {
    return std::filesystem::path(data) / "longtake";
  }
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : ".") / ".local/share/longtake";
}

}  // namespace longtake
