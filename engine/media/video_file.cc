#include "engine/media/video_file.h"

#include <algorithm>

#include "engine/media/media_input.h"

namespace longtake::media {

VideoInfo probe(const std::string& path_or_url, const std::atomic<bool>* cancel) {
  return MediaInput(path_or_url, nullptr, cancel).info();
}

bool is_url(std::string_view path_or_url) {
  const std::size_t colon = path_or_url.find("://");
  if (colon == std::string_view::npos || colon < 2) return false;
  const bool scheme =
      std::all_of(path_or_url.begin(), path_or_url.begin() + static_cast<long>(colon), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '-' || c == '.';
      });
  return scheme;
}

}  // namespace longtake::media
