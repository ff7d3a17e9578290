// Database, Transaction, ConnectionPool and migrate().
#include "engine/store/database.h"

#include <thread>

#include "engine/base/file.h"
#include "engine/store/check.h"
#include "engine/store/connection_pool.h"
#include "engine/store/migrations.h"
#include "tests/unit/store/store_fixture.h"

namespace longtake::store {
namespace {

std::int64_t one(Database& db, std::string_view sql) {
  Statement statement = db.query(sql);
  EXPECT_TRUE(statement.step());
  return statement.integer(0);
}

class DatabaseTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_ / "a?b#c%20 d.db"; }
  FastFolder folder_;
};

TEST_F(DatabaseTest, BindsAndReadsEveryType) {
  Database db(path(), Database::Mode::write);
  db.run_script("CREATE TABLE t (a, b, c, d, e, f)");
  const std::vector<std::byte> blob{std::byte{0}, std::byte{255}};
  EXPECT_EQ(db.run("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", std::int64_t{1} << 60, 2.5, "text",
                   std::span<const std::byte>(blob), std::optional<int>(), std::string()),
            1);
  EXPECT_EQ(db.last_id(), 1);
  Statement row = db.query("SELECT *, e IS NULL, f IS NULL FROM t");
  ASSERT_TRUE(row.step());
  EXPECT_EQ(row.integer(0), std::int64_t{1} << 60);
  EXPECT_EQ(row.real(1), 2.5);
  EXPECT_EQ(row.text(2), "text");
  EXPECT_EQ(row.blob(3).size(), 2u);
  EXPECT_EQ(row.blob(3)[1], std::byte{255});
  EXPECT_EQ(row.text(5), "");
  EXPECT_EQ(row.integer(6), 1);
  EXPECT_EQ(row.integer(7), 0);
  EXPECT_FALSE(row.step());
  EXPECT_TRUE(std::filesystem::exists(path()));
}

TEST_F(DatabaseTest, APathMayBeginWithTwoSlashes) {
  Database db("/" + path().string(), Database::Mode::write);
  db.run_script("CREATE TABLE t (a)");
  EXPECT_TRUE(std::filesystem::exists(path()));
}

TEST_F(DatabaseTest, IsInWalModeWithForeignKeysAndFullSync) {
  Database db(path(), Database::Mode::write);
  {
    Statement mode = db.query("PRAGMA journal_mode");
    ASSERT_TRUE(mode.step());
    EXPECT_EQ(mode.text(0), "wal");
  }
  EXPECT_EQ(one(db, "PRAGMA foreign_keys"), 1);
  EXPECT_EQ(one(db, "PRAGMA synchronous"), 2);
  {
    Transaction relaxed(db, Transaction::Sync::relaxed);
    EXPECT_EQ(one(db, "PRAGMA synchronous"), 1);
    relaxed.commit();
  }
  EXPECT_EQ(one(db, "PRAGMA synchronous"), 2);
}

TEST_F(DatabaseTest, TransactionsRollBackUnlessCommitted) {
  Database db(path(), Database::Mode::write);
  db.run_script("CREATE TABLE t (a)");
  {
    Transaction transaction(db);
    db.run("INSERT INTO t VALUES (1)");
  }
  EXPECT_EQ(one(db, "SELECT count(*) FROM t"), 0);
  {
    Transaction transaction(db);
    db.run("INSERT INTO t VALUES (1)");
    transaction.commit();
  }
  EXPECT_EQ(one(db, "SELECT count(*) FROM t"), 1);
}

TEST_F(DatabaseTest, TheSameStatementTwiceAtOnce) {
  Database db(path(), Database::Mode::write);
  db.run_script("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  Statement outer = db.query("SELECT a FROM t ORDER BY a");
  ASSERT_TRUE(outer.step());
  EXPECT_EQ(one(db, "SELECT a FROM t ORDER BY a"), 1);
  ASSERT_TRUE(outer.step());
  EXPECT_EQ(outer.integer(0), 2);
}

TEST_F(DatabaseTest, ErrorsHaveTheirCodes) {
  EXPECT_EQ(error_of([&] { Database(path(), Database::Mode::read); }).code(), ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { Database(folder_ / "no" / "x.db", Database::Mode::write); }).code(),
            ErrorCode::no_permission);
  spill(path(), std::string(8192, 'x'));
  EXPECT_EQ(error_of([&] {
              Database db(path(), Database::Mode::write);
              db.run("CREATE TABLE t (a)");
            }).code(),
            ErrorCode::corrupt_data);
  Database db(folder_ / "t.db", Database::Mode::write);
  db.run_script(
      "CREATE TABLE a (id INTEGER PRIMARY KEY, u UNIQUE);"
      "CREATE TABLE b (a_id REFERENCES a (id)); INSERT INTO a VALUES (1, 1)");
  EXPECT_EQ(error_of([&] { db.run("INSERT INTO b VALUES (7)"); }).code(), ErrorCode::not_found);
  try {
    db.run("INSERT INTO a VALUES (2, 1)");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
  }
}

TEST_F(DatabaseTest, AFullDatabaseIsAFullDisk) {
  Database db(path(), Database::Mode::write);
  db.run_script("CREATE TABLE t (a); PRAGMA max_page_count = 10");
  const Error error = error_of([&] { db.run("INSERT INTO t VALUES (zeroblob(1000000))"); });
  EXPECT_EQ(error.code(), ErrorCode::disk_full);
  EXPECT_NE(error.hint().find("space"), std::string::npos);
  db.run("INSERT INTO t VALUES (1)");
}

TEST_F(DatabaseTest, AnotherWriterIsBusy) {
  Database db(path(), Database::Mode::write);
  Database other(path(), Database::Mode::write);
  db.run_script("CREATE TABLE t (a)");
  other.run_script("PRAGMA busy_timeout = 10");
  Transaction transaction(db);
  EXPECT_EQ(error_of([&] { Transaction second(other); }).code(), ErrorCode::busy);
  EXPECT_EQ(error_of([&] { Transaction second(other, Transaction::Sync::relaxed); }).code(),
            ErrorCode::busy);
  EXPECT_EQ(one(other, "PRAGMA synchronous"), 2);  // its next user relies on it
}

TEST_F(DatabaseTest, ForeignKeyDamageIsFound) {
  Database db(path(), Database::Mode::write);
  db.run_script(
      "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a_id REFERENCES a (id));"
      "PRAGMA foreign_keys = OFF; INSERT INTO b VALUES (3); PRAGMA foreign_keys = ON");
  ASSERT_EQ(db.damages().size(), 1u);
  EXPECT_EQ(db.damages()[0], "row 1 of b belongs to a row of a that does not exist");
}

TEST_F(DatabaseTest, ThePoolServesManyThreads) {
  ConnectionPool pool(path(), Database::Mode::write);
  pool.writer()->run_script("CREATE TABLE t (a)");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&pool] {
      for (int n = 0; n < 25; ++n) {
        pool.writer()->run("INSERT INTO t VALUES (1)");
        auto reader = pool.reader();
        EXPECT_GE(one(*reader, "SELECT count(*) FROM t"), 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  auto reader = pool.reader();
  EXPECT_EQ(one(*reader, "SELECT count(*) FROM t"), 100);
}

TEST_F(DatabaseTest, AReadingPoolDoesNotWrite) {
  { Database made(path(), Database::Mode::write); }
  ConnectionPool pool(path(), Database::Mode::read);
  EXPECT_EQ(error_of([&] { pool.writer(); }).code(), ErrorCode::no_permission);
}

// --- Migrations ----------------------------------------------------------------------------------

constexpr std::string_view kVersion1 =
    "PRAGMA application_id = 0x4c544b31; CREATE TABLE t (a); INSERT INTO t VALUES (1)";
constexpr Migration kOld[] = {{1, kVersion1}};
constexpr Migration kNew[] = {{1, kVersion1},
                              {2, "ALTER TABLE t ADD COLUMN b DEFAULT 5"},
                              {3, "CREATE TABLE u AS SELECT a + b AS c FROM t"}};
constexpr Migration kBroken[] = {{1, kVersion1},
                                 {2, "ALTER TABLE t ADD COLUMN b; INSERT INTO nowhere VALUES (1)"}};

class MigrationTest : public DatabaseTest {
 protected:
  std::filesystem::path backup() const { return path().string() + ".v1.backup"; }
};

TEST_F(MigrationTest, AFreshDatabaseGetsTheNewestWithoutBackup) {
  Database db(path(), Database::Mode::write);
  migrate(db, kNew);
  EXPECT_EQ(schema_version(db), 3);
  EXPECT_EQ(one(db, "SELECT c FROM u"), 6);
  EXPECT_FALSE(std::filesystem::exists(backup()));
  migrate(db, kNew);
  EXPECT_EQ(one(db, "SELECT count(*) FROM u"), 1);
}

TEST_F(MigrationTest, AnOldOneIsCopiedThenChanged) {
  {
    Database db(path(), Database::Mode::write);
    migrate(db, kOld);
    db.run("UPDATE t SET a = 10");
  }
  Database db(path(), Database::Mode::write);
  migrate(db, kNew);
  EXPECT_EQ(schema_version(db), 3);
  EXPECT_EQ(one(db, "SELECT c FROM u"), 15);
  Database copy(backup(), Database::Mode::read);
  EXPECT_EQ(schema_version(copy), 1);
  EXPECT_EQ(one(copy, "SELECT a FROM t"), 10);
}

TEST_F(MigrationTest, AFailedOneChangesNothing) {
  Database db(path(), Database::Mode::write);
  migrate(db, kOld);
  EXPECT_THROW(migrate(db, kBroken), Error);
  EXPECT_EQ(schema_version(db), 1);
  EXPECT_EQ(one(db, "SELECT count(*) FROM pragma_table_info('t')"), 1);
  migrate(db, kNew);
  EXPECT_EQ(schema_version(db), 3);
}

TEST_F(MigrationTest, ANewerOneIsRefusedUntouched) {
  {
    Database db(path(), Database::Mode::write);
    migrate(db, kNew);
  }
  Database db(path(), Database::Mode::write);
  for (auto judge : {migrate, require_current}) {
    const Error error = error_of([&] { judge(db, std::span(kOld)); });
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_NE(error.message().find("newer Longtake"), std::string::npos);
  }
  EXPECT_EQ(schema_version(db), 3);
}

TEST_F(MigrationTest, AReaderAsksForAWriter) {
  Database db(path(), Database::Mode::write);
  EXPECT_EQ(error_of([&] { require_current(db, kNew); }).code(), ErrorCode::busy);  // being made
  migrate(db, kOld);
  EXPECT_EQ(error_of([&] { require_current(db, kNew); }).code(), ErrorCode::unsupported);
  require_current(db, kOld);
}

TEST_F(MigrationTest, SomebodyElsesDatabaseIsRefused) {
  Database db(path(), Database::Mode::write);
  db.run_script("CREATE TABLE bookmarks (url)");
  EXPECT_EQ(error_of([&] { migrate(db, kNew); }).code(), ErrorCode::unsupported);
  EXPECT_EQ(one(db, "SELECT count(*) FROM sqlite_schema"), 1);
}

TEST_F(MigrationTest, ARealLibraryIsCopiedWhole) {
  const auto folder = folder_ / "library";
  {
    auto library = Library::open(folder, Library::Access::write);
    const std::int64_t videos[] = {library->add_video(make_video(1))};
    const auto memory =
        library->open_memory(library->create_memory(make_memory(videos[0], kSmallShape)));
    memory->append(make_blocks(kSmallShape, 0, 3), 3);
    Question question;
    question.text = "Where?";
    library->journal().ask(question, videos);
    library->journal().add_marker({0, videos[0], {0, 1}, "harbour", "", ""});
  }
  std::vector<Migration> next(library_migrations().begin(), library_migrations().end());
  next.push_back({next.back().version + 1, "ALTER TABLE videos ADD COLUMN note TEXT DEFAULT ''"});
  const auto path = folder / "library.db";
  {
    Database db(path, Database::Mode::write);
    migrate(db, next);
    EXPECT_TRUE(db.damages().empty());
    EXPECT_EQ(one(db, "SELECT count(*) FROM videos WHERE note = ''"), 1);
    EXPECT_EQ(one(db, "SELECT count(*) FROM search WHERE search MATCH 'harbour'"), 1);
  }
  // This program is now the older one.
  EXPECT_EQ(error_of([&] { Library::open(folder, Library::Access::write); }).code(),
            ErrorCode::unsupported);
  // The copy, put back, is the library as it was.
  const std::string version = std::to_string(library_migrations().back().version);
  std::filesystem::rename(path.string() + ".v" + version + ".backup", path);
  auto library = Library::open(folder, Library::Access::write);
  EXPECT_TRUE(check_library(*library).empty());
  expect_blocks(*library->open_memory(1), 3);
  EXPECT_EQ(library->journal().search("harbour").size(), 1u);
}

// Everything that version 1 could hold, one row of it damaged.
TEST_F(MigrationTest, ALibraryOfVersion1KeepsEverything) {
  const auto folder = folder_ / "library";
  const auto path = folder / "library.db";
  std::filesystem::create_directories(folder);
  {
    Database db(path, Database::Mode::write);
    migrate(db, library_migrations().first(1));
    db.run_script(R"sql(
      INSERT INTO videos VALUES (3, 'c3', '/v/harbour.mp4', 'harbour.mp4', 10, 9000000, 64, 48, '{}', 5, 0);
      INSERT INTO videos VALUES (4, 'c4', '/v/pier.mp4', 'pier.mp4', 11, 9000000, 64, 48, '{}', 5, 0);
      INSERT INTO conversations VALUES (4, 'first look', 6);
      INSERT INTO conversation_videos VALUES (4, 3);
      INSERT INTO questions VALUES (5, 4, 'Where is the ship?', '[]', '[1]', 7),
                                   (6, 4, 'And now?', '[{"video":3},{"video":4},{"video":5}]', '[]', 7),
                                   (7, 4, 'And then?', 'torn', '[]', 7);
      INSERT INTO answers VALUES (6, 5, 'At the pier.', 1, 1, 0.5, '[]', 'nano', '{}', 8),
                                 (7, 5, 'At sea.', 1, 0, 0.25, '[]', 'mini', '{}', 9),
                                 (8, 5, 'Nowhere.', 1, 0, 0.25, '[]', 'nano', '{}', 9);
      INSERT INTO answers VALUES (5, 5, '', 3, 0, 0, '[]', 'nano', '{}', 7);
      UPDATE answers SET text = text;
      INSERT INTO citations VALUES (9, 6, 3, 1000000, 2000000, 0.75, 1, 2);
      INSERT INTO markers VALUES (10, 3, 5, 6, 'pier', '#fff', 'a note');
      INSERT INTO settings VALUES ('model', 'nano');
      DELETE FROM answers WHERE id = 8;
      PRAGMA wal_checkpoint(TRUNCATE))sql");
  }
  std::string bytes = slurp(path);
  const std::size_t model = bytes.find("[]mini");  // coverage and model of answer 7
  ASSERT_NE(model, std::string::npos);
  bytes[model + 2] = 'n';
  spill(path, bytes);

  auto library = Library::open(folder, Library::Access::write);
  EXPECT_EQ(one(*library->connections().reader(), "PRAGMA user_version"),
            library_migrations().back().version);
  EXPECT_TRUE(std::filesystem::exists(path.string() + ".v1.backup"));
  EXPECT_EQ(library->list_videos().at(0).name, "harbour.mp4");
  Journal& journal = library->journal();
  EXPECT_EQ(journal.find_conversation(4)->title, "first look");
  // About everything that was asked about, but not about a video that is gone.
  EXPECT_EQ(journal.find_conversation(4)->video_ids, (std::vector<std::int64_t>{3, 4}));
  EXPECT_TRUE(library->connections().reader()->damages().empty());
  EXPECT_EQ(journal.list_questions(4).at(0).text, "Where is the ship?");
  const Answer answer = journal.find_answer(6).value();
  EXPECT_EQ(answer.text, "At the pier.");
  EXPECT_EQ(answer.support, 0.5);
  EXPECT_EQ(answer.started_at, 8);
  EXPECT_TRUE(answer.evidence.empty());
  EXPECT_EQ(journal.find_answer(5)->state, AnswerState::failed);
  EXPECT_FALSE(journal.find_answer(5)->failure);
  ASSERT_EQ(answer.citations.size(), 1u);
  EXPECT_EQ(answer.citations[0].time, (TimeRange{1'000'000, 2'000'000}));
  EXPECT_EQ(answer.citations[0].user_verdict, Verdict::not_confirmed);
  EXPECT_EQ(journal.list_markers(3).at(0).label, "pier");
  EXPECT_EQ(journal.search("pier").size(), 2u);
  EXPECT_EQ(one(*library->connections().reader(),
                "SELECT count(*) FROM sqlite_schema WHERE name = 'settings'"),
            0);
  // What was damaged before is damaged still: a migration must not bless it.
  EXPECT_EQ(error_of([&] { journal.find_answer(7); }).code(), ErrorCode::corrupt_data);
  // And an id that was used once is never used again.
  Question question;
  question.conversation_id = 4;
  question.text = "And tomorrow?";
  EXPECT_EQ(journal.ask(question, {}).answer, 9);
}

// A library of version 2 opens whatever its questions have become: those whose conversation is gone,
// and those that name no videos, are about none.
TEST_F(MigrationTest, ADamagedQuestionHoldsNothingUp) {
  const auto folder = folder_ / "library";
  std::filesystem::create_directories(folder);
  {
    Database db(folder / "library.db", Database::Mode::write);
    migrate(db, library_migrations().first(2));
    db.run_script(R"sql(
      PRAGMA foreign_keys = OFF;
      INSERT INTO videos VALUES (3, 'c3', '/v/harbour.mp4', 'harbour.mp4', 10, 9000000, 64, 48, '{}', 5, 0);
      INSERT INTO conversations VALUES (4, 'first look', 6);
      INSERT INTO questions VALUES (5, 99, 'Where is the ship?', '[{"video":3}]', '[]', 7),
                                   (6, 4, 'And now?', '["video"]', '[]', 7),
                                   (7, 4, 'And then?', '[{"video":3}]', '[]', 7))sql");
  }
  const auto library = Library::open(folder, Library::Access::write);
  const auto conversations = library->journal().list_conversations(3);
  ASSERT_EQ(conversations.size(), 1u);
  EXPECT_EQ(conversations[0].id, 4);
  EXPECT_EQ(library->journal().list_questions(4).size(), 2u);
}

TEST_F(MigrationTest, TheLibrarysOwnAreInOrder) {
  std::int64_t version = 0;
  for (const Migration& migration : library_migrations()) {
    EXPECT_EQ(migration.version, ++version);
  }
  Database db(path(), Database::Mode::write);
  migrate(db, library_migrations());
  EXPECT_TRUE(db.damages().empty());
}

}  // namespace
}  // namespace longtake::store
