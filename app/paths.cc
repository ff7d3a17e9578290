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

namespace {

// A folder of the user's: named by a variable, or at its usual place in the home folder.
std::filesystem::path of_user(const char* variable, const char* usual) {
  if (const char* folder = std::getenv(variable); folder != nullptr && *folder != '\0') return folder;
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : ".") / usual;
}

}  // namespace

std::filesystem::path default_library() {
  return of_user("XDG_DATA_HOME", ".local/share") / "longtake";
}

std::filesystem::path log_file() {
  return of_user("XDG_STATE_HOME", ".local/state") / "longtake/longtake.log";
}

}  // namespace longtake
