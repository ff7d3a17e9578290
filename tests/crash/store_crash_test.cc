// Kills a process that is writing a library, at random instants, again and again. Whatever the
// process had reported as stored must be there afterwards, complete and right, and the library must
// be sound.
//
// LONGTAKE_CRASH_KILLS: how many kills (default 60). LONGTAKE_CRASH_SEED: another series of
// instants.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "engine/store/check.h"
#include "tests/support/journal_rows.h"
#include "tests/unit/store/store_fixture.h"

namespace longtake::store {
namespace {

constexpr int kPieces = 6;  // of an answer

std::int64_t environment(const char* name, std::int64_t otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::atoll(value) : otherwise;
}

std::string text_of(int pieces) {
  std::string text;
  for (int i = 0; i < pieces; ++i) text += "word" + std::to_string(i) + " ";
  return text;
}

// What the child tells the parent after each commit; small enough for a pipe to take it whole.
struct Report {
  enum Kind : std::int64_t { blocks, marker, piece, finished };
  std::int64_t kind;
  std::int64_t id;
  std::int64_t value;
};

struct Known {
  std::int64_t blocks = 0;
  std::int64_t markers = 0;
  std::map<std::int64_t, int> pieces;  // by answer
  std::map<std::int64_t, bool> finished;
};

// Writes until it is killed.
[[noreturn]] void write_forever(const std::filesystem::path& folder, int pipe, std::uint32_t seed) {
  const auto report = [pipe](Report::Kind kind, std::int64_t id, std::int64_t value) {
    const Report message{kind, id, value};
    if (write(pipe, &message, sizeof message) != sizeof message) _exit(3);
  };
  try {
    std::mt19937 random(seed);
    auto library = Library::open(folder, Library::Access::write);
    if (library->list_videos().empty()) library->add_video(make_video(1));
    if (!library->find_memory(1)) library->create_memory(make_memory(1, kSmallShape));
    auto memory = library->open_memory(1);
    Journal& journal = library->journal();
    const std::int64_t videos[] = {1};
    std::int64_t conversation = 0;
    auto markers = static_cast<std::int64_t>(journal.list_markers(1).size());
    while (true) {
      const std::int64_t more = 1 + random() % 4;
      memory->append(make_blocks(kSmallShape, memory->count(), more), memory->count() + more);
      report(Report::blocks, 0, memory->count());

      journal.add_marker(
          {0, 1, {markers, markers + 1}, "marker " + std::to_string(markers), "", ""});
      report(Report::marker, 0, ++markers);

      Question question;
      question.conversation_id = conversation;
      question.text = "what happens?";
      const Asked asked = tests::ask(journal, question, videos);
      conversation = asked.conversation;
      Answer answer;
      answer.id = asked.answer;
      report(Report::piece, answer.id, 0);
      for (int i = 0; i < kPieces; ++i) {
        journal.append_answer(answer.id, "word" + std::to_string(i) + " ");
        report(Report::piece, answer.id, i + 1);
      }
      answer.text = text_of(kPieces);
      answer.state = AnswerState::done;
      answer.found = true;
      answer.citations = {{0, 1, {1, 2}, 0.5, Verdict::none, Verdict::none}};
      journal.finish_answer(answer);
      report(Report::finished, answer.id, 0);
    }
  } catch (const Error& error) {
    std::fprintf(stderr, "child: %s\n", error.what());
    _exit(2);
  }
}

void expect_known(const std::filesystem::path& folder, Known& known) {
  auto library = Library::open(folder, Library::Access::write);
  if (library->find_memory(1)) {
    const auto memory = library->open_memory(1);
    EXPECT_FALSE(memory->lost());
    EXPECT_GE(memory->count(), known.blocks);
    expect_blocks(*memory, memory->count());
    EXPECT_EQ(memory->record().next_index, memory->count());
    known.blocks = memory->count();
    const auto markers = library->journal().list_markers(1);
    EXPECT_GE(static_cast<std::int64_t>(markers.size()), known.markers);
    for (std::size_t i = 0; i < markers.size(); ++i) {
      EXPECT_EQ(markers[i].label, "marker " + std::to_string(i));
    }
    known.markers = static_cast<std::int64_t>(markers.size());
  } else {
    EXPECT_EQ(known.blocks, 0);
  }
  for (const auto& [id, pieces] : known.pieces) {
    const auto answer = library->journal().find_answer(id);
    ASSERT_TRUE(answer) << id;
    EXPECT_EQ(text_of(kPieces).substr(0, answer->text.size()), answer->text);
    EXPECT_GE(answer->text.size(), text_of(pieces).size());
    if (known.finished[id]) {
      EXPECT_EQ(answer->state, AnswerState::done);
      EXPECT_EQ(answer->citations.size(), 1u);
    } else {
      EXPECT_TRUE(answer->state == AnswerState::done || answer->state == AnswerState::interrupted);
      EXPECT_EQ(answer->citations.size(), answer->state == AnswerState::done ? 1u : 0u);
    }
  }
  for (const Finding& finding : check_library(*library)) {
    ADD_FAILURE() << finding.where << ": " << finding.what;
  }
}

TEST(StoreCrash, NothingStoredIsLost) {
  const std::int64_t kills = environment("LONGTAKE_CRASH_KILLS", 60);
  const std::int64_t seed = environment("LONGTAKE_CRASH_SEED", 1);
  std::mt19937 random(static_cast<std::uint32_t>(seed));
  TempFolder folder;
  Known known;
  for (std::int64_t kill_number = 0; kill_number < kills; ++kill_number) {
    // A fresh library every 20 kills: its making is killed too, and answers do not pile up.
    const auto library = folder / std::to_string(kill_number / 20);
    if (kill_number % 20 == 0) known = {};
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      write_forever(library, ends[1], random());
    }
    close(ends[1]);
    const auto note = [&known](const Report& report) {
      switch (report.kind) {
        case Report::blocks:
          known.blocks = report.value;
          break;
        case Report::marker:
          known.markers = report.value;
          break;
        case Report::piece:
          known.pieces[report.id] = static_cast<int>(report.value);
          break;
        default:
          known.finished[report.id] = true;
      }
    };
    // Some are killed while they open or make the library; the others may begin first, however busy
    // the machine is.
    Report report{};
    const bool early = kill_number % 20 < 6;
    if (!early && read(ends[0], &report, sizeof report) == sizeof report) note(report);
    usleep(static_cast<useconds_t>(random() % (early ? 25'000 : 150'000)));
    kill(child, SIGKILL);
    while (read(ends[0], &report, sizeof report) == sizeof report) note(report);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
    expect_known(library, known);
    if (::testing::Test::HasFailure()) FAIL() << "after kill " << kill_number << ", seed " << seed;
  }
  std::printf("%lld kills; the last library had %lld blocks, %lld markers, %zu answers\n",
              static_cast<long long>(kills), static_cast<long long>(known.blocks),
              static_cast<long long>(known.markers), known.pieces.size());
}

}  // namespace
}  // namespace longtake::store
