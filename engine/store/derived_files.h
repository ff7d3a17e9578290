// Declares DerivedFiles: what was worked out of a video's file, costs seconds to minutes to work
// out again, and therefore lies in the library's folder: how loud it is, where its cuts are.
// FORMAT.md describes the bytes. Nothing depends on them: a file that is missing, damaged, of
// another version or of another video is simply not there, and is made anew.
//
// Thread rule: safe from every thread; of two saves at once, one whole file remains.
// Lifetime rule: holds a path, nothing open.
#ifndef LONGTAKE_ENGINE_STORE_DERIVED_FILES_H_
#define LONGTAKE_ENGINE_STORE_DERIVED_FILES_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longtake::store {

// The numbers are stored: never reuse one.
enum class DerivedKind : std::uint32_t { waveform = 1, cuts = 2 };

class DerivedFiles {
 public:
  explicit DerivedFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // The payload, if there is a whole one. Never throws for what lies on the disk.
  std::optional<std::vector<std::byte>> load(std::string_view content_id, DerivedKind kind) const;
  // Atomically; throws Error as write_file_atomically() does.
  void save(std::string_view content_id, DerivedKind kind,
            std::span<const std::byte> payload) const;
  // All kinds of one video; what resists is removed by keep_only() at the next opening.
  void remove(std::string_view content_id) const;
  // Removes the files of every other video, and what a process that was killed has left half
  // written. Never throws for what lies on the disk.
  void keep_only(const std::set<std::string>& content_ids) const;

  std::filesystem::path path_of(std::string_view content_id, DerivedKind kind) const;

 private:
  const std::filesystem::path folder_;
};

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_DERIVED_FILES_H_
