#include "engine/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <thread>

#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

template <typename Call>
ErrorCode code_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_FALSE(error.hint().empty());
    return error.code();
  }
  ADD_FAILURE() << "no Error";
  return ErrorCode::internal;
}

class FileTest : public ::testing::Test {
 protected:
  void TearDown() override { set_file_fault_for_tests(nullptr); }
  TempFolder folder_;
};

TEST_F(FileTest, WritesReadsAndTruncates) {
  File file = File::open(folder_ / "f", File::Mode::create);
  file.write_at(3, bytes_of("abcdef"));
  EXPECT_EQ(file.size(), 9);
  std::string text(6, ' ');
  file.read_at(3, std::as_writable_bytes(std::span(text)));
  EXPECT_EQ(text, "abcdef");
  std::string first(2, ' ');
  std::string rest(3, ' ');
  file.read_at(3, std::as_writable_bytes(std::span(first)),
               std::as_writable_bytes(std::span(rest)));
  EXPECT_EQ(first + "|" + rest, "ab|cde");
  file.truncate(5);
  EXPECT_EQ(file.size(), 5);
  EXPECT_EQ(file.read_some_at(3, std::as_writable_bytes(std::span(text))), 2u);
  EXPECT_EQ(code_of([&] { file.read_at(3, std::as_writable_bytes(std::span(text))); }),
            ErrorCode::corrupt_data);
  file.sync_data();
}

TEST_F(FileTest, MovesKeepTheDescriptor) {
  File file;
  file = File::open(folder_ / "f", File::Mode::create);
  File other = std::move(file);
  other.write_at(0, bytes_of("x"));
  EXPECT_EQ(other.size(), 1);
}

TEST_F(FileTest, ErrorsSayWhatAndWhere) {
  EXPECT_EQ(code_of([&] { File::open(folder_ / "gone", File::Mode::read); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { File::open(folder_ / "gone" / "f", File::Mode::create); }),
            ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { File::open(folder_.path(), File::Mode::read); }), ErrorCode::io_error);
  try {
    File::open(folder_ / "gone", File::Mode::read);
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              (folder_ / "gone").string() + ": cannot open: No such file or directory");
  }
}

TEST_F(FileTest, AFullDevice) {
  File full = File::open("/dev/full", File::Mode::read_write);
  EXPECT_EQ(code_of([&] { full.write_at(0, bytes_of("x")); }), ErrorCode::disk_full);
}

TEST_F(FileTest, MapShowsLaterWrites) {
  File file = File::open(folder_ / "f", File::Mode::create);
  file.write_at(0, bytes_of("first"));
  const MappedFile whole = MappedFile::open(folder_ / "f");
  const MappedFile part = MappedFile::map(file, 0, 2);
  file.write_at(0, bytes_of("F"));
  ASSERT_EQ(whole.bytes().size(), 5u);
  EXPECT_EQ(whole.bytes()[0], std::byte{'F'});
  EXPECT_EQ(part.bytes().size(), 2u);
  file.truncate(0);
  EXPECT_TRUE(MappedFile::open(folder_ / "f").bytes().empty());
}

TEST_F(FileTest, WholeFiles) {
  make_directories(folder_ / "a" / "b");
  make_directories(folder_ / "a" / "b");
  write_file_atomically(folder_ / "a" / "b" / "f", "one");
  write_file_atomically(folder_ / "a" / "b" / "f", "three");
  EXPECT_EQ(read_text_file(folder_ / "a" / "b" / "f", 5), "three");
  EXPECT_EQ(code_of([&] { read_text_file(folder_ / "a" / "b" / "f", 4); }),
            ErrorCode::corrupt_data);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "a" / "b"), {}), 1);
  remove_file(folder_ / "a" / "b" / "f");
  remove_file(folder_ / "a" / "b" / "f");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a" / "b" / "f"));
}

TEST_F(FileTest, AtomicWriteLeavesTheOldFileWhenItFails) {
  write_file_atomically(folder_ / "f", "old");
  for (const char* operation : {"create", "truncate", "write", "sync", "rename"}) {
    static const char* failing;
    failing = operation;
    set_file_fault_for_tests([](std::string_view asked, const std::filesystem::path& path) {
      // The directory's own sync comes after the rename.
      return asked == failing && !std::filesystem::is_directory(path) ? ENOSPC : 0;
    });
    EXPECT_EQ(code_of([&] { write_file_atomically(folder_ / "f", "new"); }), ErrorCode::disk_full)
        << operation;
    set_file_fault_for_tests(nullptr);
    EXPECT_EQ(read_text_file(folder_ / "f", 10), "old") << operation;
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1)
        << operation;
  }
}

TEST_F(FileTest, ListsADirectory) {
  EXPECT_TRUE(list_directory(folder_.path()).empty());
  make_directories(folder_ / "d/deeper");
  write_file_atomically(folder_ / "f", "x");
  std::vector<std::filesystem::path> entries = list_directory(folder_.path());
  std::sort(entries.begin(), entries.end());
  EXPECT_EQ(entries, (std::vector<std::filesystem::path>{folder_ / "d", folder_ / "f"}));
  EXPECT_EQ(code_of([&] { list_directory(folder_ / "nowhere"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { list_directory(folder_ / "f"); }), ErrorCode::not_found);
}

TEST_F(FileTest, AtomicWriteKeepsLinksAndModes) {
  namespace fs = std::filesystem;
  make_directories(folder_ / "there");
  write_file_atomically(folder_ / "there" / "f", "old");
  fs::permissions(folder_ / "there" / "f", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("there/f", folder_ / "link");
  fs::create_symlink("link", folder_ / "further");
  write_file_atomically(folder_ / "further", "new");
  EXPECT_EQ(read_text_file(folder_ / "there" / "f", 10), "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "further"));
  EXPECT_EQ(fs::status(folder_ / "there" / "f").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);

  // One that its owner must not write to is replaced all the same, as renaming allows it.
  fs::permissions(folder_ / "there" / "f", fs::perms::owner_read);
  write_file_atomically(folder_ / "there" / "f", "newer");
  EXPECT_EQ(read_text_file(folder_ / "there" / "f", 10), "newer");
  EXPECT_EQ(fs::status(folder_ / "there" / "f").permissions(), fs::perms::owner_read);

  fs::create_symlink("there/later", folder_ / "early");
  write_file_atomically(folder_ / "early", "first");
  EXPECT_EQ(read_text_file(folder_ / "there" / "later", 10), "first");
  EXPECT_TRUE(fs::is_symlink(folder_ / "early"));

  fs::create_symlink("round", folder_ / "round");
  EXPECT_EQ(code_of([&] { write_file_atomically(folder_ / "round", "x"); }), ErrorCode::io_error);
}

TEST_F(FileTest, AtomicWriteNamesTheFileThatWasAskedFor) {
  try {
    write_file_atomically(folder_ / "no" / "f", "x");
    ADD_FAILURE() << "there is no such folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              (folder_ / "no" / "f").string() + ": cannot create: No such file or directory");
  }
}

TEST_F(FileTest, PipesAndDevicesAreWrittenTo) {
  write_file_atomically("/dev/null", "gone");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(code_of([&] { write_file_atomically("/dev/full", "x"); }), ErrorCode::disk_full);

  const std::filesystem::path pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::string text;
  std::thread reader([&] {
    std::ifstream file(pipe);
    text.assign(std::istreambuf_iterator<char>(file), {});
  });
  const std::string much(100'000, 'x');  // more than a pipe holds at a time
  write_file_atomically(pipe, much);
  reader.join();
  EXPECT_EQ(text, much);
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

TEST_F(FileTest, TheLongestNamesCanBeWritten) {
  write_file_atomically(folder_ / std::string(255, 'n'), "x");
  EXPECT_EQ(read_text_file(folder_ / std::string(255, 'n'), 10), "x");
  try {
    write_file_atomically(folder_ / std::string(256, 'n'), "x");
    ADD_FAILURE() << "no file system takes this name";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    EXPECT_EQ(error.hint(), "Choose a shorter name.");
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(FileTest, LockKeepsOthersOut) {
  File mine = File::open(folder_ / "lock", File::Mode::create);
  ASSERT_TRUE(mine.try_lock());
  File again = File::open(folder_ / "lock", File::Mode::create);
  EXPECT_FALSE(again.try_lock());
  const pid_t child = fork();
  if (child == 0) {
    File theirs = File::open(folder_ / "lock", File::Mode::create);
    _exit(theirs.try_lock() ? 1 : 0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  mine = File();
  File later = File::open(folder_ / "lock", File::Mode::create);
  EXPECT_TRUE(later.try_lock());
}

}  // namespace
}  // namespace longtake
