// The disk fails at every write, sync and creation in turn: the error is clear, nothing that was
// committed is lost, and the same append works once the disk does.
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "engine/base/file.h"
#include "engine/store/check.h"
#include "tests/support/journal_rows.h"
#include "tests/unit/store/store_fixture.h"

namespace longtake::store {
namespace {

// The plan of a test: let `allowed` operations pass, then fail every one with `error`.
struct Plan {
  std::atomic<int> allowed{-1};  // below 0: all pass
  std::atomic<int> seen{0};
  std::atomic<int> error{0};

  int next() {
    const int number = seen++;
    const int limit = allowed;
    return limit >= 0 && number >= limit ? error.load() : 0;
  }
  void set(int count, int code) {
    seen = 0;
    error = code;
    allowed = count;
  }
};
Plan plan;

// SQLite's own writes go through the same plan: its unix layer lets tests replace its system calls.
ssize_t faulty_pwrite(int fd, const void* data, size_t size, off_t offset) {
  if (const int error = plan.next(); error != 0) {
    errno = error;
    return -1;
  }
  return pwrite(fd, data, size, offset);
}

void replace_sqlite_calls(bool faulty) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  for (const char* name : {"pwrite", "pwrite64"}) {
    const auto call = faulty ? reinterpret_cast<sqlite3_syscall_ptr>(faulty_pwrite) : nullptr;
    ASSERT_EQ(vfs->xSetSystemCall(vfs, name, call), SQLITE_OK) << name;
  }
}

class FaultTest : public StoreTest {
 protected:
  void SetUp() override {
    plan.set(-1, 0);
    replace_sqlite_calls(true);
    set_file_fault_for_tests(
        [](std::string_view, const std::filesystem::path&) { return plan.next(); });
  }
  void TearDown() override {
    plan.set(-1, 0);
    memory_.reset();
    library_.reset();
    set_file_fault_for_tests(nullptr);
    replace_sqlite_calls(false);
  }
};

TEST_F(FaultTest, EveryStepOfAnAppend) {
  struct Case {
    int error;
    std::vector<ErrorCode> codes;
  };
  // SQLite tells a full disk from a failed one when it writes but not when it syncs, and a refused
  // write never.
  const Case cases[] = {{ENOSPC, {ErrorCode::disk_full, ErrorCode::io_error}},
                        {EIO, {ErrorCode::io_error}},
                        {EACCES, {ErrorCode::no_permission, ErrorCode::io_error}}};
  for (const Case& each : cases) {
    FastFolder other;
    auto library = Library::open(other.path(), Library::Access::write);
    const auto id =
        library->create_memory(make_memory(library->add_video(make_video(1)), kSmallShape));
    auto memory = library->open_memory(id);
    memory->append(make_blocks(kSmallShape, 0, 2), 2);
    std::int64_t count = 2;
    int faults = 0;
    for (int step = 0;; ++step) {
      plan.set(step, each.error);
      bool failed = false;
      try {
        memory->append(make_blocks(kSmallShape, count, 2), count + 2);
      } catch (const Error& error) {
        failed = true;
        EXPECT_NE(std::find(each.codes.begin(), each.codes.end(), error.code()), each.codes.end())
            << step << ": " << error.message();
        EXPECT_FALSE(error.hint().empty());
      }
      plan.set(-1, 0);
      if (!failed) {
        count += 2;
        break;
      }
      ++faults;
      ASSERT_EQ(memory->count(), count) << step;
      ASSERT_EQ(library->find_memory(id)->blocks, count) << step;
      expect_blocks(*memory, count);
      // Every other time the program ends here; the committed blocks are all there is then.
      if (step % 2 == 0) {
        memory.reset();
        library.reset();
        library = Library::open(other.path(), Library::Access::write);
        memory = library->open_memory(id);
        // A commit whose sync failed may turn out to have been written.
        if (memory->count() == count + 2) count += 2;
        expect_blocks(*memory, count);
      } else {
        memory->append(make_blocks(kSmallShape, count, 2), count + 2);
        count += 2;
      }
    }
    EXPECT_GT(faults, 10);  // writes and syncs of segment, index and database
    memory.reset();
    library.reset();
    library = Library::open(other.path(), Library::Access::write);
    expect_blocks(*library->open_memory(id), count);
    EXPECT_TRUE(check_library(*library).empty());
  }
}

TEST_F(FaultTest, EveryStepOfAFirstAppend) {
  for (int step = 0;; ++step) {
    FastFolder other;
    auto library = Library::open(other.path(), Library::Access::write);
    const auto id =
        library->create_memory(make_memory(library->add_video(make_video(1)), kSmallShape));
    plan.set(step, ENOSPC);
    bool failed = false;
    try {
      library->open_memory(id)->append(make_blocks(kSmallShape, 0, 2), 2);
    } catch (const Error& error) {
      failed = true;
      EXPECT_TRUE(error.code() == ErrorCode::disk_full || error.code() == ErrorCode::io_error)
          << step << ": " << error.message();
    }
    plan.set(-1, 0);
    if (!failed) break;
    library.reset();
    library = Library::open(other.path(), Library::Access::write);
    auto memory = library->open_memory(id);
    if (memory->count() == 0) memory->append(make_blocks(kSmallShape, 0, 2), 2);
    expect_blocks(*memory, 2);
  }
}

TEST_F(FaultTest, EveryStepOfAnAnswer) {
  make();
  const std::int64_t videos[] = {video_id_};
  Journal& journal = library_->journal();
  Question question;
  question.text = "q";
  const auto id = tests::ask(journal, question, videos).answer;
  std::string text;
  for (int step = 0;; ++step) {
    plan.set(step, ENOSPC);
    bool failed = false;
    try {
      journal.append_answer(id, "a word ");
      Answer answer = *journal.find_answer(id);
      answer.coverage = "[" + std::to_string(step) + "]";
      answer.citations = {{0, video_id_, {0, 1}, 1, Verdict::none, Verdict::none}};
      answer.state = AnswerState::running;
      journal.finish_answer(answer);
    } catch (const Error& error) {
      failed = true;
      EXPECT_TRUE(error.code() == ErrorCode::disk_full || error.code() == ErrorCode::io_error)
          << step << ": " << error.message();
    }
    plan.set(-1, 0);
    const std::string now = journal.find_answer(id)->text;
    EXPECT_TRUE(now == text || now == text + "a word ") << now;
    text = now;
    if (!failed) break;
  }
  EXPECT_TRUE(check_library(*library_).empty());
}

TEST_F(FaultTest, EveryStepOfOpening) {
  make();
  memory_->append(make_blocks(kSmallShape, 0, 2), 2);
  for (int step = 0;; ++step) {
    memory_.reset();
    library_.reset();
    plan.set(step, EACCES);
    bool failed = false;
    try {
      library_ = Library::open(folder_ / "library", Library::Access::write);
      memory_ = library_->open_memory(memory_id_);
    } catch (const Error& error) {
      failed = true;
      EXPECT_FALSE(error.hint().empty()) << error.message();
    }
    plan.set(-1, 0);
    if (!failed) break;
    ASSERT_LT(step, 1000);
  }
  expect_blocks(*memory_, 2);
}

TEST_F(FaultTest, AFolderThatMayNotBeWritten) {
  plan.set(0, EACCES);
  const Error error = error_of([&] { Library::open(folder_ / "library", Library::Access::write); });
  EXPECT_EQ(error.code(), ErrorCode::no_permission);
  EXPECT_NE(error.message().find("library"), std::string::npos);
}

// A real full disk: a small file system in memory. Only root may make one.
TEST_F(FaultTest, AFullFileSystem) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can mount a small file system";
  const auto disk = folder_ / "disk";
  std::filesystem::create_directories(disk);
  if (mount("none", disk.c_str(), "tmpfs", 0, "size=3m") != 0) GTEST_SKIP() << "mount is forbidden";
  {
    auto library = Library::open(disk / "library", Library::Access::write);
    const auto id =
        library->create_memory(make_memory(library->add_video(make_video(1)), kLargeShape));
    auto memory = library->open_memory(id);
    std::int64_t count = 0;
    spill(disk / "ballast", std::string(1 << 20, 'x'));
    const auto fill = [&] {
      try {
        while (true) {
          memory->append(make_blocks(kLargeShape, count, 3), count + 3);
          count += 3;
        }
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::disk_full) << error.message();
      }
    };
    fill();
    EXPECT_GT(count, 0);
    expect_blocks(*memory, count);
    std::filesystem::remove(disk / "ballast");
    const std::int64_t before = count;
    fill();
    EXPECT_GT(count, before);
    memory.reset();
    library.reset();
    library = Library::open(disk / "library", Library::Access::write);
    memory = library->open_memory(id);
    expect_blocks(*memory, count);
    memory.reset();
    EXPECT_GT(library->remove_video(1), 0);  // and the user can free the space
    EXPECT_TRUE(library->list_videos().empty());
    library.reset();
  }
  umount(disk.c_str());
}

}  // namespace
}  // namespace longtake::store

// Not replaceable that way, but SQLite and File call it by this name.
extern "C" int fdatasync(int fd) {
  if (const int error = longtake::store::plan.next(); error != 0) {
    errno = error;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}
