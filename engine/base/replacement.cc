#include "engine/base/replacement.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "engine/base/file.h"
#include "engine/base/file_error.h"
#include "kernels/error.h"

namespace longtake {

namespace {

namespace fs = std::filesystem;

// Where writing to `path` goes, whether or not there is a file yet: what was renamed onto a
// symbolic link would take the link's place.
fs::path behind_links(const fs::path& path) {
  constexpr int kMostLinks = 40;  // as Linux follows
  fs::path target = path;
  for (int links = 0; links < kMostLinks; ++links) {
    std::error_code no_link;
    const fs::path next = fs::read_symlink(target, no_link);
    if (no_link) return target;
    target = target.parent_path() / next;
  }
  fail_file(path, "open", ELOOP);
}

// Names no longer than any other: that of the file may have all the length that there is.
fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> count = 0;
  return path.parent_path() /
         ("longtake-" + std::to_string(getpid()) + "-" + std::to_string(++count) + ".tmp");
}

// A file system without modes may refuse: it keeps none.
void set_mode(const fs::path& path, fs::perms mode) {
  std::error_code refused;
  fs::permissions(path, mode, refused);
}

}  // namespace

Replacement::Replacement(const fs::path& path) : path_(path) {
  std::error_code ignored;
  const fs::file_status old = fs::status(path, ignored);
  if (fs::exists(old) && !fs::is_regular_file(old) && !fs::is_directory(old)) return;
  if (fs::is_regular_file(old)) mode_ = old.permissions();
  target_ = behind_links(path);
  temporary_ = temporary_beside(target_);
  try {
    write([this] { create(); });
  } catch (const Error&) {
    ::unlink(temporary_->c_str());
    throw;
  }
}

Replacement::~Replacement() {
  if (temporary_) ::unlink(temporary_->c_str());
}

void Replacement::create() {
  File file = File::open(*temporary_, File::Mode::create);
  // Before there is anything to read. We ourselves must be able to write meanwhile.
  if (mode_) set_mode(*temporary_, *mode_ | fs::perms::owner_read | fs::perms::owner_write);
  file.truncate(0);
}

void Replacement::write(const std::function<void()>& work) const {
  try {
    work();
  } catch (const Error& error) {
    const std::string name = place().string();
    if (!error.message().starts_with(name)) throw;
    throw Error(error.code(), path_.string() + error.message().substr(name.size()), error.hint());
  }
}

void Replacement::commit() {
  if (is_direct()) return;
  write([this] { take_place(); });
  temporary_.reset();
  sync_directory(target_.parent_path());
}

void Replacement::take_place() {
  File::open(*temporary_, File::Mode::read_write).sync_data();
  if (mode_) set_mode(*temporary_, *mode_);
  may_fail("rename", target_);
  if (std::rename(temporary_->c_str(), target_.c_str()) != 0) fail_file(path_, "replace", errno);
}

}  // namespace longtake
