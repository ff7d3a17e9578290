// Declares the picture files that the program writes: PNG (exact) and JPEG (small, for thumbnails).
//
// Thread rule: free functions, safe from every thread. Lifetime rule: results own their bytes.
#ifndef LONGTAKE_ENGINE_MEDIA_IMAGE_FILE_H_
#define LONGTAKE_ENGINE_MEDIA_IMAGE_FILE_H_

#include <cstddef>
#include <filesystem>
#include <vector>

#include "engine/media/frame.h"

namespace longtake::media {

std::vector<std::byte> encode_png(const Image& image);
// quality 1 (smallest) to 100; 80 cannot be told from the original at thumbnail size.
std::vector<std::byte> encode_jpeg(const Image& image, int quality = 80);

// Complete or not there at all; throws Error as write_file_atomically() does.
void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_IMAGE_FILE_H_
