// Fuzzes the reading of a library's database, of this version and of those before. A library that
// holds one of everything is damaged and then opened, read whole, checked and emptied. The first byte
// says how:
//   bits 0-1  its version: 5, 1 or 2
//   bit 2     opened for reading only
//   bit 3     one value of one row is replaced, and the row's checksum is right; else bytes of the
//             file are changed
// Then follow the bytes to change, three for each: which of those that are not zero (two), and what
// its bits become by XOR. Or the value: which one, whether it is a number, and its text.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/log.h"
#include "engine/store/check.h"
#include "engine/store/library.h"
#include "engine/store/memory_store.h"
#include "engine/store/migrations.h"
#include "kernels/error.h"
#include "tests/support/journal_rows.h"
#include "tests/unit/store/store_fixture.h"

namespace {

namespace fs = std::filesystem;
using namespace longtake;
using namespace longtake::store;

using Files = std::map<fs::path, std::string>;  // by their names within the library

const fs::path& folder() {
  static const FastFolder folder;
  static const fs::path path = folder / "library";
  return path;
}

// One of everything.
void fill() {
  const auto library = Library::open(folder(), Library::Access::write);
  const std::int64_t videos[] = {library->add_video(make_video(1)),
                                 library->add_video(make_video(2))};
  const std::int64_t memory_id = library->create_memory(make_memory(videos[0], kSmallShape));
  const auto memory = library->open_memory(memory_id);
  memory->append(make_blocks(kSmallShape, 0, 2), 2);
  memory->append(make_blocks(kSmallShape, 2, 2), 4);
  Journal& journal = library->journal();
  Question question;
  question.text = "Where is the circle?";
  question.scope = R"([{"video":1,"begin_us":0,"end_us":5000000},{"video":2}])";
  question.memory_ids = {memory_id};
  Answer answer;
  const Asked asked = tests::ask(journal, question, std::span(videos).first(1));
  answer.id = asked.answer;
  answer.text = "At the left of the harbour.";
  answer.state = AnswerState::done;
  answer.support = 0.5;
  answer.citations = {{0, videos[0], {1, 2}, 0.5, Verdict::confirmed, Verdict::none}};
  answer.evidence = {{videos[0], {1, 2}, 1.0}, {videos[0], {5, 6}, 0.25}};
  journal.finish_answer(answer);
  question.conversation_id = asked.conversation;
  tests::ask(journal, question, std::span(videos).first(1));  // and one that is running
  journal.add_marker({0, videos[0], {1, 2}, "harbour", "#fff", "note"});
}

Files gather() {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(folder())) {
    if (entry.is_regular_file() && entry.file_size() > 0) {
      files[fs::relative(entry.path(), folder())] = slurp(entry.path());
    }
  }
  return files;
}

void put_back(const Files& files) {
  fs::remove_all(folder());
  for (const auto& [name, bytes] : files) {
    fs::create_directories((folder() / name).parent_path());
    spill(folder() / name, bytes);
  }
}

// Runs statements that may make rows without owners, and leaves the log of the database empty.
void change(std::string_view sql) {
  Database database(folder() / "library.db", Database::Mode::write);
  database.run_script("PRAGMA foreign_keys = OFF");
  database.run_script(sql);
  database.run_script("PRAGMA wal_checkpoint(TRUNCATE)");
}

// The library as versions 5, 1 and 2 had it.
const std::array<Files, 3>& libraries() {
  static const std::array<Files, 3> made = [] {
    std::array<Files, 3> versions;
    fill();
    versions[0] = gather();
    change(
        "DROP TRIGGER memories_removed; DROP TABLE removals; DROP TABLE findings; "
        "DROP TABLE failures; CREATE TABLE settings (key); PRAGMA user_version = 2");
    versions[2] = gather();
    change("DROP TABLE evidence; PRAGMA user_version = 1");
    versions[1] = gather();
    return versions;
  }();
  return made;
}

constexpr std::string_view kValues[] = {"videos SET content_id",
                                        "videos SET path",
                                        "videos SET name",
                                        "videos SET duration_us",
                                        "videos SET info",
                                        "videos SET state",
                                        "memories SET fingerprint",
                                        "memories SET layers",
                                        "memories SET kv_heads",
                                        "memories SET head_dim",
                                        "memories SET codec",
                                        "memories SET interval_us",
                                        "memories SET mode",
                                        "memories SET state",
                                        "memories SET finished",
                                        "memories SET next_index",
                                        "memories SET blocks",
                                        "memories SET tokens",
                                        "memories SET bytes",
                                        "memories SET coverage",
                                        "block_runs SET count",
                                        "block_runs SET next_index",
                                        "block_runs SET frames",
                                        "block_runs SET entries",
                                        "questions SET conversation_id",
                                        "questions SET text",
                                        "questions SET scope",
                                        "questions SET memory_ids",
                                        "answers SET text",
                                        "answers SET state",
                                        "answers SET coverage",
                                        "answers SET timing",
                                        "citations SET begin_us",
                                        "citations SET verdict",
                                        "markers SET begin_us",
                                        "markers SET label",
                                        "evidence SET entries"};

void replace_value(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return;
  const std::string_view column = kValues[data[0] % std::size(kValues)];
  const std::string_view value(reinterpret_cast<const char*>(data) + 2, size - 2);
  std::string hex;
  for (const char c : value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += {kDigits[static_cast<unsigned char>(c) >> 4], kDigits[c & 0xf]};
  }
  const std::string type = (data[1] & 1) != 0 ? "INTEGER" : (data[1] & 2) != 0 ? "BLOB" : "TEXT";
  try {
    change("UPDATE " + std::string(column) + " = CAST(x'" + hex + "' AS " + type + ") WHERE " +
           (column.starts_with("block_runs") ? "first_id = 0" : "rowid = 1"));
  } catch (const Error&) {  // the schema refuses it, or this version has no such table
  }
}

void change_bytes(std::string& database, const std::uint8_t* data, std::size_t size) {
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < database.size(); ++i) {
    if (database[i] != 0) used.push_back(i);
  }
  for (std::size_t i = 0; i + 3 <= size; i += 3) {
    char& byte = database[used[(data[i] | data[i + 1] << 8) % used.size()]];
    byte = static_cast<char>(byte ^ data[i + 2]);
  }
}

template <typename Read>
void attempt(Read read) {
  try {
    read();
  } catch (const Error& error) {  // the one way to refuse
    if (error.code() == ErrorCode::internal || error.message().empty()) std::abort();
  }
}

void read_whole(Library& library) {
  Journal& journal = library.journal();
  std::vector<std::int64_t> damaged;
  attempt([&] {
    for (const Video& video : library.list_videos(&damaged)) {
      attempt([&] { library.find_by_content(video.content_id); });
      attempt([&] { library.find_by_name_or_id(video.name); });
      attempt([&] { library.find_memory(video.id, kFingerprint); });
      attempt([&] { journal.list_markers(video.id); });
    }
  });
  attempt([&] {
    for (const Conversation& conversation : journal.list_conversations(0)) {
      attempt([&] {
        for (const Question& question : journal.list_questions(conversation.id)) {
          attempt([&] { journal.list_answers(question.id); });
        }
      });
    }
  });
  attempt([&] { journal.search("where harbour"); });
}

void empty(Library& library) {
  std::vector<std::int64_t> ids;
  attempt([&] {
    for (const Video& video : library.list_videos(&ids)) ids.push_back(video.id);
  });
  for (const std::int64_t id : ids) attempt([&] { library.remove_video(id); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  set_log_level("off");
  const unsigned how = data[0];
  Files files = libraries()[(how & 3) % 3];
  if ((how & 8) == 0) change_bytes(files["library.db"], data + 1, size - 1);
  put_back(files);
  if ((how & 8) != 0) replace_value(data + 1, size - 1);
  attempt([&] {
    const bool reading = (how & 4) != 0;
    const auto library =
        Library::open(folder(), reading ? Library::Access::read : Library::Access::write);
    read_whole(*library);
    attempt([&] { check_library(*library); });
    if (!reading) empty(*library);
  });
  return 0;
}
