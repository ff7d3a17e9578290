#include "engine/base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "engine/base/file_error.h"
#include "engine/base/replacement.h"
#include "kernels/error.h"

namespace longtake {

namespace {

template <typename Call>
auto retry_interrupted(Call call) {
  while (true) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

// Fills `parts` in order from `offset`; returns the bytes read, fewer only at the end of the file.
std::size_t read_parts(int fd, const std::filesystem::path& path, std::int64_t offset,
                       std::span<iovec> parts) {
  std::size_t done = 0;
  while (!parts.empty()) {
    if (parts.front().iov_len == 0) {
      parts = parts.subspan(1);
      continue;
    }
    const ssize_t count = retry_interrupted([&] {
      return preadv(fd, parts.data(), static_cast<int>(parts.size()),
                    offset + static_cast<std::int64_t>(done));
    });
    if (count < 0) fail_file(path, "read", errno);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
    std::size_t taken = static_cast<std::size_t>(count);
    for (iovec& part : parts) {
      const std::size_t here = std::min(taken, part.iov_len);
      part.iov_base = static_cast<std::byte*>(part.iov_base) + here;
      part.iov_len -= here;
      taken -= here;
    }
  }
  return done;
}

// Pipes and devices are written to as they are: there is nothing to keep whole, and no other file
// can take their place.
void write_into(const std::filesystem::path& path, std::span<const std::byte> data) {
  may_fail("write", path);
  const int fd = retry_interrupted([&] { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC); });
  if (fd < 0) fail_file(path, "open", errno);
  int error = 0;
  while (!data.empty() && error == 0) {
    const ssize_t count = retry_interrupted([&] { return ::write(fd, data.data(), data.size()); });
    if (count < 0) error = errno;
    if (count == 0) error = ENOSPC;
    if (count > 0) data = data.subspan(static_cast<std::size_t>(count));
  }
  ::close(fd);
  if (error != 0) fail_file(path, "write", error);
}

}  // namespace

File File::open(const std::filesystem::path& path, Mode mode) {
  int flags = O_CLOEXEC;
  switch (mode) {
    case Mode::read:
      flags |= O_RDONLY;
      break;
    case Mode::read_write:
      flags |= O_RDWR;
      break;
    case Mode::create:
      flags |= O_RDWR | O_CREAT;
      may_fail("create", path);
      break;
  }
  const int fd = retry_interrupted([&] { return ::open(path.c_str(), flags, 0644); });
  if (fd < 0) fail_file(path, mode == Mode::create ? "create" : "open", errno);
  File file;
  file.fd_ = fd;
  file.path_ = path;
  struct stat info {};
  if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) fail_file(path, "open", EISDIR);
  return file;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

File::File(File&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

std::int64_t File::size() const {
  struct stat info {};
  if (fstat(fd_, &info) != 0) fail_file(path_, "examine", errno);
  return info.st_size;
}

void File::read_at(std::int64_t offset, std::span<std::byte> out) const {
  read_at(offset, out, {});
}

void File::read_at(std::int64_t offset, std::span<std::byte> out, std::span<std::byte> rest) const {
  std::array<iovec, 2> parts{iovec{out.data(), out.size()}, iovec{rest.data(), rest.size()}};
  if (read_parts(fd_, path_, offset, parts) != out.size() + rest.size()) {
    throw Error(ErrorCode::corrupt_data,
                path_.string() + ": the file ends before byte " +
                    std::to_string(offset + static_cast<std::int64_t>(out.size() + rest.size())),
                "The file was cut off or is still being copied. Restore or recreate it.");
  }
}

std::size_t File::read_some_at(std::int64_t offset, std::span<std::byte> out) const {
  std::array<iovec, 1> parts{iovec{out.data(), out.size()}};
  return read_parts(fd_, path_, offset, parts);
}

void File::write_at(std::int64_t offset, std::span<const std::byte> data) {
  may_fail("write", path_);
  while (!data.empty()) {
    const ssize_t count =
        retry_interrupted([&] { return pwrite(fd_, data.data(), data.size(), offset); });
    if (count < 0) fail_file(path_, "write", errno);
    if (count == 0) fail_file(path_, "write", ENOSPC);
    data = data.subspan(static_cast<std::size_t>(count));
    offset += count;
  }
}

void File::truncate(std::int64_t size) {
  may_fail("truncate", path_);
  if (retry_interrupted([&] { return ftruncate(fd_, size); }) != 0)
    fail_file(path_, "resize", errno);
}

void File::sync_data() {
  may_fail("sync", path_);
  if (retry_interrupted([&] { return fdatasync(fd_); }) != 0) fail_file(path_, "save", errno);
}

bool File::try_lock() {
  if (retry_interrupted([&] { return flock(fd_, LOCK_EX | LOCK_NB); }) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  fail_file(path_, "lock", errno);
}

MappedFile MappedFile::open(const std::filesystem::path& path) {
  const File file = File::open(path, File::Mode::read);
  return map(file, 0, static_cast<std::size_t>(file.size()));
}

MappedFile MappedFile::map(const File& file, std::int64_t offset, std::size_t size) {
  MappedFile mapped;
  if (size == 0) return mapped;
  void* data = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.fd_, offset);
  if (data == MAP_FAILED) fail_file(file.path(), "map", errno);
  mapped.data_ = static_cast<const std::byte*>(data);
  mapped.size_ = size;
  return mapped;
}

void MappedFile::drop_pages() const {
  // Advice: that it is refused costs memory, not correctness.
  if (size_ > 0) madvise(const_cast<std::byte*>(data_), size_, MADV_DONTNEED);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

std::string read_text_file(const std::filesystem::path& path, std::int64_t limit) {
  const File file = File::open(path, File::Mode::read);
  const std::int64_t size = file.size();
  if (size > limit) {
    throw Error(ErrorCode::corrupt_data,
                path.string() + ": the file has " + std::to_string(size) +
                    " bytes, more than the " + std::to_string(limit) + " that are expected of it",
                "Check that this is the right file.");
  }
  // Files of /proc say that they are empty and are not.
  constexpr std::int64_t kOfUnknownSize = 64 << 10;
  std::string text(static_cast<std::size_t>(size > 0 ? size : std::min(limit, kOfUnknownSize)),
                   '\0');
  // A file that shrinks meanwhile gives what is left.
  text.resize(file.read_some_at(0, std::as_writable_bytes(std::span(text))));
  return text;
}

void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> data) {
  Replacement replacement(path);
  if (replacement.is_direct()) {
    write_into(path, data);
    return;
  }
  replacement.write(
      [&] { File::open(replacement.place(), File::Mode::read_write).write_at(0, data); });
  replacement.commit();
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  write_file_atomically(path, std::as_bytes(std::span(text)));
}

void make_directories(const std::filesystem::path& path) {
  if (path.empty()) return;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return;
  may_fail("create", path);
  std::filesystem::create_directories(path, error);
  if (error) fail_file(path, "create the directory", error.value());
  sync_directory(path.parent_path());
}

std::vector<std::filesystem::path> list_directory(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::directory_iterator entry(path, error);
  if (error) fail_file(path, "open", error.value());
  std::vector<std::filesystem::path> entries;
  while (entry != std::filesystem::directory_iterator()) {
    entries.push_back(entry->path());
    entry.increment(error);
    if (error) fail_file(path, "read", error.value());
  }
  return entries;
}

void remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail_file(path, "remove", errno);
}

void sync_directory(const std::filesystem::path& path) {
  const std::filesystem::path directory = path.empty() ? std::filesystem::path(".") : path;
  may_fail("sync", directory);
  const int fd = retry_interrupted(
      [&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (fd < 0) fail_file(directory, "open", errno);
  const int result = retry_interrupted([&] { return fsync(fd); });
  const int error = errno;
  ::close(fd);
  // Some file systems cannot sync a directory and say so; they order such changes themselves.
  if (result != 0 && error != EINVAL && error != ENOTSUP) fail_file(directory, "save", error);
}

}  // namespace longtake
