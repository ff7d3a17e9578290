// Declares the one file layer: File (positioned reads and writes), MappedFile (read-only map) and a
// few whole-file functions. Every other room reaches the disk through this page (and replacement.h,
// for files that are written bit by bit) or through SQLite or FFmpeg, so that errors read alike and
// tests can make the disk fail.
//
// Every function throws Error naming the path: not_found, no_permission, disk_full, io_error.
// Thread rule: reads of one File may run concurrently; writes to it may not. MappedFile is immutable.
// Lifetime rule: File and MappedFile own their descriptor or mapping.
#ifndef LONGTAKE_ENGINE_BASE_FILE_H_
#define LONGTAKE_ENGINE_BASE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longtake {

class File {
 public:
  enum class Mode : std::uint8_t { read, read_write, create };  // create: read_write, made if absent

  File() = default;
  static File open(const std::filesystem::path& path, Mode mode);
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;

  const std::filesystem::path& path() const { return path_; }
  std::int64_t size() const;
  // Reads exactly out.size() bytes; Error{corrupt_data} if the file ends before.
  void read_at(std::int64_t offset, std::span<std::byte> out) const;
  // The same into two places, one after the other, with one system call.
  void read_at(std::int64_t offset, std::span<std::byte> out, std::span<std::byte> rest) const;
  // Reads what is there, up to out.size(); returns the count.
  std::size_t read_some_at(std::int64_t offset, std::span<std::byte> out) const;
  void write_at(std::int64_t offset, std::span<const std::byte> data);
  void truncate(std::int64_t size);
  void sync_data();  // fdatasync: the bytes written so far survive a power cut
  // Takes an exclusive advisory lock for the life of the File; false if another process holds it.
  bool try_lock();

 private:
  friend class MappedFile;
  int fd_ = -1;
  std::filesystem::path path_;
};

class MappedFile {
 public:
  MappedFile() = default;
  static MappedFile open(const std::filesystem::path& path);  // an empty file maps to no bytes
  // `size` bytes from `offset`, a multiple of 64 KiB. The map outlives the File and shows what is
  // written to the file afterwards. The range must lie within the file: touching a byte beyond its
  // end kills the process.
  static MappedFile map(const File& file, std::int64_t offset, std::size_t size);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  // Lets the system take back the memory that reading the map has filled; a later read fills it again.
  void drop_pages() const;

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

// The whole file; Error{corrupt_data} if it is larger than `limit` (untrusted sizes are checked).
std::string read_text_file(const std::filesystem::path& path, std::int64_t limit);
// Writes a temporary file beside `path`, syncs it and renames it over `path`, whose mode it takes. A
// symbolic link stays one: it is what it points to that is replaced. A pipe or a device is written to.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> data);
void write_file_atomically(const std::filesystem::path& path, std::string_view text);
void make_directories(const std::filesystem::path& path);
std::vector<std::filesystem::path> list_directory(const std::filesystem::path& path);  // unsorted
void remove_file(const std::filesystem::path& path);  // absent is fine
void sync_directory(const std::filesystem::path& path);  // makes creations and renames durable

// Test hook: whatever changes the disk ("create", "write", "truncate", "sync", "rename") first asks
// this function, if set; what it returns is the errno to fail with, 0 for none. Set it only while no
// other thread uses files.
using FileFault = int (*)(std::string_view operation, const std::filesystem::path& path);
void set_file_fault_for_tests(FileFault fault);

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_BASE_FILE_H_
