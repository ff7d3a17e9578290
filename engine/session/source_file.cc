#include "engine/session/source_file.h"

#include <optional>
#include <system_error>
#include <utility>

#include "engine/base/hash.h"
#include "engine/media/video_file.h"

namespace longtake::session {

std::string identity_of(const std::string& path_or_url) {
  if (media::is_url(path_or_url)) {
    return Hasher().add(std::string_view(path_or_url)).finish().to_hex();
  }
  return content_id(path_or_url).to_hex();
}

std::string require_source(const std::filesystem::path& path, std::string_view content_id,
                           std::string_view name) {
  std::string place = path.string();
  if (media::is_url(place)) return place;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw Error(
        ErrorCode::not_found, place + ": the file of " + std::string(name) + " is not there",
        "If it was moved or renamed, tell where it is now; what was seen of it is kept. Else "
        "connect the drive that it lies on.");
  }
  if (identity_of(place) != content_id) {
    throw Error(ErrorCode::not_found,
                place + ": another file is there now, not " + std::string(name),
                "Tell where the video is now; what was seen of it is kept. The other file can be "
                "added as a video of its own.");
  }
  return place;
}

std::string require_source(const store::Video& video) {
  return require_source(video.path, video.content_id, video.name);
}

store::Video require_video(store::Library& library, std::int64_t id) {
  std::optional<store::Video> video = library.find_video(id);
  if (!video) {
    throw Error(ErrorCode::not_found, "There is no such video in the library",
                "It may have been removed. Look at the list again.");
  }
  return *std::move(video);
}

}  // namespace longtake::session
