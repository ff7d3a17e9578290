// Declares what a video of the library is, apart from where it lies, and the ways to it and to its
// file: who reads pictures for what was seen of a video must read that video, not another that has
// taken its place under the same name.
//
// Thread rule: any thread. Lifetime rule: none.
#ifndef LONGTAKE_ENGINE_SESSION_SOURCE_FILE_H_
#define LONGTAKE_ENGINE_SESSION_SOURCE_FILE_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/store/library.h"

namespace longtake::session {

// store::Video::content_id of what lies at a path. A stream has no content to hash: its address
// stands for it. Reads 3 MiB; throws as content_id() does.
std::string identity_of(const std::string& path_or_url);

// A video's path or address, as media opens it. Reads 3 MiB to know the file again;
// Error{not_found} if it is not there, or if another one is.
std::string require_source(const std::filesystem::path& path, std::string_view content_id,
                           std::string_view name);
std::string require_source(const store::Video& video);

// A video of the library by its id; Error{not_found} if it is gone.
store::Video require_video(store::Library& library, std::int64_t id);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_SOURCE_FILE_H_
