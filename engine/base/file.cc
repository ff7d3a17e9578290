#include "engine/base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "kernels/error.h"

namespace longtake {

namespace {

// The hook of the tests; null in the program.
FileFault file_fault = nullptr;

ErrorCode code_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::no_permission;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorCode::disk_full;
    case ENOMEM:
      return ErrorCode::out_of_memory;
    case ENAMETOOLONG:
      return ErrorCode::bad_argument;
    default:
      return ErrorCode::io_error;
  }
}

std::string hint_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::not_found:
      return "Check that the path is right and that its drive is connected.";
    case ErrorCode::no_permission:
      return "Change the permissions, or choose another place.";
    case ErrorCode::disk_full:
      return "Free some space on this drive, then try again.";
    case ErrorCode::out_of_memory:
      return "Close other programs, then try again.";
    case ErrorCode::bad_argument:
      return "Choose a shorter name.";
    default:
      return "Check the drive and its connection, then try again.";
  }
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& action, int error) {
  const ErrorCode code = code_of(error);
  throw Error(code, path.string() + ": cannot " + action + ": " + std::strerror(error),
              hint_of(code));
}

// Asks the test hook before an operation that changes the disk.
void may_fail(std::string_view operation, const std::filesystem::path& path) {
  if (file_fault == nullptr) return;
  const int error = file_fault(operation, path);
  if (error != 0) fail(path, std::string(operation), error);
}

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
    if (count < 0) fail(path, "read", errno);
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
  if (fd < 0) fail(path, "open", errno);
  int error = 0;
  while (!data.empty() && error == 0) {
    const ssize_t count = retry_interrupted([&] { return ::write(fd, data.data(), data.size()); });
    if (count < 0) error = errno;
    if (count == 0) error = ENOSPC;
    if (count > 0) data = data.subspan(static_cast<std::size_t>(count));
  }
  ::close(fd);
  if (error != 0) fail(path, "write", error);
}

// Where writing to `path` goes, whether or not there is a file yet: what was renamed onto a
// symbolic link would take the link's place.
std::filesystem::path behind_links(const std::filesystem::path& path) {
  constexpr int kMostLinks = 40;  // as Linux follows
  std::filesystem::path target = path;
  for (int links = 0; links < kMostLinks; ++links) {
    std::error_code no_link;
    const std::filesystem::path next = std::filesystem::read_symlink(target, no_link);
    if (no_link) return target;
    target = target.parent_path() / next;
  }
  fail(path, "open", ELOOP);
}

// Names no longer than any other: that of the file may have all the length that there is.
std::filesystem::path temporary_beside(const std::filesystem::path& path) {
  static std::atomic<unsigned> count = 0;
  return path.parent_path() /
         ("longtake-" + std::to_string(getpid()) + "-" + std::to_string(++count) + ".tmp");
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
  if (fd < 0) fail(path, mode == Mode::create ? "create" : "open", errno);
  File file;
  file.fd_ = fd;
  file.path_ = path;
  struct stat info {};
  if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) fail(path, "open", EISDIR);
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
  if (fstat(fd_, &info) != 0) fail(path_, "examine", errno);
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
    if (count < 0) fail(path_, "write", errno);
    if (count == 0) fail(path_, "write", ENOSPC);
    data = data.subspan(static_cast<std::size_t>(count));
    offset += count;
  }
}

void File::truncate(std::int64_t size) {
  may_fail("truncate", path_);
  if (retry_interrupted([&] { return ftruncate(fd_, size); }) != 0) fail(path_, "resize", errno);
}

void File::sync_data() {
  may_fail("sync", path_);
  if (retry_interrupted([&] { return fdatasync(fd_); }) != 0) fail(path_, "save", errno);
}

bool File::try_lock() {
  if (retry_interrupted([&] { return flock(fd_, LOCK_EX | LOCK_NB); }) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  fail(path_, "lock", errno);
}

MappedFile MappedFile::open(const std::filesystem::path& path) {
  const File file = File::open(path, File::Mode::read);
  return map(file, 0, static_cast<std::size_t>(file.size()));
}

MappedFile MappedFile::map(const File& file, std::int64_t offset, std::size_t size) {
  MappedFile mapped;
  if (size == 0) return mapped;
  void* data = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.fd_, offset);
  if (data == MAP_FAILED) fail(file.path(), "map", errno);
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
  struct stat old {};
  const bool replaces = ::stat(path.c_str(), &old) == 0;
  if (replaces && !S_ISREG(old.st_mode)) {
    write_into(path, data);
    return;
  }
  const std::filesystem::path target = behind_links(path);
  const std::filesystem::path temporary = temporary_beside(target);
  try {
    {
      File file = File::open(temporary, File::Mode::create);
      // Before there is anything to read. A file system without modes may refuse: it keeps none.
      if (replaces) ::chmod(temporary.c_str(), old.st_mode & 07777);
      file.truncate(0);
      file.write_at(0, data);
      file.sync_data();
    }
    may_fail("rename", target);
    if (std::rename(temporary.c_str(), target.c_str()) != 0) fail(path, "replace", errno);
  } catch (const Error& error) {
    ::unlink(temporary.c_str());
    // Nobody knows the temporary file: what went wrong is said of the one that was asked for.
    std::string message = error.message();
    const std::string name = temporary.string();
    if (message.starts_with(name)) message.replace(0, name.size(), path.string());
    throw Error(error.code(), message, error.hint());
  }
  sync_directory(target.parent_path());
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
  if (error) fail(path, "create the directory", error.value());
  sync_directory(path.parent_path());
}

void remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail(path, "remove", errno);
}

void sync_directory(const std::filesystem::path& path) {
  const std::filesystem::path directory = path.empty() ? std::filesystem::path(".") : path;
  may_fail("sync", directory);
  const int fd = retry_interrupted(
      [&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (fd < 0) fail(directory, "open", errno);
  const int result = retry_interrupted([&] { return fsync(fd); });
  const int error = errno;
  ::close(fd);
  // Some file systems cannot sync a directory and say so; they order such changes themselves.
  if (result != 0 && error != EINVAL && error != ENOTSUP) fail(directory, "save", error);
}

void set_file_fault_for_tests(FileFault fault) {
  file_fault = fault;
}

}  // namespace longtake
