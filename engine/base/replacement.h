// Declares Replacement: how a file gets new contents, all of them or none. They are written to a
// temporary file beside it, which then takes its place and its mode. A symbolic link stays one: it is
// what it points to that is replaced. Nothing can take the place of a pipe or a device: they are
// written to as they are.
//
// write_file_atomically() is this for contents that are all there; whoever writes them bit by bit
// takes this. Every function throws Error as the file layer does.
//
// Thread rule: one thread. Lifetime rule: one that was not committed takes its temporary file along.
#ifndef LONGTAKE_ENGINE_BASE_REPLACEMENT_H_
#define LONGTAKE_ENGINE_BASE_REPLACEMENT_H_

#include <filesystem>
#include <functional>
#include <optional>

namespace longtake {

class Replacement {
 public:
  // Makes the temporary file, empty, unless `path` is a pipe or a device.
  explicit Replacement(const std::filesystem::path& path);
  ~Replacement();
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  // The file to write to, which is there.
  const std::filesystem::path& place() const { return temporary_ ? *temporary_ : path_; }
  // A pipe or a device: what was written to it has left.
  bool is_direct() const { return !temporary_; }
  // Does what writes to place(). Nobody knows the temporary file: an Error that begins with its name
  // goes on with that of the file that was asked for.
  void write(const std::function<void()>& work) const;
  // Durable, and whole under its own name. Whoever wrote to place() has closed it.
  void commit();

 private:
  void create();
  void take_place();

  const std::filesystem::path path_;
  std::filesystem::path target_;                    // behind the links
  std::optional<std::filesystem::path> temporary_;  // beside it
  std::optional<std::filesystem::perms> mode_;      // of the file that is replaced
};

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_BASE_REPLACEMENT_H_
