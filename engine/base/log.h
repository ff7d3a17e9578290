// Declares the log: one spdlog logger per room, written to stderr and, when asked, to a file. What a
// user must know is never only logged: it is an event or an Error.
//
// Thread rule: safe from every thread. Lifetime rule: loggers live as long as the process.
#ifndef LONGTAKE_ENGINE_BASE_LOG_H_
#define LONGTAKE_ENGINE_BASE_LOG_H_

#include <filesystem>
#include <string_view>

#include <spdlog/spdlog.h>

namespace longtake {

// The logger of a room: "media", "model", "memory", "store", "session", ...
spdlog::logger& log(std::string_view room);
// trace, debug, info, warn, error, off; false if the word is none of these. Default: warn.
bool set_log_level(std::string_view level);
// Also writes to this file (rotated at 4 MiB, one old file kept). Throws Error as File does.
void log_to_file(const std::filesystem::path& path);

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_BASE_LOG_H_
