// Declares where things lie: what both doors, the desktop and the command line, must agree on.
//
// Thread rule: any thread. Lifetime rule: pure functions of the environment.
#ifndef LONGTAKE_APP_PATHS_H_
#define LONGTAKE_APP_PATHS_H_

#include <filesystem>

namespace longtake {

// The folder with nano/model and sample/: LONGTAKE_RESOURCES, or installed beside the program, or
// in the source tree.
std::filesystem::path resources_folder();

// The library when none is named: longtake in the user's data folder.
std::filesystem::path default_library();

// Where the desktop keeps its log.
std::filesystem::path log_file();

}  // namespace longtake

#endif  // LONGTAKE_APP_PATHS_H_
